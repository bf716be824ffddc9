"""Who may enter and who may approve a figure. Four eyes are held by the action and by the database."""

from __future__ import annotations

from accounts.models import Role
from accounts.permissions import Principal, reach_as
from indicators.models import Measurement, MeasurementVersion

ENTERS = (Role.REPORTER, Role.COORDINATOR)
APPROVES = (Role.APPROVER, Role.COORDINATOR)


def can_enter(who: Principal, cell: Measurement) -> bool:
    """Reporters and coordinators, for cells within the reach of that very role."""
    return _within(who, cell, *ENTERS)


def can_approve(who: Principal, version: MeasurementVersion) -> bool:
    """Approvers and coordinators within the reach of that role, for what others entered and submitted."""
    if who.pk in (version.entered_by_id, version.submitted_by_id):
        return False
    return _within(who, version.measurement, *APPROVES)


def _within(who: Principal, cell: Measurement, *roles: Role) -> bool:
    return Measurement.objects.visible_to(reach_as(who, *roles)).filter(pk=cell.pk).exists()
