"""The leaders' briefs made from editions, and the Word templates that offices brought for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Principal
from dashboard.models.editions import Edition
from provinces.models import Unit, UnitSuccession


class BriefTemplateQuerySet(models.QuerySet["BriefTemplate"]):
    def offered_for(self, unit: Unit) -> BriefTemplateQuerySet:
        """Those in use of the unit, or of the unit it merged into, the newest first."""
        into = UnitSuccession.objects.filter(predecessor=unit).values("successor")
        return self.filter(Q(unit=unit) | Q(unit__in=into), is_active=True).order_by("-pk")


class BriefTemplate(models.Model):
    """A Word file with tags, checked when it was brought. Retired ones stay for the briefs made with them."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="brief_templates", verbose_name=_("unit"))
    name = models.CharField(_("file name"), max_length=160)
    file = models.FileField(upload_to="brief-templates/%Y/%m")
    sha256 = models.CharField(max_length=64)
    is_active = models.BooleanField(_("in use"), default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = BriefTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("template of briefs")
        verbose_name_plural = _("templates of briefs")

    def __str__(self) -> str:
        return self.name


class BriefState(models.TextChoices):
    QUEUED = "queued", _("Waiting to be made")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Could not be made")


_TONES = {
    BriefState.QUEUED: "not-due",
    BriefState.RUNNING: "in-progress",
    BriefState.DONE: "met",
    BriefState.FAILED: "missed",
}


class BriefQuerySet(models.QuerySet["Brief"]):
    def visible_to(self, who: Principal) -> BriefQuerySet:
        """A brief says nothing that its edition does not: who reads the one reads the other."""
        return self.filter(edition__in=Edition.objects.visible_to(who).values("pk"))


class Brief(models.Model):
    """One brief: what was asked for, how far it is, and its two files."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="briefs", verbose_name=_("edition"))
    # None is the portal's own.
    template = models.ForeignKey(
        BriefTemplate, models.PROTECT, null=True, related_name="briefs", verbose_name=_("template")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="briefs")
    letterhead = models.JSONField(default=dict)
    # What goes wrong is told in the language of whoever asked.
    language = models.CharField(max_length=10, default="vi")
    state = models.CharField(_("state"), max_length=10, choices=BriefState, default=BriefState.QUEUED)
    percent = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    message = models.TextField(blank=True)
    word = models.FileField(upload_to="briefs/%Y/%m")
    word_sha256 = models.CharField(max_length=64, default="")
    pdf = models.FileField(upload_to="briefs/%Y/%m")
    pdf_sha256 = models.CharField(max_length=64, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = BriefQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("brief")
        verbose_name_plural = _("briefs")
        constraints = [
            models.CheckConstraint(
                name="brief_done_has_its_files",
                condition=~Q(state="done") | (~Q(word_sha256="") & ~Q(pdf_sha256="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.pk}"

    @property
    def tone(self) -> str:
        """The state as style sheet and icons call it."""
        return _TONES[BriefState(self.state)]

    @property
    def is_moving(self) -> bool:
        """Whether a worker has it in hand or is about to: the page then looks again by itself."""
        return self.state in (BriefState.QUEUED, BriefState.RUNNING)
