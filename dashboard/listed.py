"""Judged targets of one unit and period as lists: those that count, those apart, by document, by danger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from dashboard.rows import Row
from indicators.models.results import Status
from resolutions.models import Document

# Leaders read the worst first.
DANGER = (
    Status.MISSED,
    Status.WORSENING,
    Status.OFF_TRACK,
    Status.AT_RISK,
    Status.NO_DATA,
    Status.IN_PROGRESS,
    Status.ON_TRACK,
)
_PLACE = {status.value: place for place, status in enumerate(dict.fromkeys((*DANGER, *Status)))}


@dataclass(frozen=True)
class Listed:
    """Rows by the part they play in the count, each list in the order given."""

    counting: list[Row]
    overdue: list[Row]
    not_applicable: list[Row]
    outside: list[Row]
    """Met after the year they were due, or computed from the scoreboard itself."""

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Self:
        listed = cls([], [], [], [])
        for row in rows:
            listed._part_of(row).append(row)
        return listed

    def _part_of(self, row: Row) -> list[Row]:
        if row.attainment.counts:
            return self.counting
        if row.status == Status.NOT_APPLICABLE:
            return self.not_applicable
        return self.overdue if row.attainment.is_overdue else self.outside

    @property
    def every(self) -> list[Row]:
        return [*self.counting, *self.overdue, *self.not_applicable, *self.outside]


@dataclass
class DocumentRows:
    document: Document
    headings: list[tuple[object, list[Row]]] = field(default_factory=list)


def by_document(rows: Iterable[Row]) -> list[DocumentRows]:
    """Rows under their document and, where there is one, their heading."""
    found: list[DocumentRows] = []
    for row in rows:
        if not found or found[-1].document.pk != row.target.document_id:
            found.append(DocumentRows(row.target.document))
        headings = found[-1].headings
        if not headings or headings[-1][0] != row.target.parent:
            headings.append((row.target.parent, []))
        headings[-1][1].append(row)
    return found


def worst_first(rows: Iterable[Row]) -> list[Row]:
    """By state, the worst first; of one state those furthest from their goal first."""
    return sorted(
        rows, key=lambda row: (_PLACE[row.status], -row.shortfall, row.target.sort_key, row.target.pk)
    )


def in_danger(rows: Iterable[Row]) -> list[Row]:
    """The unmet that are due for attention, the worst first."""
    return worst_first(row for row in rows if row.status in DANGER)
