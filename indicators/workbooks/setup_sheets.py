"""The sheets of the set-up workbook: which there are, and how they are known by in an uploaded file.

A sheet is known by its name and its headings, in either language, or by the hidden row of machine names of
the portal's own workbook. A csv file holds one sheet without a name; its headings say which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from indicators.models import LineKind
from indicators.workbooks.plans import Found
from indicators.workbooks.reading import Row, address
from indicators.workbooks.setup_forms import FORMS, INSTRUCTIONS, REFERENCE, Form
from provinces.names import fold

# Headings stand near the top; what lies further down is data, whatever its words.
_HEAD_ROWS = 12
_MATCHES = 2


@dataclass
class Line:
    """A row of a known sheet, and the problems found in its cells."""

    row: Row
    columns: Mapping[str, int]
    subject: str = ""
    found: list[Found] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.row.number

    @property
    def is_sound(self) -> bool:
        return not self.found

    def has(self, column: str) -> bool:
        """Whether the sheet has the column at all."""
        return column in self.columns

    def cell(self, column: str) -> str:
        return address(self.columns[column], self.row.number) if column in self.columns else ""

    def problem(self, column: str, code: str, message: str) -> None:
        self.found.append(self._told(LineKind.PROBLEM, column, code, message=message))

    def difference(self, column: str, code: str, *, message: str, old: str, new: str) -> Found:
        return self._told(LineKind.DIFFERENCE, column, code, message=message, old=old, new=new)

    def _told(self, kind: str, column: str, code: str, **words: str) -> Found:
        return told(
            kind,
            sheet=self.row.sheet,
            row=self.row.number,
            cell=self.cell(column),
            code=code,
            subject=self.subject,
            **words,
        )


@dataclass
class Sheets:
    """The rows of each kind of sheet, and what the sheets themselves lack."""

    rows: dict[str, list[tuple[Row, Mapping[str, int]]]] = field(
        default_factory=lambda: {form.kind: [] for form in FORMS}
    )
    found: list[Found] = field(default_factory=list)
    is_known: bool = False
    """Whether there is a sheet of the set-up workbook at all."""

    def lines(self, kind: str) -> list[Line]:
        return [Line(row, columns) for row, columns in self.rows[kind]]

    @property
    def total(self) -> int:
        return sum(len(rows) for rows in self.rows.values())


def told(kind: str, **fields: Any) -> Found:
    """A finding no longer than the fields it is kept in, without what PostgreSQL cannot keep."""
    for name, longest in (("sheet", 100), ("subject", 300), ("old", 300), ("new", 300)):
        text = fields.get(name, "").replace("\0", "")
        fields[name] = text if len(text) <= longest else text[: longest - 1] + "…"
    return Found(kind, **fields)


def read_sheets(rows: Iterable[Row]) -> Sheets:
    """Sort the rows of a workbook by what its sheets are."""
    sheets = Sheets()
    for name, of_sheet in groupby(rows, key=lambda row: row.sheet):
        _take(sheets, name, list(of_sheet))
    return sheets


def _take(sheets: Sheets, name: str, rows: Sequence[Row]) -> None:
    if fold(name) in _names_of_texts():
        return
    form, position, columns = _recognise(name, rows)
    if form is None:
        message = _("This sheet is none of the set-up workbook's and was not read.")
        sheets.found.append(told(LineKind.WARNING, sheet=name, code="sheet.ignored", message=message))
        return
    sheets.is_known = True
    head = rows[position]
    missing = [each for each in form.columns if each.required and each.name not in columns]
    for each in missing:
        message = _("The column “%(column)s” is missing; take the headings of the downloaded workbook.")
        sheets.found.append(_of_head(head, "column.missing", message % {"column": each.heading}))
    for column in _twice(form, head):
        message = _("The column “%(column)s” stands here more than once; keep one of them.")
        cell = address(column, head.number)
        words = message % {"column": fold(head.text(column))}
        sheets.found.append(_of_head(head, "column.twice", words, cell))
    if not missing:
        sheets.rows[form.kind] += [(row, columns) for row in _data(form, rows[position + 1 :], columns)]


def _of_head(head: Row, code: str, message: str, cell: str = "") -> Found:
    return told(LineKind.PROBLEM, sheet=head.sheet, row=head.number, cell=cell, code=code, message=message)


def _recognise(name: str, rows: Sequence[Row]) -> tuple[Form | None, int, dict[str, int]]:
    """The form of a sheet, the place of its headings among the rows, and where each column stands."""
    named = [form for form in FORMS if fold(name) in _words(form.kind, form.also)]
    best: tuple[tuple[bool, int], Form | None, int, dict[str, int]] = ((False, 0), None, 0, {})
    for form in named or FORMS:
        for position, row in enumerate(rows[:_HEAD_ROWS]):
            columns = _columns(form, row)
            is_whole = all(each.name in columns for each in form.columns if each.required)
            rank = (is_whole, len(columns))
            if len(columns) >= _MATCHES and rank > best[0]:
                best = (rank, form, position, columns)
    if best[1] is None and named:
        # The sheet is meant, whatever became of its headings.
        return named[0], 0, {}
    return best[1:]


def _columns(form: Form, row: Row) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, column in _named(form, row):
        found.setdefault(name, column)
    return found


def _twice(form: Form, head: Row) -> Iterator[int]:
    seen = set()
    for name, column in _named(form, head):
        if name in seen:
            yield column
        seen.add(name)


def _named(form: Form, row: Row) -> Iterator[tuple[str, int]]:
    """Each cell that is a heading of the form, as the column's name and place."""
    known = _headings(form.kind)
    for column, cell in enumerate(row.cells):
        if isinstance(cell, str) and (name := known.get(fold(cell))):
            yield name, column


def _data(form: Form, rows: Sequence[Row], columns: Mapping[str, int]) -> Iterator[Row]:
    """The rows below the headings with anything in a known column; a second row of headings is none."""
    for position, row in enumerate(rows):
        if position == 0 and len(_columns(form, row)) >= _MATCHES:
            continue
        if any(row.text(column) for column in columns.values()):
            yield row


def in_each_language(text: Any) -> Iterator[str]:
    for language, _name in settings.LANGUAGES:
        with override(language):
            yield str(text)


@cache
def _words(kind: str, also: tuple[str, ...]) -> frozenset[str]:
    form = next(each for each in FORMS if each.kind == kind)
    return frozenset(fold(each) for each in (kind, *in_each_language(form.title), *also))


@cache
def _headings(kind: str) -> Mapping[str, str]:
    """What each heading is called, folded: the column's name."""
    form = next(each for each in FORMS if each.kind == kind)
    return {
        fold(word): column.name
        for column in form.columns
        for word in (column.name, *column.also, *in_each_language(column.heading))
    }


@cache
def _names_of_texts() -> frozenset[str]:
    return frozenset(fold(each) for text in (INSTRUCTIONS, REFERENCE) for each in in_each_language(text))
