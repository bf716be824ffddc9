"""What a workbook of figures asks for: its rows report by report, through the rule table of every door."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from accounts.models import User
from indicators import figures
from indicators.actions.entering import SAVED, CellInput, Outcome, check_reports
from indicators.actions.reporting import CellValue
from indicators.actions.upload_writing import kept
from indicators.entry.findings import Code, Finding, Severity
from indicators.entry.grid import said
from indicators.entry.places import Place, places_of
from indicators.entry.reading import NUMBERS
from indicators.models import LineKind, MeasurementVersion, Period, Qualifier
from indicators.permissions import ENTERS
from indicators.workbooks.columns import TYPED, Layout, code, tables
from indicators.workbooks.plans import Done, Found, Plan, Step
from indicators.workbooks.reading import Row, WorkbookRefused

# About a second of work, so that approvals need not wait longer.
_ROWS_A_STEP = 3000
_CHOSEN = {"answer", "missing_reason", "qualifier", "level"}
ReportKey = tuple[str, str, str]
"""The references of a unit and of an agency ("" for the unit itself), and the code of a period."""


class Line(NamedTuple):
    """One row as it is kept until its step comes: only what was typed, as the file has it."""

    layout: Layout
    number: int
    indicator: str
    typed: list[Any]


def plan(rows: Iterable[Row], by: User) -> Plan:
    """The reports that the rows name, in steps of whole reports; rows of no report of one's own are told."""
    reports: dict[ReportKey, list[Line]] = {}
    found: list[Found] = []
    has_table = False
    for layout, row in tables(rows):
        has_table = True
        key, line = _line(layout, row)
        if not any(key) and not line.indicator:
            continue
        reports.setdefault(key, []).append(line)
    if not has_table:
        raise WorkbookRefused(
            _("No table of figures was found. Download the workbook of your report and fill in that one.")
        )
    places = _places(reports, by)
    for key in [key for key in reports if key not in places]:
        found += [_unknown(line) for line in reports.pop(key)]
    total = sum(len(lines) for lines in reports.values())
    return Plan(_steps(reports, places), total, found)


def _line(layout: Layout, row: Row) -> tuple[ReportKey, Line]:
    unit, agency, period = (sys.intern(layout.text(row, name)) for name in ("unit", "agency", "period"))
    indicator = sys.intern(layout.text(row, "indicator"))
    return (unit, agency, period), Line(
        layout, row.number, indicator, [layout.raw(row, name) for name in TYPED]
    )


def _places(reports: Iterable[ReportKey], by: User) -> dict[ReportKey, Place]:
    """The reports that this person may enter figures in, by the names that a workbook gives them."""
    periods = Period.objects.prefetch_related("due_days").filter(
        code__in={period for _unit, _agency, period in reports}
    )
    return {
        (place.unit.ref, place.agency.ref if place.agency else "", place.period.code): place
        for place in places_of(by, *ENTERS, periods=periods)
    }


def _unknown(line: Line) -> Found:
    """The same words for a report that does not exist and for one of strangers."""
    return Found(
        LineKind.PROBLEM,
        line.layout.sheet,
        line.number,
        line.layout.address("name", line.number),
        Code.REPORT_UNKNOWN,
        line.indicator,
        _(
            "There is no such report, or you may not enter figures in it. "
            "Delete the row, or download the workbook anew."
        ),
    )


def _steps(reports: dict[ReportKey, list[Line]], places: dict[ReportKey, Place]) -> Iterator[Step]:
    some: list[tuple[Place, list[Line]]] = []
    for key, lines in reports.items():
        some.append((places[key], lines))
        if sum(len(each) for _place, each in some) >= _ROWS_A_STEP:
            yield _Slice(some)
            some = []
    if some:
        yield _Slice(some)


class _Slice:
    """Whole reports that are checked together."""

    def __init__(self, reports: list[tuple[Place, list[Line]]]) -> None:
        self.reports = reports

    def __call__(self, write: bool) -> Done:
        work = [(place, [_input(line) for line in lines]) for place, lines in self.reports]
        done = Done()
        for (_place, lines), (place, inputs), outcomes in zip(
            self.reports, work, check_reports(work), strict=True
        ):
            telling = _Telling(place)
            done.rows += len(lines)
            for line, given, outcome in zip(lines, inputs, outcomes, strict=True):
                done.found += telling.told(line, given, outcome)
        return done


def _input(line: Line) -> CellInput:
    """The cell as it was typed: numbers of the spreadsheet are numbers, and texts are read like anywhere."""
    row = Row(line.layout.sheet, line.number, line.typed)
    texts: dict[str, Any] = {}
    for place, name in enumerate(TYPED):
        if name in NUMBERS:
            texts[name] = row.typed(place)
        elif name in _CHOSEN:
            texts[name] = code(name, row.text(place))
        else:
            texts[name] = row.text(place)
    base = texts.pop("base")
    texts["qualifier"] = texts["qualifier"] or Qualifier.OFFICIAL.value
    return CellInput(indicator=line.indicator, base=int(base) if base.isdecimal() else None, **texts)


class _Telling:
    """The lines about one report, in words."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._period = figures.period(place.period.code, place.period.name_vi)
        self._levels: dict[str, str] = {}

    def told(self, line: Line, given: CellInput, outcome: Outcome) -> Iterator[Found]:
        is_saved = outcome.state == SAVED
        for each in outcome.findings:
            if each.severity == Severity.ERROR:
                yield self._found(LineKind.PROBLEM, line, outcome, each)
            elif is_saved and not given.justification:
                yield self._found(LineKind.WARNING, line, outcome, each)
        if is_saved:
            yield self._difference(line, given, outcome)

    def _found(self, kind: str, line: Line, outcome: Outcome, finding: Finding) -> Found:
        message = finding.message
        if finding.code == Code.CONFLICT:
            message = _(
                "Somebody else wrote %(figure)s here after you downloaded the workbook. "
                "Download it anew, or write their figure here."
            ) % {"figure": _said(outcome, outcome.version)}
        return Found(
            kind,
            line.layout.sheet,
            line.number,
            line.layout.address(finding.field or "indicator", line.number),
            finding.code,
            self._subject(outcome),
            message,
        )

    def _difference(self, line: Line, given: CellInput, outcome: Outcome) -> Found:
        return Found(
            LineKind.DIFFERENCE,
            line.layout.sheet,
            line.number,
            line.layout.address("indicator", line.number),
            "",
            self._subject(outcome),
            "",
            _said(outcome, outcome.version),
            _said(outcome, outcome.cell),
            kept(self.place, given, outcome),
        )

    def _subject(self, outcome: Outcome) -> str:
        indicator, _colon, level = outcome.key.partition(":")
        if level not in self._levels:
            self._levels[level] = figures.level(level, self.place.unit.tier)
        return " · ".join((self.place.name, indicator, self._levels[level], self._period))[:300]


def _said(outcome: Outcome, cell: MeasurementVersion | CellValue | None) -> str:
    return said(cell, outcome.owed)[:300] if outcome.owed else ""
