"""Asking for a later day, and deciding on it."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from resolutions.actions.tasks import TaskRefused, locked, refuse_finished, said, trace
from resolutions.models import Extension, ExtensionState, Task


@transaction.atomic
def ask_extension(*, task: Task, by: User, new_due_on: datetime.date, reason: str) -> Extension:
    """Ask for a later day. The caller has asked whether ``by`` works on the task.

    Raises TaskRefused for a finished task, a day that is not later, no reason, or a request that is open.
    """
    task = locked(task)
    refuse_finished(task)
    if new_due_on <= task.due_on:
        raise TaskRefused(_("The new day is after the one in force."), "new_due_on")
    if task.extensions.open().exists():
        raise TaskRefused(_("An extension has been asked for already and is not decided yet."))
    extension = Extension.objects.create(
        task=task,
        former_due_on=task.due_on,
        new_due_on=new_due_on,
        reason=said(reason, _("Say why more time is needed."), "reason"),
        asked_by=by,
    )
    trace(by, "ask_extension", task, after=_told(extension), reason=extension.reason)
    return extension


@transaction.atomic
def decide_extension(*, extension: Extension, by: User, is_granted: bool, decision: str) -> Extension:
    """Grant or refuse, with the reason; granted, the new day is in force at once.

    The caller has asked whether ``by`` looks after the task. Raises TaskRefused for one's own request, one
    that is decided already, and without a reason.
    """
    task = locked(extension.task)
    extension = Extension.objects.select_for_update().get(pk=extension.pk)
    if not extension.is_open:
        raise TaskRefused(_("This request is decided already."))
    if extension.asked_by_id == by.pk:
        raise TaskRefused(_("Whoever asked does not decide."))
    words = said(decision, _("Say why it is granted or refused."), "decision")
    before = _told(extension)
    extension.state = ExtensionState.GRANTED if is_granted else ExtensionState.REFUSED
    extension.decided_by, extension.decided_at, extension.decision = by, timezone.now(), words
    extension.save()
    if is_granted:
        task.due_on = extension.new_due_on
        task.save(update_fields=["due_on"])
    trace(by, "decide_extension", task, before=before, after=_told(extension), reason=words)
    return extension


def _told(extension: Extension) -> dict[str, Any]:
    return {
        "state": str(extension.state),
        "former_due_on": extension.former_due_on.isoformat(),
        "new_due_on": extension.new_due_on.isoformat(),
    }
