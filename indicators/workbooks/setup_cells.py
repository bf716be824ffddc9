"""The cells of the set-up workbook, read into text, days, choices and yes or no."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from indicators.workbooks.setup_sheets import Line, in_each_language
from provinces.names import fold

# Spreadsheets keep days as such, which arrive as ISO text; people type 15/07/2026.
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_TYPED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YEARS = range(1990, 2101)
_YES = frozenset({"co", "yes", "y", "x", "1", "true", "dung"})
_NO = frozenset({"khong", "no", "n", "0", "false", "sai"})
QUOTED = 80


def clean(text: str) -> str:
    """One spelling, single spaces, and nothing that hides or turns what is written."""
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        spaced = "".join(" " if each.isspace() else each for each in text)
        text = "".join(each for each in spaced if unicodedata.category(each)[0] != "C")
    return " ".join(text.split())


def text_of(line: Line, column: str) -> str:
    return clean(line.row.text(line.columns[column])) if line.has(column) else ""


def short_text_of(line: Line, column: str, longest: int) -> str:
    """Text that fits its field; longer is a problem."""
    text = text_of(line, column)
    if len(text) > longest:
        message = _("This text is longer than %(longest)s characters; shorten it.")
        line.problem(column, "text.too_long", message % {"longest": longest})
    return text


def code_of(line: Line, column: str) -> str:
    """The code a cell begins with: the workbook writes names behind it, for its readers."""
    return text_of(line, column).partition(" ")[0]


def day_of(line: Line, column: str) -> datetime.date | None:
    text = text_of(line, column)
    if not text:
        return None
    day = read_day(text)
    if day is None:
        message = _("“%(text)s” is no day; write it as 15/07/2026 (day/month/year).")
        line.problem(column, "day.invalid", message % {"text": text[:QUOTED]})
    return day


def read_day(text: str) -> datetime.date | None:
    """``2026-01-31``, with or without a time, or ``31/01/2026``; None for anything else."""
    if match := _ISO.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _TYPED.fullmatch(text):
        day, month, year = map(int, match.groups())
    else:
        return None
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        return None
    return found if year in _YEARS else None


def yes_or_no_of(line: Line, column: str, default: bool) -> bool:
    """``default`` where the cell, or the column, is empty."""
    text = text_of(line, column)
    if not text:
        return default
    if fold(text) not in _YES | _NO:
        message = _("Write “yes” or “no” instead of “%(text)s”.")
        line.problem(column, f"{column}.invalid", message % {"text": text[:QUOTED]})
    return fold(text) in _YES


def choice_of(line: Line, column: str, choices: type[TextChoices], offered: Iterable[str] = ()) -> str:
    """A choice by its word in either language or by its code; "" where it is none, which is a problem."""
    text = text_of(line, column)
    found = words_of(choices).get(fold(text), "") if text else ""
    if not found:
        words = ", ".join(str(choices(each).label) for each in offered or choices.values)
        message = (
            _("“%(text)s” is not known here; write one of: %(words)s.")
            if text
            else _("This cell is empty; write one of: %(words)s.")
        )
        code = f"{column}.unknown" if text else f"{column}.missing"
        line.problem(column, code, message % {"text": text[:QUOTED], "words": words})
    return found


@cache
def words_of(choices: type[TextChoices]) -> Mapping[str, str]:
    """Every word for each choice, folded."""
    return {
        fold(word): value for value, label in choices.choices for word in (value, *in_each_language(label))
    }


def same_text(one: str, other: str) -> bool:
    return clean(one) == clean(other)


def span_words(first: datetime.date | None, last: datetime.date | None) -> str:
    """`01/01/2026 – …` for what has no end."""
    return " – ".join("…" if day is None else day.strftime("%d/%m/%Y") for day in (first, last))
