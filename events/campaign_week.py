"""The entry page's week: a row for each goal, a column for each day, and the totals of the week's parts."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from events.actions.campaigns import FiguresRefused, Span, Typed, counted_whole
from events.campaigns import days_in, quarters_of
from events.models import CampaignFigure, CampaignGoal, Event
from indicators import figures
from indicators.entry.numbers import write_number
from provinces.dates import today
from provinces.models import Unit

LONGEST_TEXT = 40
_FIELD = re.compile(r"f-(\d{1,18})-(\d{4}-\d\d-\d\d)-(\d{4}-\d\d-\d\d)")


@dataclass
class Cell:
    """A field of the form. ``base`` is the id of the live figure it shows, "" where there is none."""

    span: Span
    text: str = ""
    base: str = ""
    error: str = ""
    is_open: bool = True
    note: str = ""

    @property
    def tail(self) -> str:
        return f"{self.span[0]}-{self.span[1]}-{self.span[2]}"

    @property
    def days(self) -> str:
        return f"{self.span[1]:%d/%m}–{self.span[2]:%d/%m}"


@dataclass
class Row:
    goal: CampaignGoal
    days: list[Cell | None]
    """None for a day outside the campaign."""
    totals: list[Cell]
    stored: Decimal | None
    note: str = ""

    @property
    def cells(self) -> list[Cell]:
        return [*(each for each in self.days if each is not None), *self.totals]

    @property
    def errors(self) -> list[Cell]:
        return [each for each in self.cells if each.error]

    @property
    def stored_text(self) -> str:
        return figures.ABSENT if self.stored is None else figures.number(self.stored)


@dataclass
class Week:
    event: Event
    days: list[datetime.date]
    rows: list[Row] = field(default_factory=list)

    @property
    def first(self) -> datetime.date:
        return max(self.days[0], self.event.starts_on)

    @property
    def last(self) -> datetime.date:
        return min(self.days[-1], self.event.ends_on)

    @property
    def previous(self) -> datetime.date | None:
        before = self.days[0] - datetime.timedelta(days=7)
        return before if self.event.starts_on < self.days[0] else None

    @property
    def following(self) -> datetime.date | None:
        after = self.days[-1] + datetime.timedelta(days=1)
        return after if after <= self.event.ends_on else None


def week_of(event: Event, asked: str) -> Week:
    """The week, Monday to Sunday, that holds the day asked for; else the latest of the campaign."""
    try:
        day = datetime.date.fromisoformat(asked)
    except ValueError:
        day = today()
    day = max(event.starts_on, min(day, event.ends_on))
    monday = day - datetime.timedelta(days=day.weekday())
    return Week(event, [monday + datetime.timedelta(days=n) for n in range(7)])


def fill(
    week: Week, unit: Unit, posted: Mapping[str, str] | None = None, refused: FiguresRefused | None = None
) -> None:
    """Put into the week what is stored, and over it what was typed, with what is wrong in it."""
    goals = list(week.event.goals.select_related("indicator"))
    live = CampaignFigure.objects.live().filter(
        goal__in=goals, unit=unit, from_on__lte=week.last, to_on__gte=week.first
    )
    filling = _Filling(
        {(each.goal_id, each.from_on, each.to_on): each for each in live},
        counted_whole(week.event, goals),
        posted or {},
        refused or FiguresRefused({}),
    )
    parts = _parts(week)
    for goal in goals:
        longer = {span[1:] for span in filling.spans(goal.pk) if span[1] != span[2]}
        days = [
            filling.cell((goal.pk, day, day)) if week.first <= day <= week.last else None for day in week.days
        ]
        others = sorted(longer.difference(parts))
        totals = [filling.cell((goal.pk, first, last)) for first, last in (*parts, *others)]
        note = filling.posted.get(f"n-{goal.pk}", "")
        week.rows.append(Row(goal, days, totals, filling.sum_of(goal), note))


def _parts(week: Week) -> list[tuple[datetime.date, datetime.date]]:
    """The week's days in the campaign, in two where a quarter's data cut-off lies between them."""
    starts = [
        each.cutoff_on + datetime.timedelta(days=1)
        for each in quarters_of(week.event)
        if week.first <= each.cutoff_on < week.last
    ]
    bounds = [week.first, *sorted(starts), week.last + datetime.timedelta(days=1)]
    spans = [(one, after - datetime.timedelta(days=1)) for one, after in pairwise(bounds)]
    return [(first, last) for first, last in spans if days_in(first, last) > 1]


@dataclass
class _Filling:
    live: dict[Span, CampaignFigure]
    whole: set[int]
    posted: Mapping[str, str]
    refused: FiguresRefused

    def spans(self, goal: int) -> list[Span]:
        """All that is stored or typed for a goal, also where the form has no field of its own for it."""
        return [
            span for span in (*self.live, *(each.span for each in typed_in(self.posted))) if span[0] == goal
        ]

    def sum_of(self, goal: CampaignGoal) -> Decimal | None:
        own = [figure.value for span, figure in self.live.items() if span[0] == goal.pk]
        return sum(own, Decimal(0)) if own and goal.is_flow else None

    def cell(self, span: Span) -> Cell:
        error = self.refused.problems.get(span, "")
        cell = Cell(span, error=error, is_open=span[2] <= today() or bool(error))
        found = self.live.get(span)
        if found is not None:
            cell.text, cell.base = write_number(found.value, whole=span[0] in self.whole), str(found.pk)
            cell.note = found.note
        if f"f-{cell.tail}" in self.posted:
            cell.text = self.posted[f"f-{cell.tail}"][:LONGEST_TEXT]
            if span not in self.refused.conflicts:
                # In a conflict the newer figure is said beside the field, and sending again decides it.
                cell.base = self.posted.get(f"b-{cell.tail}", "")
        return cell


def typed_in(posted: Mapping[str, str]) -> list[Typed]:
    """The fields of the form; names that are none are left out."""
    found = []
    for name, text in posted.items():
        match = _FIELD.fullmatch(name)
        if match is None:
            continue
        try:
            first, last = datetime.date.fromisoformat(match[2]), datetime.date.fromisoformat(match[3])
        except ValueError:
            continue
        base = posted.get(f"b-{name[2:]}", "")
        known = int(base) if base.isascii() and base.isdecimal() and len(base) < 19 else None
        found.append(Typed(int(match[1]), first, last, text.replace("\0", "")[:LONGEST_TEXT], known))
    return found


def notes_in(posted: Mapping[str, str], rows: Sequence[int]) -> dict[int, str]:
    return {goal: posted.get(f"n-{goal}", "").replace("\0", "") for goal in rows}
