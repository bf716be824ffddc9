"""What holds between two days: both inclusive, an empty one open."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Share(models.TextChoices):
    """How much of a predecessor went to a successor."""

    WHOLE = "whole", _("Whole")
    PART = "part", _("Part")


class DatedQuerySet(models.QuerySet):
    def valid_on(self, day: date) -> Self:
        """Those in being on that day."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        )


class Dated(models.Model):
    """A row that holds from `valid_from` to `valid_to`, both days included; an empty one is open.

    An empty `valid_from` means "before these records begin".
    """

    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_dates_in_order",
            )
        ]

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )
