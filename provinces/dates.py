"""The one clock, and the working days of Vietnam."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings
from django.utils import timezone

from .models import Holiday

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_SATURDAY = 5


def today() -> date:
    """The day it is in Vietnam, or the day the settings pin (PORTAL_TODAY)."""
    return settings.PORTAL_TODAY or timezone.localdate(timezone=VIETNAM)


def published_holidays(year: int) -> dict[date, tuple[str, bool]]:
    """Each day of the year that differs from its weekday: its Vietnamese name and whether it is worked.

    Source: the `holidays` library, after article 112 of the Labour Code and the yearly exchanges of days.
    """
    calendar = holidays.country_holidays("VN", years=year, language="vi")
    found = {day: (name, False) for day, name in calendar.items() if day.year == year}
    for day in getattr(calendar, "weekend_workdays", ()):
        if day.year == year:
            found[day] = ("Ngày làm bù", True)
    return found


@cache
def _published_exceptions(year: int) -> Mapping[date, bool]:
    return {day: is_working for day, (_name, is_working) in published_holidays(year).items()}


class _Calendar:
    """The days around one calculation; the table is read once a year touched.

    The table of holidays decides for every year it has a row of, so that an administrator can correct a year
    once its decree is out. A year it knows nothing of follows the library's calendar. Nothing is kept between
    calls: a correction holds at once in every process.
    """

    def __init__(self) -> None:
        self._years: dict[int, Mapping[date, bool]] = {}

    def is_working(self, day: date) -> bool:
        if day.year not in self._years:
            rows = Holiday.objects.filter(day__year=day.year).values_list("day", "is_working")
            self._years[day.year] = dict(rows) or _published_exceptions(day.year)
        return self._years[day.year].get(day, day.weekday() < _SATURDAY)


def is_working_day(day: date) -> bool:
    """Whether offices work that day, by the table of holidays."""
    return _Calendar().is_working(day)


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day` (before it, where negative); with 0 the first one not before it.

    The day itself does not count: two working days after Friday 12 December 2025 is Tuesday 16 December.
    """
    calendar, step = _Calendar(), timedelta(days=-1 if count < 0 else 1)
    if count == 0:
        while not calendar.is_working(day):
            day += step
    for _each in range(abs(count)):
        day += step
        while not calendar.is_working(day):
            day += step
    return day


def working_days_between(day: date, until: date) -> int:
    """How many days after `day`, up to `until` and with it, offices work; one query for each year touched."""
    calendar = _Calendar()
    return sum(calendar.is_working(day + timedelta(days=n)) for n in range(1, (until - day).days + 1))
