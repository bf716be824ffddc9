"""Who did what, and what changed: two append-only trails."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from provinces.models import Unit


class AuditEntry(models.Model):
    """One decision or change by a person or a client, kept for ever."""

    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    action = models.CharField(_("action"), max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="audit_of_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject_type} {self.subject_id}"


class Operation(models.TextChoices):
    CREATED = "created", _("Created")
    UPDATED = "updated", _("Updated")
    DELETED = "deleted", _("Deleted")


class Change(models.Model):
    """One row of the change feed: a resource of the API was created, updated or deleted.

    Written in the transaction of the change itself. Its place in the feed is given after that transaction has
    ended (`accounts.actions.changes.give_positions`): ids are given in the order of writing, and whoever read
    by them would pass over a transaction that ends late.
    """

    resource = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    operation = models.CharField(max_length=10, choices=Operation)
    at = models.DateTimeField(default=timezone.now, editable=False)
    # Whose reach decides who is told, when the object itself is gone too; none of reference data. It is only
    # compared with, never followed: a million rows of a recompute need no check and no index for it.
    unit = models.ForeignKey(
        Unit,
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    position = models.BigIntegerField(_("position"), null=True, blank=True, unique=True, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("change")
        verbose_name_plural = _("change feed")
        indexes = [
            models.Index(fields=["id"], name="change_without_position", condition=Q(position__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.resource} {self.object_id} {self.operation}"
