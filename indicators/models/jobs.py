"""What must be recomputed. The job row is the truth; the broker is only a bell."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.models.catalogue import Indicator
from indicators.models.periods import Period
from indicators.models.targets import Target
from provinces.models import Unit


class JobState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class JobKind(models.TextChoices):
    POOL = "pool", _("Pool and judge")
    JUDGE = "judge", _("Judge again")


class JobPriority(models.IntegerChoices):
    """Long jobs queue behind approvals."""

    APPROVAL = 10, _("Approval")
    CHANGE = 20, _("Change of set-up")
    NIGHTLY = 30, _("Nightly")
    BULK = 40, _("Everything")


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> JobQuerySet:
        """All that is not done. A job given up is one of them: its figures are still old."""
        return self.exclude(state=JobState.DONE)

    def claimable_at(self, moment: datetime.datetime) -> JobQuerySet:
        """Queued, or running under a lease that ran out: its worker is taken for dead."""
        return self.filter(
            Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=moment)
        ).order_by("priority", "pk")


class Job(models.Model):
    """One thing to recompute: a unit's figures of an indicator in a period; null means all of them."""

    kind = models.CharField(max_length=8, choices=JobKind, default=JobKind.POOL)
    priority = models.PositiveSmallIntegerField(choices=JobPriority, default=JobPriority.APPROVAL)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    indicator = models.ForeignKey(Indicator, models.CASCADE, null=True, blank=True, related_name="+")
    period = models.ForeignKey(Period, models.CASCADE, null=True, blank=True, related_name="+")
    target = models.ForeignKey(Target, models.CASCADE, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=JobState, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("job")
        verbose_name_plural = _("job queue")
        constraints = [
            models.CheckConstraint(
                name="job_running_has_a_lease",
                condition=~Q(state="running") | (Q(lease_until__isnull=False) & ~Q(claimed_by="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "id"], name="job_unfinished", condition=Q(state__in=["queued", "running"])
            ),
        ]

    def __str__(self) -> str:
        return f"job {self.pk} {self.kind} {self.state}"


class WorkerHeartbeat(models.Model):
    """When each worker last said it was alive."""

    name = models.CharField(max_length=100, unique=True)
    beat_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return f"{self.name} {self.beat_at:%Y-%m-%d %H:%M:%S}"
