"""Who owes which figure, how often, from when to when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.models.catalogue import Indicator, Level
from indicators.models.periods import PeriodKind
from provinces.models import Agency, Dated, DatedQuerySet, Unit


class Obligation(Dated):
    """A unit owes a figure at a level; or, where ``agency`` is set, that agency owes its own part of it.

    Obligations alone drive the rows of entry forms, coverage, reminders and lateness (rules §1).
    ``filed_by`` is the agency that writes a whole unit's figure; without it the unit's own office does.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="obligations", verbose_name=_("unit"))
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="obligations",
        verbose_name=_("agency owing its own part"),
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="obligations", verbose_name=_("indicator")
    )
    level = models.CharField(_("level"), max_length=10, choices=Level)
    frequency = models.CharField(_("frequency"), max_length=12, choices=PeriodKind)
    due_on = models.DateField(_("due on (for a figure owed once)"), null=True, blank=True)
    filed_by = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="filed_obligations",
        verbose_name=_("agency that files it"),
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "indicator", "level", "pk"]
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        constraints = [
            *Dated.Meta.constraints,
            # Two open obligations of one body would count it twice among those owing.
            models.UniqueConstraint(
                name="obligation_one_open_of_a_unit",
                fields=["unit", "indicator", "level", "frequency"],
                condition=Q(agency__isnull=True, valid_to__isnull=True),
            ),
            models.UniqueConstraint(
                name="obligation_one_open_of_an_agency",
                fields=["unit", "agency", "indicator", "level", "frequency"],
                condition=Q(agency__isnull=False, valid_to__isnull=True),
            ),
            models.UniqueConstraint(
                name="obligation_of_a_unit_begins_once",
                fields=["unit", "indicator", "level", "frequency", "valid_from"],
                condition=Q(agency__isnull=True),
            ),
            models.UniqueConstraint(
                name="obligation_of_an_agency_begins_once",
                fields=["unit", "agency", "indicator", "level", "frequency", "valid_from"],
                condition=Q(agency__isnull=False),
            ),
            models.CheckConstraint(
                name="obligation_once_has_its_due_day",
                condition=Q(frequency="once", due_on__isnull=False)
                | (~Q(frequency="once") & Q(due_on__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["indicator", "level", "frequency"], name="obligation_of_indicator"),
        ]

    def __str__(self) -> str:
        return f"{self.agency or self.unit} owes {self.indicator.code} ({self.level}, {self.frequency})"
