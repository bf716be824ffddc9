"""Stored results: pooled figures and judged targets. Pages and the API read only these."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.lookups import LessThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.fields import ScaledDecimalField
from indicators.models.catalogue import Indicator, IndicatorDefinition, Level
from indicators.models.periods import Period
from indicators.models.targets import Target, TargetRevision
from indicators.models.versions import Provenance, Qualifier
from indicators.models.visible import ResultQuerySet
from provinces.models import Unit


class RollUpBasis(models.TextChoices):
    AS_REPORTED = "as_reported", _("As reported then")
    RESTATED = "restated", _("Restated to today's units")


class RollUpAnswer(models.TextChoices):
    VALUE = "value", _("Value")
    MISSING = "missing", _("Missing")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    NOT_COMPARABLE = "not_comparable", _("Not comparable")


class RollUpQuerySet(ResultQuerySet):
    def knowing_partial(self) -> Self:
        """With `is_partial` to filter by and to read: a value below its floor, as `is_below` of pooling."""
        below = LessThan(F("reporting") * 100, F("definition__coverage_floor_percent") * F("owing"))
        partial = When(Q(below, answer=RollUpAnswer.VALUE), then=True)
        return self.alias(is_partial=Case(partial, default=False, output_field=models.BooleanField()))


class RollUp(models.Model):
    """An indicator of a unit at a level in one period, pooled from those who owe it (rules §2, §8).

    It never replaces a figure that the unit reported itself: that one counts, and a difference
    between the two is a data-quality finding.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="roll_ups")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="roll_ups")
    level = models.CharField(max_length=10, choices=Level)
    period = models.ForeignKey(Period, models.PROTECT, related_name="roll_ups")
    definition = models.ForeignKey(IndicatorDefinition, models.PROTECT, related_name="+")
    basis = models.CharField(max_length=12, choices=RollUpBasis)
    answer = models.CharField(max_length=16, choices=RollUpAnswer)
    numerator = ScaledDecimalField(null=True)
    denominator = ScaledDecimalField(null=True)
    value = ScaledDecimalField(null=True)
    owing = models.PositiveIntegerField(_("bodies owing"))
    reporting = models.PositiveIntegerField(_("bodies reporting"))
    not_applicable = models.PositiveIntegerField(_("bodies it does not apply to"))
    is_illustrative = models.BooleanField(default=False)
    is_preliminary = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    computed_at = models.DateTimeField(default=timezone.now)

    objects = RollUpQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("roll-up")
        verbose_name_plural = _("roll-ups")
        constraints = [
            models.UniqueConstraint(name="roll_up_once", fields=["indicator", "period", "unit", "level"]),
            models.CheckConstraint(
                name="roll_up_value_has_numbers",
                condition=Q(
                    answer="value", numerator__isnull=False, denominator__isnull=False, value__isnull=True
                )
                | Q(answer="value", numerator__isnull=True, denominator__isnull=True, value__isnull=False)
                | (
                    ~Q(answer="value")
                    & Q(numerator__isnull=True, denominator__isnull=True, value__isnull=True)
                ),
            ),
        ]
        indexes = [models.Index(fields=["unit", "period"], name="roll_up_of_unit_period")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.unit_id} {self.level} {self.period_id}"


class Status(models.TextChoices):
    """States of a target for a period (rules §5), in the order they are shown."""

    EXCEEDED = "exceeded", _("Exceeded")
    MET = "met", _("Met")
    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    OFF_TRACK = "off_track", _("Off track")
    WORSENING = "worsening", _("Worsening")
    MISSED = "missed", _("Missed")
    IN_PROGRESS = "in_progress", _("In progress")
    NO_DATA = "no_data", _("No data")
    NOT_DUE = "not_due", _("Not due")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class AttainmentQuerySet(ResultQuerySet):
    path_to_unit = "target__unit"


class Attainment(models.Model):
    """How a target stands for a period: judged by the engine, stored with what it was judged from."""

    target = models.ForeignKey(Target, models.PROTECT, related_name="attainments")
    period = models.ForeignKey(Period, models.PROTECT, related_name="attainments")
    revision = models.ForeignKey(TargetRevision, models.PROTECT, related_name="+")
    status = models.CharField(max_length=16, choices=Status)
    met = models.BooleanField(null=True)
    # Rules §6: inside [counts_from, end of the due year], or unmet and listed as overdue afterwards.
    counts = models.BooleanField()
    is_due = models.BooleanField(_("due by the end of the period's year"))
    is_overdue = models.BooleanField()
    numerator = ScaledDecimalField(null=True)
    denominator = ScaledDecimalField(null=True)
    value = ScaledDecimalField(null=True)
    out_of = models.PositiveIntegerField(null=True)
    missing_reason = models.CharField(max_length=16, blank=True)
    progress = ScaledDecimalField(places=6, null=True)
    expected = ScaledDecimalField(places=6, null=True)
    pace = ScaledDecimalField(places=6, null=True)
    landing = ScaledDecimalField(places=6, null=True)
    pace_needed = ScaledDecimalField(places=6, null=True)
    days_early = models.IntegerField(null=True)
    is_late = models.BooleanField(null=True)
    owing = models.PositiveIntegerField(null=True)
    reporting = models.PositiveIntegerField(null=True)
    is_partial = models.BooleanField(default=False)
    is_restated = models.BooleanField(default=False)
    # The figure comes with the report of a longer period: judged with the judged day as today (rules §5.2).
    is_before_own_report = models.BooleanField(default=False)
    qualifier = models.CharField(max_length=12, choices=Qualifier, default=Qualifier.OFFICIAL)
    provenance = models.CharField(max_length=12, choices=Provenance, default=Provenance.REPORTED)
    # "đến hết quý n": the shorter period whose figure stands for this one.
    through = models.ForeignKey(Period, models.PROTECT, null=True, related_name="+")
    previous_numerator = ScaledDecimalField(null=True)
    previous_denominator = ScaledDecimalField(null=True)
    previous_value = ScaledDecimalField(null=True)
    report_due_on = models.DateField(null=True)
    assessed_on = models.DateField(_("day of judging of the period"))
    judged_on = models.DateField(_("judged day"))
    inputs = models.JSONField(default=list)
    rules_version = models.CharField(max_length=10)
    version = models.PositiveIntegerField(default=1)
    computed_at = models.DateTimeField(default=timezone.now)

    objects = AttainmentQuerySet.as_manager()

    class Meta:
        ordering = ["period", "target", "pk"]
        verbose_name = _("attainment")
        verbose_name_plural = _("attainments")
        constraints = [
            models.UniqueConstraint(name="attainment_once", fields=["target", "period"]),
            models.CheckConstraint(
                name="attainment_overdue_is_outside_the_count",
                condition=Q(is_overdue=False) | Q(counts=False),
            ),
            models.CheckConstraint(
                name="attainment_not_applicable_is_outside_the_count",
                condition=~Q(status="not_applicable") | Q(counts=False),
            ),
            models.CheckConstraint(
                name="attainment_status_agrees_with_met",
                condition=Q(status__in=["exceeded", "met"], met=True)
                | (~Q(status__in=["exceeded", "met"]) & (Q(met=False) | Q(met__isnull=True))),
            ),
        ]
        indexes = [models.Index(fields=["period", "status"], name="attainment_of_period")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.period_id} {self.status}"
