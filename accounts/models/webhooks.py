"""Webhooks: what a partner system wants to be told, what happened, and how telling it went."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.clients import ApiClient
from provinces.models import Unit


class HookKind(models.TextChoices):
    """What is told. The values are part of the API and do not change."""

    REPORT_APPROVED = "report.approved", _("Report approved")
    REPORT_OVERDUE = "report.overdue", _("Report overdue")
    EDITION_PUBLISHED = "edition.published", _("Edition published")
    EDITION_CORRECTED = "edition.corrected", _("Edition corrected")
    MEASUREMENT_CORRECTED = "measurement.corrected", _("Approved figure corrected")
    PING = "ping", _("Test message")


CHOSEN = tuple(kind for kind in HookKind if kind != HookKind.PING)
"""What a webhook chooses from; a test message is sent whatever was chosen."""


class PauseReason(models.TextChoices):
    BY_HAND = "by_hand", _("Paused by hand")
    FAILING = "failing", _("The receiver did not answer as it should for a day, or too often in a row")
    GONE = "gone", _("The receiver answered that it is gone (410)")
    SECRET_LOST = "secret_lost", _("The portal's key was changed: make a new secret")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def active(self) -> WebhookQuerySet:
        """Those that are told what happens; a paused one is told later."""
        return self.filter(is_active=True, client__is_active=True)


class Webhook(models.Model):
    """Where a partner system wants to be told of what it may see.

    The secret is stored nowhere: it is derived from the portal's key and ``salt``, so that a copy of the
    database alone signs nothing. ``check`` is a fingerprint, by which a changed key is noticed.
    """

    client = models.ForeignKey(
        ApiClient, models.CASCADE, related_name="webhooks", verbose_name=_("API client")
    )
    address = models.CharField(_("address"), max_length=500)
    events = models.JSONField(_("events"), default=list)
    salt = models.CharField(max_length=64, editable=False)
    check_of_secret = models.CharField(max_length=16, editable=False)
    # After a rotation both secrets sign until this moment.
    old_salt = models.CharField(max_length=64, blank=True, editable=False)
    old_check = models.CharField(max_length=16, blank=True, editable=False)
    old_until = models.DateTimeField(null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True, editable=False)
    pause_reason = models.CharField(
        _("reason"), max_length=12, choices=PauseReason, blank=True, editable=False
    )
    # Since the last answer that was right: how many calls failed, the first of them, and when to try again.
    failures = models.PositiveIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    hold_until = models.DateTimeField(null=True, blank=True, editable=False)
    last_delivered_at = models.DateTimeField(null=True, blank=True, editable=False)
    # People were written to about the pause: claimed before, told after sending.
    alert_claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    alerted_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            models.CheckConstraint(
                name="webhook_paused_with_a_reason",
                condition=Q(paused_at__isnull=True, pause_reason="")
                | (Q(paused_at__isnull=False) & ~Q(pause_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} → {self.address}"

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def is_failing(self) -> bool:
        return self.failures > 0


class HookEvent(models.Model):
    """The outbox: one row for each thing that happened, written in the transaction in which it did."""

    event = models.CharField(max_length=30, choices=HookKind)
    resource = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    # Whose reach decides who is told; none is open to every client.
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField()
    at = models.DateTimeField(default=timezone.now, editable=False)
    # What must not be told twice has a key.
    once = models.CharField(max_length=80, null=True, unique=True, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("event of webhooks")
        verbose_name_plural = _("events of webhooks")
        indexes = [models.Index(fields=["at"], name="hook_event_at")]

    def __str__(self) -> str:
        return f"{self.name} {self.event} {self.resource} {self.object_id}"

    @property
    def name(self) -> str:
        """`evt_17`: the same with every attempt, so that a receiver knows what it has already."""
        return f"evt_{self.pk}"


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Given up")


OPEN = (DeliveryState.WAITING, DeliveryState.SENDING)


class Problem(models.TextChoices):
    """Why a call was no delivery."""

    STATUS = "status", _("The receiver answered with an error")
    REDIRECT = "redirect", _("The receiver wanted to redirect; redirects are not followed")
    TIMEOUT = "timeout", _("The receiver did not answer in time")
    CONNECTION = "connection", _("The connection failed")
    TLS = "tls", _("The certificate or the encryption was not accepted")
    ADDRESS = "address", _("The address does not lead to a public server")
    SECRET_LOST = "secret_lost", _("The portal's key was changed: make a new secret")
    OUT_OF_REACH = "out_of_reach", _("The client may no longer see this")


def due_at(moment: datetime.datetime) -> Q:
    """Deliveries whose time has come, and those left by a sender that died."""
    return Q(state=DeliveryState.WAITING, next_at__lte=moment) | Q(
        state=DeliveryState.SENDING, lease_until__lt=moment
    )


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def claimable_at(self, moment: datetime.datetime) -> DeliveryQuerySet:
        """What may be sent now.

        An event waits while an earlier one of the same webhook and object is neither delivered nor given up.
        """
        earlier = Delivery.objects.filter(
            webhook=OuterRef("webhook"),
            resource=OuterRef("resource"),
            object_id=OuterRef("object_id"),
            event__lt=OuterRef("event"),
            state__in=OPEN,
        )
        return self.live_at(moment).filter(due_at(moment), ~Exists(earlier)).order_by("next_at", "event")

    def live_at(self, moment: datetime.datetime) -> DeliveryQuerySet:
        """Open ones of webhooks that are neither off nor paused nor left alone for a while; tests always."""
        rested = Q(webhook__hold_until__isnull=True) | Q(webhook__hold_until__lte=moment)
        live = Q(is_test=True) | (Q(webhook__paused_at__isnull=True) & rested)
        return self.filter(live, state__in=OPEN, webhook__is_active=True, webhook__client__is_active=True)


class Delivery(models.Model):
    """One event on its way to one webhook. The row is the truth: it is sent under a lease, like a job."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(HookEvent, models.CASCADE, related_name="deliveries")
    # Those of the event, beside the webhook, so that an index answers what goes first.
    resource = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    is_test = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    first_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=40, blank=True)
    last_status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=12, choices=Problem, blank=True)
    took_ms = models.PositiveIntegerField(_("took"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-event", "pk"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(name="delivery_once", fields=["webhook", "event"])]
        indexes = [
            # With the state and not only of open ones: SQLite uses no partial index for a parameter.
            models.Index(
                name="delivery_order", fields=["webhook", "resource", "object_id", "state", "event"]
            ),
            models.Index(name="delivery_due", fields=["webhook", "state", "next_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.webhook_id} {self.state}"


class DeliveryAttempt(models.Model):
    """One call of a receiver, for the log."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="log")
    at = models.DateTimeField(default=timezone.now, editable=False)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=12, choices=Problem, blank=True)
    took_ms = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("attempt of a delivery")
        verbose_name_plural = _("attempts of deliveries")

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.at:%Y-%m-%d %H:%M:%S} {self.status or self.problem}"


def fields_of(webhook: Webhook) -> dict[str, Any]:
    """What the audit trail keeps of a webhook: never a salt."""
    return {
        "client": webhook.client.name,
        "address": webhook.address,
        "events": list(webhook.events),
        "is_active": webhook.is_active,
        "pause_reason": webhook.pause_reason,
    }
