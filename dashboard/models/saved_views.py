"""Pages a person keeps under a name of their own: the address with all that narrows it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_NAME, LONGEST_QUERY = 80, 1000
MOST_VIEWS = 50


class SavedPage(models.TextChoices):
    """The pages that can be kept, by the name of their address."""

    OVERVIEW = "overview", _("Overview")
    SCOREBOARD = "scoreboard", _("Scoreboard")
    MAP = "map", _("Tile map")
    HEAT = "heat", _("Heat map of targets")
    COMPARE = "compare", _("Rank and compare")
    SERIES = "series", _("Series through mergers")


class SavedView(models.Model):
    """One address of one person; whoever opens it sees what their own rights show there."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    page = models.CharField(_("page"), max_length=20, choices=SavedPage)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_view_name_once_a_person")]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Where it leads: `/map/?unit=VN&indicator=XH-03`."""
        path = reverse(f"dashboard:{self.page}")
        return f"{path}?{self.query}" if self.query else path
