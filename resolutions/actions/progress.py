"""Reporting how far a task is: notes with files that prove them, and steps that are done."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.files import take_off
from accounts.files import FileRefused, keep
from accounts.models import User
from provinces.dates import today
from resolutions.actions.tasks import TaskRefused, locked, refuse_finished, said, trace
from resolutions.models import ProgressFile, ProgressNote, Task, TaskStep

MOST_FILES = 10


@transaction.atomic
def report(
    *, task: Task, by: User, words: str, on: datetime.date | None = None, proof: Iterable[Any] = ()
) -> ProgressNote:
    """Say how far the task is on a day, today by default; the first note begins the task.

    The caller has asked whether ``by`` may. Raises TaskRefused for a finished task, a day to come, no words,
    or a file that is not accepted; then nothing was written.
    """
    task = locked(task)
    refuse_finished(task)
    day = on or today()
    if day > today():
        raise TaskRefused(_("Progress is reported of today or of a day before."), "on")
    note = ProgressNote.objects.create(task=task, on=day, by=by, words=said(words, _("Say what was done.")))
    kept = attach(note, by, proof)
    if task.started_on is None or day < task.started_on:
        task.started_on = day
        task.save(update_fields=["started_on"])
    told = {"on": day.isoformat(), "words": note.words, "files": kept}
    trace(by, "progress", task, after=told)
    return note


def attach(note: ProgressNote, by: User, files: Iterable[Any]) -> dict[str, str]:
    """Keep the files of a note that is being written; their names with their hashes. One content once."""
    kept: dict[str, str] = {}
    for number, file in enumerate(files, start=1):
        if number > MOST_FILES:
            raise TaskRefused(_("At most %(most)d files, please.") % {"most": MOST_FILES}, "proof")
        try:
            accepted = keep(file)
        except FileRefused as refused:
            raise TaskRefused(f"{file.name}: {refused}", "proof") from None
        if accepted.sha256 in kept.values():
            continue
        note.files.create(**asdict(accepted), uploaded_by=by)
        kept[accepted.name] = accepted.sha256
    return kept


@transaction.atomic
def take_file_off(*, file: ProgressFile, by: User, reason: str) -> ProgressFile:
    """Take a file off a note; the note stays, and the file's name and hash. Raises FileRefused without a
    reason, and for a file that is off already. The caller has asked whether ``by`` may."""
    task = locked(file.note.task)
    # PostgreSQL stores no NUL, which a form that was not sent by a browser may hold.
    reason = reason.replace("\0", "").strip()
    file = take_off(file, by=by, reason=reason)
    told = {"name": file.name, "sha256": file.sha256, "on": file.note.on.isoformat()}
    trace(by, "progress.file_removed", task, before=told, reason=reason)
    return file


@transaction.atomic
def finish_step(*, step: TaskStep, by: User, on: datetime.date | None = None) -> TaskStep:
    """A step is done; None takes that back. Raises TaskRefused for a finished task, a day to come, and
    a step that the task has no more."""
    task = locked(step.task)
    refuse_finished(task)
    if on is not None and on > today():
        raise TaskRefused(_("A step is done today or on a day before."), "on")
    found = TaskStep.objects.filter(pk=step.pk, task=task).first()
    if found is None:
        raise TaskRefused(_("This step was taken out of the task meanwhile."))
    step = found
    before, step.done_on = step.done_on, on
    step.save(update_fields=["done_on"])
    if on is not None and (task.started_on is None or on < task.started_on):
        task.started_on = on
        task.save(update_fields=["started_on"])
    told = [{"step": step.title, "done_on": day.isoformat() if day else None} for day in (before, on)]
    trace(by, "step", task, before=told[0], after=told[1])
    return step
