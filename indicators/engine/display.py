"""Exact figures as decimals, without locale: grouping and decimal comma are the format module's business."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from .cases import Number, exact

MORE_PLACES = 8


def rounded(value: Number, places: int) -> Decimal:
    """The value with exactly `places` decimals, half away from zero. Zero has no sign."""
    value = exact(value)
    scale = 10**places
    # floor(|v| × scale + 1/2) in whole numbers: the decimal context must not round a long figure once more.
    units = (2 * abs(value.numerator) * scale + value.denominator) // (2 * value.denominator)
    sign = "-" if value.numerator < 0 and units else ""
    return Decimal(f"{sign}{units}E{-places}")


def fixed(value: Number, places: int) -> str:
    """The rounded value as text with a point, such as -0.033333; never with an exponent."""
    return format(rounded(value, places), "f")


def plain(value: Number, max_places: int = 30) -> str:
    """The value as short decimal text, such as 98.9; cut at `max_places` where it never ends."""
    text = fixed(value, max_places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def places_to_show(
    value: Number,
    thresholds: Number | Iterable[Number],
    default_places: int,
    met: bool | None,
    more_places: int = MORE_PLACES,
) -> int:
    """How many decimals to show so that the rounded figure never contradicts the verdict beside it.

    The rounded figure must lie on the same side of each threshold as the exact value, whatever the rule:
    89.996 beside "not met, at least 90" needs three places, and so does 90.004 beside "exceeded".
    Without a verdict (`met` is None) there is nothing to contradict. At most `more_places` are added.
    """
    if met is None:
        return default_places
    limits = [thresholds] if isinstance(thresholds, (Fraction, Decimal, int)) else list(thresholds)
    ends = [exact(limit) for limit in limits]
    sides = [_side(exact(value), end) for end in ends]
    for places in range(default_places, default_places + more_places):
        shown = Fraction(rounded(value, places))
        if [_side(shown, end) for end in ends] == sides:
            return places
    return default_places + more_places


def share(met: int, total: int) -> Decimal | None:
    """`met` of `total` in per cent, two decimals, half up: 17 of 23 is 73.91. None where nothing counts."""
    return rounded(Fraction(100 * met, total), 2) if total else None


def _side(value: Fraction, limit: Fraction) -> int:
    return (value > limit) - (value < limit)
