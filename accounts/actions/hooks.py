"""The outbox of webhooks: what happened, written in the transaction in which it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts import tasks
from accounts.hooks.seen import visible_to
from accounts.models import ApiClient, Delivery, HookEvent, Webhook

_BATCH = 500


class Happening(NamedTuple):
    """One event: `event` is a value of `HookKind`, `data` holds ids, refs, states and addresses alone.

    What must not be told twice has a key in ``once``.
    """

    event: str
    resource: str
    object_id: int
    unit_id: int | None
    data: dict[str, Any]
    once: str | None = None


def emit(
    event: str,
    *,
    resource: str,
    object_id: int,
    unit_id: int | None,
    data: dict[str, Any],
    once: str | None = None,
) -> None:
    """Tell the webhooks that chose the event and whose clients may see the unit.

    Call it in the transaction of what happened, while the object is locked: its events are then in the order
    of what happened, and nothing is told that was taken back.
    """
    emit_many([Happening(event, resource, object_id, unit_id, data, once)])


@transaction.atomic
def emit_many(happenings: Sequence[Happening]) -> int:
    """The same for many at once, in a constant number of queries; answers how many were not told before."""
    listed = _not_told_yet(happenings)
    if not listed:
        return 0
    now = timezone.now()
    events = HookEvent.objects.bulk_create(
        [
            HookEvent(
                event=each.event,
                resource=each.resource,
                object_id=each.object_id,
                unit_id=each.unit_id,
                data=each.data,
                at=now,
                once=each.once,
            )
            for each in listed
        ],
        batch_size=_BATCH,
    )
    deliveries = _fan_out(events)
    if deliveries:
        Delivery.objects.bulk_create(deliveries, batch_size=_BATCH)
        transaction.on_commit(tasks.ring)
    return len(events)


def _not_told_yet(happenings: Sequence[Happening]) -> list[Happening]:
    keys = {each.once for each in happenings if each.once}
    if not keys:
        return list(happenings)
    # A rival that tells the same at this moment makes the unique key fail, and its caller tries again later.
    told = set(HookEvent.objects.filter(once__in=keys).values_list("once", flat=True))
    return [each for each in happenings if each.once not in told]


def _fan_out(events: Sequence[HookEvent]) -> list[Delivery]:
    kinds = {each.event for each in events}
    hooks = [
        hook
        for hook in Webhook.objects.active().select_related("client__unit").order_by("pk")
        if kinds.intersection(hook.events)
    ]
    seen: dict[int, set[int]] = {}
    made = []
    for hook in hooks:
        client: ApiClient = hook.client
        if client.pk not in seen:
            seen[client.pk] = visible_to(client, events)
        made += [
            delivery_of(hook, each)
            for each in events
            if each.event in hook.events and each.pk in seen[client.pk]
        ]
    return made


def delivery_of(hook: Webhook, event: HookEvent, *, is_test: bool = False) -> Delivery:
    return Delivery(
        webhook=hook, event=event, resource=event.resource, object_id=event.object_id, is_test=is_test
    )
