"""Reminding of tasks, as of reports: three working days before, on the day, and on the first one after it.

Whoever answers for the task is written to: the person it names, else the reporters of the agency that leads
it, else those of its unit. From the second working day after, the coordinators of the province hear of it.
The day in force counts: a granted extension begins anew.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.mail import EmailMessage

from accounts.models import Role, User
from indicators.emails import Kind, of_task
from indicators.reminders import AROUND, Letter, People, deliver, kind_on, unsent
from provinces.dates import today
from resolutions.models import Task


@dataclass(frozen=True)
class TaskLetter:
    """One message to one person about one task and the day in force."""

    task: Task
    kind: Kind
    to: User

    @property
    def key(self) -> str:
        return f"task:{self.task.pk}:{self.task.due_on}:{self.kind.value}:{self.to.pk}"

    def message(self) -> EmailMessage:
        return of_task(kind=self.kind, task=self.task, to=self.to, key=self.key)


def send_task_letters(day: datetime.date | None = None) -> int:
    """Send what is due, each letter once; answers how many went out."""
    return deliver(due_task_letters(day or today()))


def due_task_letters(day: datetime.date) -> list[Letter]:
    """What is due that day and not sent yet; the number of queries does not grow with the tasks."""
    return unsent(_letters(day))


def _letters(day: datetime.date) -> Iterator[TaskLetter]:
    around = {"due_on__gte": day - AROUND, "due_on__lte": day + AROUND}
    tasks = list(Task.objects.unfinished().filter(**around).for_list())
    if not tasks:
        return
    people = People(day)
    kinds = {due_on: kind_on(day, due_on) for due_on in {task.due_on for task in tasks}}
    for task in tasks:
        kind = kinds[task.due_on]
        if kind is not None:
            to = people.coordinating(task.unit) if kind == Kind.UNSENT else _answering(task, people)
            yield from (TaskLetter(task, kind, user) for user in to)


def _answering(task: Task, people: People) -> list[User]:
    if task.person is not None and task.person.is_active and task.person.email:
        return [task.person]
    if task.lead is not None:
        return people.at(task.lead.unit_id, task.lead.pk, Role.REPORTER)
    return people.at(task.unit_id, None, Role.REPORTER)
