"""What coordinators type about a target's rule: one of the portal's own with its numbers, or its parts."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from dashboard.rule_fields import MilestonesField
from indicators.actions.asked_limits import FEWEST_PARTS, MOST_PARTS
from indicators.actions.targets import Asked, PartAsked
from indicators.entry.number_field import NumberField
from indicators.models import Indicator, Level, RuleName, Shape
from indicators.models.rules import COMPOSITE, DECLARED, RangeDirection

DAY = gettext_lazy("Day/month/year")
_NUMBER = gettext_lazy("Like 98,90 or 146.587")
_OF_RANGE = frozenset({"low", "high", "direction"})
_OF_BASELINE = frozenset({"baseline", "baseline_on", "milestones"})
_USES: dict[str, frozenset[str]] = {
    **{rule: frozenset({"threshold"}) | _OF_BASELINE for rule in RuleName.values},
    RuleName.BETWEEN: _OF_RANGE | _OF_BASELINE,
    RuleName.GROWTH_AT_LEAST: frozenset({"threshold", "years", "baseline", "baseline_on"}),
    **{rule: frozenset() for rule in (*DECLARED, *COMPOSITE)},
}
"""The numbers each rule is judged by; all others are left empty."""
NUMBERS = ("threshold", "low", "high", "direction", "years", "baseline", "baseline_on")
_IN_PART = re.compile(r"parts\[(?P<index>[0-9]+)\]\.(?P<name>[a-z_]+)")
_SIMPLE = [(value, label) for value, label in RuleName.choices if value not in COMPOSITE]


class RuleNumbers(forms.Form):
    """A rule with its numbers, of a target or of one part of it."""

    rule = forms.ChoiceField(label=gettext_lazy("Rule"), choices=RuleName.choices)
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
    baseline = NumberField(
        label=gettext_lazy("Baseline"), required=False, help_text=gettext_lazy("Where it starts from")
    )
    baseline_on = forms.DateField(label=gettext_lazy("Day of the baseline"), required=False, help_text=DAY)

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

    def rule_said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("rule", *NUMBERS)}


Listed = Sequence[tuple[Any, str]]


def indicator_field(listed: Listed, empty: str, *, required: bool) -> forms.ModelChoiceField:
    """An indicator; the list is handed in, so that a form with many such fields reads it once."""
    label = pgettext("of a target", "Indicator")
    field = forms.ModelChoiceField(Indicator.objects.all(), label=label, required=required)
    field.choices = [("", empty), *listed]
    return field


class PartForm(RuleNumbers):
    """One part of a composite: its own indicator, level and simple rule; one left empty is no part."""

    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=Level.choices, initial=Level.TOTAL)
    name_vi = forms.CharField(
        label=gettext_lazy("Part as the document names it"), max_length=400, required=False
    )

    use_required_attribute = False

    def __init__(self, number: int, listed: Listed, data: Any, initial: Any = None) -> None:
        super().__init__(data, prefix=f"part-{number}", initial=initial)
        self.number = number
        self.fields["rule"] = forms.ChoiceField(label=_("Rule"), choices=[("", _("Choose a rule")), *_SIMPLE])
        self.fields["indicator"] = indicator_field(listed, _("Choose an indicator"), required=True)

    @property
    def is_filled(self) -> bool:
        """Whether anything but the level is typed: the level is there from the beginning."""
        names = set(self.fields) - {"level"}
        if not self.is_bound:
            return bool(self.initial)
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in names)

    @property
    def is_open(self) -> bool:
        """As many parts stand open as a composite has at least, and all that hold anything."""
        return self.number <= FEWEST_PARTS or self.is_filled

    @property
    def has_more(self) -> bool:
        """Whether the fields of a range or of growth hold anything, or a mistake."""
        names = (*_OF_RANGE, "years", "baseline", "baseline_on")
        return any(self[name].value() not in (None, "") or self[name].errors for name in names)

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.is_filled:
            self._errors = forms.utils.ErrorDict()

    def asked(self) -> PartAsked:
        said = self.cleaned_data
        return PartAsked(
            **self.rule_said(), indicator=said["indicator"], level=said["level"], name_vi=said["name_vi"]
        )


class RuleForm(RuleNumbers):
    """What is asked: the rule, its numbers and days, or its parts."""

    due_on = forms.DateField(label=gettext_lazy("Due on"), help_text=DAY)
    shape = forms.ChoiceField(label=gettext_lazy("Expected line"), choices=Shape.choices)
    milestones = MilestonesField(
        label=gettext_lazy("Milestones"),
        required=False,
        help_text=gettext_lazy("One a line, like 31/12/2026: 60"),
    )

    def __init__(
        self, data: Any = None, initial: Any = None, parts: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        super().__init__(data, initial=initial)
        self.listed = [(each.pk, f"{each.code} {each.name}") for each in Indicator.objects.order_by("code")]
        said = [*parts, *[None] * (MOST_PARTS - len(parts))]
        self.parts = [PartForm(number, self.listed, data, each) for number, each in enumerate(said, 1)]

    @property
    def filled_parts(self) -> list[PartForm]:
        return [part for part in self.parts if part.is_filled]

    @property
    def shows_parts(self) -> bool:
        return bool(self["rule"].value() in COMPOSITE or self.filled_parts)

    def clean(self) -> None:
        super().clean()
        rule, parts = self.cleaned_data.get("rule", ""), self.filled_parts
        # Every part is read, so that all that is wrong is told at once.
        if [part for part in parts if not part.is_valid()]:
            self.add_error(None, _("A part is not complete; mend what is marked there, or empty the part."))
        if rule in COMPOSITE and len(parts) < FEWEST_PARTS:
            words = _("The rule “%(rule)s” has at least two parts; write them below.")
            self.add_error("rule", words % {"rule": RuleName(rule).label})
        if rule and rule not in COMPOSITE and parts:
            words = _(
                "The rule “%(rule)s” has no parts; choose “All parts” or “One of the parts”, or empty them."
            )
            self.add_error("rule", words % {"rule": RuleName(rule).label})

    def asked(self, window_from: datetime.date | None = None) -> Asked:
        said = self.cleaned_data
        return Asked(
            **self.rule_said(),
            due_on=said["due_on"],
            shape=said["shape"],
            milestones=said["milestones"],
            parts=[part.asked() for part in self.filled_parts],
            window_from=window_from,
        )

    def refuse(self, refused: ValidationError) -> None:
        """Tell beside each field what the action found; what belongs to none stands above the form."""
        if not hasattr(refused, "error_dict"):
            self.add_error(None, refused)
            return
        for name, words in refused.message_dict.items():
            if found := _IN_PART.fullmatch(name):
                self._refuse_part(int(found["index"]), found["name"], words)
                continue
            field = name.partition("[")[0]
            self.add_error(field if field in self.fields else None, words)

    def _refuse_part(self, index: int, name: str, words: Iterable[str]) -> None:
        """The parts are counted as the action saw them: without the empty ones between."""
        part = self.filled_parts[index]
        # A part is due with its target: what is wrong with the two days is mended at the baseline's.
        field = "baseline_on" if name == "due_on" else name
        part.add_error(field if field in part.fields else None, list(words))
        told = _("Part %(number)s is refused; mend what is marked there.") % {"number": part.number}
        if told not in self.non_field_errors():
            self.add_error(None, told)
