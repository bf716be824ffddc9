"""What webhooks are told of reports and figures: ids, refs and states, never a figure or a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.actions.hooks import Happening, emit, emit_many
from accounts.hooks.addresses import api_address
from accounts.models.webhooks import HookKind
from indicators.entry.places import Place
from indicators.models import Measurement, MeasurementVersion, Report


def tell_approved(report: Report, place: Place) -> None:
    """Every cell of the report is approved; told again each time that becomes so."""
    emit(
        HookKind.REPORT_APPROVED,
        resource="report",
        object_id=report.pk,
        unit_id=place.unit.pk,
        data=told_of(report, place),
    )


def tell_corrected(versions: Sequence[MeasurementVersion], place: Place, *, state: str) -> None:
    """Approved figures that another one replaced (``approved``), or that were taken back (``withdrawn``).

    The indicators of the versions' cells should be loaded.
    """
    emit_many(
        [
            Happening(
                HookKind.MEASUREMENT_CORRECTED,
                "measurement",
                version.measurement_id,
                place.unit.pk,
                _of_cell(version, place, state),
            )
            for version in versions
        ]
    )


def place_of(cell: Measurement) -> Place:
    return Place(cell.unit, cell.agency, cell.period)


def told_of(report: Report, place: Place) -> dict[str, Any]:
    """What every event of a report says."""
    return {
        "id": report.pk,
        "resource": "report",
        **_of_place(place),
        "state": str(report.state),
        "address": api_address("reports", report.pk),
    }


def _of_cell(version: MeasurementVersion, place: Place, state: str) -> dict[str, Any]:
    cell = version.measurement
    return {
        "id": cell.pk,
        "resource": "measurement",
        "indicator": cell.indicator.code,
        "level": str(cell.level),
        **_of_place(place),
        "state": str(state),
        "version": version.number,
        "address": api_address("measurements", cell.pk),
    }


def _of_place(place: Place) -> dict[str, str | None]:
    return {
        "unit": place.unit.ref,
        "agency": place.agency.ref if place.agency else None,
        "period": place.period.code,
    }
