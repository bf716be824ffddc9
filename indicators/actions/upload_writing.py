"""Writing the confirmed changes of a workbook of figures: from what the dry run kept, not from the file."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.models import User
from indicators.actions.entering import CellInput, Outcome, save_checked
from indicators.actions.reporting import CellValue
from indicators.entry.findings import Code, Finding, finding, needs_justification
from indicators.entry.outcomes import Checked
from indicators.entry.places import BodyKey, Place, places_of
from indicators.entry.reading import NUMBERS, plain_text
from indicators.models import Door, LineKind, Period, Upload
from indicators.permissions import ENTERS
from indicators.workbooks.plans import Done, Found, Plan, Step

_LINES_A_STEP = 3000
_TEXTS = ("answer", "missing_reason", "qualifier", "note")


class Change(NamedTuple):
    """A confirmed line: where it stands in the workbook, whose report it is, and what is to be written."""

    pk: int
    sheet: str
    row: int
    cell: str
    subject: str
    report: BodyKey
    checked: Checked


def kept(place: Place, given: CellInput, outcome: Outcome) -> dict[str, Any]:
    """A change as JSON keeps it until it is confirmed: exact numbers are texts."""
    cell, owed, version = outcome.cell, outcome.owed, outcome.version
    assert cell is not None  # noqa: S101 (a change carries what was read)
    assert owed is not None  # noqa: S101
    numbers = {name: getattr(cell, name) for name in NUMBERS}
    return {
        "report": list(place.key),
        "key": outcome.key,
        "base": version.number if version else 0,
        "definition": owed.definition.pk,
        "justification": plain_text(given.justification),
        "warnings": [each.code for each in needs_justification(outcome.findings)],
        **{name: None if number is None else str(number) for name, number in numbers.items()},
        **{name: str(getattr(cell, name)) for name in _TEXTS},
    }


def plan_of(upload: Upload, by: User) -> Plan:
    """The confirmed changes, in steps of whole reports; rights are asked anew."""
    lines = upload.lines.filter(kind=LineKind.DIFFERENCE)
    ids = set(lines.order_by().values_list("content__report__2", flat=True).distinct())
    periods = Period.objects.prefetch_related("due_days").filter(pk__in=ids)
    places = {place.key: place for place in places_of(by, *ENTERS, periods=periods)}
    return Plan(_steps(upload, places, by), lines.count())


def _steps(upload: Upload, places: dict[BodyKey, Place], by: User) -> Iterator[Step]:
    """Page by page, so that a long workbook never stands in memory; its last report may go on on the next."""
    lines: Any = upload.lines.filter(kind=LineKind.DIFFERENCE).order_by("pk")
    lines = lines.values_list("pk", "sheet", "row", "cell", "subject", Cast("content", TextField()))
    held: list[Change] = []
    last = 0
    while page := [_change(*line) for line in lines.filter(pk__gt=last)[:_LINES_A_STEP]]:
        last = page[-1].pk
        changes = held + page
        going_on = changes[-1].report if len(page) == _LINES_A_STEP else None
        held = [each for each in changes if each.report == going_on]
        if done := [each for each in changes if each.report != going_on]:
            yield _Writing(done, places, by)
    if held:
        yield _Writing(held, places, by)


def _change(pk: int, sheet: str, row: int, cell: str, subject: str, kept_as: str) -> Change:
    content = orjson.loads(kept_as)
    unit, agency, period = content["report"]
    numbers: dict[str, Any] = {
        name: None if content[name] is None else Decimal(content[name]) for name in NUMBERS
    }
    checked = Checked(
        key=content["key"],
        base=content["base"],
        definition=content["definition"],
        cell=CellValue(**numbers, **{name: content[name] for name in _TEXTS}),
        justification=content["justification"],
        warnings=content["warnings"],
    )
    return Change(pk, sheet, row, cell, subject, (unit, agency, period), checked)


class _Writing:
    """Whole reports that are written together; each whole or not at all."""

    def __init__(self, changes: list[Change], places: dict[BodyKey, Place], by: User) -> None:
        self.places, self.by = places, by
        self.reports: dict[BodyKey, list[Change]] = {}
        for each in changes:
            self.reports.setdefault(each.report, []).append(each)

    def __call__(self, write: bool) -> Done:
        done = Done(rows=sum(len(changes) for changes in self.reports.values()))
        open_to = {key: changes for key, changes in self.reports.items() if key in self.places}
        for key in self.reports.keys() - open_to.keys():
            done.found += [_told(each, _gone()) for each in self.reports[key]]
        work = [(self.places[key], [each.checked for each in changes]) for key, changes in open_to.items()]
        obstacles = save_checked(work=work, by=self.by, via=Door.WORKBOOK)
        for changes, found in zip(open_to.values(), obstacles, strict=True):
            by_key = {each.checked.key: each for each in changes}
            done.found += [_told(by_key[checked.key], obstacle) for checked, obstacle in found]
            done.written += 0 if found else len(changes)
        return done


def _gone() -> Finding:
    return finding(Code.REPORT_UNKNOWN, _("You may no longer enter figures in this report."))


def _told(change: Change, found: Finding) -> Found:
    where = (change.sheet, change.row, change.cell)
    return Found(LineKind.PROBLEM, *where, found.code, change.subject, found.message)
