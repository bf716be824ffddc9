"""Who stands in for an approver or a coordinator; each change leaves a row in the audit trail."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.traces import audit
from accounts.models import Deputy, Membership, Role, User
from provinces.dates import today

DEPUTISED = (Role.APPROVER, Role.COORDINATOR)
"""Roles that must not wait for their holder. Reporters are simply named in numbers."""


@transaction.atomic
def add_deputy(
    *, membership: Membership, user: User, valid_from: datetime.date, valid_to: datetime.date, by: User
) -> Deputy:
    """Somebody stands in for an approver or a coordinator from a day to a day (both included).

    The deputy acts in their own name: whoever entered a value does not approve it as a deputy either.
    Raises ValidationError, naming the field, where the two days, the role or the person do not fit.
    """
    deputy = Deputy(membership=membership, user=user, valid_from=valid_from, valid_to=valid_to)
    check_deputy(deputy)
    deputy.save(force_insert=True)
    audit(by, "deputy.created", deputy, membership.unit, after=_told_of(deputy))
    return deputy


@transaction.atomic
def end_deputy(*, deputy: Deputy, valid_to: datetime.date, by: User, reason: str = "") -> Deputy:
    """The deputy's last day is another one. Raises ValidationError for a day before the first."""
    deputy = (
        Deputy.objects.select_for_update(of=("self",))
        .select_related("membership__unit", "membership__agency", "user")
        .get(pk=deputy.pk)
    )
    before = _told_of(deputy)
    deputy.valid_to = valid_to
    check_deputy(deputy)
    deputy.save(update_fields=["valid_to"])
    unit = deputy.membership.unit
    audit(by, "deputy.ended", deputy, unit, before=before, after=_told_of(deputy), reason=reason)
    return deputy


@transaction.atomic
def cancel_deputy(*, deputy: Deputy, by: User) -> None:
    """Nobody stands in after all. Raises ValidationError once they have begun: that stays on record."""
    deputy = (
        Deputy.objects.select_for_update(of=("self",)).select_related("membership__unit").get(pk=deputy.pk)
    )
    if deputy.valid_from is None or deputy.valid_from <= today():
        raise ValidationError({"valid_from": _("This person stands in already; choose a last day instead.")})
    audit(by, "deputy.cancelled", deputy, deputy.membership.unit, before=_told_of(deputy))
    deputy.delete()


def check_deputy(deputy: Deputy) -> None:
    """Raises ValidationError, naming the field, for days or people that do not fit. Needs a transaction."""
    start, end = deputy.valid_from, deputy.valid_to
    if start is None or end is None:
        raise ValidationError({"valid_to": _("A deputy needs a first and a last day.")})
    if end < start:
        raise ValidationError({"valid_to": _("The last day is before the first.")})
    # Two additions for one role at once act one after the other, so that each sees the other's row.
    membership = Membership.objects.select_for_update().get(pk=deputy.membership_id)
    if not deputy.pk:
        _check_people(membership, deputy.user)
    others = Deputy.objects.filter(membership=membership, user=deputy.user).exclude(pk=deputy.pk)
    if others.filter(valid_from__lte=end, valid_to__gte=start).exists():
        raise ValidationError({"valid_to": _("This person stands in on some of these days already.")})


def _check_people(membership: Membership, user: User) -> None:
    if membership.role not in DEPUTISED:
        raise ValidationError({"membership": _("Only approvers and coordinators have deputies.")})
    if membership.user_id == user.pk:
        raise ValidationError({"user": _("Nobody is their own deputy.")})
    if not user.is_active:
        raise ValidationError({"user": _("This account may not sign in.")})


def _told_of(deputy: Deputy) -> dict[str, Any]:
    return {
        "membership": deputy.membership_id,
        "deputises_for": deputy.membership.user_id,
        "user": deputy.user_id,
        "valid_from": str(deputy.valid_from),
        "valid_to": str(deputy.valid_to),
    }
