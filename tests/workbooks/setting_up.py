"""Set-up workbooks for tests, as the rows that reading brings, and as files.

found = check(coordinator, people=[person("an")], roles=[role("an", places.phan_rang)])
assert codes(found) == ["person.new", "role.new"]
"""

import datetime
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter
from django.db import transaction

from accounts.models import AuditEntry, Change, Membership, User
from indicators.actions.upload_setup import plan
from indicators.models import DefinitionLevel, Indicator, Job, LineKind, Obligation
from indicators.workbooks.plans import Done, Found
from indicators.workbooks.reading import Row
from provinces.models import Agency, Unit
from tests.factories.results import make_indicator

FIRST = datetime.date(2026, 1, 1)
HEADINGS: Mapping[str, Sequence[str]] = {
    "People": ["User name", "Full name", "E-mail address", "Job title", "May sign in"],
    "Roles": ["User name", "Role", "Unit", "Agency", "First day", "Last day"],
    "Obligations": [
        *("Unit", "Agency owing its own part", "Indicator", "Level", "Frequency", "First day", "Last day"),
        *("Agency that files it", "Due day (for “once”)"),
    ],
}
Cells = Sequence[Any]


def person(
    name: str, full: str = "Nguyễn Văn An", email: str = "", title: str = "", active: Any = "yes"
) -> Cells:
    return [name, full, email, title, active]


def role(
    name: str,
    unit: Unit | str,
    word: str = "Reporter",
    agency: Agency | str = "",
    first: Any = FIRST,
    last: Any = "",
) -> Cells:
    return [name, word, _ref(unit), _ref(agency), first, last]


def duty(
    unit: Unit | str,
    indicator: Indicator | str,
    level: str = "Commune level",
    frequency: str = "Quarter",
    *,
    agency: Agency | str = "",
    first: Any = FIRST,
    last: Any = "",
    filed_by: Agency | str = "",
    due: Any = "",
) -> Cells:
    code = indicator if isinstance(indicator, str) else indicator.code
    return [_ref(unit), _ref(agency), code, level, frequency, first, last, _ref(filed_by), due]


def _ref(body: Unit | Agency | str) -> str:
    return body if isinstance(body, str) else body.ref


def counted(code: str = "DI-01", *levels: str, **definition: Any) -> Indicator:
    """An indicator that is counted at these levels."""
    indicator = make_indicator(code, **definition)
    for level in levels or ("commune",):
        DefinitionLevel.objects.create(definition=indicator.definitions.get(), level=level)
    return indicator


def sheets_of(**given: Iterable[Cells]) -> dict[str, list[Cells]]:
    """``people=``, ``roles=``, ``obligations=``: the sheets with their headings."""
    return {name.capitalize(): [HEADINGS[name.capitalize()], *rows] for name, rows in given.items()}


def rows_of(sheets: Mapping[str, Iterable[Cells]]) -> list[Row]:
    """As they come back from the process that reads a file: days as text, empty rows left out."""
    return [
        Row(name, number, [_as_read(cell) for cell in cells])
        for name, rows in sheets.items()
        for number, cells in enumerate(rows, 1)
        if any(cell not in ("", None) for cell in cells)
    ]


def _as_read(cell: Any) -> Any:
    return f"{cell.isoformat()}T00:00:00" if isinstance(cell, datetime.date) else cell


def run(by: User, rows: Iterable[Row], *, writes: bool = False) -> tuple[list[Found], Done]:
    made = plan(rows, by)
    with transaction.atomic():
        dones = [step(writes) for step in made.steps]
    return [*made.found, *(each for done in dones for each in done.found)], dones[0]


def check(by: User, **given: Iterable[Cells]) -> list[Found]:
    """What a dry run finds."""
    return run(by, rows_of(sheets_of(**given)))[0]


def write(by: User, **given: Iterable[Cells]) -> int:
    """Write a workbook; answers the number of changes."""
    return run(by, rows_of(sheets_of(**given)), writes=True)[1].written


def problems(found: Iterable[Found]) -> list[tuple[str, str, str]]:
    """Each problem as its sheet, cell and code."""
    return [(each.sheet, each.cell, each.code) for each in found if each.kind == LineKind.PROBLEM]


def codes(found: Iterable[Found]) -> list[str]:
    return [each.code for each in found]


def counts() -> tuple[int, ...]:
    """How many rows of everything that a workbook can write there are."""
    return tuple(each.objects.count() for each in (User, Membership, Obligation, AuditEntry, Change, Job))


def file_of(sheets: Mapping[str, Iterable[Cells]]) -> bytes:
    """An xlsx with these sheets; days are days."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, datetime.date):
                        cell = datetime.datetime.combine(cell, datetime.time.min)
                    sheet.write(row, column, cell)
    return written.getvalue()
