"""Workbooks that people upload: read and checked first, written only once confirmed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UploadState(models.TextChoices):
    WAITING = "waiting", _("Waiting to be read")
    READING = "reading", _("Being checked")
    CHECKED = "checked", _("Checked, waiting for confirmation")
    REFUSED = "refused", _("Has errors, nothing was written")
    CONFIRMED = "confirmed", _("Waiting to be written")
    WRITING = "writing", _("Being written")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Upload(models.Model):
    """One uploaded workbook with what its dry run found. Only the person who uploaded it sees it."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="uploads")
    name = models.CharField(_("file name"), max_length=150)
    file = models.FileField(upload_to="uploads/%Y/%m")
    state = models.CharField(_("state"), max_length=10, choices=UploadState, default=UploadState.WAITING)
    rows_read = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    # [{"sheet", "cell", "code", "message"}], and [{"indicator", "unit", "level", "period", "old", "new"}].
    problems = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    differences = models.JSONField(default=list)
    written = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("uploaded workbook")
        verbose_name_plural = _("uploaded workbooks")

    def __str__(self) -> str:
        return self.name
