"""Numbers as Vietnamese offices write them: a decimal comma, dots for thousands; the point is understood too.

What has two readings is refused with both of them named (domain notes, "Values as officials write them").
"""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from indicators import figures
from indicators.entry.findings import Code
from indicators.fields import to_scaled

PLACES = 4
# Beyond 10¹⁵ no bigint × 10⁴ holds the number, whatever its digits.
_LARGEST_POWER = 14
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_SHAPE = re.compile(r"[+-]?[0-9][0-9.,]*")
_MACHINE = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*")
_DIGITS_BEFORE_A_GROUP = 3


class NumberRefused(ValueError):  # noqa: N818 (a refusal with words for the person, no failure)
    """``code`` is one of the rule table's; ``message`` says how to mend it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def read_number(text: str, *, whole: bool = False, most: Decimal | None = None) -> Decimal:
    """The exact number that was written.

    ``98,90`` ``98.90`` ``1.234,5`` ``1,234.5`` ``146.587`` and ``1 234 567`` are understood; ``98.902`` and
    ``1,234`` are refused, for they have two readings. Three digits before one dot and three behind it are
    thousands: rates have no more than two digits of wholes below 100, and 100 is written without decimals.
    ``whole`` says that the field counts things, so a dot can only group; ``most`` that a reading above it
    cannot be meant. At most four decimal places. Raises NumberRefused.
    """
    plain = _SPACES.sub("", text).removesuffix("%").replace("\u2212", "-")
    if not _SHAPE.fullmatch(plain):
        raise _unreadable(text)
    sign, digits = (plain[0] if plain[0] in "+-" else ""), plain.lstrip("+-")
    number = _readings(digits, text, whole, most)
    return storable(-number if sign == "-" else number, text)


def _readings(digits: str, text: str, whole: bool, most: Decimal | None) -> Decimal:
    dots, commas = digits.count("."), digits.count(",")
    if dots and commas:
        return _both(digits, text)
    mark = "." if dots else ","
    if dots + commas == 0:
        return Decimal(digits)
    if dots + commas > 1:
        if not _GROUPED.fullmatch(digits):
            raise _unreadable(text)
        return Decimal(digits.replace(mark, ""))
    before, after = digits.split(mark)
    if not after:
        raise _unreadable(text)
    if len(after) != _DIGITS_BEFORE_A_GROUP or len(before) > _DIGITS_BEFORE_A_GROUP or before.startswith("0"):
        return Decimal(f"{before}.{after}")
    return _one_mark(before, after, text, mark, whole, most)


def _both(digits: str, text: str) -> Decimal:
    """Both marks: the last one is the decimal mark, the other one groups."""
    decimal = "." if digits.rfind(".") > digits.rfind(",") else ","
    grouping = "," if decimal == "." else "."
    head, _mark, tail = digits.rpartition(decimal)
    if not tail or decimal in head or not _GROUPED.fullmatch(head):
        raise _unreadable(text)
    return Decimal(f"{head.replace(grouping, '')}.{tail}")


def _one_mark(before: str, after: str, text: str, mark: str, whole: bool, most: Decimal | None) -> Decimal:
    thousands, decimals = Decimal(before + after), Decimal(f"{before}.{after}")
    if mark == "." and (whole or len(before) == _DIGITS_BEFORE_A_GROUP):
        return thousands
    if most is not None and decimals > most:
        return thousands
    raise NumberRefused(
        Code.NUMBER_AMBIGUOUS,
        _("“%(text)s” has two readings. Write %(thousands)s for the one, or %(decimals)s for the other.")
        % {
            "text": text.strip()[:40],
            "thousands": f"{thousands:f}",
            "decimals": f"{before},{after}0",
        },
    )


def _unreadable(text: str) -> NumberRefused:
    return NumberRefused(
        Code.NUMBER_UNREADABLE,
        _("“%(text)s” is not a number. Write it as 98,90 or 146.587, without letters.")
        % {"text": text.strip()[:40]},
    )


def read_machine_number(text: str) -> Decimal:
    """A number as machines write it: a point, no grouping, no exponent. Raises NumberRefused."""
    if not _MACHINE.fullmatch(text):
        raise NumberRefused(
            Code.NUMBER_UNREADABLE,
            _("“%(text)s” is not a number; write for example 98.90.") % {"text": text[:40]},
        )
    return storable(Decimal(text), text)


def storable(number: Decimal, text: str) -> Decimal:
    """The number, if the database can hold it exactly."""
    shown = {"text": text.strip()[:40]}
    too_large = NumberRefused(
        Code.TOO_LARGE, _("“%(text)s” is too large; check the unit of measure.") % shown
    )
    if number.adjusted() > _LARGEST_POWER:
        raise too_large
    if number != number.quantize(Decimal(1).scaleb(-PLACES)):
        raise NumberRefused(
            Code.TOO_MANY_DECIMALS, _("“%(text)s” is too long: write at most 4 decimal places.") % shown
        )
    try:
        to_scaled(number, PLACES)
    except ValueError:
        raise too_large from None
    return number


def write_number(number: Decimal, *, whole: bool = True) -> str:
    """A number as it is echoed in a field, exact and in Vietnamese: reading it again gives the same number.

    Where the field could also hold decimals (``whole`` false), 1234 is written without a dot, and 98,902 with
    a zero behind it, for both would have two readings.
    """
    text = figures.number(number, language="vi")
    try:
        if read_number(text, whole=whole) == number:
            return text
    except NumberRefused:
        pass
    return text + "0" if "," in text else text.replace(".", "")
