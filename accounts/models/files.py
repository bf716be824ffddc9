"""What every kept file has: a name, a checked type, the hash it is stored under, and who brought it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class KeptFileQuerySet(models.QuerySet["KeptFile"]):
    def kept(self) -> Self:
        return self.filter(removed_at__isnull=True)


class KeptFile(models.Model):
    """One file on something. A removed one keeps its name and hash in the history for ever."""

    name = models.CharField(_("file name"), max_length=150)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    # The name under which the content is stored, so that equal files are stored once.
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    removal_reason = models.TextField(_("reason for removal"), blank=True)

    objects = KeptFileQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


def removed_with_reason(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(removed_at__isnull=True, removed_by__isnull=True, removal_reason="")
        | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removal_reason="")),
    )
