"""From an approval to fresh pages, with the real worker beside it.

Communes of all provinces send figures of one quarter; then their approvals come in at a steady pace, of one
cell, of five cells and of a whole report in turn, whether or not the worker has caught up. Each is timed from
its commit until the province's stored verdict, which the overview reads, holds the new figure and the
scoreboard says that nothing is being computed any more.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User
from indicators.actions.entering import CellInput, save_cells
from indicators.actions.reviewing import approve_cells, submit_report
from indicators.entry.places import Place
from indicators.models import Answer, Attainment, Door, Level, Measurement, MeasurementVersion, Period
from indicators.models.versions import VersionState
from indicators.scoreboards import scoreboard
from provinces.models import Tier, Unit
from tests.workers import Process, wait_until_ready

QUARTER = "2026-Q3"
SIZES = (1, 5, 60)
EVERY_SECONDS = 2.0
GIVE_UP_SECONDS = 60.0


@dataclass
class Approval:
    """One to come: its versions, and the figure that tells that it has arrived."""

    place: Place
    versions: list[int]
    province: Unit
    indicator_id: int
    committed: float = 0.0
    expected: Decimal = Decimal(0)

    @property
    def verdict(self) -> Decimal:
        """The numerator by which the province's target is judged now."""
        found = Attainment.objects.get(
            target__unit=self.province, target__indicator=self.indicator_id, period=self.place.period
        ).numerator
        assert found is not None
        return found

    def is_fresh(self) -> bool:
        # Every change adds, so a later one of the same cell's province hides nothing.
        if self.verdict < self.expected:
            return False
        return not scoreboard(self.province, self.place.period).pending


def measure(approvals: int) -> list[float]:
    """Seconds from each commit to fresh pages."""
    entered, approver = (User.objects.get(username=f"bench-{name}") for name in ("entry", "approval"))
    coming = list(_prepare(approvals, entered))
    with Process("worker") as worker:
        wait_until_ready(worker)
        return _run(coming, approver)


def broker() -> str:
    return "Redis" if settings.REDIS_URL else "the filesystem"


def _prepare(approvals: int, by: User) -> Iterator[Approval]:
    """Reports sent and waiting, each of another commune, spread over the provinces."""
    quarter = Period.objects.prefetch_related("due_days").get(code=QUARTER)
    provinces = list(Unit.objects.of_tier(Tier.PROVINCE).order_by("pk"))
    for number in range(approvals):
        province = provinces[number % len(provinces)]
        communes = Unit.objects.of_tier(Tier.COMMUNE).filter(province=province).order_by("pk")
        place = Place(communes[number // len(provinces)], None, quarter)
        yield _sent(place, province, SIZES[number % len(SIZES)], by)


def _sent(place: Place, province: Unit, size: int, by: User) -> Approval:
    """A report in which `size` figures have grown by one, sent to the approver; a rate comes first."""
    reported = Measurement.objects.filter(unit=place.unit, period=place.period, answer=Answer.VALUE)
    cells = sorted(
        reported.select_related("indicator"), key=lambda cell: (cell.numerator is None, cell.indicator.code)
    )[:size]
    assert cells[0].numerator is not None
    save_cells(place=place, inputs=[_grown(cell) for cell in cells], by=by, via=Door.FORM)
    submit_report(place=place, by=by)
    waiting = MeasurementVersion.objects.filter(
        measurement__in=[cell.pk for cell in cells], state=VersionState.SUBMITTED
    )
    versions = list(waiting.values_list("pk", flat=True))
    assert len(versions) == len(cells)
    return Approval(place, versions, province, cells[0].indicator_id)


def _grown(cell: Measurement) -> CellInput:
    grown: dict[str, Any] = {
        "numerator": cell.numerator,
        "denominator": cell.denominator,
        "value": cell.value,
    }
    grown["value" if cell.numerator is None else "numerator"] += 1
    typed: dict[str, Any] = {name: f"{number:f}" for name, number in grown.items() if number is not None}
    return CellInput(
        indicator=cell.indicator.code,
        level=Level.COMMUNE,
        justification="Đối chiếu lại sổ gốc",
        exact=True,
        **typed,
    )


def _run(coming: list[Approval], approver: User) -> list[float]:
    taken: list[float] = []
    open_: list[Approval] = []
    started = time.perf_counter()
    for number, approval in enumerate(coming):
        begins = started + number * EVERY_SECONDS
        while time.perf_counter() < begins:
            _collect(open_, taken)
            time.sleep(0.05)
        _approve(approval, approver)
        open_.append(approval)
    while open_:
        _collect(open_, taken)
        time.sleep(0.05)
    return taken


def _approve(approval: Approval, approver: User) -> None:
    approval.expected = approval.verdict + 1

    def note() -> None:
        approval.committed = time.perf_counter()

    with transaction.atomic():
        # Before the bell, which the action rings after the commit.
        transaction.on_commit(note)
        approve_cells(place=approval.place, version_ids=approval.versions, by=approver)


def _collect(open_: list[Approval], taken: list[float]) -> None:
    for approval in list(open_):
        if approval.is_fresh():
            taken.append(time.perf_counter() - approval.committed)
            open_.remove(approval)
        elif time.perf_counter() - approval.committed > GIVE_UP_SECONDS:
            raise SystemExit(f"void: an approval of {approval.place.name} never reached its province's page")
