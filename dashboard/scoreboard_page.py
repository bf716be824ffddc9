"""The M rows of a unit and period: narrowed, in the order asked for, with their sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from dashboard import rows as listing
from dashboard.choosing import Option
from dashboard.listed import DocumentRows, Listed, by_document
from dashboard.narrowing import Narrowing, Order
from dashboard.rows import Row
from indicators import figures
from indicators.models import Level, Period
from indicators.scoreboards import Scoreboard, scoreboard_of
from provinces.models import Unit
from provinces.names import sort_key


@dataclass(frozen=True)
class StateChoice:
    """A state with the number of its rows that count, whichever are chosen; `query` turns it on or off."""

    status: str
    number: int
    is_chosen: bool
    query: list[str]


@dataclass(frozen=True)
class ScoreboardPage:
    board: Scoreboard
    """The sums of what everything but the states lets through: they add up, whichever is looked at."""
    listed: Listed
    groups: list[DocumentRows]
    """The rows that count, by document; empty where another order was asked for."""
    narrowing: Narrowing
    order: Order
    states: list[StateChoice]
    outside: int
    """Rows beside the count, whichever states are chosen."""
    documents: list[Option]
    levels: list[Option]
    pillars: list[Option]
    owners: list[Option]
    judged: int
    """Rows of the unit and period before anything was narrowed."""
    computed_at: datetime | None
    """When the latest of all these was computed."""
    illustrative_values: int
    illustrative_targets: int

    @property
    def is_illustrative(self) -> bool:
        return bool(self.illustrative_values or self.illustrative_targets)

    @property
    def outside_query(self) -> list[str]:
        return [] if self.narrowing.counts == "false" else ["false"]

    @property
    def shown(self) -> int:
        return len(self.listed.every)


def scoreboard_page(unit: Unit, period: Period, query: QueryDict) -> ScoreboardPage:
    """In two queries; whether the unit may be seen, the caller has asked."""
    every = listing.rows_of(unit, period)
    narrowing, order = Narrowing.asked(query, every), Order.asked(query)
    of_any_state = narrowing.of_any_state().of(every)
    board = scoreboard_of(unit, period, [row.attainment for row in of_any_state])
    shown = narrowing.of(of_any_state)
    listed = Listed.of(order.of(shown))
    return ScoreboardPage(
        board=board,
        listed=listed,
        groups=[] if order.by else by_document(listed.counting),
        narrowing=narrowing,
        order=order,
        states=_states(board.counts, narrowing.status),
        outside=len(of_any_state) - board.total,
        documents=_options(every, _document),
        levels=_levels(every, unit),
        pillars=sorted(_options(every, _pillar), key=lambda each: sort_key(each.text)),
        owners=sorted(_options(every, _owner), key=lambda each: sort_key(each.text)),
        judged=len(every),
        computed_at=max((row.attainment.computed_at for row in every), default=None),
        illustrative_values=sum(row.is_value_illustrative for row in shown),
        illustrative_targets=sum(row.is_target_illustrative for row in shown),
    )


def _states(counts: Mapping[str, int], chosen: Sequence[str]) -> list[StateChoice]:
    return [
        StateChoice(
            status,
            number,
            status in chosen,
            [each for each in chosen if each != status] if status in chosen else [*chosen, status],
        )
        for status, number in counts.items()
        if number or status in chosen
    ]


def _options(rows: Iterable[Row], option: Callable[[Row], Option | None]) -> list[Option]:
    """Each once, in the order of the rows."""
    return list(dict.fromkeys(found for row in rows if (found := option(row)) is not None))


def _document(row: Row) -> Option:
    return Option(str(row.target.document_id), row.target.document.number)


def _pillar(row: Row) -> Option | None:
    pillar = row.target.indicator.pillar if row.target.indicator is not None else None
    return Option(pillar.code, pillar.name) if pillar is not None else None


def _owner(row: Row) -> Option | None:
    return Option(row.target.owner.ref, row.owner) if row.target.owner is not None else None


def _levels(rows: Iterable[Row], unit: Unit) -> list[Option]:
    found = {row.target.level for row in rows}
    return [Option(level, figures.level(level, unit.tier)) for level in Level.values if level in found]
