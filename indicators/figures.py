"""Exact numbers, days and periods as words and figures of the reader's language.

Takes int, Decimal and Fraction and never a binary float. Every function takes `language`; without it the
active one is used. Separators come from `config/formats`, words from the catalogue, so a further
language needs no change here.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache

from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import get_language, gettext, gettext_noop, override

from indicators.engine.display import rounded

Number = int | Decimal | Fraction

NBSP = "\u00a0"
MINUS = "\u2212"
ABSENT = "\u2013"


@contextmanager
def _speaking(language: str | None) -> Iterator[None]:
    """The language asked for is in force inside the block; without one it stays as it is."""
    if language is None:
        yield
        return
    with override(language):
        yield


def _exact(value: Number) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise TypeError(f"an exact number is needed, not {type(value).__name__}")
    return Fraction(value)


def _own_decimals(value: Number) -> int:
    """The digits behind the point that a value needs unrounded; two for an endless fraction."""
    if isinstance(value, int):
        return 0
    if isinstance(value, Decimal):
        exponent = value.normalize().as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0
    rest = _exact(value).denominator
    twos = fives = 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else 2


def number(
    value: Number, decimals: int | None = None, *, sign: bool = False, language: str | None = None
) -> str:
    """`146.587`, `98,90`; with `sign` a plus before what is above zero.

    Without `decimals`, every digit the value has.
    """
    places = _own_decimals(value) if decimals is None else decimals
    if decimals is None and isinstance(value, Decimal):
        shown = value.quantize(Decimal(1).scaleb(-places))
    else:
        shown = rounded(_exact(value), places)
    whole, _point, rest = format(shown.copy_abs(), "f").partition(".")
    thousands, point = _separators(language or get_language() or "vi")
    text = f"{int(whole):,}".replace(",", thousands) + (point + rest if rest else "")
    if shown < 0:
        return MINUS + text
    return "+" + text if sign and shown > 0 else text


@cache
def _separators(language: str) -> tuple[str, str]:
    return str(get_format("THOUSAND_SEPARATOR", language)), str(get_format("DECIMAL_SEPARATOR", language))


def figure(
    value: Number | None, unit: str = "", decimals: int | None = None, *, language: str | None = None
) -> str:
    """`98,90 %`, `146.587 địa chỉ`; a dash without a value. The space before the unit does not break."""
    if value is None:
        return ABSENT
    text = number(value, decimals, language=language)
    return f"{text}{NBSP}{unit}" if unit else text


def difference(
    value: Number | None, unit: str = "", decimals: int | None = None, *, language: str | None = None
) -> str:
    """The distance between two values: `+9,48 điểm %` between two rates, `−12` between two counts."""
    if value is None:
        return ABSENT
    text = number(value, decimals, sign=True, language=language)
    if unit != "%":
        return f"{text}{NBSP}{unit}" if unit else text
    with _speaking(language):
        # Translators: the distance between two percentages; "pp" is percentage points.
        return (gettext("%(number)s pp") % {"number": text}).replace(" ", NBSP)


def relative_change(now: Number, before: Number, decimals: int = 2, *, language: str | None = None) -> str:
    """The change in percent of the value before: 97,22 after 87,74 is `+10,80 %`. A dash when that was 0."""
    if not before:
        return ABSENT
    change = (_exact(now) - _exact(before)) / abs(_exact(before)) * 100
    return f"{number(change, decimals, sign=True, language=language)}{NBSP}%"


def share(part: Number, whole: Number, decimals: int = 2, *, language: str | None = None) -> str:
    """17 of 23 as `73,91 %`; a dash of nothing."""
    if not whole:
        return ABSENT
    return figure(_exact(part) / _exact(whole) * 100, "%", decimals, language=language)


def of(part: Number, whole: Number, *, language: str | None = None) -> str:
    """A numerator over its denominator, or a rank among so many: `5.233/7.001`, `27/63`."""
    return f"{number(part, language=language)}/{number(whole, language=language)}"


def day(value: date | None, *, language: str | None = None) -> str:
    """`15/07/2025`, in English `15 Jul 2025`. A moment gives its day in the portal's time zone."""
    if value is None:
        return ABSENT
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    with _speaking(language):
        return date_format(value, "SHORT_DATE_FORMAT", use_l10n=True)


def moment(value: datetime | None, *, language: str | None = None) -> str:
    """`14:05 · 21/11/2026` in the portal's time zone."""
    if value is None:
        return ABSENT
    if timezone.is_aware(value):
        value = timezone.localtime(value)
    with _speaking(language):
        return date_format(value, "SHORT_DATETIME_FORMAT", use_l10n=True)


_PERIOD = re.compile(
    r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<nine>9M)|M?(?P<month>0[1-9]|1[0-2])))?"
)


def period(code: str, name: str = "", *, language: str | None = None) -> str:
    """A public period code in words: `2025-Q3` is `Quý III/2025`, `2023` is `Năm 2023`.

    Half-years are `2025-H1`, nine months `2025-9M`, months `2025-07`. Any other code (a campaign) is
    called by `name`.
    """
    found = _PERIOD.fullmatch(code)
    if not found:
        return name or code
    year = {"year": found["year"]}
    with _speaking(language):
        if found["quarter"]:
            return _quarter(found["quarter"]) % year
        if found["half"] == "1":
            return gettext("First half of %(year)s") % year
        if found["half"] == "2":
            return gettext("Second half of %(year)s") % year
        if found["nine"]:
            return gettext("Nine months of %(year)s") % year
        if found["month"]:
            # Translators: a month, 07/2025.
            return gettext("Month %(month)s/%(year)s") % {**year, "month": found["month"]}
        return gettext("Year %(year)s") % year


def _quarter(digit: str) -> str:
    return {
        "1": gettext("Q1 %(year)s"),
        "2": gettext("Q2 %(year)s"),
        "3": gettext("Q3 %(year)s"),
        "4": gettext("Q4 %(year)s"),
    }[digit]


def missing(reason: str, *, language: str | None = None) -> str:
    """Why there is no number, in words. An unknown reason reads "no data"."""
    with _speaking(language):
        return {
            "not_collected": gettext("Not collected"),
            "not_applicable": gettext("Not applicable"),
            "late_source": gettext("Source is late"),
            "system_fault": gettext("System fault"),
            "nothing_arose": gettext("Nothing arose"),
            "not_answered": gettext("Not answered yet"),
            "unanswered": gettext("Not answered yet"),
            "not_comparable": gettext("Not comparable"),
            "partial": gettext("Incomplete"),
        }.get(reason, gettext("No data"))


STATUS_WORDS = {
    "exceeded": gettext_noop("Exceeded"),
    "met": gettext_noop("Met"),
    "missed": gettext_noop("Missed"),
    "on_track": gettext_noop("On track"),
    "at_risk": gettext_noop("At risk"),
    "off_track": gettext_noop("Off track"),
    "worsening": gettext_noop("Worsening"),
    "in_progress": gettext_noop("In progress"),
    "no_data": gettext_noop("No data"),
    "not_due": gettext_noop("Not due"),
    "not_applicable": gettext_noop("Not applicable"),
}


def status(code: str, *, language: str | None = None) -> str:
    """The status of a target in words."""
    if code not in STATUS_WORDS:
        return code
    with _speaking(language):
        return gettext(STATUS_WORDS[code])


# The order in which the states of a scoreboard are printed; they add up to its total.
STATUSES = (
    "exceeded",
    "met",
    "on_track",
    "at_risk",
    "off_track",
    "worsening",
    "missed",
    "in_progress",
    "no_data",
    "not_due",
)


def level(code: str, tier: str = "", *, language: str | None = None) -> str:
    """Whom a value speaks of, in words; the whole of a unit is called by its tier where that is known."""
    word = _WHOLE.get(tier, "Whole unit") if code == "total" else _LEVELS.get(code)
    if word is None:
        return code
    with _speaking(language):
        return gettext(word)


_WHOLE = {
    "": gettext_noop("Whole unit"),
    "nation": gettext_noop("Whole country"),
    "province": gettext_noop("Whole province"),
    "district": gettext_noop("Whole district"),
    "commune": gettext_noop("Whole commune"),
}
_LEVELS = {
    "province": gettext_noop("Province level"),
    "district": gettext_noop("District level"),
    "commune": gettext_noop("Commune level"),
}


def plain(value: str) -> str:
    """A code of the data as a CSS or icon name: `on_track` is `on-track`."""
    return value.replace("_", "-")


# Units of measure by the word of the catalogue; ranks and scores have none beside the number.
UNITS = {
    "thứ hạng": "",
    "Thứ bậc": "",
    "có/không": "",
    "điểm (0-1)": "",
    "điểm (0-100)": "",
    "Chỉ số phát triển con người (HDI)": "",
    "%/năm": gettext_noop("% a year"),
    "% GDP": gettext_noop("% of GDP"),
    "CSDL": gettext_noop("databases"),
    "Cơ sở": gettext_noop("facilities"),
    "Doanh nghiệp": gettext_noop("enterprises"),
    "Người/vạn dân": gettext_noop("per 10,000 people"),
    "Số doanh nghiệp/1000 dân": gettext_noop("enterprises per 1,000 people"),
    "Sàn dữ liệu": gettext_noop("data exchanges"),
    "Thành phố, Tỉnh": gettext_noop("provinces and cities"),
    "Trung tâm dữ liệu quốc gia": gettext_noop("national data centres"),
    "Tuyến cáp quang biển": gettext_noop("submarine cables"),
    "Tổ chức": gettext_noop("organisations"),
    "Tổ chức, doanh nghiệp": gettext_noop("organisations and enterprises"),
    "chiếc": gettext_noop("devices"),
    "chỉ tiêu": gettext_noop("population-data targets"),
    "ngày": gettext_noop("days"),
    "người": gettext_noop("persons"),
    "sản phẩm": gettext_noop("products"),
    "thôn": gettext_noop("villages"),
    "tổ": gettext_noop("teams"),
    "tỷ đồng": gettext_noop("billion dong"),
    "xã/phường": gettext_noop("communes and wards"),
    "địa chỉ": gettext_noop("addresses"),
    "điểm cầu": gettext_noop("online sites"),
    "điện thoại thông minh": gettext_noop("smartphones"),
    "nông sản": gettext_noop("farm products"),
    "phường": gettext_noop("wards"),
    "chữ ký số": gettext_noop("digital signatures"),
}


def unit_word(unit: str, *, language: str | None = None) -> str:
    """A unit of measure in the reader's language; what the catalogue words itself stays as it is."""
    word = UNITS.get(unit, unit)
    if word == unit or not word:
        return word
    with _speaking(language):
        return gettext(word)
