"""The columns of a workbook of figures, and the words that stand in it, in every language of the portal.

A sheet is read by the names in its first rows, never by the place of a column: by the machine names of the
hidden first row, or, where somebody deleted that, by the headings in whatever language they were written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from indicators.models import Answer, Level, MissingReason, Qualifier
from indicators.workbooks.reading import Row, address

_LOOK_FOR_HEADINGS = 10


class Column(NamedTuple):
    """``width`` in characters; a column of ``entered`` is open for typing, all others are locked."""

    name: str
    heading: Any
    width: int
    is_entered: bool = False
    is_hidden: bool = False


COLUMNS = (
    Column("unit", _("Unit reference"), 12, is_hidden=True),
    Column("agency", _("Agency reference"), 12, is_hidden=True),
    Column("period", _("Period code"), 10, is_hidden=True),
    Column("level", _("Level code"), 10, is_hidden=True),
    Column("base", _("Version"), 8, is_hidden=True),
    Column("name", _("Office"), 24),
    Column("indicator", _("Code"), 8),
    Column("title", _("Indicator"), 48),
    Column("level_name", _("Level"), 11),
    Column("measure", _("Unit of measure"), 12),
    Column("numerator", _("Numerator"), 13, is_entered=True),
    Column("denominator", _("Denominator"), 13, is_entered=True),
    Column("value", _("Result"), 13, is_entered=True),
    Column("answer", _("Answer"), 20, is_entered=True),
    Column("missing_reason", _("Why there is no figure"), 20, is_entered=True),
    Column("qualifier", _("How firm"), 13, is_entered=True),
    Column("note", _("Note"), 28, is_entered=True),
    Column("justification", _("Justification of a warning"), 28, is_entered=True),
    Column("last", _("Last period"), 13),
    Column("last_year", _("Last year"), 13),
)
ANSWERS = (Answer.VALUE, Answer.NOTHING_AROSE, Answer.MISSING)
CHOICES: Mapping[str, Iterable[Any]] = {
    "answer": ANSWERS,
    "missing_reason": MissingReason,
    "qualifier": Qualifier,
    "level": Level,
}
TYPED = ("base", "numerator", "denominator", "value", *CHOICES, "note", "justification")
_NEEDED = {"unit", "period", "level", "indicator"}
_NAMES = {column.name: column.name for column in COLUMNS}


@dataclass(frozen=True)
class Layout:
    """Where the columns of one sheet stand."""

    sheet: str
    columns: Mapping[str, int]

    def text(self, row: Row, name: str) -> str:
        place = self.columns.get(name)
        return "" if place is None else row.text(place)

    def raw(self, row: Row, name: str) -> Any:
        """A cell as the file has it, to be kept without a copy."""
        place = self.columns.get(name)
        return row.cells[place] if place is not None and place < len(row.cells) else None

    def address(self, name: str, row: int) -> str:
        """The cell of a column; where the sheet lacks it or hides it, the code of the indicator."""
        place = self.columns.get(name, self.columns["indicator"])
        return address(place, row)


def tables(rows: Iterable[Row]) -> Iterator[tuple[Layout, Row]]:
    """The rows below the headings of each sheet that has the headings of figures."""
    layout: Layout | None = None
    for row in rows:
        if layout is not None and layout.sheet != row.sheet:
            layout = None
        # Headings may stand twice: in machine names, and below them in words.
        found = _layout(row) if layout is None or row.number <= _LOOK_FOR_HEADINGS else None
        if found is not None:
            layout = found
        elif layout is not None:
            yield layout, row


def _layout(row: Row) -> Layout | None:
    if row.number > _LOOK_FOR_HEADINGS:
        return None
    # Apart: the English heading of one column is the machine name of another.
    for known in (_NAMES, _headings()):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row.cells):
            name = known.get(_folded(cell)) if isinstance(cell, str) else None
            if name is not None:
                columns.setdefault(name, place)
        if columns.keys() >= _NEEDED:
            return Layout(row.sheet, columns)
    return None


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


@cache
def _headings() -> dict[str, str]:
    known: dict[str, str] = {}
    for _language in _languages():
        known |= {_folded(str(column.heading)): column.name for column in COLUMNS}
    return known


@cache
def codes(name: str) -> dict[str, str]:
    """The codes of a choice by their words in every language, and by themselves."""
    known: dict[str, str] = {}
    for _language in _languages():
        known |= {_folded(str(choice.label)): str(choice.value) for choice in CHOICES[name]}
    return known | {str(choice.value): str(choice.value) for choice in CHOICES[name]}


def code(name: str, typed: str) -> str:
    """The code that was chosen; what is no choice stays as it is, for the rule table to refuse."""
    return codes(name).get(_folded(typed), typed) if typed else ""


def _languages() -> Iterator[str]:
    for language, _name in settings.LANGUAGES:
        with override(language):
            yield language


def labels(name: str) -> Sequence[str]:
    """The words of a drop-down, in the active language."""
    return [str(choice.label) for choice in CHOICES[name]]
