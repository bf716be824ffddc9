"""Tasks as they are assigned and changed."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.actions.changes import note_change
from accounts.actions.traces import audit
from accounts.models import User
from accounts.models.audit import Operation
from provinces.dates import today
from provinces.models import Agency, Unit
from resolutions.models import Document, Task, TaskStep

LONGEST = 4_000


class TaskRefused(Exception):  # noqa: N818 (a state, told to its reader)
    """What was asked cannot be done to the task; the message says why in the reader's language.

    ``field`` names what was typed wrong, where it is one thing.
    """

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


class Step(NamedTuple):
    """A step as it is given: its words, and its day where it has one."""

    title: str
    due_on: datetime.date | None = None


@transaction.atomic
def assign(
    *,
    unit: Unit,
    title_vi: str,
    due_on: datetime.date,
    by: User,
    title_en: str = "",
    lead: Agency | None = None,
    cooperating: Collection[Agency] = (),
    person: User | None = None,
    document: Document | None = None,
    product: str = "",
    targets: Collection[Any] = (),
    steps: Sequence[Step] = (),
) -> Task:
    """Give somebody a task with its day. The caller has asked whether ``by`` may assign tasks of the unit.

    ``targets`` are those it serves, rows or ids. Raises TaskRefused where the unit has this task already.
    """
    _refuse_twin(unit, document, title_vi)
    task = Task.objects.create(
        unit=unit,
        title_vi=title_vi,
        title_en=title_en,
        due_on=due_on,
        lead=lead,
        person=person,
        document=document,
        product=product,
    )
    task.cooperating.set(cooperating)
    task.targets.set(targets)
    _write_steps(task, steps)
    trace(by, "assign", task, operation=Operation.CREATED, after=told_of(task))
    return task


@transaction.atomic
def edit(
    *,
    task: Task,
    by: User,
    title_vi: str,
    due_on: datetime.date,
    title_en: str = "",
    lead: Agency | None = None,
    cooperating: Collection[Agency] = (),
    person: User | None = None,
    document: Document | None = None,
    product: str = "",
    targets: Collection[Any] = (),
    steps: Sequence[Step] = (),
) -> Task:
    """Write the task anew; its unit stays. A step whose words stay the same stays done.

    Raises TaskRefused for a finished task, a twin, and another day of a task that was worked on already or is
    overdue: that is an extension, which says why and who granted it.
    """
    task = locked(task)
    refuse_finished(task)
    _refuse_twin(task.unit, document, title_vi, but=task)
    if due_on != task.due_on:
        _refuse_another_day(task)
    before = told_of(task)
    task.title_vi, task.title_en, task.product = title_vi, title_en, product
    task.due_on, task.lead, task.person, task.document = due_on, lead, person, document
    task.save()
    task.cooperating.set(cooperating)
    task.targets.set(targets)
    _write_steps(task, steps)
    trace(by, "edit", task, before=before, after=told_of(task))
    return task


def locked(task: Task) -> Task:
    """The task as it is now, held until the transaction ends."""
    rows = Task.objects.select_for_update(of=("self",)).select_related("unit", "lead__unit", "lead__kind")
    return rows.get(pk=task.pk)


def refuse_finished(task: Task) -> None:
    if task.done_on is not None:
        raise TaskRefused(_("This task is done; the coordinator can open it again."))


def said(words: str, without: str, field: str = "words") -> str:
    """The words without blanks around them; raises TaskRefused where there are none, or too many."""
    given = words.strip()
    if not given:
        raise TaskRefused(without, field)
    if len(given) > LONGEST:
        raise TaskRefused(_("At most %(most)s characters, please.") % {"most": "4.000"}, field)
    return given


def trace(by: User, action: str, task: Task, *, operation: str = Operation.UPDATED, **words: Any) -> None:
    """The audit row and the change of a task."""
    audit(by, action, task, task.unit, **words)
    note_change("task", task.pk, operation, task.unit_id)


def _refuse_another_day(task: Task) -> None:
    """An edit leaves no former day behind: a task would lose that it began late, or is late already."""
    if task.started_on is not None or task.extensions.exists():
        raise TaskRefused(_("Work has begun: ask for an extension to move the day."), "due_on")
    if task.due_on < today():
        raise TaskRefused(_("The task is overdue: ask for an extension to move the day."), "due_on")


def _refuse_twin(unit: Unit, document: Document | None, title: str, but: Task | None = None) -> None:
    """The unit is held until the transaction ends, so that the second of two that come at once is told in
    words. Rows that name the unit may be written meanwhile."""
    list(Unit.objects.select_for_update(no_key=True).filter(pk=unit.pk))
    twins = Task.objects.filter(unit=unit, document=document, title_vi=title)
    if not (twins.exclude(pk=but.pk) if but else twins).exists():
        return
    if document is None:
        raise TaskRefused(_("The unit has a task without a document with the same words."), "title_vi")
    raise TaskRefused(_("The unit has a task of this document with the same words."), "title_vi")


def _write_steps(task: Task, steps: Sequence[Step]) -> None:
    """These steps in their order. One whose words stay is the same row, with what is known of it and with its
    address, which a page that is open somewhere sends to."""
    rows = {each.title: each for each in task.steps.all()}
    pairs = [(each, rows.pop(each.title, None)) for each in steps]
    kept = [row for _step, row in pairs if row is not None]
    task.steps.exclude(pk__in=[row.pk for row in kept]).delete()
    # No two rows share a position, not even for a moment: first all make room, then each takes its own.
    room = max([len(steps), *(row.position for row in kept)])
    task.steps.update(position=F("position") + room)
    new = []
    for place, (each, row) in enumerate(pairs, start=1):
        if row is None:
            new.append(TaskStep(task=task, position=place, title=each.title, due_on=each.due_on))
        else:
            row.position, row.due_on = place, each.due_on
    TaskStep.objects.bulk_update(kept, ["position", "due_on"])
    TaskStep.objects.bulk_create(new)


def told_of(task: Task) -> dict[str, Any]:
    days = {name: getattr(task, name) for name in ("started_on", "due_on", "done_on")}
    return {
        "title": task.title_vi,
        "lead": task.lead.ref if task.lead else "",
        "person": task.person_id,
        "document": task.document_id,
        "product": task.product,
        "cooperating": sorted(task.cooperating.values_list("ref", flat=True)),
        "targets": sorted(task.targets.values_list("pk", flat=True)),
        "steps": [[each.title, str(each.due_on or "")] for each in task.steps.all()],
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }
