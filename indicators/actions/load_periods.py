"""Making reporting periods by the rules of Decree 09/2019/NĐ-CP, and campaigns from their file.

The decree's days: a month runs from the 15th to the 14th; a quarter, half-year, nine months or year from the
15/12 before to the 14th of its last month. Communes, districts and agencies report within two working days of
the cut-off, the province by the 25th of the cut-off month. The portal adds five working days after it for the
ministries, which put the provinces' reports together. Targets are judged at the calendar end.

A period is made once: its days are a coordinator's to change afterwards, and no load takes that back.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from accounts.actions.changes import Noted, note_changes
from accounts.models.audit import Operation
from indicators.models import Body, Period, PeriodDueDay, PeriodKind
from provinces.bulk import Count
from provinces.datafiles import Column, DataFileError, Row, integer, iso_date, read_rows, refuse
from provinces.dates import add_working_days

DATA = Path(__file__).parent.parent / "data"
YEARS = range(2021, 2028)

_FIRST_DAY, _CUTOFF_DAY, _PROVINCE_DAY = 15, 14, 25
_DAYS_FOR_BODIES, _DAYS_FOR_MINISTRIES = 2, 5

_CAMPAIGN_COLUMNS = [
    Column("code", required=True, longest=30),
    Column("year", required=True, parse=integer),
    Column("name_vi", required=True, longest=200),
    Column("name_en", required=True, longest=200),
    Column("starts_on", required=True, parse=iso_date),
    Column("cutoff_on", required=True, parse=iso_date),
    Column("assessed_on", required=True, parse=iso_date),
]


@dataclass(frozen=True)
class _Stretch:
    """Which months of a year a kind of period covers, first and last, and how its code ends."""

    kind: str
    ordinal: int
    suffix: str
    first_month: int
    last_month: int


_STRETCHES = [
    *(_Stretch(PeriodKind.MONTH, month, f"-M{month:02}", month, month) for month in range(1, 13)),
    *(_Stretch(PeriodKind.QUARTER, n, f"-Q{n}", 3 * n - 2, 3 * n) for n in range(1, 5)),
    *(_Stretch(PeriodKind.HALF, n, f"-H{n}", 6 * n - 5, 6 * n) for n in range(1, 3)),
    _Stretch(PeriodKind.NINE_MONTHS, 1, "-9M", 1, 9),
    _Stretch(PeriodKind.YEAR, 1, "", 1, 12),
]


@transaction.atomic
def load_periods(*, years: Iterable[int] = YEARS, folder: Path = DATA) -> dict[str, Count]:
    """Make the periods of the years, and the campaigns of campaigns.csv, that are not there yet.

    Answers how many rows were created. Raises DataFileErrors, having written nothing. Call it after
    `load_holidays`.
    """
    campaigns = read_rows(folder / "campaigns.csv", _CAMPAIGN_COLUMNS, unique=["code"])
    refuse([mistake for row in campaigns for mistake in _mistakes(row)])
    wanted = [period for year in years for period in periods_of(year)] + _campaigns(campaigns)
    known = set(Period.objects.values_list("code", flat=True))
    new = Period.objects.bulk_create([period for period in wanted if period.code not in known])
    days = [day for period in new for day in _due_days(period)]
    PeriodDueDay.objects.bulk_create(days)
    note_changes(Noted("period", period.pk, Operation.CREATED) for period in new)
    return {"periods": Count(len(new)), "due days": Count(len(days))}


def periods_of(year: int) -> Iterator[Period]:
    """All regular periods of a year, not saved: 2023-M05, 2023-Q4, 2023-H1, 2023-9M, 2023."""
    for stretch in _STRETCHES:
        before = (year, stretch.first_month - 1) if stretch.first_month > 1 else (year - 1, 12)
        yield Period(
            code=f"{year}{stretch.suffix}",
            kind=stretch.kind,
            year=year,
            ordinal=stretch.ordinal,
            starts_on=date(*before, _FIRST_DAY),
            cutoff_on=date(year, stretch.last_month, _CUTOFF_DAY),
            assessed_on=_last_day(year, stretch.last_month),
        )


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _mistakes(row: Row) -> Iterator[DataFileError]:
    if not row["starts_on"] <= row["cutoff_on"]:
        yield row.error("cutoff_on", gettext("The last day is before the first."))
    if not row["cutoff_on"] <= row["assessed_on"]:
        yield row.error("assessed_on", gettext("It is judged before its data are cut off."))
    if not row["code"].startswith(f"{row['year']}-"):
        yield row.error("code", gettext("The code begins with the year, as 2025-BDHVS."))


def _campaigns(rows: list[Row]) -> list[Period]:
    return [
        Period(
            kind=PeriodKind.CAMPAIGN,
            ordinal=1,
            **{column.name: row[column.name] for column in _CAMPAIGN_COLUMNS},
        )
        for row in rows
    ]


def _due_days(period: Period) -> list[PeriodDueDay]:
    bodies = add_working_days(period.cutoff_on, _DAYS_FOR_BODIES)
    province = date(period.cutoff_on.year, period.cutoff_on.month, _PROVINCE_DAY)
    if province < bodies:
        # A campaign may be cut off so late in a month that the 25th is over before its reports are in.
        province = add_working_days(bodies, _DAYS_FOR_BODIES)
    due = {
        Body.AGENCY: bodies,
        Body.COMMUNE: bodies,
        Body.DISTRICT: bodies,
        Body.PROVINCE: province,
        Body.NATION: add_working_days(province, _DAYS_FOR_MINISTRIES),
    }
    return [PeriodDueDay(period=period, body=body, due_on=day) for body, day in due.items()]
