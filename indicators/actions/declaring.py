"""Declaring a target done, or judging it met: entered, submitted and approved by a second person."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.audit import Operation
from indicators.actions.jobs import mark_stale
from indicators.actions.reporting import ReportingError
from indicators.actions.traces import as_text, leave_trace
from indicators.models import Declaration, Provenance, Target, VersionState
from provinces.dates import today

_AUDITED = ("number", "kind", "is_met", "declared_on", "reason", "part_position")


@transaction.atomic
def enter(
    *,
    target: Target,
    kind: str,
    is_met: bool,
    declared_on: datetime.date,
    by: User,
    part_position: int = 0,
    judged_by: User | None = None,
    reason: str = "",
    provenance: str = Provenance.REPORTED,
    day_provenance: str = Provenance.REPORTED,
) -> Declaration:
    """Write a new draft declaration; it changes no result until a second person approves it.

    ``part_position`` 0 speaks of the target itself, else of that part of a composite one. A judgement names
    who judged and why. Raises ReportingError.
    """
    target = Target.objects.select_for_update().get(pk=target.pk)
    if declared_on > today():
        raise ReportingError(_("The day %(day)s has not come yet.") % {"day": _day(declared_on)})
    if _rule_asked(target, part_position, declared_on) != kind:
        raise ReportingError(_("This target is judged by its figures; it is not declared."))
    if kind == Declaration.Kind.JUDGED and (judged_by is None or not reason.strip()):
        raise ReportingError(_("Say who judged the target and why."))
    last = target.declarations.filter(part_position=part_position).aggregate(last=Max("number"))["last"] or 0
    declaration = Declaration.objects.create(
        target=target,
        part_position=part_position,
        number=last + 1,
        kind=kind,
        is_met=is_met,
        declared_on=declared_on,
        judged_by=judged_by,
        reason=reason,
        provenance=provenance,
        day_provenance=day_provenance,
        entered_by=by,
    )
    leave_trace(
        action="enter",
        subject=declaration,
        operation=Operation.CREATED,
        by=by,
        unit=target.unit,
        after=as_text(declaration, _AUDITED),
    )
    return declaration


@transaction.atomic
def submit(*, declaration: Declaration, by: User) -> Declaration:
    """Send a draft to the approver."""
    declaration = lock(declaration)
    if declaration.state != VersionState.DRAFT:
        raise ReportingError(_("Only a draft can be submitted."))
    declaration.state = VersionState.SUBMITTED
    declaration.submitted_by = by
    declaration.submitted_at = timezone.now()
    declaration.save(update_fields=["state", "submitted_by", "submitted_at"])
    return declaration


@transaction.atomic
def approve(*, declaration: Declaration, by: User) -> Declaration:
    """Approve a submitted declaration: from now on the target is judged by it. Approving twice is harmless.

    Nobody approves what they entered or submitted (architecture, convention 2).
    """
    declaration = lock(declaration)
    if declaration.state == VersionState.APPROVED:
        return declaration
    if declaration.state != VersionState.SUBMITTED:
        raise ReportingError(_("Only a submitted declaration can be approved."))
    if by.pk in (declaration.entered_by_id, declaration.submitted_by_id):
        raise ReportingError(_("Nobody approves a value they entered or submitted; ask a second person."))
    before = declaration.target.declarations.filter(
        part_position=declaration.part_position, state=VersionState.APPROVED
    ).first()
    if before is not None:
        before.state = VersionState.SUPERSEDED
        before.save(update_fields=["state"])
    declaration.state = VersionState.APPROVED
    declaration.approved_by = by
    declaration.approved_at = timezone.now()
    declaration.save(update_fields=["state", "approved_by", "approved_at"])
    _decided(declaration, "approve", by, before=before)
    return declaration


@transaction.atomic
def withdraw(*, declaration: Declaration, by: User, reason: str) -> Declaration:
    """Take back an approved declaration by a recorded decision; the target is then not declared."""
    declaration = lock(declaration)
    if declaration.state != VersionState.APPROVED:
        raise ReportingError(_("Only an approved declaration can be withdrawn."))
    if not reason.strip():
        raise ReportingError(_("Say why the declaration is withdrawn."))
    declaration.state = VersionState.WITHDRAWN
    declaration.save(update_fields=["state"])
    _decided(declaration, "withdraw", by, before=declaration, reason=reason)
    return declaration


def lock(declaration: Declaration) -> Declaration:
    """The declaration as it is now, with its target locked: two approvers act one after the other."""
    target = Target.objects.select_for_update().get(pk=declaration.target_id)
    fresh = Declaration.objects.get(pk=declaration.pk)
    fresh.target = target
    return fresh


def _decided(
    declaration: Declaration, action: str, by: User, *, before: Declaration | None, reason: str = ""
) -> None:
    leave_trace(
        action=action,
        subject=declaration,
        operation=Operation.UPDATED,
        by=by,
        unit=declaration.target.unit,
        before=as_text(before, _AUDITED) if before else None,
        after=as_text(declaration, _AUDITED) if action == "approve" else None,
        reason=reason,
    )
    mark_stale(target=declaration.target)


def _rule_asked(target: Target, position: int, day: datetime.date) -> str:
    """The rule of the target, or of one part of it, that day; before its first revision that one's rule."""
    in_force = target.revisions.filter(effective_on__lte=day).order_by("-effective_on").first()
    revision = in_force or target.revisions.order_by("effective_on").first()
    if revision is None:
        return ""
    if position == 0:
        return revision.rule
    part = revision.parts.filter(position=position).first()
    return part.rule if part is not None else ""


def _day(day: datetime.date) -> str:
    return day.strftime("%d/%m/%Y")
