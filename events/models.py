"""Conferences, working sessions, workshops, launches, campaigns and the yearly national day."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Principal, Reach, reach
from provinces.models import Unit
from resolutions.models import Document


class EventKind(models.TextChoices):
    REVIEW_CONFERENCE = "review_conference", _("Review conference")
    WORKING_SESSION = "working_session", _("Working session")
    WORKSHOP = "workshop", _("Workshop")
    LAUNCH_CEREMONY = "launch_ceremony", _("Launch ceremony")
    CAMPAIGN = "campaign", _("Campaign")
    CONFERENCE = "conference", _("Conference")
    NATIONAL_DAY = "national_day", _("National Digital Transformation Day")


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, who: Principal | Reach) -> EventQuerySet:
        """Events are told on the overview of their unit, so they are as open as results."""
        return self.filter(reach(who).results())


class Event(models.Model):
    kind = models.CharField(_("kind"), max_length=20, choices=EventKind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="events", verbose_name=_("unit"))
    host = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="hosted_events", verbose_name=_("host")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    title_vi = models.CharField(_("title (Vietnamese)"), max_length=400)
    title_en = models.CharField(_("title (English)"), max_length=400, blank=True)
    documents = models.ManyToManyField(
        Document, blank=True, related_name="events", verbose_name=_("documents")
    )
    outcomes_vi = models.TextField(_("outcomes (Vietnamese)"), blank=True)
    outcomes_en = models.TextField(_("outcomes (English)"), blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    is_day_illustrative = models.BooleanField(_("day is illustrative"), default=False)
    repeats_yearly = models.BooleanField(_("repeats every year"), default=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                name="event_ends_after_it_begins", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.UniqueConstraint(name="event_once", fields=["kind", "unit", "starts_on", "title_vi"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" and self.title_en else self.title_vi

    @property
    def outcomes(self) -> str:
        return self.outcomes_en if get_language() == "en" and self.outcomes_en else self.outcomes_vi
