"""Reporting periods and their days by Decree 09/2019/NĐ-CP."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from indicators.actions.load_periods import DATA, load_periods
from indicators.models import Period, PeriodDueDay
from provinces.datafiles import DataFileErrors
from tests.factories.reference import folder_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


def due_days(code: str) -> dict[str, str]:
    return {day.body: day.due_on.isoformat() for day in PeriodDueDay.objects.filter(period__code=code)}


@pytest.mark.parametrize(
    ("code", "starts_on", "cutoff_on", "assessed_on"),
    [
        ("2023-M01", "2022-12-15", "2023-01-14", "2023-01-31"),
        ("2024-M02", "2024-01-15", "2024-02-14", "2024-02-29"),
        ("2023-Q1", "2022-12-15", "2023-03-14", "2023-03-31"),
        ("2025-Q3", "2025-06-15", "2025-09-14", "2025-09-30"),
        ("2023-Q4", "2023-09-15", "2023-12-14", "2023-12-31"),
        ("2023-H1", "2022-12-15", "2023-06-14", "2023-06-30"),
        ("2023-H2", "2023-06-15", "2023-12-14", "2023-12-31"),
        ("2023-9M", "2022-12-15", "2023-09-14", "2023-09-30"),
        ("2023", "2022-12-15", "2023-12-14", "2023-12-31"),
        ("2025-BDHVS", "2025-07-15", "2025-10-25", "2025-10-25"),
    ],
)
def test_period_has_the_days_of_the_decree(
    code: str, starts_on: str, cutoff_on: str, assessed_on: str
) -> None:
    period = Period.objects.get(code=code)
    days = [day.isoformat() for day in (period.starts_on, period.cutoff_on, period.assessed_on)]
    assert days == [starts_on, cutoff_on, assessed_on]


def test_periods_of_seven_years_and_a_campaign() -> None:
    assert Period.objects.count() == 7 * 20 + 1
    assert set(Period.objects.values_list("year", flat=True)) == set(range(2021, 2028))


def test_due_days_of_a_year_that_is_cut_off_on_a_thursday() -> None:
    assert due_days("2023") == {
        "agency": "2023-12-18",
        "commune": "2023-12-18",
        "district": "2023-12-18",
        "province": "2023-12-25",
        "nation": "2024-01-02",
    }


def test_due_days_leave_out_the_lunar_new_year() -> None:
    # 14/02/2024 was the last day of the holiday.
    assert due_days("2024-M02")["commune"] == "2024-02-16"


def test_due_days_of_a_campaign_follow_one_another() -> None:
    # Cut off on Saturday 25/10/2025, the very day a province would have to report.
    days = due_days("2025-BDHVS")
    assert (days["commune"], days["province"], days["nation"]) == ("2025-10-28", "2025-10-30", "2025-11-06")


def test_periods_made_again_change_nothing() -> None:
    assert load_periods() == {"periods": (0, 0), "due days": (0, 0)}


def test_periods_leave_the_days_a_coordinator_set() -> None:
    Period.objects.filter(code="2026-Q4").update(cutoff_on=date(2026, 12, 20))
    PeriodDueDay.objects.filter(period__code="2026-Q4", body="district").delete()
    load_periods()
    assert Period.objects.get(code="2026-Q4").cutoff_on == date(2026, 12, 20)
    assert "district" not in due_days("2026-Q4")


def test_periods_of_another_year_are_added() -> None:
    assert load_periods(years=[2028])["periods"] == (20, 0)
    assert Period.objects.filter(code="2028-Q3").exists()


def test_command_makes_the_periods_of_a_year() -> None:
    out = StringIO()
    call_command("load_periods", "2029", stdout=out)
    assert "periods: 20 created" in out.getvalue()
    assert Period.objects.filter(code="2029").exists()


def test_command_refuses_what_is_no_year() -> None:
    with pytest.raises(CommandError, match="29 is not a year"):
        call_command("load_periods", "29")


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("starts_on", "15/07/2025"),
        ("cutoff_on", "2025-07-14"),
        ("assessed_on", "2025-10-24"),
        ("name_vi", ""),
        ("code", "2026-BDHVS"),
    ],
)
def test_campaign_with_a_mistake_names_its_place_and_makes_nothing(
    tmp_path: Path, column: str, cell: str
) -> None:
    folder = folder_with(tmp_path, DATA, "campaigns.csv", {(2, column): cell})
    with pytest.raises(DataFileErrors, match=rf"campaigns\.csv:2:{column}"):
        load_periods(years=[2028], folder=folder)
    assert not Period.objects.filter(year=2028).exists()
