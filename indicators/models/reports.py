"""What units and agencies report: reports, their cells and the versions of each cell."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.fields import ScaledDecimalField
from indicators.models.catalogue import Indicator, IndicatorDefinition, Level
from indicators.models.periods import Period
from indicators.models.versions import (
    Answer,
    MissingReason,
    Provenance,
    Qualifier,
    Version,
    VersionState,
    answer_is_encoded,
    four_eyes,
)
from indicators.models.visible import CellQuerySet, ReportQuerySet
from provinces.models import Agency, Unit


class ReportState(models.TextChoices):
    NOT_STARTED = "not_started", _("Not started")
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted, waiting for approval")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")
    LOCKED = "locked", _("Locked")


class Door(models.TextChoices):
    """The way a version came in; all of them go through one rule table."""

    FORM = "form", _("Form")
    PASTE = "paste", _("Pasted from a worksheet")
    WORKBOOK = "workbook", _("Workbook")
    API = "api", _("Partner system")


class Report(models.Model):
    """What one unit, or one agency of it, files for one period."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports", verbose_name=_("unit"))
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("agency")
    )
    period = models.ForeignKey(Period, models.PROTECT, related_name="reports", verbose_name=_("period"))
    state = models.CharField(_("state"), max_length=12, choices=ReportState, default=ReportState.NOT_STARTED)
    results = models.TextField(_("results"), blank=True)
    difficulties = models.TextField(_("difficulties"), blank=True)
    causes = models.TextField(_("causes"), blank=True)
    proposals = models.TextField(_("proposals"), blank=True)
    first_submitted_at = models.DateTimeField(_("first submitted at"), null=True, blank=True)
    # The last day of a recorded decision to open a locked report again; it closes itself.
    reopened_until = models.DateField(_("reopened until"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "unit", "pk"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                name="report_once_of_a_unit", fields=["unit", "period"], condition=Q(agency__isnull=True)
            ),
            models.UniqueConstraint(
                name="report_once_of_an_agency",
                fields=["unit", "agency", "period"],
                condition=Q(agency__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency or self.unit} {self.period}"


class Measurement(models.Model):
    """One cell: an indicator of a unit at a level in a period (or one agency's own part of it).

    The row carries what counts now, which is its last approved version; ``unanswered`` until there is
    one. SQL pools these rows, so the counted numbers stand here and not only in the version.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="measurements")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="measurements")
    level = models.CharField(_("level"), max_length=10, choices=Level)
    period = models.ForeignKey(Period, models.PROTECT, related_name="measurements")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="measurements")
    report = models.ForeignKey(Report, models.PROTECT, null=True, blank=True, related_name="measurements")
    definition = models.ForeignKey(IndicatorDefinition, models.PROTECT, related_name="measurements")
    answer = models.CharField(max_length=14, choices=Answer, default=Answer.UNANSWERED)
    missing_reason = models.CharField(max_length=16, choices=MissingReason, blank=True)
    numerator = ScaledDecimalField(null=True, blank=True)
    denominator = ScaledDecimalField(null=True, blank=True)
    value = ScaledDecimalField(null=True, blank=True)
    out_of = models.PositiveIntegerField(_("out of (for a rank)"), null=True, blank=True)
    qualifier = models.CharField(max_length=12, choices=Qualifier, default=Qualifier.OFFICIAL)
    provenance = models.CharField(max_length=12, choices=Provenance, default=Provenance.REPORTED)
    approved_version = models.ForeignKey(
        "MeasurementVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The newest version, whatever its state: what the entry grid shows and an edit builds on.
    working_version = models.ForeignKey(
        "MeasurementVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CellQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        constraints = [
            models.UniqueConstraint(
                name="measurement_cell_of_a_unit",
                fields=["indicator", "unit", "level", "period"],
                condition=Q(agency__isnull=True),
            ),
            models.UniqueConstraint(
                name="measurement_cell_of_an_agency",
                fields=["indicator", "unit", "level", "period", "agency"],
                condition=Q(agency__isnull=False),
            ),
            answer_is_encoded("measurement_answer_encoded"),
            models.CheckConstraint(
                name="measurement_denominator_not_negative",
                condition=Q(denominator__isnull=True) | Q(denominator__gte=0),
            ),
            models.CheckConstraint(
                name="measurement_counts_only_when_approved",
                condition=Q(answer=Answer.UNANSWERED, approved_version__isnull=True)
                | (~Q(answer=Answer.UNANSWERED) & Q(approved_version__isnull=False)),
            ),
        ]
        indexes = [
            # Pages read a unit's period; pooling looks up each cell that is owed.
            models.Index(fields=["unit", "period", "indicator", "level"], name="measurement_of_unit_period"),
            models.Index(fields=["period", "indicator"], name="measurement_of_period"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.unit.ref} {self.level} {self.period.code}"


class MeasurementVersion(Version):
    """One version of a cell. Its numbers never change; an edit is the next version."""

    measurement = models.ForeignKey(Measurement, models.CASCADE, related_name="versions")
    definition = models.ForeignKey(IndicatorDefinition, models.PROTECT, related_name="+")
    answer = models.CharField(
        max_length=14, choices=[c for c in Answer.choices if c[0] != Answer.UNANSWERED.value]
    )
    missing_reason = models.CharField(max_length=16, choices=MissingReason, blank=True)
    numerator = ScaledDecimalField(_("numerator"), null=True, blank=True)
    denominator = ScaledDecimalField(_("denominator"), null=True, blank=True)
    value = ScaledDecimalField(_("value"), null=True, blank=True)
    out_of = models.PositiveIntegerField(_("out of (for a rank)"), null=True, blank=True)
    qualifier = models.CharField(max_length=12, choices=Qualifier, default=Qualifier.OFFICIAL)
    provenance = models.CharField(max_length=12, choices=Provenance, default=Provenance.REPORTED)
    # Copied from the definition so that the database itself can hold numerator ≤ denominator.
    is_capped = models.BooleanField(default=False, editable=False)
    note = models.TextField(_("note"), blank=True)
    via = models.CharField(_("entered through"), max_length=10, choices=Door, default=Door.FORM)
    # The codes of the warnings this version raised when it was entered, and why it is right all the same.
    warnings = models.JSONField(_("warnings"), default=list, blank=True)
    justification = models.TextField(_("justification"), blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("returned by"),
    )
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True)
    reason = models.TextField(_("reason for return or withdrawal"), blank=True)

    class Meta:
        ordering = ["measurement", "-number"]
        verbose_name = _("version of a measurement")
        verbose_name_plural = _("versions of measurements")
        constraints = [
            models.UniqueConstraint(name="measurement_version_number", fields=["measurement", "number"]),
            models.UniqueConstraint(
                name="measurement_one_live_version",
                fields=["measurement"],
                condition=Q(state=VersionState.APPROVED),
            ),
            answer_is_encoded("measurement_version_answer_encoded"),
            models.CheckConstraint(
                name="measurement_version_returned_with_reason",
                condition=~Q(state=VersionState.RETURNED)
                | (~Q(reason="") & Q(returned_by__isnull=False) & Q(returned_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="measurement_version_answers", condition=~Q(answer=Answer.UNANSWERED)
            ),
            four_eyes("measurement_version_four_eyes"),
            models.CheckConstraint(
                name="measurement_version_denominator_not_negative",
                condition=Q(denominator__isnull=True) | Q(denominator__gte=0),
            ),
            models.CheckConstraint(
                name="measurement_version_numerator_within_denominator",
                condition=Q(is_capped=False)
                | Q(numerator__isnull=True)
                | (Q(numerator__gte=0) & Q(numerator__lte=F("denominator"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measurement} v{self.number} {self.state}"
