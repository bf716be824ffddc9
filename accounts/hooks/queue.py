"""The queue of deliveries: claimed under a lease, written down whatever came of them.

The order of one object holds because a delivery is only claimable once every earlier one of the same webhook
and object is delivered or given up; events of one object are written under the lock of that object, so their
numbers are in the order of what happened.
"""

from __future__ import annotations

import datetime
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.hooks import backoff
from accounts.hooks.seen import visible_to
from accounts.hooks.sending import Answer, Parcel
from accounts.hooks.signing import keys_of
from accounts.models import Delivery, DeliveryAttempt, HookEvent, Webhook
from accounts.models.webhooks import DeliveryState, PauseReason, Problem, due_at

AT_ONCE = 16
"""Calls of one receiver at the same time: a slow one leaves the other threads to the others."""
GONE = 410
KEPT = datetime.timedelta(days=90)
"""How long events, deliveries and the log are kept."""


def claim(room: int) -> list[Parcel]:
    """Take up to ``room`` deliveries for sending, some of each webhook that has any."""
    now = timezone.now()
    due = Delivery.objects.live_at(now).filter(due_at(now), webhook=OuterRef("pk"))
    hooks = list(Webhook.objects.filter(Exists(due)).select_related("client__unit")) if room > 0 else []
    if not hooks:
        return []
    taken = _in_flight(hooks, now)
    share = max(1, room // len(hooks))
    parcels: list[Parcel] = []
    # The one with the fewest calls under way first, so that nobody waits for somebody else's receiver.
    for hook in sorted(hooks, key=lambda each: (taken[each.pk], each.pk)):
        most = 1 if hook.failures >= backoff.PATIENT_UNTIL else AT_ONCE
        count = min(share, most - taken[hook.pk], room - len(parcels))
        if count > 0:
            parcels += _claim_of(hook, count, now)
    return parcels


def _in_flight(hooks: Sequence[Webhook], now: datetime.datetime) -> Counter[int]:
    rows = Delivery.objects.filter(
        webhook__in=hooks, state=DeliveryState.SENDING, lease_until__gte=now
    ).order_by()
    return Counter(dict(rows.values_list("webhook").annotate(count=Count("pk"))))


def _claim_of(hook: Webhook, count: int, now: datetime.datetime) -> list[Parcel]:
    """By a conditional UPDATE: of two workers that see the same rows one gets each."""
    stamp = secrets.token_hex(16)
    chosen = list(
        Delivery.objects.claimable_at(now).filter(webhook=hook).values_list("pk", flat=True)[:count]
    )
    Delivery.objects.filter(due_at(now), pk__in=chosen).update(
        state=DeliveryState.SENDING,
        claimed_by=stamp,
        lease_until=now + datetime.timedelta(seconds=settings.WEBHOOK_LEASE_SECONDS),
        attempts=F("attempts") + 1,
    )
    ours = list(
        Delivery.objects.filter(webhook=hook, claimed_by=stamp).select_related("event").order_by("event")
    )
    seen = visible_to(hook.client, [each.event for each in ours])
    keys = tuple(keys_of(hook, now))
    parcels = []
    for each in ours:
        parcel = Parcel(each.pk, hook.pk, stamp, hook.address, each.event.name, body_of(each.event), keys)
        if each.event_id in seen or each.is_test:
            parcels.append(parcel)
        else:
            settle([(parcel, Answer(problem=Problem.OUT_OF_REACH))])
    return parcels


def body_of(event: HookEvent) -> bytes:
    """What is sent: the same bytes with every attempt."""
    return orjson.dumps(
        {"id": event.name, "type": event.event, "timestamp": event.at, "data": event.data},
        option=orjson.OPT_UTC_Z,
    )


def settle(answers: Iterable[tuple[Parcel, Answer]]) -> None:
    """Write down how calls went; what another worker took over meanwhile is left to it."""
    with transaction.atomic():
        by_hook: dict[int, list[tuple[Parcel, Answer]]] = {}
        for parcel, answer in answers:
            by_hook.setdefault(parcel.webhook, []).append((parcel, answer))
        for pk in sorted(by_hook):
            hook = Webhook.objects.select_for_update(of=("self",)).filter(pk=pk).first()
            if hook is not None:
                _settle_of(hook, by_hook[pk])


def _settle_of(hook: Webhook, answers: Sequence[tuple[Parcel, Answer]]) -> None:
    now = timezone.now()
    rows = Delivery.objects.select_for_update(of=("self",)).filter(
        pk__in=[parcel.delivery for parcel, _answer in answers], state=DeliveryState.SENDING
    )
    found = {each.pk: each for each in rows}
    ours = [
        (found[parcel.delivery], answer)
        for parcel, answer in answers
        if parcel.delivery in found and found[parcel.delivery].claimed_by == parcel.claim
    ]
    for delivery, answer in ours:
        _write_into(delivery, answer, now)
    _count(hook, ours, now)
    _store([each for each, _answer in ours])
    DeliveryAttempt.objects.bulk_create(
        [
            DeliveryAttempt(
                delivery=each, at=now, status=answer.status, problem=answer.problem, took_ms=answer.took_ms
            )
            for each, answer in ours
        ]
    )
    hook.save(update_fields=_COUNTED)


_WRITTEN = (
    *("state", "first_at", "next_at", "lease_until", "claimed_by"),
    *("last_status", "problem", "took_ms", "done_at"),
)
_COUNTED = (
    *("failures", "failing_since", "hold_until", "last_delivered_at"),
    *("paused_at", "pause_reason", "alert_claimed_at", "alerted_at"),
)


def _store(deliveries: Sequence[Delivery]) -> None:
    """By one statement for all: what `bulk_update` writes instead takes longer than the calls."""
    adapt = connection.ops.adapt_datetimefield_value
    columns = ", ".join(f"{name} = %s" for name in _WRITTEN)
    rows = [[getattr(each, name) for name in _WRITTEN] + [each.pk] for each in deliveries]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE accounts_delivery SET {columns} WHERE id = %s",  # noqa: S608 (the columns are ours)
            [[adapt(each) if isinstance(each, datetime.datetime) else each for each in row] for row in rows],
        )


def _write_into(delivery: Delivery, answer: Answer, now: datetime.datetime) -> None:
    delivery.first_at = delivery.first_at or now
    delivery.lease_until, delivery.claimed_by = None, ""
    delivery.last_status, delivery.problem = answer.status, answer.problem
    delivery.took_ms = answer.took_ms
    again = None
    if not answer.is_delivered and not delivery.is_test and answer.problem != Problem.OUT_OF_REACH:
        again = backoff.next_attempt(
            delivery.attempts, delivery.first_at, now, retry_after=answer.retry_after
        )
    if again is not None:
        delivery.state, delivery.next_at = DeliveryState.WAITING, again
        return
    delivery.done_at = now
    delivery.state = DeliveryState.DELIVERED if answer.is_delivered else DeliveryState.FAILED


def _count(hook: Webhook, ours: Sequence[tuple[Delivery, Answer]], now: datetime.datetime) -> None:
    """Keep the counters of the receiver; pause it where nothing has worked for long.

    Calls that ended together count once: many at the same time tell no more of a receiver than one.
    """
    if any(answer.is_delivered for _delivery, answer in ours):
        hook.failures, hook.failing_since, hook.hold_until = 0, None, None
        hook.last_delivered_at = now
        return
    # A test message somebody looks at; what its client may no longer see was not sent at all.
    failed = [
        answer for delivery, answer in ours if not delivery.is_test and answer.problem != Problem.OUT_OF_REACH
    ]
    if not failed:
        return
    hook.failures += 1
    hook.failing_since = hook.failing_since or now
    hook.hold_until = backoff.hold(hook.failures, now)
    if any(answer.problem == Problem.SECRET_LOST for answer in failed):
        pause(hook, PauseReason.SECRET_LOST, now)
    elif any(answer.status == GONE for answer in failed):
        pause(hook, PauseReason.GONE, now)
    elif hook.failures >= settings.WEBHOOK_PAUSE_AFTER or now - hook.failing_since >= backoff.WINDOW:
        pause(hook, PauseReason.FAILING, now)


def pause(hook: Webhook, reason: str, now: datetime.datetime) -> None:
    """Nothing more is sent until somebody resumes it; not saved here."""
    if hook.paused_at is None:
        hook.paused_at, hook.pause_reason = now, reason
        hook.alert_claimed_at = hook.alerted_at = None


def has_open(within: datetime.timedelta) -> bool:
    """Whether something may be to send by then."""
    then = timezone.now() + within
    soon = Q(state=DeliveryState.SENDING) | Q(next_at__lte=then)
    return Delivery.objects.live_at(then).filter(soon).exists()


def forget(now: datetime.datetime | None = None) -> int:
    """Delete events of long ago with their deliveries; answers how many events."""
    old = HookEvent.objects.filter(at__lt=(now or timezone.now()) - KEPT)
    count = 0
    while chunk := list(old.values_list("pk", flat=True)[:1000]):
        with transaction.atomic():
            HookEvent.objects.filter(pk__in=chunk).delete()
        count += len(chunk)
    return count
