"""The days around a scoreboard: reports and targets falling due, and events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, IntegerField, Min, Q, QuerySet, Subquery
from django.utils.translation import gettext, ngettext

from accounts.prepared import PreparedQuerySet
from dashboard.rows import Row
from events.models import Event, returning_in
from indicators import figures
from indicators.models import Period, PeriodDueDay
from indicators.scoreboards import MET
from provinces.dates import today
from provinces.models import Tier, Unit
from resolutions.counts import TaskCounts
from resolutions.models import Task, TaskStanding, standing_is

REPORT_DAYS = 2
TARGET_DAYS = 2
AHEAD = timedelta(days=400)
EVENTS = 5
TASKS = 3
TASKS_AHEAD = timedelta(days=60)
_BODIES = {
    Tier.NATION: "nation",
    Tier.PROVINCE: "province",
    Tier.DISTRICT: "district",
    Tier.COMMUNE: "commune",
}


@dataclass(frozen=True)
class AgendaLine:
    on: date
    text: str
    is_day_illustrative: bool = False


def agenda(
    unit: Unit,
    period: Period,
    rows: Iterable[Row],
    due_days: Iterable[PeriodDueDay],
    tasks: Iterable[Task],
) -> list[AgendaLine]:
    """In order of days, in one query; a unit that has ended owes nothing any more."""
    lines = list(_events(unit, period))
    if unit.is_valid_on(today()):
        lines += [*_reports(unit, due_days), *_targets(rows), *_tasks(tasks)]
    return sorted(lines, key=lambda line: line.on)


def tasks_of(unit: Unit) -> tuple[list[Task], TaskCounts]:
    """The unit's tasks that are overdue or due within two months, the oldest first, and how all its tasks
    stand; one query for both."""
    until = today() + TASKS_AHEAD
    rows = _TASKS.rows(unit=unit.pk, day=today(), until=until)
    kept = [task for task in rows if task.done_on is None and task.due_on <= until]
    first: Any = rows[0] if rows else None
    return kept, TaskCounts({each: getattr(first, f"n_{each}", 0) for each in TaskStanding.values})


def _with_counts(*, unit: int, day: date, until: date) -> QuerySet[Task]:
    """Those to look at, beside the counts of all; of a unit without any to look at its first task alone, so
    that the counts are there."""
    every = Task.objects.filter(unit=unit).order_by()
    first = Subquery(every.values("unit").annotate(least=Min("pk")).values("least"))
    counts = {
        f"n_{standing}": Subquery(
            every.values("unit").annotate(n=Count("pk", filter=condition)).values("n"),
            output_field=IntegerField(),
        )
        for standing, condition in standing_is(day).items()
    }
    looked_at = Q(done_on__isnull=True, due_on__lte=until)
    return Task.objects.filter(looked_at | Q(pk=first), unit=unit).for_list().annotate(**counts)


_TASKS = PreparedQuerySet(_with_counts, unit=int, day=date, until=date)


def _tasks(tasks: Iterable[Task]) -> Iterator[AgendaLine]:
    coming = [task for task in tasks if task.due_on >= today()]
    for task in coming[:TASKS]:
        text = gettext("Task due: %(task)s") % {"task": task.title}
        yield AgendaLine(task.due_on, text, task.is_illustrative)


def due_days_of(unit: Unit, period: Period) -> list[PeriodDueDay]:
    """The due days of the period for all bodies, and those still to come for the unit's own; one query."""
    body = _BODIES[Tier(unit.tier)]
    return _DUE_DAYS.rows(period=period.pk, body=body, day=today(), until=today() + AHEAD)


def _due_days(*, period: int, body: str, day: date, until: date) -> QuerySet[PeriodDueDay]:
    coming = Q(body=body, due_on__gte=day, due_on__lte=until)
    found = PeriodDueDay.objects.filter(Q(period=period) | coming & ~Q(period__kind="campaign"))
    return found.select_related("period").order_by("due_on", "period__starts_on", "pk")


_DUE_DAYS = PreparedQuerySet(_due_days, period=int, body=str, day=date, until=date)


def _reports(unit: Unit, due_days: Iterable[PeriodDueDay]) -> Iterator[AgendaLine]:
    """The next days on which the unit's own reports are due."""
    body, day = _BODIES[Tier(unit.tier)], today()
    coming = [each for each in due_days if each.body == body and each.due_on >= day]
    days: dict[date, list[str]] = {}
    for each in coming:
        days.setdefault(each.due_on, []).append(figures.period(each.period.code, each.period.name_vi))
    for day, periods in list(days.items())[:REPORT_DAYS]:
        yield AgendaLine(day, gettext("Report due: %(periods)s") % {"periods": ", ".join(periods)})


def _targets(rows: Iterable[Row]) -> Iterator[AgendaLine]:
    """The next days on which targets that are not met yet fall due."""
    due = Counter(row.attainment.revision.due_on for row in rows if row.status not in MET)
    for day in sorted(day for day in due if day >= today())[:TARGET_DAYS]:
        text = ngettext("%(count)d target falls due", "%(count)d targets fall due", due[day])
        yield AgendaLine(day, text % {"count": due[day]})


def _events(unit: Unit, period: Period) -> Iterator[AgendaLine]:
    """Events of the unit and the nation, in the year of the period or still to come."""
    begins, ends = date(period.year, 1, 1), date(period.year, 12, 31)
    for event in _EVENTS.rows(unit=unit.pk, year=period.year, begins=begins, ends=ends, day=today()):
        on = _day_in(event, period.year)
        # The first national day carries its year in its title; its returns must not.
        text = event.title if on == event.starts_on else event.get_kind_display()
        yield AgendaLine(on, text, event.is_day_illustrative)


def _events_around(*, unit: int, year: int, begins: date, ends: date, day: date) -> QuerySet[Event]:
    in_the_year = Q(starts_on__lte=ends, ends_on__gte=begins)
    # What returns every year is told in the year it belongs to, not a year ahead as well.
    coming = Q(ends_on__gte=day, returns_of__isnull=True)
    found = Event.objects.filter(
        Q(unit=unit) | Q(unit__tier=Tier.NATION),
        in_the_year | returning_in(year, ends) | coming,
        cancelled=False,
    )
    return found.order_by("-starts_on", "pk")[:EVENTS]


_EVENTS = PreparedQuerySet(_events_around, unit=int, year=int, begins=date, ends=date, day=date)


def _day_in(event: Event, year: int) -> date:
    """The day of an event, or of its return in that year; 29 February returns on the 28th."""
    if not event.repeats_yearly or event.starts_on.year >= year:
        return event.starts_on
    leap = (event.starts_on.month, event.starts_on.day) == (2, 29)
    return event.starts_on.replace(year=year, day=28 if leap else event.starts_on.day)
