"""Asking for invitations to be sent; a worker sends them."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.traces import audit
from accounts.models import User
from events.actions.keeping import EventError, lock_event
from events.actions.parts import hash_of
from events.models import Event
from events.tasks import ring_invitations
from provinces.dates import today


@transaction.atomic
def invite(*, event: Event, by: User) -> int:
    """Invite everybody with an address who was not invited there yet; answers how many letters wait.

    The caller has asked whether ``by`` keeps the event. Raises EventError for one that is over or cancelled.
    """
    event = lock_event(event)
    if event.cancelled:
        raise EventError(_("The event is cancelled; nobody is invited to it."))
    if event.ends_on < today():
        raise EventError(_("The event is over; nobody is invited to it."))
    rows = list(event.participants.select_for_update(of=("self",)).select_related("user"))
    taken = {row.invited_to.casefold() for row in rows if row.invited_to}
    asked = 0
    for row in rows:
        address = row.address
        if not address or address.casefold() in taken or hash_of(address) in event.written_to:
            continue
        taken.add(address.casefold())
        row.invited_to, row.invited_at, row.claimed_at = address, None, None
        row.save(update_fields=["invited_to", "invited_at", "claimed_at"])
        asked += 1
    if asked:
        audit(by, "event.invited", event, event.unit, after={"letters": asked})
        transaction.on_commit(ring_invitations)
    return asked
