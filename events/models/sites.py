"""The sites that a conference is held at besides its own place."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models.events import Event
from provinces.models import Unit


class EventSite(models.Model):
    """One online site; or so many of them, where only their number is reported."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="sites", verbose_name=_("event"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    name = models.CharField(_("name of the site"), max_length=200, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    count = models.PositiveIntegerField(_("number of sites"), null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("site of an event")
        verbose_name_plural = _("sites of events")
        constraints = [
            models.CheckConstraint(
                name="event_site_named_or_counted",
                condition=(Q(count__isnull=True) & ~Q(name="")) | Q(count__isnull=False, count__gte=1),
            ),
            models.UniqueConstraint(name="event_site_position", fields=["event", "position"]),
        ]

    def __str__(self) -> str:
        return self.name or str(self.count)

    @property
    def number(self) -> int:
        """How many sites this row stands for."""
        return self.count or 1
