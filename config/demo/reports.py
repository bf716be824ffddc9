"""Entering the cells of the demonstration, and the reports they were filed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, OuterRef, Subquery

from accounts.actions.changes import Noted, note_changes
from accounts.models import User
from accounts.models.audit import Operation
from config.demo.figures import Entry
from config.demo.numbers import chance
from config.demo.paths import APPROVED, DRAFT, OPEN_QUARTER, SUBMITTED
from config.demo.people import THUAN_BAC
from config.demo.world import PROVINCE, Body, World, moment
from indicators.actions.reporting import ApprovedCell, enter, load_approved, submit
from indicators.models import (
    Measurement,
    MeasurementVersion,
    Period,
    Provenance,
    Report,
    ReportState,
    VersionState,
)
from provinces.bulk import know_size
from provinces.models import Tier

# The day before the one the trial stands on: what is there of the open quarter had come in by then.
_LATEST = date(2026, 11, 20)
_HOURS_TO_APPROVE = timedelta(hours=3)
_SLOWEST_FIRST = {DRAFT: 0, SUBMITTED: 1, APPROVED: 2}
_SIDES = {
    "P56": ("khanhhoa.nhap", "khanhhoa.duyet"),
    "P58": ("ninhthuan.nhap", "ninhthuan.duyet"),
    PROVINCE: ("reporter", "approver"),
}
_NARRATIVE = {
    "results": "Các chỉ tiêu chuyển đổi số cơ bản bám sát kế hoạch (dữ liệu minh họa).",
    "difficulties": "Một số địa bàn miền núi, hải đảo còn khó khăn về hạ tầng (dữ liệu minh họa).",
    "causes": "Số liệu từ một số hệ thống dùng chung về chậm (dữ liệu minh họa).",
    "proposals": "Đề nghị tập huấn thêm cho công chức cấp xã (dữ liệu minh họa).",
}


def load_cells(entries: Sequence[Entry], people: Mapping[str, User]) -> dict[str, int]:
    """Write the cells that are not there yet; answers how many were approved and how many still wait."""
    sides: dict[tuple[str, str], list[ApprovedCell]] = defaultdict(list)
    for entry in entries:
        if entry.state == APPROVED:
            sides[_side(entry)].append(entry.cell)
    approved = sum(
        load_approved(cells, entered_by=people[entered], approved_by=people[approved])
        for (entered, approved), cells in sides.items()
    )
    return {"approved figures": approved, "figures not yet approved": _load_waiting(entries, people)}


def _side(entry: Entry) -> tuple[str, str]:
    """Who entered and who approved a cell: never one person."""
    unit = entry.cell.unit
    if unit.ref == THUAN_BAC:
        return "thuanbac.nhap", "thuanbac.duyet"
    if entry.province == PROVINCE and unit.tier == Tier.COMMUNE:
        return "xa.nhap", "xa.duyet"
    return _SIDES[entry.province]


def _load_waiting(entries: Iterable[Entry], people: Mapping[str, User]) -> int:
    """Enter the drafts, and submit those that are that far."""
    waiting = [entry for entry in entries if entry.state != APPROVED]
    known = set(
        Measurement.objects.filter(period__in={entry.cell.period for entry in waiting}).values_list(
            "indicator_id", "unit_id", "level", "period_id", "agency_id"
        )
    )
    fresh = [entry for entry in waiting if entry.cell.key not in known]
    cells = []
    for entry in fresh:
        cell, by = entry.cell, people[_side(entry)[0]]
        version = enter(
            indicator=cell.indicator,
            unit=cell.unit,
            level=cell.level,
            period=cell.period,
            agency=cell.agency,
            by=by,
            cell=cell,
        )
        if entry.state == SUBMITTED:
            submit(version=version, by=by)
        cells.append(version.measurement_id)
    # An empty cell says nothing yet, but must not pass for a reported one.
    Measurement.objects.filter(pk__in=cells).update(provenance=Provenance.ILLUSTRATIVE)
    return len(fresh)


def load_reports(entries: Iterable[Entry], world: World) -> int:
    """One report of each body and period with its cells in it, and each province's own consolidated one."""
    filed: dict[tuple[Body, Period], list[Entry]] = defaultdict(list)
    for entry in entries:
        filed[entry.filed_by, entry.cell.period].append(entry)
    known = set(Report.objects.values_list("unit_id", "agency_id", "period_id"))
    new = [
        _report(body, period, min((one.state for one in cells), key=_SLOWEST_FIRST.__getitem__), world)
        for (body, period), cells in filed.items()
        if (*body.key, period.pk) not in known
    ]
    own = {(entry.cell.unit, entry.cell.period) for entry in entries if entry.cell.unit.tier == Tier.PROVINCE}
    for unit, period in sorted(own, key=lambda pair: (pair[0].ref, pair[1].code)):
        if (unit.pk, None, period.pk) not in known and (Body(unit), period) not in filed:
            state = DRAFT if period.code == OPEN_QUARTER else APPROVED
            new.append(_report(Body(unit), period, state, world))
    reports = Report.objects.bulk_create(new, batch_size=2000)
    note_changes(Noted("report", report.pk, Operation.CREATED, report.unit_id) for report in reports)
    _put_cells_in(filed, {(each.unit_id, each.agency_id, each.period_id): each for each in reports})
    return len(reports)


def _report(body: Body, period: Period, state: str, world: World) -> Report:
    is_old = body.unit.valid_to is not None
    stored = {
        DRAFT: ReportState.DRAFT,
        SUBMITTED: ReportState.SUBMITTED,
        APPROVED: ReportState.LOCKED if is_old else ReportState.APPROVED,
    }[state]
    tells = body.agency is None and (body.unit.tier == Tier.PROVINCE or body.unit.ref == THUAN_BAC)
    return Report(
        unit=body.unit,
        agency=body.agency,
        period=period,
        state=stored,
        first_submitted_at=None if state == DRAFT else _submitted_at(body, period, world),
        **(_NARRATIVE if tells else {}),
    )


def _submitted_at(body: Body, period: Period, world: World) -> datetime:
    """Mostly in the last days before the due day, one in twenty late, some of the open quarter early."""
    dice = chance("submitted", body.ref, period.code)
    late = dice.randint(1, 9) if dice.randint(1, 20) == 1 else -dice.randint(0, 4)
    if body.unit.tier == Tier.PROVINCE and body.agency is None:
        late = -1
    day = min(world.due_on(period, body) + timedelta(days=late), _LATEST)
    return moment(day, dice.randint(8, 16), dice.randint(0, 59))


def _put_cells_in(
    filed: Mapping[tuple[Body, Period], Sequence[Entry]],
    reports: Mapping[tuple[int, int | None, int], Report],
) -> None:
    """Tie the cells to the reports just made, and date their versions by them."""
    ids = [report.pk for report in reports.values()]
    loose = Measurement.objects.filter(report__isnull=True, provenance=Provenance.ILLUSTRATIVE)
    newest = Report.objects.filter(
        pk__gte=min(ids, default=0), unit=OuterRef("unit"), period=OuterRef("period")
    ).order_by()
    units = {body.unit.pk for body, _period in filed}
    loose.filter(unit__in=units, unit__tier__in=[Tier.DISTRICT, Tier.COMMUNE]).update(
        report=Subquery(newest.filter(agency__isnull=True).values("pk")[:1])
    )
    loose.filter(unit__in=units, agency__isnull=False).update(
        report=Subquery(newest.filter(agency=OuterRef("agency")).values("pk")[:1])
    )
    for (body, period), entries in filed.items():
        report = reports.get((*body.key, period.pk))
        whole = [one.cell for one in entries if one.cell.unit.tier == Tier.PROVINCE and not one.cell.agency]
        for level in {cell.level for cell in whole} if report else ():
            loose.filter(
                unit=body.unit,
                agency__isnull=True,
                level=level,
                period=period,
                indicator__in=[cell.indicator for cell in whole],
            ).update(report=report)
    know_size("indicators_report", "indicators_measurement", "indicators_measurementversion")
    _date_versions([report for report in reports.values() if report.first_submitted_at])


def _date_versions(reports: Sequence[Report]) -> None:
    """A version was entered and submitted with its report, and approved some hours later."""
    of_version = Report.objects.filter(measurements=OuterRef("measurement")).order_by()
    submitted = Subquery(of_version.values("first_submitted_at")[:1])
    approved = ExpressionWrapper(F("first_submitted_at") + _HOURS_TO_APPROVE, output_field=DateTimeField())
    MeasurementVersion.objects.filter(
        number=1, state=VersionState.APPROVED, measurement__report__in=reports
    ).update(
        entered_at=submitted,
        submitted_at=submitted,
        approved_at=Subquery(of_version.annotate(approved=approved).values("approved")[:1]),
    )
