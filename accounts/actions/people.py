"""People and the roles they hold, many at once; each change leaves a row in the audit trail."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.actions.traces import entry
from accounts.models import AuditEntry, Membership, User

PERSON = ("username", "full_name", "email", "job_title", "is_active")
_BATCH = 500

Ending = tuple[Membership, datetime.date | None]


@transaction.atomic
def change_people(
    *, new: Sequence[User], changed: Sequence[tuple[User, Mapping[str, Any]]], by: User
) -> None:
    """Make accounts, and give stored ones other values of the fields of ``PERSON``.

    A new account has no password: nobody signs in with it before an administrator gives it one.
    """
    for user in new:
        user.password = make_password(None)
    User.objects.bulk_create(new, batch_size=_BATCH)
    trail = [entry(by, "user.created", user, None, after=_told(user)) for user in new]
    for user, fields in changed:
        before = _told(user)
        for name, value in fields.items():
            setattr(user, name, value)
        trail.append(entry(by, "user.changed", user, None, before=before, after=_told(user)))
    User.objects.bulk_update([user for user, _fields in changed], PERSON[1:], batch_size=_BATCH)
    AuditEntry.objects.bulk_create(trail, batch_size=_BATCH)


@transaction.atomic
def change_memberships(*, new: Sequence[Membership], ended: Sequence[Ending], by: User) -> None:
    """Give roles, and give stored ones another last day, None for an open one. Nothing is deleted."""
    trail = []
    for membership, last in ended:
        before = _told_of(membership)
        membership.valid_to = last
        after = _told_of(membership)
        trail.append(entry(by, "membership.ended", membership, membership.unit, before=before, after=after))
    Membership.objects.bulk_update([each for each, _last in ended], ["valid_to"], batch_size=_BATCH)
    Membership.objects.bulk_create(new, batch_size=_BATCH)
    trail += [entry(by, "membership.created", each, each.unit, after=_told_of(each)) for each in new]
    AuditEntry.objects.bulk_create(trail, batch_size=_BATCH)


def _told(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in PERSON}


def _told_of(membership: Membership) -> dict[str, Any]:
    days = {name: getattr(membership, name) for name in ("valid_from", "valid_to")}
    return {
        "user": membership.user_id,
        "role": str(membership.role),
        "unit": membership.unit_id,
        "agency": membership.agency_id,
        **{name: str(day) if day else None for name, day in days.items()},
    }
