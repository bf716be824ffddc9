"""Asking for another day, and what was decided."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resolutions.models.tasks import Task


class ExtensionState(models.TextChoices):
    ASKED = "asked", _("Waits for a decision")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def open(self) -> ExtensionQuerySet:
        return self.filter(state=ExtensionState.ASKED)


class Extension(models.Model):
    """A request for a later day. Decided by somebody else than who asked; the former day stays here."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="extensions")
    former_due_on = models.DateField(_("due on so far"))
    new_due_on = models.DateField(_("new day"))
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=ExtensionState, default=ExtensionState.ASKED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(_("reason for the decision"), blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["task", "pk"]
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.CheckConstraint(name="extension_is_later", condition=Q(new_due_on__gt=F("former_due_on"))),
            models.CheckConstraint(name="extension_has_a_reason", condition=~Q(reason="")),
            models.UniqueConstraint(
                name="extension_one_open", fields=["task"], condition=Q(state=ExtensionState.ASKED)
            ),
            models.CheckConstraint(
                name="extension_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="extension_decided_with_a_reason",
                condition=Q(
                    state=ExtensionState.ASKED, decided_by__isnull=True, decided_at__isnull=True, decision=""
                )
                | Q(
                    state__in=[ExtensionState.GRANTED, ExtensionState.REFUSED],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                & ~Q(decision=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.former_due_on} → {self.new_due_on}"

    @property
    def is_open(self) -> bool:
        return self.state == ExtensionState.ASKED

    @property
    def is_granted(self) -> bool:
        return self.state == ExtensionState.GRANTED

    @property
    def days(self) -> datetime.timedelta:
        return self.new_due_on - self.former_due_on
