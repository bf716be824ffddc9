"""What is sent from a task's page: progress, steps, a later day, done, open again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.files import FileRefused
from accounts.permissions import first_or_404
from accounts.reasons import reason_given
from dashboard.task_pages import forms
from dashboard.task_pages.page import show, task_of
from provinces.dates import today
from resolutions.actions import extensions, finishing
from resolutions.actions import progress as reporting
from resolutions.actions.tasks import TaskRefused
from resolutions.models import Extension, ProgressFile, Task, TaskStep
from resolutions.permissions import files_taken_off_by, managed_by, worked_on_by


def _sent(
    request: HttpRequest, task: Task, name: str, form: django_forms.Form, act: Callable[..., Any], done: str
) -> HttpResponse:
    """Do it, or show the task's page with what was typed and what is wrong with it."""
    if form.is_valid():
        try:
            act(task=task, by=request.user, **form.cleaned_data)
        except TaskRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, done)
            return redirect(task)
    return show(request, task.pk, **{name: form})


@require_POST
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """`/tasks/17/progress/`: how far it is, with files; for those who work on it."""
    task = task_of(request, pk, worked_on_by(request.user))
    form = forms.ProgressForm(request.POST, request.FILES, prefix="progress")
    return _sent(request, task, "progress", form, reporting.report, _("The progress was recorded."))


@require_POST
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    """`/tasks/files/17/remove/` with a reason: by whoever attached it, and by coordinators of the unit."""
    rows = files_taken_off_by(request.user).select_related("note__task")
    found: ProgressFile = first_or_404(rows.filter(pk=pk))
    by: Any = request.user
    try:
        reporting.take_file_off(file=found, by=by, reason=reason_given(request))
    except FileRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The file is removed; its name and hash stay in the history."))
    return redirect(f"{found.note.task.get_absolute_url()}#progress")


@require_POST
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """`/tasks/17/done/`: done on a day, with the product."""
    task = task_of(request, pk, worked_on_by(request.user))
    form = forms.CompleteForm(request.POST, request.FILES, prefix="done")
    return _sent(request, task, "complete", form, finishing.complete, _("The task is done."))


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """`/tasks/17/extension/`: ask for a later day."""
    task = task_of(request, pk, worked_on_by(request.user))
    form = forms.ExtensionForm(request.POST, prefix="more")
    done = _("The extension was asked for; somebody else decides on it.")
    return _sent(request, task, "ask", form, extensions.ask_extension, done)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """`/tasks/17/decision/`: grant or refuse the request that waits; for coordinators of the unit."""
    task = task_of(request, pk, managed_by(request.user))
    extension: Extension = first_or_404(task.extensions.open())
    verdict = request.POST.get("verdict")
    is_granted = verdict == "granted"
    form = forms.DecisionForm(request.POST, prefix="decide")
    if form.is_valid() and verdict not in ("granted", "refused"):
        form.add_error(None, _("Say whether the new day is granted or refused."))

    def act(task: Task, by: Any, decision: str) -> Extension:
        return extensions.decide_extension(
            extension=extension, by=by, is_granted=is_granted, decision=decision
        )

    done = _("The new day is in force.") if is_granted else _("The day stays as it was.")
    return _sent(request, task, "decide", form, act, done)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """`/tasks/17/reopen/`: not finished after all; for coordinators of the unit."""
    task = task_of(request, pk, managed_by(request.user))
    form = forms.ReopenForm(request.POST, prefix="reopen")
    return _sent(request, task, "reopen", form, finishing.reopen, _("The task is open again."))


@require_POST
def step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """`/tasks/17/steps/3/`: the step is done today, or after all it is not."""
    task = task_of(request, pk, worked_on_by(request.user))
    found: TaskStep = first_or_404(task.steps.filter(pk=step))
    by: Any = request.user
    try:
        reporting.finish_step(step=found, by=by, on=None if "undo" in request.POST else today())
    except TaskRefused as refused:
        messages.error(request, str(refused))
    return redirect(f"{task.get_absolute_url()}#steps")
