"""Webhooks as administrators see them: the state in a word, what waits, what was given up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Delivery, Role, Webhook
from accounts.models.webhooks import CHOSEN, OPEN, DeliveryState, HookKind, Problem
from accounts.permissions import Principal, reach_as


def webhooks_of(who: Principal) -> QuerySet[Webhook]:
    """The webhooks an administrator looks after: of clients of the units in their reach; else none."""
    seat = reach_as(who, Role.ADMINISTRATOR)
    return Webhook.objects.filter(seat.cells("client__unit")).select_related("client__unit")


def may_keep_webhooks(who: Principal) -> bool:
    seat = reach_as(who, Role.ADMINISTRATOR)
    return seat.everything or bool(seat.unit_ids)


def counted(rows: QuerySet[Webhook]) -> QuerySet[Webhook]:
    """With how many deliveries wait and how many were given up, of those that are still kept."""

    def number(*states: str) -> Coalesce:
        mine = Delivery.objects.filter(webhook=OuterRef("pk"), state__in=states).order_by()
        return Coalesce(Subquery(mine.values("webhook").annotate(n=Count("pk")).values("n")), 0)

    return rows.annotate(
        waiting=number(*OPEN),
        given_up=number(DeliveryState.FAILED),
        delivered=number(DeliveryState.DELIVERED),
    )


def in_trouble(rows: QuerySet[Webhook]) -> int:
    """How many the portal has paused."""
    return rows.filter(paused_at__isnull=False).exclude(pause_reason="by_hand").count()


@dataclass(frozen=True)
class HookLine:
    hook: Any
    css: str
    word: str
    events: list[str]


def line_of(hook: Webhook) -> HookLine:
    css, word = _state(hook)
    return HookLine(hook, css, word, [str(HookKind(each).label) for each in hook.events if each in CHOSEN])


def _state(hook: Webhook) -> tuple[str, str]:
    if not hook.is_active or not hook.client.is_active:
        return "no-data", _("switched off")
    if hook.is_paused:
        return "missed", _("paused")
    if hook.is_failing:
        return "at-risk", _("failing")
    if hook.last_delivered_at is None:
        return "not-due", _("not used yet")
    return "met", _("delivers")


_CHIPS = {
    DeliveryState.WAITING: "in-progress",
    DeliveryState.SENDING: "on-track",
    DeliveryState.DELIVERED: "met",
    DeliveryState.FAILED: "missed",
}


@dataclass(frozen=True)
class DeliveryLine:
    delivery: Any
    css: str
    word: str
    kind: str
    answer: str
    """What the receiver answered, or why it did not; empty before the first call."""

    @property
    def may_replay(self) -> bool:
        return self.delivery.done_at is not None and not self.delivery.is_test


def delivery_line(delivery: Delivery) -> DeliveryLine:
    state = DeliveryState(delivery.state)
    # An answer tells more than that it was none of the right ones.
    words = "" if delivery.problem in ("", Problem.STATUS) else str(Problem(delivery.problem).label)
    status = f"HTTP {delivery.last_status}" if delivery.last_status else ""
    return DeliveryLine(
        delivery,
        _CHIPS[state],
        str(state.label),
        str(HookKind(delivery.event.event).label),
        " · ".join(each for each in (status, words) if each),
    )


STATES: dict[str, Q] = {
    "": Q(),
    "open": Q(state__in=OPEN),
    "delivered": Q(state=DeliveryState.DELIVERED),
    "failed": Q(state=DeliveryState.FAILED),
}
"""What the log of deliveries is narrowed by."""


def state_choices() -> list[tuple[str, str]]:
    words = {"": _("All deliveries"), "open": _("Waiting"), "delivered": _("Delivered")}
    return list((words | {"failed": _("Given up")}).items())
