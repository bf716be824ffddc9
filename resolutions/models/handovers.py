"""Tasks and roles of abolished units and merged agencies, passed on by a recorded decision."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from provinces.models import Agency, Unit
from resolutions.models.documents import Document
from resolutions.models.tasks import Task


class Handover(models.Model):
    """A decision by which tasks and roles pass to successors: by which document, from which day, by whom."""

    document = models.ForeignKey(
        Document, models.PROTECT, related_name="handovers", verbose_name=_("document")
    )
    on = models.DateField(_("from the day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")

    def __str__(self) -> str:
        return f"{self.document} · {self.on}"


class HandedTask(models.Model):
    """Whose task it was before the handover, and whose it is since."""

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="tasks")
    task = models.ForeignKey(Task, models.PROTECT, related_name="handed")
    former_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    former_lead = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    lead = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["handover", "pk"]
        verbose_name = _("task handed over")
        verbose_name_plural = _("tasks handed over")
        constraints = [
            models.UniqueConstraint(name="handed_task_once", fields=["handover", "task"]),
            models.CheckConstraint(
                name="handed_task_to_another",
                condition=~Q(unit=F("former_unit"))
                | Q(former_lead__isnull=False, lead__isnull=False) & ~Q(lead=F("former_lead")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task}: {self.former_lead or self.former_unit} → {self.lead or self.unit}"


class HandedMembership(models.Model):
    """The role that was ended, and the one that goes on with it."""

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="memberships")
    former = models.OneToOneField(Membership, models.PROTECT, related_name="handed")
    # Two former roles may go on in one.
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="handed_from")

    class Meta:
        ordering = ["handover", "pk"]
        verbose_name = _("role handed over")
        verbose_name_plural = _("roles handed over")
        constraints = [
            models.CheckConstraint(name="handed_membership_to_another", condition=~Q(membership=F("former"))),
        ]

    def __str__(self) -> str:
        return f"{self.former} → {self.membership}"
