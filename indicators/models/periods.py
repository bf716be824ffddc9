"""Reporting periods with their days."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PeriodKind(models.TextChoices):
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    HALF = "half", _("Half-year")
    NINE_MONTHS = "nine_months", _("Nine months")
    YEAR = "year", _("Year")
    CAMPAIGN = "campaign", _("Campaign")
    ONCE = "once", _("Once")


class Body(models.TextChoices):
    """Who files a report; due days differ (Decree 09/2019/NĐ-CP)."""

    AGENCY = "agency", _("Agency")
    COMMUNE = "commune", _("Commune")
    DISTRICT = "district", _("District")
    PROVINCE = "province", _("Province")
    NATION = "nation", _("Ministry")


class PeriodQuerySet(models.QuerySet["Period"]):
    def closed_on(self, day: datetime.date) -> PeriodQuerySet:
        return self.filter(assessed_on__lt=day)

    def begun_on(self, day: datetime.date) -> PeriodQuerySet:
        return self.filter(starts_on__lte=day)

    def latest_first(self) -> PeriodQuerySet:
        # Of periods judged on the same day the longer one comes first: a year before its fourth quarter.
        return self.order_by("-assessed_on", "starts_on", "pk")


class Period(models.Model):
    """A stretch of time that is reported and judged; ``code`` is public: 2023, 2023-Q4."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    kind = models.CharField(
        _("kind"), max_length=12, choices=[c for c in PeriodKind.choices if c[0] != "once"]
    )
    year = models.PositiveSmallIntegerField(_("year"))
    ordinal = models.PositiveSmallIntegerField(_("number in the year"), default=1)
    name_vi = models.CharField(_("name of a campaign (Vietnamese)"), max_length=200, blank=True)
    name_en = models.CharField(_("name of a campaign (English)"), max_length=200, blank=True)
    starts_on = models.DateField(_("first day"))
    cutoff_on = models.DateField(_("data cut-off"))
    assessed_on = models.DateField(_("day judged at"))

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-assessed_on", "starts_on", "pk"]
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        constraints = [
            models.CheckConstraint(
                name="period_days_in_order",
                condition=Q(starts_on__lte=F("cutoff_on")) & Q(cutoff_on__lte=F("assessed_on")),
            ),
            # A figure owed once is owed in whatever period it arises; there is no period of that kind.
            models.CheckConstraint(name="period_is_not_once", condition=~Q(kind="once")),
            models.UniqueConstraint(
                name="period_once_in_its_year",
                fields=["kind", "year", "ordinal"],
                condition=~Q(kind="campaign"),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def is_closed_on(self, day: datetime.date) -> bool:
        return self.assessed_on < day


class PeriodDueDay(models.Model):
    """The last day on which a kind of body may file its report of a period (the day itself included)."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="due_days")
    body = models.CharField(_("body"), max_length=10, choices=Body)
    due_on = models.DateField(_("due on"))

    class Meta:
        ordering = ["period", "body"]
        constraints = [models.UniqueConstraint(name="period_due_day_once", fields=["period", "body"])]

    def __str__(self) -> str:
        return f"{self.period} {self.body} {self.due_on}"
