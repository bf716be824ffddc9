"""Webhooks of partner systems: made, changed, paused, tried and replayed. Audited, but for the calls."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import tasks
from accounts.actions.hooks import delivery_of
from accounts.actions.traces import audit
from accounts.hooks import addresses, queue, signing
from accounts.hooks.seen import visible_to
from accounts.models import ApiClient, Delivery, HookEvent, User, Webhook
from accounts.models.webhooks import CHOSEN, DeliveryState, HookKind, PauseReason, fields_of

MOST = 20
"""Webhooks of one client."""
MOST_REPLAYED = 10_000
"""Events in one replay; the next one goes on from the last."""
_BATCH = 500


def check_address(address: str) -> str:
    """The address, if it may be called now. Raises ValidationError."""
    try:
        addresses.check(address)
    except addresses.AddressRefused as refused:
        raise ValidationError({"address": ValidationError(str(refused), "address_not_public")}) from None
    return address


def check_events(events: Sequence[str]) -> list[str]:
    """The chosen events, each once and in the order of the list. Raises ValidationError."""
    if not events or not set(events) <= set(CHOSEN):
        raise ValidationError({"events": _("Choose at least one of the events.")})
    return [str(kind) for kind in CHOSEN if kind in events]


def create_webhook(
    *, client: ApiClient, address: str, events: Sequence[str], by: User | None = None
) -> tuple[Webhook, str]:
    """A webhook and its secret, which is shown nowhere else. Raises ValidationError, naming the field."""
    # The name is looked up before anything is locked.
    hook = Webhook(client=client, address=check_address(address), events=check_events(events))
    secret = signing.renew(hook)
    with transaction.atomic():
        # Two at once are counted one after the other.
        ApiClient.objects.select_for_update(of=("self",)).get(pk=client.pk)
        if Webhook.objects.filter(client=client).count() >= MOST:
            raise ValidationError(_("A client has at most %(most)d webhooks.") % {"most": MOST})
        hook.save(force_insert=True)
        audit(by, "webhook.created", hook, client.unit, after=fields_of(hook))
    return hook, secret


def change_webhook(
    *,
    hook: Webhook,
    address: str | None = None,
    events: Sequence[str] | None = None,
    is_active: bool | None = None,
    by: User | None = None,
) -> Webhook:
    """Another address, other events, switched off or on; what is None stays. Raises ValidationError."""
    if address is not None and address != hook.address:
        check_address(address)
    chosen = None if events is None else check_events(events)
    with transaction.atomic():
        hook = _locked(hook)
        before = fields_of(hook)
        if address is not None and address != hook.address:
            hook.address = address
            hook.failures, hook.failing_since, hook.hold_until = 0, None, None
        hook.events = hook.events if chosen is None else chosen
        hook.is_active = hook.is_active if is_active is None else is_active
        hook.save()
        if fields_of(hook) != before:
            _audit(hook, "changed", by, before)
            transaction.on_commit(tasks.ring)
    return hook


@transaction.atomic
def delete_webhook(*, hook: Webhook, by: User | None = None) -> None:
    """The webhook with all that waits for it and its log."""
    hook = _locked(hook)
    audit(by, "webhook.deleted", hook, hook.client.unit, before=fields_of(hook))
    hook.delete()


@transaction.atomic
def rotate_secret(*, hook: Webhook, by: User | None = None) -> str:
    """A new secret, shown once. The one so far signs beside it for `signing.OVERLAP`.

    A webhook that was paused because its secret was lost goes on.
    """
    hook = _locked(hook)
    before = fields_of(hook)
    secret = signing.renew(hook, now=timezone.now())
    hook.save()
    _audit(hook, "secret_rotated", by, before)
    if hook.pause_reason == PauseReason.SECRET_LOST:
        _resume(hook)
    return secret


@transaction.atomic
def pause_webhook(*, hook: Webhook, by: User | None = None) -> bool:
    """Send nothing more for now; what happens meanwhile waits. False where it was paused already."""
    hook = _locked(hook)
    if hook.is_paused:
        return False
    before = fields_of(hook)
    queue.pause(hook, PauseReason.BY_HAND, timezone.now())
    hook.save()
    _audit(hook, "paused", by, before)
    return True


@transaction.atomic
def resume_webhook(*, hook: Webhook, by: User | None = None) -> bool:
    """Send what waits, each delivery with a whole day before it. False where it was not paused."""
    hook = _locked(hook)
    if not hook.is_paused:
        return False
    before = fields_of(hook)
    _resume(hook)
    _audit(hook, "resumed", by, before)
    return True


def _resume(hook: Webhook) -> None:
    hook.paused_at, hook.pause_reason = None, ""
    hook.failures, hook.failing_since, hook.hold_until = 0, None, None
    hook.save()
    _afresh(Delivery.objects.filter(webhook=hook, state=DeliveryState.WAITING))


def _afresh(rows: Any) -> int:
    """As if never tried; answers how many."""
    count: int = rows.update(
        state=DeliveryState.WAITING,
        attempts=0,
        first_at=None,
        next_at=timezone.now(),
        lease_until=None,
        claimed_by="",
        done_at=None,
    )
    transaction.on_commit(tasks.ring)
    return count


@transaction.atomic
def ping(*, hook: Webhook) -> Delivery:
    """Send a test message, even where the webhook is paused; tried once."""
    event = HookEvent.objects.create(
        event=HookKind.PING, resource="webhook", object_id=hook.pk, data={"webhook": hook.pk}
    )
    delivery = delivery_of(hook, event, is_test=True)
    delivery.save(force_insert=True)
    transaction.on_commit(tasks.ring)
    return delivery


@transaction.atomic
def replay(
    *,
    hook: Webhook,
    events: Sequence[int] | None = None,
    since: datetime.datetime | None = None,
    by: User | None = None,
) -> int:
    """Send events again, by their numbers or all since a moment; answers how many.

    Of these the ones that the webhook chose and its client may see, also from before the webhook was made;
    they keep their ids, so that the receiver knows what it has. What waits already goes on waiting. Raises
    ValidationError where neither or both are given, or where there are too many.
    """
    if (events is None) == (since is None):
        raise ValidationError(_("Say either which events or since when."))
    hook = _locked(hook)
    rows = HookEvent.objects.filter(event__in=hook.events).order_by("pk")
    rows = rows.filter(at__gte=since) if since is not None else rows.filter(pk__in=list(events or ()))
    listed = list(rows[: MOST_REPLAYED + 1])
    if len(listed) > MOST_REPLAYED:
        raise ValidationError(
            _("These are more than %(most)d events; choose a later moment.") % {"most": MOST_REPLAYED}
        )
    seen = visible_to(hook.client, listed)
    chosen = {each.pk: each for each in listed if each.pk in seen}
    known: set[int] = set()
    count = 0
    ids = list(chosen)
    for start in range(0, len(ids), _BATCH):
        there = Delivery.objects.filter(webhook=hook, event__in=ids[start : start + _BATCH])
        known |= set(there.values_list("event", flat=True))
        count += _afresh(there.filter(state__in=(DeliveryState.DELIVERED, DeliveryState.FAILED)))
    new = [delivery_of(hook, each) for pk, each in chosen.items() if pk not in known]
    Delivery.objects.bulk_create(new, batch_size=_BATCH)
    transaction.on_commit(tasks.ring)
    since_text = since.isoformat() if since is not None else None
    after = {
        "since": since_text,
        "events": None if events is None else len(events),
        "count": count + len(new),
    }
    audit(by, "webhook.replayed", hook, hook.client.unit, after=after)
    return count + len(new)


def _locked(hook: Webhook) -> Webhook:
    rows = Webhook.objects.select_for_update(of=("self",)).select_related("client__unit")
    return rows.get(pk=hook.pk)


def _audit(hook: Webhook, action: str, by: User | None, before: dict[str, Any]) -> None:
    audit(by, f"webhook.{action}", hook, hook.client.unit, before=before, after=fields_of(hook))
