"""The secret address of a person's calendar: made, renewed and revoked by its owner."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.actions.traces import audit
from accounts.models import User
from accounts.models.clients import hash_token
from events.models import CalendarFeed


@transaction.atomic
def renew_feed(*, by: User) -> str:
    """A new secret; the address before it is dead from now on. It is told here and never again."""
    secret = CalendarFeed.new_secret()
    feed, made = CalendarFeed.objects.update_or_create(
        user=by, defaults={"secret_hash": hash_token(secret), "made_at": timezone.now()}
    )
    audit(by, "calendar.made" if made else "calendar.renewed", feed, None)
    return secret


@transaction.atomic
def revoke_feed(*, by: User) -> bool:
    """No address leads to the calendar any more; whether there was one."""
    feed = CalendarFeed.objects.select_for_update().filter(user=by).first()
    if feed is None:
        return False
    audit(by, "calendar.revoked", feed, None)
    feed.delete()
    return True
