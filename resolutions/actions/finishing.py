"""Tasks that are done, and those that are opened again."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from provinces.dates import today
from resolutions.actions.progress import attach
from resolutions.actions.tasks import TaskRefused, locked, refuse_finished, said, told_of, trace
from resolutions.models import NoteKind, ProgressNote, Task


@transaction.atomic
def complete(
    *,
    task: Task,
    by: User,
    on: datetime.date,
    words: str,
    product: str = "",
    proof: Iterable[Any] = (),
) -> ProgressNote:
    """The task is done on a day, with words, the product, and files that prove it.

    The caller has asked whether ``by`` works on it. Raises TaskRefused for a day to come or before work
    that was reported, without words, for a file that is not accepted, and while an extension waits for its
    decision.
    """
    task = locked(task)
    refuse_finished(task)
    if on > today():
        raise TaskRefused(_("A task is done today or on a day before."), "on")
    _refuse_before_the_work(task, on)
    if task.extensions.open().exists():
        raise TaskRefused(_("A request for an extension waits for its decision; decide on it first."))
    note = ProgressNote.objects.create(
        task=task, kind=NoteKind.DONE, on=on, by=by, words=said(words, _("Say what was done."))
    )
    attach(note, by, proof)
    before = told_of(task)
    task.done_on, task.product = on, product.strip() or task.product
    task.save(update_fields=["done_on", "product"])
    trace(by, "complete", task, before=before, after=told_of(task), reason=note.words)
    return note


def _refuse_before_the_work(task: Task, on: datetime.date) -> None:
    """A task is done when its last work is. A day it was done on before it was opened again binds nobody:
    opening again is how a day that was typed wrong is put right."""
    if task.started_on is not None and on < task.started_on:
        raise TaskRefused(_("This day is before the work began."), "on")
    note = task.notes.filter(kind=NoteKind.PROGRESS, on__gt=on).order_by("-on").first()
    if note is not None:
        words = _("Progress was still reported of %(day)s; the task was done on that day or later.")
        raise TaskRefused(words % {"day": f"{note.on:%d/%m/%Y}"}, "on")
    step = task.steps.filter(done_on__gt=on).order_by("-done_on", "-position").first()
    if step is not None:
        words = _("The step “%(step)s” was done on %(day)s; the task was done on that day or later.")
        raise TaskRefused(words % {"step": step.title, "day": f"{step.done_on:%d/%m/%Y}"}, "on")


@transaction.atomic
def reopen(*, task: Task, by: User, reason: str) -> ProgressNote:
    """A finished task is open again. Raises TaskRefused where it is open already or no reason is given."""
    task = locked(task)
    if task.done_on is None:
        raise TaskRefused(_("This task is open already."))
    words = said(reason, _("Say why the task is opened again."), "reason")
    note = ProgressNote.objects.create(task=task, kind=NoteKind.REOPENED, on=today(), by=by, words=words)
    before = told_of(task)
    task.started_on, task.done_on = task.started_on or min(task.done_on, today()), None
    task.save(update_fields=["started_on", "done_on"])
    trace(by, "reopen", task, before=before, after=told_of(task), reason=words)
    return note
