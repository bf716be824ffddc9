"""One task with all that is known of it, and what the reader may do about it."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.permissions import first_or_404
from dashboard.task_pages import forms
from indicators.models import Target
from resolutions.models import Extension, NoteKind, ProgressFile, ProgressNote, Task
from resolutions.permissions import (
    files_taken_off_by,
    managed_by,
    read_by,
    with_files_read_by,
    worked_on_by,
)

_PARTS: tuple[Any, ...] = (
    "steps",
    "cooperating__unit",
    "cooperating__kind",
    Prefetch("extensions", Extension.objects.select_related("asked_by", "decided_by").order_by("-pk")),
    Prefetch(
        "notes",
        ProgressNote.objects.select_related("by")
        .prefetch_related(Prefetch("files", ProgressFile.objects.select_related("removed_by")))
        .order_by("-on", "-pk"),
    ),
    Prefetch("targets", Target.objects.select_related("indicator").order_by("document", "sort_key", "pk")),
    "handed__former_unit",
    "handed__former_lead__unit",
    "handed__former_lead__kind",
    "handed__handover__document",
)


def task_of(request: HttpRequest, pk: int, rows: Any = None) -> Task:
    """A task somebody may read, or one of ``rows``; nothing for others."""
    found: Task = first_or_404((read_by(request.user) if rows is None else rows).for_list().filter(pk=pk))
    return found


def show(request: HttpRequest, pk: int, **sent: Any) -> HttpResponse:
    """The page of a task; ``sent`` are forms that were refused, by name, with all that was typed in them."""
    task: Task = first_or_404(read_by(request.user).for_list().prefetch_related(*_PARTS).filter(pk=pk))
    extensions = list(task.extensions.all())
    waiting = next((each for each in extensions if each.is_open), None)
    manages = managed_by(request.user).filter(pk=pk).exists()
    works = worked_on_by(request.user).filter(pk=pk).exists()
    blank = {
        "progress": forms.ProgressForm(prefix="progress"),
        "complete": forms.CompleteForm(prefix="done", initial={"product": task.product}),
        "ask": forms.ExtensionForm(prefix="more"),
        "decide": forms.DecisionForm(prefix="decide"),
        "reopen": forms.ReopenForm(prefix="reopen"),
    }
    context = {
        "task": task,
        "origin": origin_of(task),
        "extensions": extensions,
        "granted": [each for each in extensions if each.is_granted],
        "waiting": waiting,
        "is_open": task.done_on is None,
        "completion": completion_of(task),
        "may_work": works,
        "may_manage": manages,
        "may_decide": manages and waiting is not None and waiting.asked_by_id != request.user.pk,
        "removable": set(files_taken_off_by(request.user).filter(note__task=pk).values_list("pk", flat=True)),
        "may_open_files": with_files_read_by(request.user).filter(pk=pk).exists(),
        "forms": blank | sent,
        "sent": next(iter(sent), ""),
    }
    return render(request, "tasks/task.html", context, status=422 if sent else 200)


def completion_of(task: Task) -> ProgressNote | None:
    """The note that says when, and by whom, the done day was reported. Tasks that came with a data set may
    have none."""
    if task.done_on is None:
        return None
    said = [note for note in task.notes.all() if note.kind == NoteKind.DONE]
    return max(said, key=lambda note: note.pk, default=None)


def origin_of(task: Task) -> Any:
    """The event whose conclusion asked for the task, where one did."""
    point = getattr(task, "point", None)
    return getattr(point, "event", None)
