"""A month of events as weeks of days, Monday first."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from events.models import Event
from provinces.dates import today

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Mark:
    """One event in the cell of one day."""

    event: Event
    begins: bool
    """It begins on this day, or this is the first day of it in the row: here its title is written."""
    goes_on: bool
    """It lasts beyond this day."""
    came: bool
    """It lasted before this day."""
    run: int = 1
    """Over how many days of this row it goes on from here."""
    returns: bool = False
    """The yearly return of an event, which is not an event of its own yet."""

    @property
    def title(self) -> str:
        return str(self.event.get_kind_display()) if self.returns else self.event.title


@dataclass
class Day:
    on: datetime.date
    in_month: bool
    is_today: bool
    marks: list[Mark] = field(default_factory=list)

    @property
    def is_going_on(self) -> bool:
        """Nothing begins here; what there is stands on an earlier day."""
        return not any(mark.begins for mark in self.marks)


@dataclass(frozen=True)
class Month:
    first: datetime.date
    weeks: list[list[Day]]

    @property
    def name(self) -> str:
        # Translators: a month with its year: 11/2026.
        return _("Month %(month)s") % {"month": date_format(self.first, "m/Y")}

    @property
    def previous(self) -> str:
        """`2026-10`, or "" before the first month there is."""
        return _code(self.first - datetime.timedelta(days=1))

    @property
    def following(self) -> str:
        return _code(self.first + datetime.timedelta(days=32))

    @property
    def code(self) -> str:
        return _code(self.first)

    @property
    def is_empty(self) -> bool:
        return not any(day.marks for week in self.weeks for day in week)


def month_asked(text: str) -> datetime.date:
    """The first day of the month `2026-11`; of this month where none can be read."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text)
    year, month = (int(found[1]), int(found[2])) if found else (0, 0)
    if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12:
        return datetime.date(year, month, 1)
    return today().replace(day=1)


def days_of(first: datetime.date) -> list[list[datetime.date]]:
    """The weeks that the month touches, whole."""
    return calendar.Calendar(calendar.MONDAY).monthdatescalendar(first.year, first.month)


def month_of(first: datetime.date, events: Iterable[Event]) -> Month:
    """The events laid into their days; one that returns yearly stands on its day of the year that is shown of
    its month: in January the last days of December are those of the year before."""
    weeks = [[Day(on, on.month == first.month, on == today()) for on in week] for week in days_of(first)]
    shown = [day.on for week in weeks for day in week]
    listed = [(*_days_in(event, shown), event) for event in events]
    # Long ones first, so that a campaign keeps its place from day to day.
    listed.sort(key=lambda each: (each[0] - each[1], each[0], each[3].pk))
    for week in weeks:
        for day in week:
            for starts, ends, returns, event in listed:
                if starts <= day.on <= ends:
                    begins = day.on in (starts, week[0].on)
                    run = (min(ends, week[-1].on) - day.on).days + 1
                    day.marks.append(Mark(event, begins, day.on < ends, day.on > starts, run, returns))
    return Month(first, weeks)


def _days_in(event: Event, shown: list[datetime.date]) -> tuple[datetime.date, datetime.date, bool]:
    years = (day.year for day in shown if day.month == event.starts_on.month)
    year = next(years, event.starts_on.year)
    is_shown = event.starts_on <= shown[-1] and event.ends_on >= shown[0]
    if is_shown or not event.repeats_yearly or event.starts_on.year >= year:
        return event.starts_on, event.ends_on, False
    leap = (event.starts_on.month, event.starts_on.day) == (2, 29)
    starts = event.starts_on.replace(year=year, day=28 if leap else event.starts_on.day)
    return starts, starts + (event.ends_on - event.starts_on), True


def _code(day: datetime.date) -> str:
    return f"{day:%Y-%m}" if FIRST_YEAR <= day.year <= LAST_YEAR else ""
