"""Tasks: clear person, clear work, clear responsibility, clear day."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Principal, reach
from provinces.models import Agency, Unit
from resolutions.models.documents import Document


class TaskStanding(models.TextChoices):
    """How a task stands on a day; derived from its days, never entered."""

    NOT_STARTED = "not_started", pgettext_lazy("a task", "Not started")
    IN_TIME = "in_time", _("In time")
    OVERDUE = "overdue", _("Overdue")
    DONE_IN_TIME = "done_in_time", _("Done in time")
    DONE_LATE = "done_late", _("Done late")

    @property
    def look(self) -> str:
        """The state of a target whose colour and icon it borrows on screen."""
        return _LOOKS[self]


_LOOKS = {
    TaskStanding.NOT_STARTED: "not-due",
    TaskStanding.IN_TIME: "on-track",
    TaskStanding.OVERDUE: "missed",
    TaskStanding.DONE_IN_TIME: "met",
    TaskStanding.DONE_LATE: "at-risk",
}

FINISHED = (TaskStanding.DONE_IN_TIME, TaskStanding.DONE_LATE)


def standing_is(day: datetime.date) -> dict[TaskStanding, Q]:
    """What each standing asks of a task's days; every task has exactly one of them."""
    done, in_time = Q(done_on__lte=day), Q(done_on__lte=F("due_on"))
    undone = Q(done_on__isnull=True) | Q(done_on__gt=day)
    coming, begun = undone & Q(due_on__gte=day), Q(started_on__lte=day)
    return {
        TaskStanding.NOT_STARTED: coming & ~begun,
        TaskStanding.IN_TIME: coming & begun,
        TaskStanding.OVERDUE: undone & Q(due_on__lt=day),
        TaskStanding.DONE_IN_TIME: done & in_time,
        TaskStanding.DONE_LATE: done & ~in_time,
    }


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, who: Principal) -> TaskQuerySet:
        """Tasks are as open as the results they serve."""
        return self.filter(reach(who).results())

    def unfinished(self) -> TaskQuerySet:
        return self.filter(done_on__isnull=True)

    def standing_in(self, standings: Collection[str], day: datetime.date) -> TaskQuerySet:
        """Those that stand so on a day: `Task.standing_on` in SQL."""
        says = standing_is(day)
        found = Q(pk__in=[])
        for each in standings:
            found |= says[TaskStanding(each)]
        return self.filter(found)

    def for_list(self) -> TaskQuerySet:
        return self.select_related("unit", "document", "lead__kind", "lead__unit", "person").order_by(
            "due_on", "pk"
        )


class Task(models.Model):
    """What a document asks somebody to do by a day, and when it was begun and done."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="tasks", verbose_name=_("unit"))
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("document")
    )
    title_vi = models.CharField(_("task (Vietnamese)"), max_length=400)
    title_en = models.CharField(_("task (English)"), max_length=400, blank=True)
    product = models.CharField(_("product"), max_length=300, blank=True)
    lead = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_tasks",
        verbose_name=_("lead agency"),
    )
    cooperating = models.ManyToManyField(
        Agency, blank=True, related_name="shared_tasks", verbose_name=_("cooperating agencies")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("person"),
    )
    targets: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "indicators.Target", blank=True, related_name="tasks", verbose_name=_("targets")
    )
    started_on = models.DateField(_("begun on"), null=True, blank=True)
    # The day in force: a granted extension moves it, and keeps the former one in its own row.
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    is_illustrative = models.BooleanField(_("illustrative"), default=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(name="task_once", fields=["unit", "document", "title_vi"]),
            # To the database no NULL is another: without a document the one above never refuses.
            models.UniqueConstraint(
                name="task_once_without_a_document",
                fields=["unit", "title_vi"],
                condition=Q(document__isnull=True),
            ),
            models.CheckConstraint(
                name="task_done_after_it_began",
                condition=Q(done_on__isnull=True)
                | Q(started_on__isnull=True)
                | Q(done_on__gte=F("started_on")),
            ),
        ]
        indexes = [models.Index(fields=["unit", "due_on"], name="task_of_unit")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tasks:task", args=[self.pk])

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" and self.title_en else self.title_vi

    @property
    def first_due_on(self) -> datetime.date:
        """The day it was first due on, whatever was granted since. Prefetch `extensions` for lists."""
        granted = sorted((each for each in self.extensions.all() if each.is_granted), key=lambda one: one.pk)
        return granted[0].former_due_on if granted else self.due_on

    @property
    def times_extended(self) -> int:
        """How often its day was moved. Prefetch `extensions` for lists."""
        return sum(each.is_granted for each in self.extensions.all())

    def standing_on(self, day: datetime.date) -> TaskStanding:
        """The due day itself is in time, for doing and for having done."""
        if self.done_on is not None and self.done_on <= day:
            in_time = self.done_on <= self.due_on
            return TaskStanding.DONE_IN_TIME if in_time else TaskStanding.DONE_LATE
        if day > self.due_on:
            return TaskStanding.OVERDUE
        begun = self.started_on is not None and self.started_on <= day
        return TaskStanding.IN_TIME if begun else TaskStanding.NOT_STARTED
