"""What coordinators type about events."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.agency_field import AgencyField
from accounts.forms import UnitField
from accounts.models import User
from accounts.permissions import OPEN_TIERS, units_coordinated_by
from events.models import (
    PARTICULARS,
    Event,
    EventKind,
    EventPoint,
    EventRole,
    PointKind,
)
from events.permissions import PLAN
from indicators.entry.number_field import NumberField
from indicators.models import Indicator, Provenance
from provinces.models import Agency, Tier, Unit
from provinces.models.agencies import AgencyQuerySet
from provinces.models.units import UnitQuerySet
from resolutions.models import Document

_DAY = _("Day/month/year")
_HOURS = ["%H:%M", "%Hh%M", "%H.%M", "%H"]
_MOST_UNITS = 400


def _text(
    label: Any, rows: int = 0, required: bool = False, longest: int = 400, **extra: Any
) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, required=required, max_length=longest, widget=widget, **extra)


def _hour(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        input_formats=_HOURS,
        widget=forms.TimeInput(format="%H:%M", attrs={"placeholder": "08:00"}),
    )


class _UnitField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Unit) -> str:
        return obj.label


class EventForm(forms.Form):
    """The particulars of an event; ``plan_only`` leaves what a yearly return has open."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput())
    """Which state of the event its writer saw; nothing where there was none."""
    title_vi = _text(_("Title (Vietnamese)"), required=True)
    title_en = _text(_("Title (English)"))
    kind = forms.ChoiceField(label=_("Kind"), choices=EventKind.choices)
    unit = _UnitField(label=_("Unit"), queryset=Unit.objects.none(), to_field_name="ref")
    host = _UnitField(
        label=_("Held in"),
        queryset=Unit.objects.none(),
        to_field_name="ref",
        required=False,
        help_text=_("Where it is another unit than that of the event."),
    )
    starts_on = forms.DateField(label=_("First day"), help_text=_DAY)
    ends_on = forms.DateField(label=_("Last day"), help_text=_DAY)
    begins_at = _hour(_("Begins at"))
    ends_at = _hour(_("Ends at"))
    place = _text(_("Place"), longest=300)
    theme_vi = _text(_("Theme (Vietnamese)"))
    theme_en = _text(_("Theme (English)"))
    agenda_vi = _text(_("Agenda (Vietnamese)"), 6, longest=8000)
    agenda_en = _text(_("Agenda (English)"), 6, longest=8000)
    outcomes_vi = _text(_("Outcomes in words (Vietnamese)"), 3, longest=8000)
    outcomes_en = _text(_("Outcomes in words (English)"), 3, longest=8000)
    documents = forms.ModelMultipleChoiceField(
        label=_("Documents"),
        queryset=Document.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        who: User,
        *,
        event: Event | None = None,
        plan_only: bool = False,
        data: Any = None,
        **extra: Any,
    ) -> None:
        super().__init__(data, **extra)
        self.has_documents = not plan_only
        if plan_only:
            for name in set(self.fields) - {*PLAN, "revision"}:
                del self.fields[name]
            return
        kept = units_coordinated_by(who).with_places().order_by("tier", "sort_key", "pk")
        if kept.count() > _MOST_UNITS:
            kept = kept.filter(Q(tier__in=OPEN_TIERS) | Q(pk__in=_of(event)))
        self._choose("unit", kept)
        self._choose("host", kept | Unit.objects.with_places().filter(pk__in=_of(event)))
        provinces = kept.filter(tier=Tier.PROVINCE).order_by().values("pk")
        near = Q(unit__tier=Tier.NATION) | Q(unit__in=provinces)
        if event is not None:
            near |= Q(events=event)
        self._choose("documents", Document.objects.filter(near).distinct().order_by("-issued_on", "pk"))

    def _choose(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        """What was said of the event, by field."""
        return {name: self.cleaned_data[name] for name in PARTICULARS if name in self.cleaned_data}

    @property
    def groups(self) -> list[list[Any]]:
        """The fields as they stand in rows of the page."""
        rows = [
            *(["title_vi"], ["title_en"], ["kind", "unit", "host"]),
            *(["starts_on", "ends_on", "begins_at", "ends_at"], ["place"]),
            *(["theme_vi", "theme_en"], ["agenda_vi", "agenda_en"]),
            *(["outcomes_vi", "outcomes_en"], ["documents"]),
        ]
        return [
            [self[name] for name in row if name in self.fields] for row in rows if set(row) & set(self.fields)
        ]


def _of(event: Event | None) -> list[int]:
    """The units an event names already."""
    return [pk for pk in (event.unit_id, event.host_id) if pk] if event else []


def initial_of(event: Event) -> dict[str, Any]:
    """What a form shows of an event that is there."""
    said = {name: getattr(event, name) for name in PARTICULARS}
    return said | {
        "unit": event.unit.ref,
        "host": event.host.ref if event.host else "",
        "revision": event.revision,
    }


class SiteForm(forms.Form):
    """An online site; ``units`` are those it may be in, on the ``day`` of its event."""

    name = _text(_("Name of the site"), longest=200, help_text=_("Empty to call it by its unit."))
    count = forms.IntegerField(
        label=_("Number of sites"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=_("Only where the number is known and the names are not."),
    )

    field_order = ["name", "unit", "count"]

    def __init__(self, units: UnitQuerySet, day: datetime.date, data: Any = None) -> None:
        super().__init__(data)
        self.fields["unit"] = UnitField(
            units,
            on=day,
            label=_("Unit"),
            required=False,
            help_text=_("The unit the site is in, by name or reference."),
            error_messages={"unknown": _("There is no such unit, or you may not see it.")},
            widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
        )
        self.order_fields(self.field_order)


class PointForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=PointKind.choices)
    text_vi = _text(_("Text (Vietnamese)"), 3, required=True, longest=2000)
    text_en = _text(_("Text (English)"), 3, longest=2000)


class OutcomeForm(forms.Form):
    label_vi = _text(_("What it counts (Vietnamese)"), required=True, longest=200)
    label_en = _text(_("What it counts (English)"), longest=200)
    value = NumberField(label=_("Figure"))
    out_of = NumberField(label=_("Out of"), required=False, help_text=_("The 23 of “17/23”."))
    unit_of_measure = _text(_("Unit of measure"), longest=60)
    approximate = forms.BooleanField(label=_("About so many"), required=False)
    provenance = forms.ChoiceField(label=_("Provenance"), choices=Provenance.choices)
    indicator = forms.ModelChoiceField(
        label=pgettext_lazy("what is measured", "Indicator"),
        queryset=Indicator.objects.order_by("code"),
        required=False,
        to_field_name="code",
        help_text=_("The indicator that it may feed, once."),
    )


class _Person(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        """Two people of one name are told apart by their title or by the name they sign in with."""
        return f"{obj} · {obj.job_title or obj.username}"


class ParticipantForm(forms.Form):
    """Somebody who takes part: one of ``people``, or a name; of one of the ``agencies``, or another body."""

    user = _Person(label=_("Person of the portal"), queryset=User.objects.none(), required=False)
    full_name = _text(_("Or full name"), longest=150)
    organisation = _text(
        _("Organisation"),
        longest=200,
        help_text=_("Where it is no agency of the portal: an enterprise, a university, an association."),
    )
    email = forms.EmailField(label=_("E-mail address"), required=False)
    role = forms.ChoiceField(label=_("Role"), choices=EventRole.choices, initial=EventRole.MEMBER)

    field_order = ["user", "full_name", "agency", "organisation", "email", "role"]

    def __init__(self, people: Iterable[User], agencies: AgencyQuerySet, data: Any = None) -> None:
        super().__init__(data)
        self.fields["agency"] = AgencyField(
            agencies,
            label=_("Agency"),
            required=False,
            help_text=_("By name or reference; of the portal's own, departments and ministries alike."),
            widget=forms.TextInput(attrs={"list": "agencies", "autocomplete": "off"}),
        )
        self.order_fields(self.field_order)
        ids = [each.pk for each in people]
        self.fields["user"].queryset = User.objects.filter(pk__in=ids).order_by("full_name", "pk")  # type: ignore[attr-defined]


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, pictures and office files without macros, up to 20 MB."),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.pptx,.odt,.ods,.doc,.xls"}
        ),
    )


class PointRow(forms.Form):
    """One point of the table that turns points into tasks; one without a day is left as it is."""

    due_on = forms.DateField(label=pgettext_lazy("a task", "Due day"), required=False)
    lead = forms.TypedChoiceField(label=_("Lead agency"), required=False, coerce=int, empty_value=None)
    person = forms.TypedChoiceField(label=_("Person"), required=False, coerce=int, empty_value=None)

    def __init__(
        self,
        point: EventPoint,
        agencies: Sequence[tuple[Any, str]],
        people: Sequence[tuple[Any, str]],
        data: Any = None,
    ) -> None:
        super().__init__(data, prefix=f"p{point.pk}")
        self.point = point
        self.fields["lead"].choices = agencies  # type: ignore[attr-defined]
        self.fields["person"].choices = people  # type: ignore[attr-defined]
        for name, each in self.fields.items():
            # The rows stand in a table among rows without a field; the form they belong to is named.
            each.widget.attrs["form"] = "to-tasks"
            each.widget.attrs["aria-label"] = f"{each.label}: {point.text[:80]}"
            if name == "due_on":
                each.widget.attrs["placeholder"] = "dd/mm/yyyy"

    def clean(self) -> None:
        chosen = self.cleaned_data
        if (
            not chosen.get("due_on")
            and "due_on" not in self.errors
            and (chosen.get("lead") or chosen.get("person"))
        ):
            self.add_error("due_on", _("Say by which day."))


def choices_of(agencies: Iterable[Agency], people: Iterable[User]) -> tuple[list[Any], list[Any]]:
    """The same two lists of choices for every row of the table."""
    return (
        [("", "—"), *((each.pk, each.label) for each in agencies)],
        [("", "—"), *((each.pk, f"{each} · {each.job_title or each.username}") for each in people)],
    )
