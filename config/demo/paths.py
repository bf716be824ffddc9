"""Paths of series.csv: what an indicator stood at in each of its periods, in one short line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from config.demo.numbers import climb
from indicators.models import MissingReason

# The demonstration ends with the quarter that is open on the trial's day.
OPEN_QUARTER = "2026-Q4"
LAST_QUARTER = {"P56": "2025-Q2", "P58": "2025-Q2", "P56-2025": OPEN_QUARTER}

APPROVED, SUBMITTED, DRAFT = "approved", "submitted", "draft"

REASONS = {
    "nc": MissingReason.NOT_COLLECTED,
    "na": MissingReason.NOT_APPLICABLE,
    "late": MissingReason.LATE_SOURCE,
    "fault": MissingReason.SYSTEM_FAULT,
}
_STATES = {"s": SUBMITTED, "d": DRAFT}


def codes_from(first: str, unit: str) -> list[str]:
    """The quarters from the first one to the last of the unit's generation; of a year, that year alone."""
    if "-" not in first:
        return [first]
    quarters = (f"{year}-Q{quarter}" for year in range(2024, 2027) for quarter in range(1, 5))
    return [code for code in quarters if first <= code <= LAST_QUARTER[unit]]


@dataclass(frozen=True, slots=True)
class Step:
    """One period of a path. A rate stands in hundredths of its unit, all else in the unit itself."""

    state: str = APPROVED
    number: Decimal | None = None
    fraction: tuple[int, int] | None = None
    missing: str = ""
    nothing_arose: bool = False

    @property
    def is_answered(self) -> bool:
        return bool(self.number is not None or self.fraction or self.missing or self.nothing_arose)


def steps(path: str, count: int) -> list[Step]:
    """``9250 s:9300 late -``: a number, a fraction, a reason, ``none`` (nothing arose) or no answer.

    ``9250>9690`` climbs evenly through all periods. s: is submitted and d: a draft. Raises ValueError.
    """
    if found := re.fullmatch(r"(\d+)>(\d+)", path):
        words = [str(each) for each in climb(int(found[1]), int(found[2]), count)]
    else:
        words = path.split()
    if len(words) != count:
        raise ValueError(f"“{path}” has {len(words)} steps for {count} periods.")
    return [_step(word) for word in words]


def _step(word: str) -> Step:
    head, colon, rest = word.rpartition(":")
    if colon and head not in _STATES:
        raise ValueError(f"“{word}” begins with none of: {', '.join(_STATES)}.")
    state = _STATES[head] if colon else APPROVED
    if rest == "-":
        return Step(state)
    if rest == "none":
        return Step(state, nothing_arose=True)
    if rest in REASONS:
        return Step(state, missing=REASONS[rest])
    if found := re.fullmatch(r"(\d+)/(\d+)", rest):
        return Step(state, fraction=(int(found[1]), int(found[2])))
    if re.fullmatch(r"\d+(\.\d{1,4})?", rest):
        return Step(state, number=Decimal(rest))
    raise ValueError(f"“{word}” is no step of a path.")
