"""A workbook of 100,000 rows from upload to drafts, against the floor: what one would write for this file.

The floor parses with calamine, applies the rules that these rows can break in one loop of plain ifs (owed,
whole, within its range, numerator within denominator, not far from its own last twelve figures), and copies
into the same tables with their indexes and constraints, in one transaction and with all keys known before. It
checks and writes at once, lists no differences, names no cell, locks nothing and serves nobody in between.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from typing import Any

import xlsxwriter
from django.core.files.base import ContentFile
from django.db import connection, transaction
from python_calamine import CalamineWorkbook

from accounts.models import Change, Membership, Role, User
from indicators.models import Measurement, MeasurementVersion, Obligation, Period, Report, Upload
from indicators.workbooks.columns import COLUMNS
from provinces.models import Unit

ROWS = 100_000
YEAR = 2026
_NAMES = [column.name for column in COLUMNS]


def measure(rounds: int) -> dict[str, list[float]]:
    """Seconds of the floor and of the portal (dry run and writing together), and the portal's megabytes."""
    content = _book()
    person, _made = User.objects.get_or_create(username="bench-import")
    Membership.objects.get_or_create(user=person, role=Role.REPORTER, unit=Unit.objects.get(tier="nation"))
    taken: dict[str, list[float]] = {"floor": [], "portal": [], "check": [], "write": [], "megabytes": []}
    for _round in range(rounds):
        _forget()
        began = time.monotonic()
        floor(content, person)
        taken["floor"].append(time.monotonic() - began)
        _forget()
        for name, value in _portal(content, person).items():
            taken[name].append(value)
        assert MeasurementVersion.objects.filter(via="workbook").count() == ROWS
    _forget()
    return taken


_OF_THE_YEAR = "period_id IN (SELECT id FROM indicators_period WHERE year = %s)"
_CELLS = f"SELECT id FROM indicators_measurement WHERE {_OF_THE_YEAR}"  # noqa: S608 (fixed text)
# The year as it is before anybody has reported: no cell points at a version, and then neither is left.
_UNPOINT = f"""
    UPDATE indicators_measurement SET approved_version_id = NULL, working_version_id = NULL,
        answer = 'unanswered', missing_reason = '', numerator = NULL, denominator = NULL, value = NULL
    WHERE {_OF_THE_YEAR}
"""  # noqa: S608
_NO_VERSIONS = f"DELETE FROM indicators_measurementversion WHERE measurement_id IN ({_CELLS})"  # noqa: S608
_NO_CELLS = f"DELETE FROM indicators_measurement WHERE {_OF_THE_YEAR}"  # noqa: S608
_EMPTY = ("indicators_report", "indicators_uploadline", "indicators_upload")


def _forget() -> None:
    with connection.cursor() as cursor:
        for statement in (_UNPOINT, _NO_VERSIONS, _NO_CELLS):
            cursor.execute(statement, [YEAR])
        for table in _EMPTY:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        cursor.execute("VACUUM ANALYZE indicators_measurement, indicators_measurementversion")


def _book() -> bytes:
    """A filled-in workbook of the whole nation for the year's quarters."""
    periods = Period.objects.filter(year=YEAR).order_by("ordinal")
    owed = list(
        Obligation.objects.order_by("unit_id", "agency_id", "indicator_id").select_related(
            "unit", "agency", "indicator"
        )
    )
    pooling = dict(
        Obligation.objects.values_list("indicator_id", "indicator__definitions__pooling").distinct()
    )
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Số liệu")
        sheet.write_row(0, 0, _NAMES)
        rows = ((period, one) for period in periods for one in owed)
        for number, (period, one) in zip(range(1, ROWS + 1), rows, strict=False):
            sheet.write_row(number, 0, _row(number, period, one, pooling[one.indicator_id]))
    return kept.getvalue()


def _row(number: int, period: Period, one: Obligation, pooling: str) -> list[Any]:
    is_rate = pooling == "ratio_of_sums"
    cells: dict[str, Any] = dict.fromkeys(_NAMES, "")
    cells |= {
        "unit": one.unit.ref,
        "agency": one.agency.ref if one.agency else "",
        "period": period.code,
        "level": one.level,
        "base": 0,
        "name": one.unit.name,
        "indicator": one.indicator.code,
        "title": one.indicator.name_vi,
        "level_name": "Cấp xã",
        "measure": "%" if is_rate else "hồ sơ",
        "numerator": 600 + number % 300 if is_rate else "",
        "denominator": 1000 + number % 300 if is_rate else "",
        "value": "" if is_rate else 2000 + number % 900,
    }
    return [cells[name] for name in _NAMES]


def floor(content: bytes, person: User) -> None:
    rows: Any = iter(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())
    at = {name: place for place, name in enumerate(next(rows))}
    units = dict(Unit.objects.values_list("ref", "pk"))
    agencies = dict(Obligation.objects.filter(agency__isnull=False).values_list("agency__ref", "agency_id"))
    periods = dict(Period.objects.values_list("code", "pk"))
    definitions = {
        code: rest
        for code, *rest in Obligation.objects.values_list(
            "indicator__code", "indicator_id", "indicator__definitions", "indicator__definitions__pooling"
        ).distinct()
    }
    owed = set(Obligation.objects.values_list("unit_id", "agency_id", "indicator_id", "level"))
    histories = _histories()
    good: list[Any] = []
    reports: dict[Any, int] = {}
    for row in rows:
        unit, agency = units[row[at["unit"]]], agencies.get(row[at["agency"]])
        indicator, definition, pooling = definitions[row[at["indicator"]]]
        period, level = periods[row[at["period"]]], row[at["level"]]
        if (unit, agency, indicator, level) not in owed:
            raise ValueError(row)
        numerator = denominator = value = None
        if pooling == "ratio_of_sums":
            numerator, denominator = int(row[at["numerator"]] * 10000), int(row[at["denominator"]] * 10000)
            if not 0 <= numerator <= denominator:
                raise ValueError(row)
        else:
            value = int(row[at["value"]] * 10000)
            if value < 0 or value % 10000:
                raise ValueError(row)
        now = numerator * 100 * 10000 // (denominator or 1) if numerator is not None else value or 0
        warned = _is_far(now, histories.get((unit, agency, indicator, level), ()))
        reports.setdefault((unit, agency, period), len(reports))
        good.append(
            (unit, agency, period, level, indicator, definition, numerator, denominator, value, warned)
        )
    with transaction.atomic(), connection.cursor() as cursor:
        _copy_all(cursor, good, reports, person)


_HISTORIES = """
    SELECT cell.unit_id, cell.agency_id, cell.indicator_id, cell.level,
        array_agg(COALESCE(cell.value, cell.numerator * 1000000 / NULLIF(cell.denominator, 0)))
    FROM indicators_measurement AS cell
    WHERE cell.answer = 'value' AND cell.period_id IN (
        SELECT id FROM indicators_period WHERE year < %s AND kind = 'quarter'
        ORDER BY assessed_on DESC LIMIT 12
    )
    GROUP BY cell.unit_id, cell.agency_id, cell.indicator_id, cell.level
"""


def _histories() -> dict[tuple[Any, ...], list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(_HISTORIES, [YEAR])
        return {row[:4]: sorted(row[4]) for row in cursor.fetchall()}


def _is_far(now: int, past: Any) -> bool:
    """More than three robust deviations away, in whole numbers."""
    if len(past) < 5:
        return False
    half, other = len(past) // 2, (len(past) - 1) // 2
    middle = past[half] + past[other]
    away = sorted(abs(2 * each - middle) for each in past)
    deviation = away[half] + away[other]
    return 2 * abs(2 * now - middle) * 10000 > (3 * 14826 * deviation if deviation else abs(middle) * 10000)


def _copy_all(cursor: Any, good: list[Any], reports: dict[Any, int], person: User) -> None:
    report_ids = _ids(cursor, Report, len(reports))
    cells, versions = _ids(cursor, Measurement, len(good)), _ids(cursor, MeasurementVersion, len(good))
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    _copy(
        cursor,
        Report,
        (
            "id",
            "unit_id",
            "agency_id",
            "period_id",
            "state",
            "results",
            "difficulties",
            "causes",
            "proposals",
        ),
        (
            (report_ids[place], unit, agency, period, "draft", "", "", "", "")
            for (unit, agency, period), place in reports.items()
        ),
    )
    _copy(
        cursor,
        Measurement,
        (
            "id",
            "unit_id",
            "agency_id",
            "period_id",
            "level",
            "indicator_id",
            "definition_id",
            "report_id",
            "working_version_id",
            "answer",
            "missing_reason",
            "qualifier",
            "provenance",
            "updated_at",
        ),
        (
            (
                cells[n],
                unit,
                agency,
                period,
                level,
                indicator,
                definition,
                report_ids[reports[unit, agency, period]],
                versions[n],
                "unanswered",
                "",
                "official",
                "reported",
                now,
            )
            for n, (unit, agency, period, level, indicator, definition, *_rest) in enumerate(good)
        ),
    )
    _copy(
        cursor,
        MeasurementVersion,
        (
            "id",
            "measurement_id",
            "number",
            "state",
            "definition_id",
            "answer",
            "missing_reason",
            "numerator",
            "denominator",
            "value",
            "qualifier",
            "provenance",
            "is_capped",
            "note",
            "reason",
            "via",
            "warnings",
            "justification",
            "entered_by_id",
            "entered_at",
        ),
        (
            (
                versions[n],
                cells[n],
                1,
                "draft",
                row[5],
                "value",
                "",
                row[6],
                row[7],
                row[8],
                "official",
                "reported",
                row[6] is not None,
                "",
                "",
                "form",
                '["outlier"]' if row[9] else "[]",
                "",
                person.pk,
                now,
            )
            for n, row in enumerate(good)
        ),
    )
    _copy(
        cursor,
        Change,
        ("resource", "object_id", "operation", "at"),
        (("measurement", cell, "created", now) for cell in cells),
    )


def _ids(cursor: Any, model: Any, count: int) -> list[int]:
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
        [model._meta.db_table, count],
    )
    return [row[0] for row in cursor.fetchall()]


def _copy(cursor: Any, model: Any, columns: tuple[str, ...], rows: Any) -> None:
    text = io.StringIO()
    for row in rows:
        text.write("\t".join("\\N" if cell is None else str(cell) for cell in row) + "\n")
    text.seek(0)
    cursor.copy_expert(f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN", text)


def _portal(content: bytes, person: User) -> dict[str, float]:
    """Upload, dry run, confirmation and writing, by a process of its own like a worker."""
    upload = Upload(by=person, kind="figures", name="a.xlsx")
    upload.file.save("a.xlsx", ContentFile(content))
    upload.save()
    line = [sys.executable, "-m", "tests.bench.import_worker", str(upload.pk), str(ROWS)]
    return dict(json.loads(subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True).stdout))
