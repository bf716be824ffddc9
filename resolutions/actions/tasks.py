"""Tasks as they are assigned and worked on."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db import transaction

from accounts.actions.changes import note_change
from accounts.actions.traces import audit
from accounts.models import User
from accounts.models.audit import Operation
from provinces.models import Agency, Unit
from resolutions.models import Document, Task


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
) -> Task:
    """Give somebody a task with its day. The caller has asked whether ``by`` may assign tasks of the unit."""
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
    note_change("task", task.pk, Operation.CREATED, unit.pk)
    after = {"title": title_vi, "due_on": due_on.isoformat(), "lead": lead.ref if lead else ""}
    audit(by, "assign", task, unit, after=after)
    return task
