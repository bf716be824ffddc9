"""What was said at an event, point by point; each may become a task."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from events.models.events import Event
from resolutions.models import Task


class PointKind(models.TextChoices):
    CONCLUSION = "conclusion", _("Conclusions")
    RESULT = "result", _("Results")
    DIFFICULTY = "difficulty", _("Difficulties")
    CAUSE = "cause", _("Causes")
    REQUEST = "request", _("Requests")


class EventPoint(models.Model):
    """One conclusion, result, difficulty, cause or request, in words."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="points", verbose_name=_("event"))
    kind = models.CharField(_("kind"), max_length=12, choices=PointKind, default=PointKind.CONCLUSION)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    text_vi = models.TextField(_("text (Vietnamese)"))
    text_en = models.TextField(_("text (English)"), blank=True)
    # What its reader must know of it: which day is reported, that its words are not.
    note_vi = models.CharField(_("note (Vietnamese)"), max_length=300, blank=True)
    note_en = models.CharField(_("note (English)"), max_length=300, blank=True)
    # Only the heading is known, its content was never made public: nothing can be asked of anybody.
    is_unpublished = models.BooleanField(_("content not published"), default=False)
    task = models.OneToOneField(
        Task, models.SET_NULL, null=True, blank=True, related_name="point", verbose_name=_("task")
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("point of an event")
        verbose_name_plural = _("points of events")
        constraints = [
            models.UniqueConstraint(name="event_point_position", fields=["event", "kind", "position"]),
            models.CheckConstraint(name="event_point_says_something", condition=~Q(text_vi="")),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return self.text_en if get_language() == "en" and self.text_en else self.text_vi

    @property
    def note(self) -> str:
        return self.note_en if get_language() == "en" and self.note_en else self.note_vi
