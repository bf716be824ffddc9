"""Workbooks that people upload: read and checked first, written only once confirmed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Principal


class UploadKind(models.TextChoices):
    FIGURES = "figures", _("Figures of reports")
    SETUP = "setup", _("People, roles and obligations")


class UploadState(models.TextChoices):
    WAITING = "waiting", _("Waiting to be read")
    READING = "reading", _("Being checked")
    CHECKED = "checked", _("Checked, waiting for confirmation")
    REFUSED = "refused", _("Has errors, nothing was written")
    CONFIRMED = "confirmed", _("Waiting to be written")
    WRITING = "writing", _("Being written")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


FINISHED = (UploadState.REFUSED, UploadState.DONE, UploadState.CANCELLED)


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, who: Principal) -> UploadQuerySet:
        """An upload is its uploader's alone: what it holds may be no report's figure yet."""
        return self.filter(by=who) if isinstance(who, User) and who.is_active else self.none()


class Upload(models.Model):
    """One uploaded workbook and how far it has come. Only the person who uploaded it sees it."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="uploads")
    kind = models.CharField(_("kind"), max_length=10, choices=UploadKind, default=UploadKind.FIGURES)
    name = models.CharField(_("file name"), max_length=160)
    file = models.FileField(upload_to="uploads/%Y/%m")
    sha256 = models.CharField(max_length=64, default="")
    # What the dry run finds is told in the language of whoever uploaded.
    language = models.CharField(max_length=10, default="vi")
    state = models.CharField(_("state"), max_length=10, choices=UploadState, default=UploadState.WAITING)
    # Why the file as a whole could not be read.
    message = models.TextField(blank=True)
    rows_read = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("uploaded workbook")
        verbose_name_plural = _("uploaded workbooks")

    def __str__(self) -> str:
        return self.name

    @property
    def is_moving(self) -> bool:
        """Whether a worker has it in hand or is about to: the page then looks again by itself."""
        return self.state not in (*FINISHED, UploadState.CHECKED)

    @property
    def can_be_cancelled(self) -> bool:
        return self.state not in FINISHED

    @property
    def percent(self) -> int:
        return 100 * self.rows_read // self.rows_total if self.rows_total else 0


class LineKind(models.TextChoices):
    PROBLEM = "problem", _("Error")
    WARNING = "warning", _("Warning")
    DIFFERENCE = "difference", _("Change")


class UploadLine(models.Model):
    """One thing the dry run found: a bad cell with how to mend it, a warning, or a change to be made."""

    # Found through the index on upload, kind and id.
    upload = models.ForeignKey(Upload, models.CASCADE, related_name="lines", db_index=False)
    kind = models.CharField(max_length=10, choices=LineKind)
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField(default=0)
    # As the spreadsheet calls it: K12.
    cell = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=40, blank=True)
    # What it is about: whose figure, of which indicator; or whose role.
    subject = models.CharField(max_length=300, blank=True)
    message = models.TextField(blank=True)
    old = models.CharField(max_length=300, blank=True)
    new = models.CharField(max_length=300, blank=True)
    # What is written once the change is confirmed, so that nothing is read or judged a second time.
    content = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("finding in an uploaded workbook")
        verbose_name_plural = _("findings in uploaded workbooks")
        indexes = [models.Index(fields=["upload", "kind", "id"], name="upload_line_of_upload")]

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell} {self.code}"
