"""The rule table of entry: one cell with what is known around it, judged the same through every door.

Pure functions over plain values. Errors block saving, warnings need a written justification.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.utils.translation import gettext as _

from indicators.entry.findings import Code, Finding, finding
from indicators.entry.numbers import write_number

Part = tuple[str, Decimal | int | None, Decimal | int | None, Decimal | int | None]
HISTORY_SCALE = 10**8
"""Earlier figures are compared as whole numbers of 10⁻⁸: only whether to ask hangs on them, no verdict."""
# Times the median absolute deviation, 1.4826 estimates a standard deviation (normal distribution).
_ROBUST, _PARTS = 14826, 10000
_DEVIATIONS = 3
_LEAST_HISTORY = 5
_MISSING_REASONS = ("not_collected", "not_applicable", "late_source", "system_fault")
_SINGLE = ("sum", "all_true")
_WHOLE = ("count", "boolean", "rank")
_NUMBERS = ("numerator", "denominator", "value")


@dataclass(kw_only=True)
class CellCase:
    """What is proposed for a cell, its definition, its place, and its neighbours. Nobody changes one."""

    answer: str
    missing_reason: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    value_type: str = "rate"
    pooling: str = "ratio_of_sums"
    measure_mode: str = "stock"
    ratio_factor: int = 100
    is_capped: bool = False
    unit_of_measure: str = "%"
    least: Decimal | None = None
    """Limits that the definition states; without them a rate lies in 0–100, other figures from 0 on."""
    most: Decimal | None = None
    denominator_change_percent: int | None = None
    evidence_required: bool = False
    evidence_count: int = 0
    is_owed: bool = True
    level_is_valid: bool = True
    period_is_open: bool = True
    is_locked: bool = False
    last_denominator: Decimal | None = None
    history: tuple[int, ...] = ()
    """The same cell's earlier approved figures × `HISTORY_SCALE`, newest first."""
    parts: tuple[Part, ...] = ()
    """For a total: the other levels' names, numerators, denominators and values."""

    @property
    def is_ratio(self) -> bool:
        return self.numerator is not None and self.denominator is not None

    @cached_property
    def figure(self) -> Fraction | None:
        """The figure as one exact number; None for 0/0."""
        if self.numerator is not None and self.denominator:
            return Fraction(self.numerator) / Fraction(self.denominator) * self.ratio_factor
        return None if self.value is None else Fraction(self.value)

    @property
    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        least, most = self.least, self.most
        if least is None and self.value_type in ("rate", "count", "amount", "duration", "boolean"):
            least = Decimal(0)
        if least is None and self.value_type == "rank":
            least = Decimal(1)
        if most is None and self.value_type in ("rate", "boolean"):
            most = Decimal(100 if self.value_type == "rate" else 1)
        return least, most


Rule = Callable[[CellCase], Iterator[Finding]]


def check(case: CellCase) -> list[Finding]:
    """All that the table says of a cell. Where the cell has no business here, only that is said."""
    place = [found for rule in PLACE for found in rule(case)]
    if place:
        return place
    if case.answer != "value":
        return list(_missing(case))
    shape = [found for rule in SHAPE for found in rule(case)]
    return shape or [found for rule in FIGURE for found in rule(case)]


def _owed(case: CellCase) -> Iterator[Finding]:
    if not case.is_owed:
        yield finding(Code.NOT_OWED, _("This report does not owe this indicator at this level."))


def _open(case: CellCase) -> Iterator[Finding]:
    if not case.period_is_open:
        yield finding(Code.PERIOD_NOT_OPEN, _("The period has not begun; nothing can be entered yet."))


def _locked(case: CellCase) -> Iterator[Finding]:
    if case.is_locked:
        yield finding(Code.REPORT_LOCKED, _("The report is locked; ask for it to be opened again."))


def _level(case: CellCase) -> Iterator[Finding]:
    if not case.level_is_valid:
        yield finding(Code.LEVEL_NOT_VALID, _("The indicator is not reported at this level in this period."))


def _computed(case: CellCase) -> Iterator[Finding]:
    if case.pooling == "computed":
        yield finding(Code.COMPUTED_INDICATOR, _("The portal computes this indicator; it is never typed."))


def _missing(case: CellCase) -> Iterator[Finding]:
    if any(getattr(case, name) is not None for name in _NUMBERS):
        words = _("A missing figure, or one that did not arise, has no number beside it.")
        yield finding(Code.NUMBER_WITH_MISSING, words, "answer")
    if case.answer == "missing" and case.missing_reason not in _MISSING_REASONS:
        yield finding(Code.REASON_MISSING, _("Say why the figure is missing."), "missing_reason")
    if case.answer == "nothing_arose" and case.measure_mode == "stock":
        words = _("“Nothing arose” is for things that happen during a period; write 0 here.")
        yield finding(Code.NOTHING_AROSE_ON_STOCK, words, "answer")


def _complete(case: CellCase) -> Iterator[Finding]:
    if case.value is not None and (case.numerator is not None or case.denominator is not None):
        words = _("Give both numerator and denominator, or one value instead.")
        yield finding(Code.NUMBER_MISSING, words, "value")
    elif case.value is None and not case.is_ratio:
        if case.numerator is not None or case.denominator is not None:
            empty = "denominator" if case.denominator is None else "numerator"
            yield finding(Code.NUMBER_MISSING, _("Numerator and denominator belong together."), empty)
        else:
            yield finding(Code.NUMBER_MISSING, _("Write the figure, or say why there is none."), "value")


def _single(case: CellCase) -> Iterator[Finding]:
    if case.is_ratio and case.pooling in _SINGLE:
        yield finding(Code.NOT_A_RATIO, _("This indicator is one number, not a ratio."), "numerator")


def _whole(case: CellCase) -> Iterator[Finding]:
    if case.value is not None and case.value_type in _WHOLE and case.value != int(case.value):
        words = _("%(number)s is not a whole number; this indicator counts things.")
        yield finding(Code.NOT_AN_INTEGER, words % {"number": write_number(case.value)}, "value")


def _negative(case: CellCase) -> Iterator[Finding]:
    if case.denominator is not None and case.denominator < 0:
        yield finding(Code.BELOW_ZERO, _("A denominator cannot be below zero."), "denominator")
    if case.numerator is not None and case.numerator < 0 and (case.is_capped or case.limits[0] == 0):
        yield finding(Code.BELOW_ZERO, _("This numerator cannot be below zero."), "numerator")


def _capped(case: CellCase) -> Iterator[Finding]:
    if case.numerator is None or case.denominator is None or not case.is_capped:
        return
    if case.numerator > case.denominator:
        words = _("The numerator %(numerator)s is more than the denominator %(denominator)s; check both.")
        numbers = {"numerator": write_number(case.numerator), "denominator": write_number(case.denominator)}
        yield finding(Code.NUMERATOR_EXCEEDS_DENOMINATOR, words % numbers, "numerator")


def _range(case: CellCase) -> Iterator[Finding]:
    figure, (least, most) = case.figure, case.limits
    if figure is None or (case.is_capped and case.is_ratio):
        return
    field = "numerator" if case.is_ratio else "value"
    if least is not None and figure < Fraction(least):
        words = _("This figure must be at least %(limit)s %(unit)s.")
        yield finding(Code.OUT_OF_RANGE, words % _limit(least, case), field)
    if most is not None and figure > Fraction(most):
        words = _("This figure must be at most %(limit)s %(unit)s.")
        yield finding(Code.OUT_OF_RANGE, words % _limit(most, case), field)


def _limit(limit: Decimal, case: CellCase) -> dict[str, str]:
    return {"limit": write_number(limit), "unit": case.unit_of_measure}


def _proof(case: CellCase) -> Iterator[Finding]:
    if case.evidence_required and not case.evidence_count:
        yield finding(Code.EVIDENCE_REQUIRED, _("Attach evidence before you send the report."))


def _denominator(case: CellCase) -> Iterator[Finding]:
    allowed, before, now = case.denominator_change_percent, case.last_denominator, case.denominator
    if allowed is None or not before or now is None:
        return
    if abs(Fraction(now) - Fraction(before)) * 100 > allowed * abs(Fraction(before)):
        words = _(
            "The denominator was %(before)s last time and is %(now)s now: a change of over %(percent)s %%."
        )
        numbers = {"before": write_number(before), "now": write_number(now), "percent": allowed}
        yield finding(Code.DENOMINATOR_CHANGED, words % numbers, "denominator")


def _outlier(case: CellCase) -> Iterator[Finding]:
    figure = case.figure
    if figure is None or len(case.history) < _LEAST_HISTORY:
        return
    now = figure.numerator * HISTORY_SCALE // figure.denominator
    middle = _twice_the_median(case.history)
    away = abs(2 * now - middle)
    deviation = _twice_the_median(abs(2 * each - middle) for each in case.history)
    # Everything doubled, and the deviation twice, so that all stays whole. A series that never moved has no
    # deviation; then a change by half is worth a question.
    far = _DEVIATIONS * _ROBUST * deviation if deviation else abs(middle) * _PARTS
    if 2 * away * _PARTS > far:
        words = _("This figure is far from the ones reported so far (usually about %(usual)s); is it right?")
        usual = Decimal(middle) / (2 * HISTORY_SCALE)
        shown = write_number(usual.quantize(Decimal("0.01")))
        yield finding(Code.OUTLIER, words % {"usual": shown}, "numerator" if case.is_ratio else "value")


def _twice_the_median(figures: Iterable[int]) -> int:
    ordered = sorted(figures)
    return ordered[len(ordered) // 2] + ordered[(len(ordered) - 1) // 2]


def _parts(case: CellCase) -> Iterator[Finding]:
    # A rate given as one number says nothing about sums.
    for name, numerator, denominator, value in case.parts:
        pairs = [(case.numerator, numerator), (case.denominator, denominator)]
        if case.value_type in ("count", "amount"):
            pairs.append((case.value, value))
        if any(total is not None and part is not None and total < part for total, part in pairs):
            words = _("The total is smaller than one of its parts (%(part)s).")
            yield finding(Code.TOTAL_BELOW_PART, words % {"part": name})


PLACE: tuple[Rule, ...] = (_owed, _open, _locked, _level, _computed)
SHAPE: tuple[Rule, ...] = (_complete, _single, _whole, _negative, _capped)
FIGURE: tuple[Rule, ...] = (_range, _proof, _denominator, _outlier, _parts)
