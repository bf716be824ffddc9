"""What a campaign sets out to reach, and the figures of single days or weeks that units report for it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Principal, Reach, reach
from events.models.events import Event
from indicators.fields import ScaledDecimalField
from indicators.models import Indicator, Level, MeasurementVersion, Period, Provenance
from provinces.models import Unit


class CampaignGoal(models.Model):
    """A number to reach: of a flow the sum of all days, of a state what each unit said last."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="goals", verbose_name=_("campaign"))
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="campaign_goals", verbose_name=_("indicator")
    )
    level = models.CharField(_("level"), max_length=10, choices=Level, default=Level.COMMUNE)
    value = ScaledDecimalField(_("goal"))
    unit_of_measure = models.CharField(_("unit of measure"), max_length=60)
    # Copied from the definition of the campaign's first day: how its figures make up a total.
    is_flow = models.BooleanField(_("happens during the campaign"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    provenance = models.CharField(
        _("provenance"), max_length=12, choices=Provenance, default=Provenance.REPORTED
    )

    class Meta:
        ordering = ["event", "position", "pk"]
        verbose_name = _("goal of a campaign")
        verbose_name_plural = _("goals of campaigns")
        constraints = [
            models.UniqueConstraint(name="campaign_goal_once", fields=["event", "indicator", "level"]),
            # Of nothing no share can be reached.
            models.CheckConstraint(name="campaign_goal_above_zero", condition=Q(value__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.event_id}"

    @property
    def is_illustrative(self) -> bool:
        return self.provenance == Provenance.ILLUSTRATIVE


class CampaignFigureQuerySet(models.QuerySet["CampaignFigure"]):
    def live(self) -> Self:
        """Those that count: neither corrected nor taken back."""
        return self.filter(ended_at__isnull=True)

    def visible_to(self, who: Principal | Reach) -> Self:
        """A commune's own figures are as open as its results."""
        return self.filter(reach(who).results())


class CampaignFigure(models.Model):
    """What a unit did for one goal on a day, or from a day to a day within one week.

    A correction ends the row and writes a new one, so what was said before stays on record. Spans of live
    figures never overlap: the action holds it under a lock, the database for spans that begin or end alike.
    """

    goal = models.ForeignKey(
        CampaignGoal, models.PROTECT, related_name="figures", verbose_name=_("goal of a campaign")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="campaign_figures", verbose_name=_("unit"))
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"))
    value = ScaledDecimalField(_("value"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    provenance = models.CharField(
        _("provenance"), max_length=12, choices=Provenance, default=Provenance.REPORTED
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("corrected or taken back by"),
    )
    ended_at = models.DateTimeField(_("corrected or taken back at"), null=True, blank=True)

    objects = CampaignFigureQuerySet.as_manager()

    class Meta:
        ordering = ["goal", "unit", "from_on", "pk"]
        verbose_name = _("figure of a campaign")
        verbose_name_plural = _("figures of campaigns")
        constraints = [
            models.CheckConstraint(
                name="campaign_figure_days_in_order", condition=Q(to_on__gte=F("from_on"))
            ),
            models.CheckConstraint(name="campaign_figure_not_negative", condition=Q(value__gte=0)),
            models.UniqueConstraint(
                name="campaign_figure_begins_once",
                fields=["goal", "unit", "from_on"],
                condition=Q(ended_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="campaign_figure_ends_once",
                fields=["goal", "unit", "to_on"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="campaign_figure_ended_by_somebody",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.unit_id} {self.from_on}"

    @property
    def is_day(self) -> bool:
        return self.from_on == self.to_on


class CampaignPosting(models.Model):
    """That a campaign's figures of a quarter were written as a draft into the unit's report.

    It tells a cell that still holds what the campaign wrote from one that somebody has typed over.
    """

    goal = models.ForeignKey(CampaignGoal, models.PROTECT, related_name="postings")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    # The sum of the campaign's own days; the version holds more where the indicator accumulates.
    value = ScaledDecimalField(_("value"))
    version = models.OneToOneField(MeasurementVersion, models.PROTECT, related_name="campaign_posting")
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    posted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("campaign's part of a report")
        verbose_name_plural = _("campaigns' parts of reports")

    def __str__(self) -> str:
        return f"{self.goal_id} {self.unit_id} {self.period_id}"
