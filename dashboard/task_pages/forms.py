"""What is typed about a task."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from indicators.models import Target
from indicators.models.targets import TargetKind
from provinces.dates import today
from provinces.models import Agency, Unit, UnitClosure
from resolutions.actions.tasks import LONGEST, Step
from resolutions.models import Document, Task
from resolutions.permissions import leading_agencies, named_people

_DAY = gettext_lazy("Day/month/year")


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; what is in them is looked at when they are kept."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        one = super().clean
        given = data if isinstance(data, list | tuple) else [data]
        return [one(each, initial) for each in given if each]


def _words(label: Any, rows: int = 3, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST, widget=widget, **more)


def _files() -> FilesField:
    return FilesField(
        label=gettext_lazy("Files that prove it"),
        required=False,
        help_text=gettext_lazy("PDF, pictures, Word, Excel or ODF without macros, 20 MB each."),
    )


class ProgressForm(forms.Form):
    words = _words(gettext_lazy("What was done"))
    on = forms.DateField(label=gettext_lazy("Day"), initial=today, help_text=_DAY)
    proof = _files()


class CompleteForm(forms.Form):
    words = _words(gettext_lazy("What was done"))
    product = forms.CharField(label=gettext_lazy("Product"), max_length=300, required=False)
    on = forms.DateField(label=gettext_lazy("Done on"), initial=today, help_text=_DAY)
    proof = _files()


class ExtensionForm(forms.Form):
    new_due_on = forms.DateField(label=gettext_lazy("New day"), help_text=_DAY)
    reason = _words(gettext_lazy("Why more time is needed"))


class DecisionForm(forms.Form):
    decision = _words(gettext_lazy("Reason for the decision"), rows=2)


class ReopenForm(forms.Form):
    reason = _words(gettext_lazy("Why it is opened again"), rows=2)


class _People(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return f"{obj} · {obj.job_title}" if obj.job_title else str(obj)


class DocumentChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Document) -> str:
        return f"{obj.number} · {obj.title}"


class _Targets(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Target) -> str:
        return f"{obj.code} · {obj.name}" if obj.code else obj.name


class TaskForm(forms.Form):
    """Who does what by when; offers what belongs to the unit, and what the task has already."""

    title_vi = forms.CharField(label=gettext_lazy("Task (Vietnamese)"), max_length=400)
    title_en = forms.CharField(label=gettext_lazy("Task (English)"), max_length=400, required=False)
    lead = forms.ModelChoiceField(
        label=gettext_lazy("Lead agency"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=gettext_lazy("The unit itself"),
    )
    person = _People(
        label=gettext_lazy("Person who answers for it"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody named"),
    )
    due_on = forms.DateField(label=gettext_lazy("Due on"), help_text=_DAY)
    product = forms.CharField(label=gettext_lazy("Product"), max_length=300, required=False)
    document = DocumentChoice(
        label=gettext_lazy("Document that asks for it"),
        queryset=Document.objects.none(),
        required=False,
        empty_label=gettext_lazy("Without a document"),
    )
    cooperating = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Cooperating agencies"),
        queryset=Agency.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    targets = _Targets(
        label=gettext_lazy("Targets it serves"),
        queryset=Target.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    steps = forms.CharField(
        label=pgettext_lazy("a task", "Steps"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line; a day may follow a semicolon: Survey the communes; 15/12/2026"),
    )

    def __init__(self, who: User, unit: Unit, data: Any = None, task: Task | None = None) -> None:
        super().__init__(data, initial=_initial(task) if task else None)
        has = _kept(task)
        for name, rows in _choices(who, unit, has).items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean_steps(self) -> list[Step]:
        lines = [line.strip() for line in self.cleaned_data["steps"].splitlines() if line.strip()]
        steps = [_step(line) for line in lines]
        if len({each.title for each in steps}) < len(steps):
            raise forms.ValidationError(_("Two steps have the same words."))
        return steps


def _step(line: str) -> Step:
    title, semicolon, day = (part.strip() for part in line.rpartition(";"))
    if not semicolon:
        return Step(line[:300])
    try:
        found: datetime.date | None = forms.DateField(required=False).clean(day)
    except forms.ValidationError:
        words = _("“%(line)s”: what follows the semicolon is not a day.") % {"line": line[:80]}
        raise forms.ValidationError(words) from None
    return Step(title[:300], found)


def _line(title: str, due_on: datetime.date | None) -> str:
    return f"{title}; {due_on:%d/%m/%Y}" if due_on else title


def _initial(task: Task) -> dict[str, Any]:
    names = ("title_vi", "title_en", "due_on", "product")
    return {
        **{name: getattr(task, name) for name in names},
        **{name: getattr(task, f"{name}_id") for name in ("lead", "person", "document")},
        "cooperating": list(task.cooperating.all()),
        "targets": list(task.targets.all()),
        "steps": "\n".join(_line(each.title, each.due_on) for each in task.steps.all()),
    }


def _kept(task: Task | None) -> dict[str, set[int]]:
    if task is None:
        return {name: set() for name in ("lead", "cooperating", "people", "documents", "targets")}
    return {
        "lead": _some(task.lead_id),
        "cooperating": _some(*task.cooperating.values_list("pk", flat=True)),
        "people": _some(task.person_id),
        "documents": _some(task.document_id),
        "targets": _some(*task.targets.values_list("pk", flat=True)),
    }


def _some(*ids: int | None) -> set[int]:
    return {each for each in ids if each is not None}


def _choices(who: User, unit: Unit, has: Mapping[str, Iterable[int]]) -> dict[str, Any]:
    """What the fields offer: agencies and people of the unit, agencies of its province to help, documents
    from above; and whatever the task has already."""
    near = [unit.pk, *([unit.province_id] if unit.province_id else [])]
    helping = Agency.objects.filter(unit__in=near).valid_on(today()).values("pk")
    leading = leading_agencies(unit, today()).order_by().values("pk")
    people = named_people(who, unit).order_by().values("pk")
    above = UnitClosure.objects.filter(descendant=unit).values("ancestor")
    targets = Target.objects.filter(unit=unit).exclude(kind=TargetKind.HEADING)
    return {
        "lead": _agencies(leading, has["lead"]),
        "cooperating": _agencies(helping, has["cooperating"]),
        "person": User.objects.filter(Q(pk__in=people) | Q(pk__in=has["people"])).order_by(
            "full_name", "username", "pk"
        ),
        "document": Document.objects.filter(Q(unit__in=above) | Q(pk__in=has["documents"])).order_by(
            "-issued_on", "-pk"
        ),
        "targets": (targets | Target.objects.filter(pk__in=has["targets"]))
        .select_related("indicator")
        .order_by("document", "sort_key", "pk"),
    }


def _agencies(offered: Any, has: Iterable[int]) -> Any:
    return Agency.objects.filter(Q(pk__in=offered) | Q(pk__in=has)).with_names().order_by("ref")
