"""The columns of a rule on the sheets of targets and parts, and what they must say to be a rule at all."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from indicators.entry.numbers import NumberRefused, read_number, storable
from indicators.models import RuleName
from indicators.models.rules import RangeDirection
from indicators.workbooks.setup_cells import QUOTED, choice_of, day_of, text_of
from indicators.workbooks.setup_sheets import Line

RULE = ("rule", "threshold", "low", "high", "direction", "years", "baseline", "baseline_on")
_NUMBERS = ("threshold", "low", "high", "baseline")


def rule_of(line: Line, offered: Iterable[str], *, required: bool = True) -> dict[str, Any]:
    """A rule with its numbers, by the names of `RuleAsked`; what cannot be read stands in the line."""
    said: dict[str, Any] = {name: number_of(line, name) for name in _NUMBERS}
    is_said = required or text_of(line, "rule") != ""
    return said | {
        "rule": choice_of(line, "rule", RuleName, offered) if is_said else "",
        "direction": choice_of(line, "direction", RangeDirection) if text_of(line, "direction") else "",
        "years": _years_of(line),
        "baseline_on": day_of(line, "baseline_on"),
    }


def _years_of(line: Line) -> int | None:
    years = text_of(line, "years")
    if not years:
        return None
    if not (years.isascii() and years.isdecimal() and 0 < int(years[:4]) <= 50):
        message = _("“%(text)s” is no number of years; write it as 3.")
        line.problem("years", "years.invalid", message % {"text": years[:QUOTED]})
        return None
    return int(years)


def number_of(line: Line, column: str) -> Decimal | None:
    """The exact number of a cell; None for an empty one, and for one that is none, which is a problem."""
    if not line.has(column):
        return None
    typed = line.row.typed(line.columns[column])
    if typed == "":
        return None
    try:
        return storable(typed, str(typed)) if isinstance(typed, Decimal) else read_number(typed)
    except NumberRefused as refused:
        line.problem(column, f"{column}.{refused.code}", refused.message)
        return None
