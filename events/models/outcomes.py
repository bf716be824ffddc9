"""Outcomes of an event as exact figures, each of which may feed an indicator once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from events.models.events import Event
from indicators.fields import ScaledDecimalField
from indicators.models import Indicator, MeasurementVersion, Provenance


class Outcome(models.Model):
    """`81 điện thoại thông minh`, `17/23 chỉ tiêu`, `khoảng 2.000 nông sản`."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="figures", verbose_name=_("event"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    label_vi = models.CharField(_("what it counts (Vietnamese)"), max_length=200)
    label_en = models.CharField(_("what it counts (English)"), max_length=200, blank=True)
    value = ScaledDecimalField(_("figure"))
    out_of = ScaledDecimalField(_("out of"), null=True, blank=True)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=60, blank=True)
    approximate = models.BooleanField(_("approximate"), default=False)
    provenance = models.CharField(
        _("provenance"), max_length=12, choices=Provenance, default=Provenance.REPORTED
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("indicator")
    )
    # The figure it became. One to one: an outcome feeds one cell, and that once.
    version = models.OneToOneField(
        MeasurementVersion, models.PROTECT, null=True, blank=True, related_name="outcome", editable=False
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("outcome of an event")
        verbose_name_plural = _("outcomes of events")
        constraints = [
            models.UniqueConstraint(name="event_outcome_position", fields=["event", "position"]),
            models.CheckConstraint(
                name="event_outcome_out_of_something",
                condition=Q(out_of__isnull=True) | Q(out_of__gt=0),
            ),
            models.CheckConstraint(
                name="event_outcome_fed_as_reported",
                condition=Q(version__isnull=True)
                | Q(indicator__isnull=False, provenance=Provenance.REPORTED),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.label_en if get_language() == "en" and self.label_en else self.label_vi

    @property
    def is_illustrative(self) -> bool:
        return self.provenance == Provenance.ILLUSTRATIVE
