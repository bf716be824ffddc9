"""What a measurement and a declaration share: answers, states and the four-eyes rule of a version."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Answer(models.TextChoices):
    """What stands in a cell. Missing is not zero, and not answered is not missing."""

    UNANSWERED = "unanswered", _("Not entered yet")
    VALUE = "value", _("Value")
    NOTHING_AROSE = "nothing_arose", _("Nothing arose in the period")
    MISSING = "missing", _("Missing")


class MissingReason(models.TextChoices):
    NOT_COLLECTED = "not_collected", _("Not collected")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    LATE_SOURCE = "late_source", _("Source is late")
    SYSTEM_FAULT = "system_fault", _("System fault")


class Qualifier(models.TextChoices):
    OFFICIAL = "official", _("Official")
    PRELIMINARY = "preliminary", _("Preliminary")
    ESTIMATE = "estimate", _("Estimate")


class Provenance(models.TextChoices):
    REPORTED = "reported", _("Reported")
    ILLUSTRATIVE = "illustrative", _("Illustrative")


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


ONCE_APPROVED = (VersionState.APPROVED, VersionState.SUPERSEDED, VersionState.WITHDRAWN)


def four_eyes(name: str) -> models.CheckConstraint:
    """Whoever approves neither entered nor submitted the version, and all three are named."""
    return models.CheckConstraint(
        name=name,
        condition=~Q(state__in=ONCE_APPROVED)
        | (
            Q(entered_by__isnull=False)
            & Q(submitted_by__isnull=False)
            & Q(approved_by__isnull=False)
            & Q(approved_at__isnull=False)
            & ~Q(approved_by=F("entered_by"))
            & ~Q(approved_by=F("submitted_by"))
        ),
    )


def answer_is_encoded(name: str) -> models.CheckConstraint:
    """Each answer has its own encoding: numbers with a value, a reason with a missing one, else neither."""
    no_numbers = Q(numerator__isnull=True, denominator__isnull=True, value__isnull=True)
    ratio = Q(numerator__isnull=False, denominator__isnull=False, value__isnull=True)
    single = Q(numerator__isnull=True, denominator__isnull=True, value__isnull=False)
    return models.CheckConstraint(
        name=name,
        condition=(Q(answer=Answer.VALUE, missing_reason="") & (ratio | single))
        | (Q(answer__in=[Answer.NOTHING_AROSE, Answer.UNANSWERED], missing_reason="") & no_numbers)
        | (Q(answer=Answer.MISSING, missing_reason__in=MissingReason.values) & no_numbers),
    )


class Version(models.Model):
    """One append-only version of a record that counts only once a second person has approved it."""

    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=12, choices=VersionState, default=VersionState.DRAFT)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        abstract = True
