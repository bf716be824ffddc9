"""Entering, submitting, approving and withdrawing the value of a cell."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.changes import Noted, note_change, note_changes
from accounts.models import AuditEntry, User
from accounts.models.audit import Operation
from indicators.actions.jobs import mark_stale
from indicators.actions.telling import place_of, tell_corrected
from indicators.models import (
    Answer,
    Indicator,
    IndicatorDefinition,
    Measurement,
    MeasurementVersion,
    MeasureMode,
    MissingReason,
    Period,
    Pooling,
    Provenance,
    Qualifier,
    VersionState,
)
from provinces.models import Agency, Unit

DRAFT = "draft"
"""In the change feed, of a report: something was written in it that is nobody else's business yet. No
resource of the API is called so, but whoever works in the report must not be told that it is as it was
(`accounts.remembering`)."""


class ReportingError(Exception):
    """The action is not allowed; the message says why in the reader's language."""


@dataclass(slots=True, kw_only=True)
class CellValue:
    """What is written into a cell: a value, missing with its reason, or nothing arose."""

    answer: str = Answer.VALUE
    missing_reason: str = ""
    numerator: Decimal | int | None = None
    denominator: Decimal | int | None = None
    value: Decimal | int | None = None
    out_of: int | None = None
    qualifier: str = Qualifier.OFFICIAL
    provenance: str = Provenance.REPORTED
    note: str = ""


COUNTED_FIELDS = (
    "definition_id",
    "answer",
    "missing_reason",
    "numerator",
    "denominator",
    "value",
    "out_of",
    "qualifier",
    "provenance",
)


def no_definition(indicator: Indicator, day: datetime.date) -> ReportingError:
    return ReportingError(
        _("Indicator %(code)s has no definition in force on %(day)s; record one first.")
        % {"code": indicator.code, "day": day.strftime("%d/%m/%Y")}
    )


def definition_on(indicator: Indicator, day: datetime.date) -> IndicatorDefinition:
    """The definition in force that day; raises ReportingError where there is none."""
    definition = IndicatorDefinition.objects.filter(indicator=indicator).valid_on(day).first()
    if definition is None:
        raise no_definition(indicator, day)
    return definition


def check(cell: CellValue, definition: IndicatorDefinition) -> None:
    """Raises ReportingError where a figure contradicts itself or its definition."""
    numbers = (cell.numerator, cell.denominator, cell.value)
    if cell.answer != Answer.VALUE:
        if any(number is not None for number in numbers):
            raise ReportingError(_("A missing figure, or one that did not arise, has no number beside it."))
        if cell.answer == Answer.MISSING and cell.missing_reason not in MissingReason.values:
            raise ReportingError(_("Say why the figure is missing."))
        return
    is_ratio = None not in numbers[:2] and cell.value is None
    is_single = numbers[:2] == (None, None) and cell.value is not None
    if not is_ratio and not is_single:
        raise ReportingError(_("Give both numerator and denominator, or one value instead."))
    if is_ratio and definition.pooling in (Pooling.SUM, Pooling.ALL_TRUE):
        raise ReportingError(_("This indicator is one number, not a ratio."))
    if cell.numerator is None or cell.denominator is None:
        return
    if cell.denominator < 0 or (definition.numerator_within_denominator and cell.numerator < 0):
        raise ReportingError(_("A numerator or denominator cannot be below zero."))
    if definition.numerator_within_denominator and cell.numerator > cell.denominator:
        raise ReportingError(_("The numerator is more than the denominator."))


@transaction.atomic
def enter(
    *,
    indicator: Indicator,
    unit: Unit,
    level: str,
    period: Period,
    by: User,
    cell: CellValue,
    agency: Agency | None = None,
) -> MeasurementVersion:
    """Write a new draft version of a cell. It changes no figure until a second person approves it."""
    definition = definition_on(indicator, period.assessed_on)
    if cell.answer == Answer.NOTHING_AROSE and definition.measure_mode == MeasureMode.STOCK:
        raise ReportingError(_("“Nothing arose” is for things that happen during a period; write 0 here."))
    if definition.pooling == Pooling.COMPUTED:
        raise ReportingError(_("The portal computes this indicator; it is never typed."))
    check(cell, definition)
    measurement, created = Measurement.objects.select_for_update().get_or_create(
        indicator=indicator,
        unit=unit,
        level=level,
        period=period,
        agency=agency,
        defaults={"definition": definition},
    )
    last = measurement.versions.aggregate(last=Max("number"))["last"] or 0
    version = MeasurementVersion.objects.create(
        measurement=measurement,
        number=last + 1,
        definition=definition,
        entered_by=by,
        is_capped=definition.numerator_within_denominator,
        answer=cell.answer,
        missing_reason=cell.missing_reason,
        numerator=cell.numerator,
        denominator=cell.denominator,
        value=cell.value,
        out_of=cell.out_of,
        qualifier=cell.qualifier,
        provenance=cell.provenance,
        note=cell.note,
    )
    measurement.working_version = version
    measurement.save(update_fields=["working_version"])
    if created:
        record_change(measurement, Operation.CREATED)
    else:
        # 0 where it is in no report yet.
        note_change(DRAFT, measurement.report_id or 0, Operation.UPDATED, unit.pk)
    return version


@transaction.atomic
def submit(*, version: MeasurementVersion, by: User) -> MeasurementVersion:
    """Send a draft to the approver."""
    version = lock(version)
    if version.state != VersionState.DRAFT:
        raise ReportingError(_("Only a draft can be submitted."))
    version.state = VersionState.SUBMITTED
    version.submitted_by = by
    version.submitted_at = timezone.now()
    version.save(update_fields=["state", "submitted_by", "submitted_at"])
    _note_report(version.measurement)
    return version


@transaction.atomic
def approve(*, version: MeasurementVersion, by: User) -> MeasurementVersion:
    """Approve a submitted version: from now on it counts, and what reads the cell is recomputed.

    Approving a version that is approved already changes nothing, so a doubled click is harmless. Nobody
    approves what they entered or submitted (architecture, convention 2; the database holds it too).
    """
    version = lock(version)
    if version.state == VersionState.APPROVED:
        return version
    if version.state != VersionState.SUBMITTED:
        raise ReportingError(_("Only a submitted value can be approved."))
    if by.pk in (version.entered_by_id, version.submitted_by_id):
        raise ReportingError(_("Nobody approves a value they entered or submitted; ask a second person."))
    measurement = version.measurement
    before = measurement.approved_version
    if before is not None:
        before.state = VersionState.SUPERSEDED
        before.save(update_fields=["state"])
    version.state = VersionState.APPROVED
    version.approved_by = by
    version.approved_at = timezone.now()
    version.save(update_fields=["state", "approved_by", "approved_at"])
    for field in COUNTED_FIELDS:
        setattr(measurement, field, getattr(version, field))
    measurement.approved_version = version
    measurement.updated_at = version.approved_at
    measurement.save(update_fields=[*COUNTED_FIELDS, "approved_version", "updated_at"])
    leave_trace(version, "approve", by, before=before)
    if before is not None:
        tell_corrected([version], place_of(measurement), state=VersionState.APPROVED)
    return version


@transaction.atomic
def withdraw(*, version: MeasurementVersion, by: User, reason: str) -> MeasurementVersion:
    """Take back an approved version by a recorded decision; the cell is then not answered."""
    version = lock(version)
    if version.state != VersionState.APPROVED:
        raise ReportingError(_("Only an approved value can be withdrawn."))
    if not reason.strip():
        raise ReportingError(_("Say why the value is withdrawn."))
    version.state = VersionState.WITHDRAWN
    version.reason = reason
    version.save(update_fields=["state", "reason"])
    measurement = version.measurement
    measurement.answer = Answer.UNANSWERED
    measurement.missing_reason = ""
    measurement.numerator = measurement.denominator = measurement.value = measurement.out_of = None
    measurement.approved_version = None
    measurement.updated_at = timezone.now()
    measurement.save()
    leave_trace(version, "withdraw", by, before=version, reason=reason)
    tell_corrected([version], place_of(measurement), state=VersionState.WITHDRAWN)
    return version


def lock(version: MeasurementVersion) -> MeasurementVersion:
    """The version and its cell as they are now, locked: two approvers at once act one after the other."""
    measurement = Measurement.objects.select_for_update().get(pk=version.measurement_id)
    fresh = MeasurementVersion.objects.select_for_update().get(pk=version.pk)
    fresh.measurement = measurement
    return fresh


def leave_trace(
    version: MeasurementVersion,
    action: str,
    by: User,
    *,
    before: MeasurementVersion | None,
    reason: str = "",
) -> None:
    """Audit entry, change feed and recompute job of a decision on a cell."""
    measurement = version.measurement
    AuditEntry.objects.create(
        actor=by,
        action=f"measurement.{action}",
        subject_type="measurement_version",
        subject_id=str(version.pk),
        unit_id=measurement.unit_id,
        before=numbers_of(before),
        after=numbers_of(version) if action == "approve" else None,
        reason=reason,
    )
    record_change(measurement, Operation.UPDATED)
    _note_report(measurement)
    mark_stale(
        unit=Unit(pk=measurement.unit_id),
        indicator=Indicator(pk=measurement.indicator_id),
        period=Period(pk=measurement.period_id),
    )


def record_change(measurement: Measurement, operation: str) -> None:
    note_change("measurement", measurement.pk, operation, measurement.unit_id)


def _note_report(measurement: Measurement) -> None:
    """A report tells when it was sent and decided on last."""
    if measurement.report_id is not None:
        note_change("report", measurement.report_id, Operation.UPDATED, measurement.unit_id)


def numbers_of(version: MeasurementVersion | None) -> dict[str, str | int | None] | None:
    """A version's numbers as text, for the audit trail."""
    if version is None:
        return None
    exact = {
        name: None if (number := getattr(version, name)) is None else str(number)
        for name in ("numerator", "denominator", "value")
    }
    return {
        "version": version.number,
        "answer": version.answer,
        "missing_reason": version.missing_reason,
        **exact,
    }


@dataclass(slots=True, kw_only=True)
class ApprovedCell(CellValue):
    """A cell with its value as it was approved elsewhere, for loading many at once."""

    indicator: Indicator
    unit: Unit
    level: str
    period: Period
    agency: Agency | None = None

    @property
    def key(self) -> tuple[int, int, str, int, int | None]:
        agency_id = self.agency.pk if self.agency else None
        return (self.indicator.pk, self.unit.pk, self.level, self.period.pk, agency_id)


@transaction.atomic
def load_approved(cells: Iterable[ApprovedCell], *, entered_by: User, approved_by: User) -> int:
    """Bulk-load approved cells that are not there yet; returns how many were written.

    A cell that exists is left as it is, so that loading twice changes nothing and a later edit by a
    person is never overwritten. The caller marks what must be recomputed.
    """
    wanted = {cell.key: cell for cell in cells}
    keys = ("indicator_id", "unit_id", "level", "period_id", "agency_id")
    for known in Measurement.objects.filter(unit__in={cell.unit.pk for cell in wanted.values()}).values_list(
        *keys
    ):
        wanted.pop(known, None)
    now = timezone.now()
    definitions = DefinitionLookup()
    measurements = [
        Measurement(
            indicator=cell.indicator,
            unit=cell.unit,
            level=cell.level,
            period=cell.period,
            agency=cell.agency,
            definition=definitions.on(cell.indicator, cell.period.assessed_on),
            updated_at=now,
        )
        for cell in wanted.values()
    ]
    measurements = Measurement.objects.bulk_create(measurements, batch_size=2000)
    versions = [
        MeasurementVersion(
            measurement=measurement,
            number=1,
            definition=measurement.definition,
            is_capped=measurement.definition.numerator_within_denominator,
            answer=cell.answer,
            missing_reason=cell.missing_reason,
            numerator=cell.numerator,
            denominator=cell.denominator,
            value=cell.value,
            out_of=cell.out_of,
            qualifier=cell.qualifier,
            provenance=cell.provenance,
            note=cell.note,
            state=VersionState.APPROVED,
            entered_by=entered_by,
            entered_at=now,
            submitted_by=entered_by,
            submitted_at=now,
            approved_by=approved_by,
            approved_at=now,
        )
        for measurement, cell in zip(measurements, wanted.values(), strict=True)
    ]
    MeasurementVersion.objects.bulk_create(versions, batch_size=2000)
    count_approved_versions()
    note_changes(Noted("measurement", m.pk, Operation.CREATED, m.unit_id) for m in measurements)
    return len(measurements)


def count_approved_versions() -> None:
    """Move the numbers of approved versions to cells that do not count one yet, in one statement."""
    columns = ", ".join(f"{field} = version.{field}" for field in COUNTED_FIELDS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE indicators_measurement
            SET {columns}, approved_version_id = version.id, working_version_id = version.id
            FROM indicators_measurementversion AS version
            WHERE version.measurement_id = indicators_measurement.id
              AND version.state = %s AND indicators_measurement.approved_version_id IS NULL
            """,  # noqa: S608 (the columns are ours)
            [VersionState.APPROVED],
        )


class DefinitionLookup:
    """The definitions of all indicators, read once, found by day."""

    def __init__(self) -> None:
        self._by_indicator: dict[int, list[IndicatorDefinition]] = {}
        for definition in IndicatorDefinition.objects.select_related("indicator"):
            self._by_indicator.setdefault(definition.indicator_id, []).append(definition)

    def on(self, indicator: Indicator, day: datetime.date) -> IndicatorDefinition:
        for definition in self._by_indicator.get(indicator.pk, []):
            if definition.is_valid_on(day):
                return definition
        raise no_definition(indicator, day)
