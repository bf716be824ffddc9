"""What narrows a list of judged targets, and in which order it stands: by the names these have in the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Self

from django.http import QueryDict

from dashboard.listed import worst_first
from dashboard.rows import Row
from indicators.filters import words_of_target
from provinces.names import sort_key
from provinces.searching import words_in, words_of

LONGEST_WORDS = 100


@dataclass(frozen=True)
class Narrowing:
    """The choices of an address; an empty one lets everything through."""

    document: int | None = None
    level: str = ""
    pillar: str = ""
    owner: str = ""
    """`ref` of the agency that answers for the target."""
    status: tuple[str, ...] = ()
    counts: str = ""
    """`true` or `false`: whether it is one of those that the headline counts."""
    q: str = ""

    @classmethod
    def asked(cls, query: QueryDict, rows: Sequence[Row], names: Iterable[str] = ()) -> Self:
        """What the address asks for, all of it or under these names alone.

        A choice that no row fits is let go: it was made for the unit or period looked at before.
        """
        chosen: dict[str, Any] = {}
        for name in names or (each.name for each in fields(cls)):
            if name == "q":
                chosen["q"] = query.get("q", "")[:LONGEST_WORDS].strip()
            elif name == "status":
                known = {row.status for row in rows}
                chosen["status"] = tuple(each for each in query.getlist("status") if each in known)
            else:
                known_values = {str(value): value for value in map(_VALUES[name], rows) if value}
                chosen[name] = known_values.get(query.get(name, ""), None if name == "document" else "")
        return cls(**chosen)

    def of(self, rows: Iterable[Row]) -> list[Row]:
        """The rows it lets through, in their order."""
        words = words_of(self.q)
        asked = {name: value for name in _VALUES if (value := getattr(self, name))}
        return [
            row
            for row in rows
            if all(_VALUES[name](row) == value for name, value in asked.items())
            and (not self.status or row.status in self.status)
            and (not words or words_in(words_of_target(row.target), words))
        ]

    def of_any_state(self) -> Self:
        """Without what tells states apart: the rows whose sums stand above the list."""
        return replace(self, status=(), counts="")

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))


def _pillar(row: Row) -> str:
    indicator = row.target.indicator
    return indicator.pillar.code if indicator is not None and indicator.pillar is not None else ""


_VALUES: Mapping[str, Callable[[Row], Any]] = {
    "document": lambda row: row.target.document_id,
    "level": lambda row: row.target.level,
    "pillar": _pillar,
    "owner": lambda row: row.target.owner.ref if row.target.owner is not None else "",
    "counts": lambda row: "true" if row.attainment.counts else "false",
}


@dataclass(frozen=True)
class Order:
    """The column a list is sorted by; none is the order of the documents."""

    by: str = ""
    descending: bool = False

    @classmethod
    def asked(cls, query: QueryDict) -> Self:
        by = query.get("sort", "")
        return cls(by, query.get("desc") == "1") if by in ORDERS else cls()

    def of(self, rows: Sequence[Row]) -> list[Row]:
        """Rows without the value they are sorted by stand last, in either direction."""
        if not self.by:
            return list(rows)
        if self.by == "status":
            found = worst_first(rows)
            return found[::-1] if self.descending else found
        value = ORDERS[self.by]
        having = [row for row in rows if value(row) not in (None, "")]
        lacking = [row for row in rows if value(row) in (None, "")]
        return [*sorted(having, key=value, reverse=self.descending), *lacking]


def _due(row: Row) -> date | None:
    return row.attainment.revision.due_on


def _behind(row: Row) -> Any:
    """How far it is from its goal, as a share of the goal; what is met lies before it."""
    if row.value is None or not row.goal:
        return None
    return -row.shortfall if row.attainment.met else row.shortfall


ORDERS: Mapping[str, Callable[[Row], Any]] = {
    "name": lambda row: sort_key(row.target.name),
    "owner": lambda row: row.owner and sort_key(row.owner),
    "due": _due,
    "plan": _behind,
    "status": lambda row: row.status,
}
