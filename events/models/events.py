"""Conferences, working sessions, workshops, launches, campaigns and the yearly national day."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Principal, Reach, reach, units_around
from provinces.models import Tier, Unit
from resolutions.models import Document

PARTICULARS = (
    *("kind", "unit", "host", "starts_on", "ends_on", "begins_at", "ends_at", "title_vi", "title_en"),
    *("place", "theme_vi", "theme_en", "agenda_vi", "agenda_en", "outcomes_vi", "outcomes_en"),
)
"""What a person may say of an event, besides the documents it belongs to."""


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

    def seen_inside_by(self, who: User) -> EventQuerySet:
        """Events whose guests and files somebody reads: the nation's, those of their own province down to its
        communes, and those they are invited to. What an event came to is open; who sat there is not."""
        seen = reach(who)
        if seen.everything:
            return self.all()
        near = {*seen.province_ids, *seen.unit_ids}
        own = Q(unit__in=units_around(near)) if near else Q(pk__in=[])
        nations = Q(unit__tier=Tier.NATION) if seen.is_official else Q(pk__in=[])
        invited = Q(pk__in=Event.objects.filter(participants__user=who.pk).values("pk"))
        return self.filter(own | nations | invited)

    def for_list(self) -> EventQuerySet:
        return self.select_related("unit__province", "host").order_by("-starts_on", "-pk")


def returning_in(year: int, last_day: datetime.date) -> Q:
    """Events that return every year, in a year for which their return is not an event of its own yet.

    ``last_day`` is that of the year; given apart, so that the text of a prepared query never changes.
    """
    # As a value: a prepared query's stand-in is too large for the column, and Django would know the answer.
    made = Event.objects.filter(returns_of=OuterRef("pk"), returns_in=Value(year, models.IntegerField()))
    return Q(repeats_yearly=True, starts_on__lte=last_day) & ~Q(Exists(made))


class Event(models.Model):
    """What takes place on one or more days. Without hours it lasts for whole days."""

    kind = models.CharField(_("kind"), max_length=20, choices=EventKind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="events", verbose_name=_("unit"))
    host = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="hosted_events", verbose_name=_("host")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    begins_at = models.TimeField(_("begins at"), null=True, blank=True)
    ends_at = models.TimeField(_("ends at"), null=True, blank=True)
    title_vi = models.CharField(_("title (Vietnamese)"), max_length=400)
    title_en = models.CharField(_("title (English)"), max_length=400, blank=True)
    place = models.CharField(_("place"), max_length=300, blank=True)
    theme_vi = models.CharField(_("theme (Vietnamese)"), max_length=400, blank=True)
    theme_en = models.CharField(_("theme (English)"), max_length=400, blank=True)
    agenda_vi = models.TextField(_("agenda (Vietnamese)"), blank=True)
    agenda_en = models.TextField(_("agenda (English)"), blank=True)
    documents = models.ManyToManyField(
        Document, blank=True, related_name="events", verbose_name=_("documents")
    )
    outcomes_vi = models.TextField(_("outcomes (Vietnamese)"), blank=True)
    outcomes_en = models.TextField(_("outcomes (English)"), blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    is_day_illustrative = models.BooleanField(_("day is illustrative"), default=False)
    is_illustrative = models.BooleanField(_("illustrative"), default=False)
    cancelled = models.BooleanField(_("cancelled"), default=False)
    cancel_reason = models.CharField(_("reason for cancelling"), max_length=300, blank=True)
    repeats_yearly = models.BooleanField(_("repeats every year"), default=False)
    # The event of which this one is the return of a year; made by itself, filled in by people.
    returns_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="returns", verbose_name=_("returns of")
    )
    returns_in = models.PositiveSmallIntegerField(_("year of the return"), null=True, blank=True)
    # How often its particulars were changed: calendars know by it which of two letters is newer.
    revision = models.PositiveIntegerField(default=0, editable=False)

    # Which line of the shipped files it came from, whatever people changed of it since.
    file_key = models.CharField(max_length=80, blank=True, editable=False)
    # When an invitation went to somebody who was taken off since, by the hash of the address.
    written_to = models.JSONField(default=dict, blank=True, editable=False)

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
            models.CheckConstraint(
                name="event_hours_in_order",
                condition=Q(ends_at__isnull=True)
                | (
                    Q(begins_at__isnull=False)
                    & (Q(ends_on__gt=F("starts_on")) | Q(ends_at__gt=F("begins_at")))
                ),
            ),
            models.CheckConstraint(
                name="event_cancelled_with_reason",
                condition=Q(cancelled=False, cancel_reason="") | (Q(cancelled=True) & ~Q(cancel_reason="")),
            ),
            models.UniqueConstraint(name="event_of_one_line", fields=["file_key"], condition=~Q(file_key="")),
            models.UniqueConstraint(name="event_returns_once_a_year", fields=["returns_of", "returns_in"]),
            models.CheckConstraint(
                name="event_return_has_its_year",
                condition=Q(returns_of__isnull=True, returns_in__isnull=True)
                | Q(returns_of__isnull=False, returns_in__isnull=False, repeats_yearly=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self._worded("title")

    @property
    def theme(self) -> str:
        return self._worded("theme")

    @property
    def agenda(self) -> str:
        return self._worded("agenda")

    @property
    def outcomes(self) -> str:
        return self._worded("outcomes")

    def _worded(self, name: str) -> str:
        """The field in the reader's language, in Vietnamese where there is no English."""
        english = str(getattr(self, f"{name}_en")) if get_language() == "en" else ""
        return english or str(getattr(self, f"{name}_vi"))
