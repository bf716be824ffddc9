"""What coordinators type about a target of a document: a new row of its list, or what revises one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import UnitField
from dashboard.rule_forms import DAY, NUMBERS, RuleForm, indicator_field
from dashboard.search import WIDEST_FIRST
from indicators.actions.targets import Asked
from indicators.entry.numbers import write_number
from indicators.models import Level, Target, TargetRevision
from indicators.models.rules import COMPOSITE, RuleColumns
from indicators.models.targets import CountsAs
from provinces.models import Agency
from resolutions.models import Document

_OF_LEAVES = (
    "threshold",
    "low",
    "high",
    "direction",
    "years",
    "due_on",
    "baseline",
    "baseline_on",
    "milestones",
)
"""What a heading that counts by its sub-targets leaves empty."""


class _Headings(forms.ModelChoiceField):
    def label_from_instance(self, obj: Target) -> str:
        return f"{obj.code} {obj.name} · {obj.unit.label}"


class _Agencies(forms.ModelChoiceField):
    def label_from_instance(self, obj: Agency) -> str:
        return obj.label


class _Documents(forms.ModelChoiceField):
    def label_from_instance(self, obj: Document) -> str:
        return f"{obj.number} · {obj.issuer} · {obj.issued_on:%d/%m/%Y}"


class TargetForm(RuleForm):
    """A new row of a document's list."""

    code = forms.CharField(
        label=gettext_lazy("Row"),
        max_length=20,
        help_text=gettext_lazy("Its number in the document's list, such as 7 or 11.10."),
    )
    counts_as = forms.ChoiceField(
        label=gettext_lazy("Kind of row"),
        required=False,
        choices=[
            ("", gettext_lazy("Target")),
            (CountsAs.LEAVES, gettext_lazy("Heading: its sub-targets count")),
            (CountsAs.ONE, gettext_lazy("Heading: counts as one")),
        ],
        help_text=gettext_lazy("A heading whose sub-targets count asks nothing itself."),
    )
    name_vi = forms.CharField(
        label=gettext_lazy("Target as the document names it"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Empty to show the indicator's name."),
    )
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=400, required=False)
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=Level.choices, initial=Level.TOTAL)
    owner_note = forms.CharField(
        label=gettext_lazy("Owner in the document's words"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Where no agency of the list is meant."),
    )
    counts_from = forms.DateField(label=gettext_lazy("Counts from"), help_text=DAY)

    def __init__(
        self, units: Any, agencies: Any, headings: Any, data: Any = None, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.asks_nothing = self["counts_as"].value() == CountsAs.LEAVES
        if self.asks_nothing:
            for name in ("rule", "due_on", "shape"):
                self.fields[name].required = False
        self.fields["unit"] = UnitField(
            units,
            label=_("Unit"),
            help_text=_("The unit the target is set for, by name or reference."),
            widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
        )
        none = _("None: a heading, several parts, or declared by a named person")
        self.fields["indicator"] = indicator_field(self.listed, none, required=False)
        self.fields["parent"] = _Headings(
            headings, label=_("Under the heading"), required=False, empty_label=_("Under none")
        )
        self.fields["owner"] = _Agencies(agencies, label=_("Owner"), required=False, empty_label=_("None"))

    def clean(self) -> None:
        if not self.asks_nothing:
            super().clean()
            return
        words = _("A heading that counts by its sub-targets asks nothing itself; leave this empty.")
        for name in _OF_LEAVES:
            if self.cleaned_data.get(name) not in (None, "", []):
                self.add_error(name, words)
        if self.cleaned_data.get("rule") in COMPOSITE or self.filled_parts:
            self.add_error(
                "counts_as",
                _("A heading whose sub-targets count has no parts; enter its sub-targets as rows."),
            )

    def first_asked(self) -> Asked | None:
        """What the row asks first; nothing of a heading that counts by its sub-targets."""
        return None if self.asks_nothing else self.asked()


class PlaceForm(forms.Form):
    """Where a row stands in its document's list."""

    code = forms.CharField(
        label=gettext_lazy("Row"),
        max_length=20,
        help_text=gettext_lazy("Its number in the document's list, such as 7 or 11.10."),
    )

    def __init__(self, headings: Any, target: Target, data: Any = None) -> None:
        super().__init__(data, initial={"code": target.code, "parent": target.parent_id})
        self.fields["parent"] = _Headings(
            headings, label=_("Under the heading"), required=False, empty_label=_("Under none")
        )


class RevisionForm(RuleForm):
    """What a target asks from a day on, and the document that says so."""

    effective_on = forms.DateField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("Day/month/year; periods that end before it keep the old reading"),
    )

    def __init__(self, documents: Any, last: TargetRevision | None, data: Any = None) -> None:
        super().__init__(data, initial=_read_from(last), parts=_parts_of(last))
        self.fields["document"] = _Documents(
            documents.order_by(*WIDEST_FIRST, "-issued_on", "number", "pk"),
            label=_("Document that revises it"),
            empty_label=_("Choose a document"),
        )


def _read_from(last: TargetRevision | None) -> dict[str, Any]:
    if last is None:
        return {}
    milestones = (
        f"{each.on:%d/%m/%Y}: {write_number(each.value, whole=False)}" for each in last.milestones.all()
    )
    return _rule_of(last) | {
        "due_on": last.due_on,
        "shape": last.shape,
        "milestones": "\n".join(milestones),
    }


def _parts_of(last: TargetRevision | None) -> list[dict[str, Any]]:
    parts = last.parts.all() if last is not None else ()
    return [
        _rule_of(part) | {"indicator": part.indicator_id, "level": part.level, "name_vi": part.name_vi}
        for part in parts
    ]


def _rule_of(row: RuleColumns) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("rule", *NUMBERS)}
