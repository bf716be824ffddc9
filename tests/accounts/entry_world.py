"""Reports in every state a right can be tried on: of provinces, their communes and their agencies.

Each body has one figure to report in four quarters. In one its report is a draft with a file attached, in one
it waits for approval, in one it is approved and open again, in one it is locked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.files import stored_at
from accounts.models import AuditEntry, Change, User
from indicators.models import (
    DefinitionLevel,
    Evidence,
    Indicator,
    Job,
    Measurement,
    MeasurementVersion,
    Report,
    ReportState,
    VersionState,
)
from provinces.models import Agency, Unit
from tests.cast import Places, make_person
from tests.factories.cells import calendar, owe, period
from tests.factories.results import make_indicator
from tests.factories.units import make_agency, make_kind

DAY = date(2026, 9, 20)
OPEN, SENT, APPROVED, LOCKED = "2026-Q3", "2026-Q1", "2025-Q4", "2026-Q2"
STATES = {
    OPEN: (ReportState.DRAFT, VersionState.DRAFT),
    SENT: (ReportState.SUBMITTED, VersionState.SUBMITTED),
    APPROVED: (ReportState.APPROVED, VersionState.APPROVED),
    LOCKED: (ReportState.LOCKED, VersionState.APPROVED),
}
CODE = "DI-01"
PDF = b"%PDF-1.7\n% a scan\n"


@dataclass
class Body:
    """A unit, or an agency of it, with what its reports hold by quarter."""

    unit: Unit
    agency: Agency | None
    level: str
    versions: dict[str, int]
    evidence: int

    def address(self, quarter: str, page: str = "") -> str:
        """`page` may name the cell's own level."""
        return self._within(f"/reports/{self.unit.ref}/{quarter}/{page.format(level=self.level)}")

    @property
    def api(self) -> str:
        return self.api_of("cells/")

    def api_of(self, path: str) -> str:
        return self._within(f"/api/v1/reports/{self.unit.ref}/{OPEN}/{path.format(level=self.level)}")

    @property
    def row(self) -> dict[str, Any]:
        """A new figure for the draft, as the bulk address takes it."""
        agency = {"agency": self.agency.ref} if self.agency else {}
        where = {"unit": self.unit.ref, "period": OPEN, "indicator": CODE, "level": self.level}
        return where | agency | {"value": "91", "version": 1}

    @property
    def workbook(self) -> str:
        agency = f"&agency={self.agency.ref}" if self.agency else ""
        return f"/reports/workbooks/download/?period={OPEN}&unit={self.unit.ref}{agency}"

    def _within(self, path: str) -> str:
        return f"{path}?agency={self.agency.ref}" if self.agency else path


def make_bodies(places: Places) -> dict[str, Body]:
    """By name; the figure belongs to the department of science and technology of every province."""
    calendar(2025, 2026)
    indicator = make_indicator(CODE, owner_kind=make_kind("so-khcn"))
    definition = indicator.definitions.get()
    DefinitionLevel.objects.bulk_create(
        DefinitionLevel(definition=definition, level=level) for level in ("province", "commune", "total")
    )
    default_storage.save(stored_at("0" * 64), ContentFile(PDF))
    author, boss = make_person("author"), make_person("boss")

    def body(unit: Unit, level: str, agency: Agency | None = None) -> Body:
        return _body(unit, agency, level, indicator, author, boss)

    return {
        "Khánh Hòa": body(places.khanh_hoa, "total"),
        "Phan Rang": body(places.phan_rang, "commune"),
        "Cam Ranh": body(places.cam_ranh, "commune"),
        "Đắk Lắk": body(places.dak_lak, "total"),
        "Ea Kao": body(places.ea_kao, "commune"),
        "Sở KH&CN": body(places.khanh_hoa, "province", places.department),
        "Sở Nội vụ": body(places.khanh_hoa, "province", make_agency(places.khanh_hoa, "so-noi-vu")),
        "Sở KH&CN Đắk Lắk": body(places.dak_lak, "province", make_agency(places.dak_lak)),
    }


def _body(
    unit: Unit, agency: Agency | None, level: str, indicator: Indicator, author: User, boss: User
) -> Body:
    owe(unit, indicator, level, agency=agency)
    made = Body(unit, agency, level, versions={}, evidence=0)
    for quarter, (report_state, state) in STATES.items():
        report = Report.objects.create(
            unit=unit,
            agency=agency,
            period=period(quarter),
            state=report_state,
            reopened_until=DAY + timedelta(days=9) if quarter == APPROVED else None,
        )
        cell = Measurement.objects.create(
            indicator=indicator,
            unit=unit,
            agency=agency,
            level=level,
            period=report.period,
            report=report,
            definition=indicator.definitions.get(),
        )
        version = _version(cell, state, author, boss)
        made.versions[quarter] = version.pk
        if quarter == OPEN:
            made.evidence = Evidence.objects.create(
                measurement=cell, name="a.pdf", size=len(PDF), sha256="0" * 64, uploaded_by=author
            ).pk
    return made


def _version(cell: Measurement, state: str, author: User, boss: User) -> MeasurementVersion:
    now = timezone.now()
    steps: dict[str, Any] = {}
    if state != VersionState.DRAFT:
        steps |= {"submitted_by": author, "submitted_at": now}
    if state == VersionState.APPROVED:
        steps |= {"approved_by": boss, "approved_at": now}
    version = MeasurementVersion.objects.create(
        measurement=cell,
        number=1,
        definition=cell.definition,
        answer="value",
        value=90,
        state=state,
        entered_by=author,
        **steps,
    )
    counts = {"answer": "value", "value": 90, "approved_version": version}
    Measurement.objects.filter(pk=cell.pk).update(
        working_version=version, **(counts if state == VersionState.APPROVED else {})
    )
    return version


def everything() -> list[Any]:
    """All that an entry address can write; equal before and after means that nothing was written."""
    return [
        list(Report.objects.order_by("pk").values()),
        list(Measurement.objects.order_by("pk").values()),
        list(MeasurementVersion.objects.order_by("pk").values()),
        list(Evidence.objects.order_by("pk").values()),
        *(model.objects.count() for model in (AuditEntry, Change, Job)),
    ]
