"""The sheets of targets, parts and milestones for tests, as rows by the names of their columns.

found = check(coordinator, {TARGETS: [heading], PARTS: parts})
assert problems(found) == [(PARTS, at(PARTS, "position"), "position.refused")]
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from accounts.models import User
from indicators.models import Milestone, Target, TargetPart, TargetRevision
from indicators.workbooks.plans import Found
from indicators.workbooks.reading import address
from indicators.workbooks.setup_forms import FORMS
from tests.workbooks.setting_up import counts, rows_of, run

COLUMNS = {form.kind: [column.name for column in form.columns] for form in FORMS}
HEADING, COMPOSITE = "Nhóm: tính theo các chỉ tiêu con", "Tất cả các phần"
Given = Mapping[str, Iterable[Mapping[str, Any]]]
_WRITTEN: tuple[Any, ...] = (Target, TargetRevision, TargetPart, Milestone)


def sheets(given: Given) -> dict[str, list[list[Any]]]:
    """The sheets with the machine's names as their headings."""
    return {
        kind: [COLUMNS[kind], *[[_cell(row.get(name, "")) for name in COLUMNS[kind]] for row in rows]]
        for kind, rows in given.items()
    }


def _cell(cell: Any) -> Any:
    return int(cell) if isinstance(cell, Decimal) else cell


def check(by: User, given: Given) -> list[Found]:
    """What a dry run finds."""
    return run(by, rows_of(sheets(given)))[0]


def write(by: User, given: Given) -> int:
    """Write a workbook; answers the number of changes."""
    return run(by, rows_of(sheets(given)), writes=True)[1].written


def at(kind: str, column: str, row: int = 2) -> str:
    """The address of a cell."""
    return address(COLUMNS[kind].index(column), row)


def stored() -> tuple[int, ...]:
    """How many rows of everything that these sheets can write there are."""
    return (*counts(), *(model.objects.count() for model in _WRITTEN))
