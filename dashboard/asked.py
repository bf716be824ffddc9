"""What a target asks, and how its figures are written: from stored columns to words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.utils.translation import gettext, ngettext

from indicators import figures
from indicators.figures import NBSP, Number
from indicators.models import IndicatorDefinition
from indicators.models.rules import COMPOSITE, RangeDirection, RuleColumns, RuleName

SIGNS = {
    RuleName.AT_LEAST: "≥",
    RuleName.MORE_THAN: ">",
    RuleName.AT_MOST: "≤",
    RuleName.LESS_THAN: "<",
    RuleName.EQUAL: "=",
    RuleName.RANK_AT_MOST: "≤",
}
LOWER_IS_BETTER = (RuleName.AT_MOST, RuleName.LESS_THAN, RuleName.RANK_AT_MOST)


@dataclass(frozen=True)
class Measure:
    """How figures of an indicator are written."""

    unit: str = ""
    decimals: int = 2
    value_type: str = ""
    factor: int = 100
    direction: str = "higher"
    numerator_words: str = ""
    denominator_words: str = ""

    @property
    def is_rate(self) -> bool:
        return self.unit == "%"

    @property
    def is_worded(self) -> bool:
        """Whether a word of measure stands behind the figure: "địa chỉ", unlike "%"."""
        return not self.unit.startswith("%") and bool(figures.unit_word(self.unit))

    @property
    def is_rank(self) -> bool:
        return self.value_type == "rank"

    def number(
        self, numerator: Number | None, denominator: Number | None, value: Number | None
    ) -> Number | None:
        """The figure of a stored result: the value itself, or numerator ÷ denominator in the unit."""
        if value is not None:
            return value
        if numerator is None or not denominator:
            return None
        return Fraction(numerator) * self.factor / Fraction(denominator)

    def text(self, value: Number | None, decimals: int | None = None) -> str:
        """`98,90 %`, `27`, `Có`; with the indicator's own decimals unless others are asked for."""
        if value is None:
            return figures.ABSENT
        if self.value_type == "boolean":
            return gettext("Yes") if value else gettext("No")
        return figures.figure(
            value, figures.unit_word(self.unit), self.decimals if decimals is None else decimals
        )

    def asked(self, value: Number | None) -> str:
        """A threshold, with every digit it has: a document says 95 %, not 95,00 %."""
        if value is None or self.value_type == "boolean":
            return self.text(value)
        return figures.figure(value, figures.unit_word(self.unit))

    def difference(self, value: Number, decimals: int | None = None) -> str:
        places = self.decimals if decimals is None else decimals
        if self.is_rank:
            places_moved = int(value)
            return ngettext("%(count)d place", "%(count)d places", abs(places_moved)).replace(" ", NBSP) % {
                "count": abs(places_moved)
            }
        return figures.difference(value, "%" if self.is_rate else figures.unit_word(self.unit), places)


def measure_of(definition: IndicatorDefinition | None) -> Measure:
    if definition is None:
        return Measure()
    return Measure(
        definition.unit_of_measure,
        definition.decimals,
        definition.value_type,
        definition.ratio_factor,
        definition.direction,
        definition.numerator_vi,
        definition.denominator_vi,
    )


def goal_of(rule: RuleColumns) -> Number | None:
    """The number a value is drawn beside: the threshold, or the end of a range to be reached."""
    if rule.rule == RuleName.BETWEEN:
        return rule.high if rule.direction == RangeDirection.LOWER else rule.low
    if rule.rule == RuleName.GROWTH_AT_LEAST:
        return grown(rule)
    return rule.threshold


def grown(rule: RuleColumns) -> Fraction | None:
    """What yearly growth leads to: baseline × (1 + rate)ⁿ."""
    if rule.baseline is None or rule.threshold is None or rule.years is None:
        return None
    return Fraction(rule.baseline) * (1 + Fraction(rule.threshold) / 100) ** rule.years


def limits_of(rule: RuleColumns) -> list[Number]:
    """Every number that a verdict turns on."""
    if rule.rule == RuleName.BETWEEN:
        return [end for end in (rule.low, rule.high) if end is not None]
    goal = goal_of(rule)
    return [] if goal is None else [goal]


def asked_short(rule: RuleColumns, measure: Measure, due_on: date | None = None, parts: int = 0) -> str:
    """`≥ 95 %`, `16–18 %`, `hạng ≤ 30`: for a column of a table."""
    if measure.value_type == "boolean" and rule.threshold is not None:
        return measure.text(rule.threshold)
    if rule.rule in SIGNS:
        text = f"{SIGNS[RuleName(rule.rule)]}{NBSP}{measure.asked(rule.threshold)}"
        return gettext("rank %(asked)s") % {"asked": text} if rule.rule == RuleName.RANK_AT_MOST else text
    if rule.rule == RuleName.BETWEEN:
        return f"{figures.number(rule.low or 0)}–{measure.asked(rule.high)}"
    if rule.rule == RuleName.GROWTH_AT_LEAST:
        return gettext("+%(rate)s a year") % {"rate": figures.figure(rule.threshold, "%")}
    if rule.rule == RuleName.DONE:
        return gettext("by %(day)s") % {"day": figures.day(due_on)}
    if rule.rule == RuleName.JUDGED:
        return gettext("judged")
    if rule.rule == RuleName.ALL_OF:
        return ngettext("all of %(count)d part", "all of %(count)d parts", parts) % {"count": parts}
    return ngettext("one of %(count)d part", "one of %(count)d parts", parts) % {"count": parts}


def asked_in_words(rule: RuleColumns, measure: Measure) -> str:
    """`Đạt ít nhất 95 %`: a sentence without its day."""
    numbers = {
        "asked": measure.asked(rule.threshold),
        "low": measure.asked(rule.low),
        "high": measure.asked(rule.high),
        "years": rule.years,
        "rate": figures.figure(rule.threshold, "%") if rule.threshold is not None else "",
    }
    sentences = {
        RuleName.AT_LEAST: gettext("Reach at least %(asked)s"),
        RuleName.MORE_THAN: gettext("Reach more than %(asked)s"),
        RuleName.AT_MOST: gettext("Stay at or below %(asked)s"),
        RuleName.LESS_THAN: gettext("Stay below %(asked)s"),
        RuleName.EQUAL: gettext("Reach exactly %(asked)s"),
        RuleName.BETWEEN: gettext("Reach between %(low)s and %(high)s"),
        RuleName.RANK_AT_MOST: gettext("Rank %(asked)s or better"),
        RuleName.DONE: gettext("Be done"),
        RuleName.JUDGED: gettext("Be judged met by a named person"),
        RuleName.GROWTH_AT_LEAST: gettext("Grow by at least %(rate)s a year over %(years)s years"),
        RuleName.ALL_OF: gettext("Meet all parts"),
        RuleName.ANY_OF: gettext("Meet one of the parts"),
    }
    if rule.rule == RuleName.BETWEEN and rule.direction == RangeDirection.LOWER:
        return gettext("Stay at or below %(high)s, better still below %(low)s") % numbers
    if rule.rule == RuleName.BETWEEN and rule.direction == RangeDirection.WITHIN:
        return gettext("Stay between %(low)s and %(high)s") % numbers
    return sentences[RuleName(rule.rule)] % numbers


def done_on(due_on: date, days_early: int | None) -> date | None:
    """The day a target was declared done, from the stored days before its due day."""
    return None if days_early is None else due_on - timedelta(days=days_early)


def is_composite(rule: RuleColumns) -> bool:
    return rule.rule in COMPOSITE
