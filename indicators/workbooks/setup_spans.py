"""Rows that hold from a day to a day, beside the stored ones: new, ending on another day, or clashing."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from indicators.workbooks.setup_cells import span_words
from indicators.workbooks.setup_sheets import Line
from provinces.models import Dated

D = TypeVar("D", bound=Dated)


@dataclass
class Asked(Generic[D]):
    """A row of the workbook as the row it asks for, and the stored one it speaks of, if there is one."""

    line: Line
    row: D
    stored: D | None = None

    @property
    def is_new(self) -> bool:
        return self.stored is None

    @property
    def is_changed(self) -> bool:
        return self.stored is None or self.stored.valid_to != self.row.valid_to


def match(asked: Iterable[Asked[D]], stored: Iterable[D], body: Callable[[D], Hashable]) -> list[D]:
    """Give each row asked for the stored one of the same body that begins on the same day.

    Rows that end on the same day as well find each other first. Answers the stored rows nobody asked for.
    """
    left: dict[Hashable, list[D]] = {}
    for row in stored:
        left.setdefault((body(row), row.valid_from), []).append(row)
    waiting = []
    for one in asked:
        same = left.get((body(one.row), one.row.valid_from), [])
        one.stored = next((row for row in same if row.valid_to == one.row.valid_to), None)
        if one.stored is None:
            waiting.append(one)
        else:
            same.remove(one.stored)
    for one in waiting:
        same = left.get((body(one.row), one.row.valid_from), [])
        one.stored = same.pop(0) if same else None
    return [row for rows in left.values() for row in rows]


@dataclass(frozen=True)
class _Span(Generic[D]):
    row: D
    asked: Asked[D] | None

    @property
    def start(self) -> datetime.date:
        return self.row.valid_from or datetime.date.min

    @property
    def end(self) -> datetime.date:
        return self.row.valid_to or datetime.date.max

    @property
    def changes(self) -> bool:
        return self.asked is not None and self.asked.is_changed


def check_overlaps(asked: Iterable[Asked[D]], left: Iterable[D], body: Callable[[D], Hashable]) -> None:
    """A problem for each new or changed row that shares a day with another row of the same body."""
    bodies: dict[Hashable, list[_Span[D]]] = {}
    for one in asked:
        bodies.setdefault(body(one.row), []).append(_Span(one.row, one))
    for row in left:
        if (spans := bodies.get(body(row))) is not None:
            spans.append(_Span(row, None))
    for spans in bodies.values():
        spans.sort(key=lambda span: span.start)
        furthest = spans[0]
        for span in spans[1:]:
            if span.start <= furthest.end:
                _tell(furthest, span)
            if span.end > furthest.end:
                furthest = span


def _tell(earlier: _Span[D], later: _Span[D]) -> None:
    """Blame the row that changes something; of two, the one further down."""
    changing = [each.asked for each in (earlier, later) if each.asked is not None and each.changes]
    if not changing:
        return
    one = max(changing, key=lambda asked: asked.line.number)
    other = later if earlier.asked is one else earlier
    if other.asked is not None:
        message = _(
            "Row %(row)s says the same for some of these days; delete one of the two rows or part their days."
        )
        one.line.problem("first_day", "row.twice", message % {"row": other.asked.line.number})
    else:
        message = _("This holds already: %(span)s. Give that row a last day, or correct these days.")
        words = {"span": span_words(other.row.valid_from, other.row.valid_to)}
        one.line.problem("first_day", "row.overlap", message % words)


def check_days(line: Line, row: Dated) -> None:
    """A new or changed row has a first day, and the last is not before it."""
    if row.valid_from is None:
        line.problem("first_day", "first_day.missing", _("Write the first day, as 15/07/2026."))
    elif row.valid_to is not None and row.valid_to < row.valid_from:
        line.problem("last_day", "days.order", _("The last day is before the first; correct one of the two."))


def check_life(line: Line, column: str, row: Dated, body: Dated | None) -> None:
    """The unit or the agency is there on at least one of the days."""
    if body is None:
        return
    first, last = row.valid_from or datetime.date.min, row.valid_to or datetime.date.max
    if first > (body.valid_to or datetime.date.max) or last < (body.valid_from or datetime.date.min):
        message = _("It was there on other days only: %(span)s. Choose another one or correct the days.")
        words = {"span": span_words(body.valid_from, body.valid_to)}
        line.problem(column, f"{column}.not_then", message % words)
