"""Roll-outs: something tried in a few units that all are to reach, and how far each of them is."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Principal, Reach, reach
from events.models.events import Event
from indicators.models import Provenance
from provinces.models import Unit
from resolutions.models import Document


class RollOutState(models.TextChoices):
    """How far a unit is. Not reported is not the same as not started."""

    REACHED = "reached", pgettext_lazy("roll-out", "Reached")
    UNDER_WAY = "under_way", pgettext_lazy("roll-out", "Under way")
    NOT_STARTED = "not_started", pgettext_lazy("roll-out", "Not started")
    NOT_REPORTED = "not_reported", _("Not reported")


class RollOutQuerySet(models.QuerySet["RollOut"]):
    def visible_to(self, who: Principal | Reach) -> Self:
        """As open as the results of its unit."""
        return self.filter(reach(who).results())


class RollOut(models.Model):
    """What every commune of a unit is to reach: a pilot extended, or one product for each of them."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="roll_outs", verbose_name=_("unit"))
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="roll_outs", verbose_name=_("event")
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="roll_outs", verbose_name=_("document")
    )
    title_vi = models.CharField(_("title (Vietnamese)"), max_length=300)
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    reached_means_vi = models.CharField(_("what counts as reached (Vietnamese)"), max_length=400)
    reached_means_en = models.CharField(_("what counts as reached (English)"), max_length=400, blank=True)
    asks_product = models.BooleanField(_("each unit registers a product"), default=False)
    provenance = models.CharField(
        _("provenance"), max_length=12, choices=Provenance, default=Provenance.REPORTED
    )
    # How often people changed it: whoever edits it says which state they saw.
    revision = models.PositiveIntegerField(default=0, editable=False)
    # Which line of the shipped files it came from, whatever people changed of it since.
    file_key = models.CharField(max_length=330, blank=True, editable=False)

    objects = RollOutQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "title_vi", "pk"]
        verbose_name = _("roll-out")
        verbose_name_plural = _("roll-outs")
        constraints = [
            models.UniqueConstraint(name="roll_out_once", fields=["unit", "title_vi"]),
            models.CheckConstraint(
                name="roll_out_belongs_somewhere",
                condition=Q(event__isnull=False) | Q(document__isnull=False),
            ),
            models.UniqueConstraint(
                name="roll_out_of_one_line", fields=["file_key"], condition=~Q(file_key="")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" and self.title_en else self.title_vi

    @property
    def reached_means(self) -> str:
        english = get_language() == "en" and self.reached_means_en
        return self.reached_means_en if english else self.reached_means_vi


class RollOutUnit(models.Model):
    """How far one unit is."""

    roll_out = models.ForeignKey(RollOut, models.CASCADE, related_name="units", verbose_name=_("roll-out"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="roll_out_states", verbose_name=_("unit"))
    is_pilot = models.BooleanField(_("pilot"), default=False)
    state = models.CharField(
        _("state"), max_length=12, choices=RollOutState, default=RollOutState.NOT_REPORTED
    )
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    product_name = models.CharField(_("registered product"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("changed by"),
    )
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)

    class Meta:
        ordering = ["roll_out", "unit", "pk"]
        verbose_name = _("unit of a roll-out")
        verbose_name_plural = _("units of roll-outs")
        constraints = [
            models.UniqueConstraint(name="roll_out_unit_once", fields=["roll_out", "unit"]),
            # Where it was reached the day may be unknown; where it was not there is none.
            models.CheckConstraint(
                name="roll_out_day_only_where_reached",
                condition=Q(reached_on__isnull=True) | Q(state=RollOutState.REACHED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roll_out_id} {self.unit_id} {self.state}"

    @property
    def has_reported(self) -> bool:
        """Somebody said something of the unit."""
        return self.state != RollOutState.NOT_REPORTED or bool(self.product_name or self.note)
