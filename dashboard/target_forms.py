"""What coordinators type about a target: a rule of the portal's own with its numbers, never words for one."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.forms import UnitField
from dashboard.search import WIDEST_FIRST
from indicators.actions.targets import Asked
from indicators.entry.numbers import NumberRefused, read_number, write_number
from indicators.models import Indicator, Level, RuleName, Shape, TargetRevision
from indicators.models.rules import COMPOSITE, DECLARED, RangeDirection
from indicators.workbooks.setup_cells import QUOTED, read_day
from provinces.models import Agency
from resolutions.models import Document

_DAY = gettext_lazy("Day/month/year")
_NUMBER = gettext_lazy("Like 98,90 or 146.587")
_MOST_MILESTONES = 40
_OF_RANGE = frozenset({"low", "high", "direction"})
_OF_BASELINE = frozenset({"baseline", "baseline_on", "milestones"})
_USES: dict[str, frozenset[str]] = {
    **{rule: frozenset({"threshold"}) | _OF_BASELINE for rule in RuleName.values},
    RuleName.BETWEEN: _OF_RANGE | _OF_BASELINE,
    RuleName.GROWTH_AT_LEAST: frozenset({"threshold", "years", "baseline", "baseline_on"}),
    **{rule: frozenset() for rule in (*DECLARED, *COMPOSITE)},
}
"""The numbers each rule is judged by; all others are left empty."""


class NumberField(forms.CharField):
    """An exact number as offices write it; what has two readings is refused with both."""

    def __init__(self, **options: Any) -> None:
        attributes = {"inputmode": "decimal", "autocomplete": "off", "class": "number-field"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attributes), **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_number(text)
        except NumberRefused as refused:
            raise ValidationError(refused.message) from None

    def prepare_value(self, value: Any) -> Any:
        return write_number(value, whole=False) if isinstance(value, Decimal) else value


class MilestonesField(forms.CharField):
    """Days with values, one a line: `31/12/2026: 60`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), **options)

    def clean(self, value: Any) -> list[tuple[datetime.date, Decimal]]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        listed = [line for line in lines if line]
        if len(listed) > _MOST_MILESTONES:
            words = ngettext(
                "At most %(most)s milestone is possible.",
                "At most %(most)s milestones are possible.",
                _MOST_MILESTONES,
            )
            raise ValidationError(words % {"most": _MOST_MILESTONES})
        return [self._milestone(line) for line in listed]

    def _milestone(self, line: str) -> tuple[datetime.date, Decimal]:
        text, _colon, number = line.partition(":")
        day = read_day(text.strip())
        if day is None or not number.strip():
            words = _("“%(line)s” is no milestone; write it as 31/12/2026: 60 (day, colon, value).")
            raise ValidationError(words % {"line": line[:QUOTED]})
        try:
            return day, read_number(number)
        except NumberRefused as refused:
            raise ValidationError(refused.message) from None


class RuleForm(forms.Form):
    """What is asked: the rule, its numbers and days."""

    rule = forms.ChoiceField(
        label=gettext_lazy("Rule"),
        choices=[(value, label) for value, label in RuleName.choices if value not in COMPOSITE],
    )
    threshold = NumberField(label=gettext_lazy("Value asked"), required=False, help_text=_NUMBER)
    low = NumberField(label=gettext_lazy("Low end"), required=False, help_text=_NUMBER)
    high = NumberField(label=gettext_lazy("High end"), required=False, help_text=_NUMBER)
    direction = forms.ChoiceField(
        label=gettext_lazy("Within the range"),
        required=False,
        choices=[("", gettext_lazy("Only for a range")), *RangeDirection.choices],
    )
    years = forms.IntegerField(
        label=gettext_lazy("Years of growth"), required=False, min_value=1, max_value=50
    )
    due_on = forms.DateField(label=gettext_lazy("Due on"), help_text=_DAY)
    baseline = NumberField(
        label=gettext_lazy("Baseline"), required=False, help_text=gettext_lazy("Where it starts from")
    )
    baseline_on = forms.DateField(label=gettext_lazy("Day of the baseline"), required=False, help_text=_DAY)
    shape = forms.ChoiceField(label=gettext_lazy("Expected line"), choices=Shape.choices)
    milestones = MilestonesField(
        label=gettext_lazy("Milestones"),
        required=False,
        help_text=gettext_lazy("One a line, like 31/12/2026: 60"),
    )

    def clean(self) -> None:
        days = (self.cleaned_data.get("baseline_on"), self.errors.get("baseline_on"))
        if self.cleaned_data.get("baseline") is not None and not any(days):
            self.add_error("baseline_on", _("A baseline has its day; write it as 31/12/2025."))
        rule = self.cleaned_data.get("rule", "")
        if not rule:
            return
        for name in sorted({*_OF_RANGE, *_OF_BASELINE, "threshold", "years"} - _USES[rule]):
            if self.cleaned_data.get(name) not in (None, "", []):
                words = _("The rule “%(rule)s” does not use this; leave it empty.")
                self.add_error(name, words % {"rule": RuleName(rule).label})

    def asked(self, window_from: datetime.date | None = None) -> Asked:
        said = self.cleaned_data
        names = ("rule", "threshold", "low", "high", "direction", "years", "baseline", "baseline_on")
        return Asked(
            **{name: said[name] for name in names},
            due_on=said["due_on"],
            shape=said["shape"],
            milestones=said["milestones"],
            window_from=window_from,
        )

    def refuse(self, refused: ValidationError) -> None:
        """Tell beside each field what the action found; what belongs to none stands above the form."""
        if not hasattr(refused, "error_dict"):
            self.add_error(None, refused)
            return
        for name, words in refused.message_dict.items():
            field = name.partition("[")[0]
            self.add_error(field if field in self.fields else None, words)


class _Indicators(forms.ModelChoiceField):
    def label_from_instance(self, obj: Indicator) -> str:
        return f"{obj.code} {obj.name}"


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
    counts_from = forms.DateField(label=gettext_lazy("Counts from"), help_text=_DAY)

    def __init__(self, units: Any, agencies: Any, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["unit"] = UnitField(
            units,
            label=_("Unit"),
            help_text=_("The unit the target is set for, by name or reference."),
            widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
        )
        self.fields["indicator"] = _Indicators(
            Indicator.objects.order_by("code"),
            label=pgettext("of a target", "Indicator"),
            required=False,
            empty_label=_("None: done or judged by a named person"),
        )
        self.fields["owner"] = _Agencies(agencies, label=_("Owner"), required=False, empty_label=_("None"))


class RevisionForm(RuleForm):
    """What a target asks from a day on, and the document that says so."""

    effective_on = forms.DateField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("Day/month/year; periods that end before it keep the old reading"),
    )

    def __init__(self, documents: Any, last: TargetRevision | None, data: Any = None) -> None:
        super().__init__(data, initial=_read_from(last))
        self.fields["document"] = _Documents(
            documents.order_by(*WIDEST_FIRST, "-issued_on", "number", "pk"),
            label=_("Document that revises it"),
            empty_label=_("Choose a document"),
        )


def _read_from(last: TargetRevision | None) -> dict[str, Any]:
    if last is None:
        return {}
    names = (
        *("rule", "threshold", "low", "high", "direction", "years"),
        *("baseline", "baseline_on", "due_on", "shape"),
    )
    milestones = (
        f"{each.on:%d/%m/%Y}: {write_number(each.value, whole=False)}" for each in last.milestones.all()
    )
    return {name: getattr(last, name) for name in names} | {"milestones": "\n".join(milestones)}
