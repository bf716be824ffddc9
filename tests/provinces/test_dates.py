"""The one clock, and the working days of Vietnam."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from provinces.actions import load_holidays
from provinces.dates import add_working_days, is_working_day, today, working_days_between
from provinces.models import Holiday

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2025, 12, day) for day in (12, 13, 14, 15))


def test_today_is_the_pinned_day(settings) -> None:
    settings.PORTAL_TODAY = date(2025, 12, 20)
    assert today() == date(2025, 12, 20)


def test_today_is_the_day_in_vietnam(settings, monkeypatch) -> None:
    settings.PORTAL_TODAY = None
    monkeypatch.setattr(timezone, "now", lambda: datetime(2025, 6, 30, 17, 0, tzinfo=UTC))
    assert today() == date(2025, 7, 1)


@pytest.mark.django_db
class TestWithoutATable:
    """A year nobody entered follows the library's calendar."""

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (FRIDAY, True),
            (SATURDAY, False),
            (SUNDAY, False),
            (date(2025, 9, 2), False),  # National Day
            (date(2025, 1, 29), False),  # Tết
            (date(2025, 5, 2), False),  # exchanged for
            (date(2025, 4, 26), True),  # a Saturday worked
            (date(2027, 9, 2), False),
        ],
    )
    def test_working_day(self, day: date, expected: bool) -> None:
        assert is_working_day(day) is expected


@pytest.mark.django_db
class TestAddWorkingDays:
    @pytest.mark.parametrize(
        ("day", "count", "expected"),
        [
            (FRIDAY, 2, date(2025, 12, 16)),
            (SUNDAY, 1, MONDAY),
            (MONDAY, -1, FRIDAY),
            (FRIDAY, 0, FRIDAY),
            (SATURDAY, 0, MONDAY),
            (date(2025, 8, 29), 2, date(2025, 9, 4)),  # over National Day
            (date(2024, 12, 31), 1, date(2025, 1, 2)),  # into the next year
        ],
    )
    def test_lands_on(self, day: date, count: int, expected: date) -> None:
        assert add_working_days(day, count) == expected

    def test_skips_a_day_an_administrator_entered(self) -> None:
        Holiday.objects.create(day=MONDAY, name_vi="Nghỉ bão")
        assert add_working_days(FRIDAY, 1) == date(2025, 12, 16)

    def test_reads_a_correction_at_once(self) -> None:
        assert add_working_days(FRIDAY, 1) == MONDAY
        Holiday.objects.create(day=SATURDAY, name_vi="Ngày làm bù", is_working=True)
        assert add_working_days(FRIDAY, 1) == SATURDAY

    def test_reads_the_table_once_a_year(self, django_assert_num_queries) -> None:
        with django_assert_num_queries(1):
            add_working_days(date(2025, 3, 3), 60)


@pytest.mark.django_db
class TestWorkingDaysBetween:
    @pytest.mark.parametrize(
        ("day", "until", "expected"),
        [
            (FRIDAY, FRIDAY, 0),
            (FRIDAY, SUNDAY, 0),
            (FRIDAY, MONDAY, 1),
            (date(2025, 8, 29), date(2025, 9, 4), 2),  # over National Day
        ],
    )
    def test_counts(self, day: date, until: date, expected: int) -> None:
        assert working_days_between(day, until) == expected

    def test_reads_the_table_once_a_year(self, django_assert_num_queries) -> None:
        with django_assert_num_queries(1):
            assert working_days_between(date(2025, 3, 3), date(2025, 5, 30)) > 50


@pytest.mark.django_db
class TestLoadHolidays:
    def test_knows_the_national_day_of_every_year(self) -> None:
        load_holidays()
        for year in range(2020, 2031):
            assert Holiday.objects.filter(day=date(year, 9, 2), is_working=False).exists()

    def test_marks_the_exchanged_saturday_as_worked(self) -> None:
        load_holidays()
        assert Holiday.objects.get(day=date(2025, 4, 26)).is_working

    def test_leaves_a_corrected_year_alone(self) -> None:
        load_holidays()
        Holiday.objects.filter(day=date(2026, 11, 24)).delete()
        assert load_holidays()["holidays"] == (0, 0)
        assert not Holiday.objects.filter(day=date(2026, 11, 24)).exists()
