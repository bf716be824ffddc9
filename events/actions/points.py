"""Points of an event turned into tasks: all that were chosen, or none."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.traces import audit
from accounts.models import User
from events.actions.keeping import EventError, lock_event
from events.actions.telling import note_event
from events.models import Event, EventPoint
from provinces.models import Agency
from resolutions.actions.tasks import TaskRefused, assign
from resolutions.models import Task

LONGEST_TITLE = 400


@dataclass(frozen=True)
class Assignment:
    """What becomes of one point: who leads it, who answers for it by name, and by which day."""

    point: EventPoint
    due_on: datetime.date
    lead: Agency | None = None
    person: User | None = None


@transaction.atomic
def turn_into_tasks(*, event: Event, assignments: Sequence[Assignment], by: User) -> list[Task]:
    """A task for each point. The caller has asked whether ``by`` keeps the event.

    Raises EventError, having written nothing, where a point is of another event, says nothing that could be
    asked of anybody, has become a task meanwhile, or says what another task of the unit says.
    """
    event = lock_event(event)
    if not assignments:
        raise EventError(_("Give at least one point a day to make it a task."))
    ids = [each.point.pk for each in assignments]
    points = {each.pk: each for each in event.points.select_for_update(of=("self",)).filter(pk__in=ids)}
    tasks = []
    for each in assignments:
        point = points.get(each.point.pk)
        if point is None or point.is_unpublished:
            raise EventError(_("One of the points can be made no task."))
        if point.task_id is not None:
            raise EventError(_("“%(point)s” has become a task meanwhile.") % {"point": point.text[:80]})
        point.task = _assigned(event, point, each, by)
        point.save(update_fields=["task"])
        tasks.append(point.task)
    note_event(event)
    audit(by, "event.tasks_assigned", event, event.unit, after={"tasks": [task.pk for task in tasks]})
    return tasks


def _assigned(event: Event, point: EventPoint, said: Assignment, by: User) -> Task:
    try:
        task = assign(
            unit=event.unit,
            title_vi=title_of(point.text_vi),
            title_en=title_of(point.text_en),
            due_on=said.due_on,
            lead=said.lead,
            person=said.person,
            by=by,
        )
    except TaskRefused as refused:
        words = {"point": point.text[:80], "reason": refused}
        raise EventError(_("“%(point)s”: %(reason)s Nothing was assigned.") % words) from refused
    if event.is_illustrative:
        # What a made-up event concludes is asked of nobody: its tasks say so wherever they are read.
        task.is_illustrative = True
        task.save(update_fields=["is_illustrative"])
    return task


def title_of(text: str) -> str:
    """The text of a point as the title of a task, cut where a title ends."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"
