"""The calendar of working days."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Holiday(models.Model):
    """A day that differs from its weekday: a day off, or a Saturday worked in exchange for one."""

    day = models.DateField(_("day"), unique=True)
    name_vi = models.CharField(_("name"), max_length=200)
    is_working = models.BooleanField(_("worked in exchange for a day off"), default=False)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day"]
        constraints = [models.CheckConstraint(condition=~Q(name_vi=""), name="holiday_name_not_empty")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name_vi}"
