"""What the API answers otherwise from a day on although nobody wrote anything: told in the change feed.

A few of its answers depend on today: the revision of a target in force, whether a period is closed, how a
report or a task stands with its due day.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.actions.changes import Noted, note_changes
from accounts.models.audit import Operation
from indicators.models import Period, PeriodDueDay, Report, Target
from provinces.dates import today
from resolutions.models import Task

MISSED = datetime.timedelta(days=7)
"""So many nights may have been missed; telling twice of something does no harm."""


@transaction.atomic
def note_what_the_day_changed() -> int:
    """Note all that may look different since the nights before; answers how many objects."""
    day = today()
    since = day - MISSED
    noted = [
        Noted(resource, pk, Operation.UPDATED, unit)
        for resource, rows in _turned(since, day)
        for pk, unit in rows
    ]
    note_changes(noted)
    return len(noted)


def _turned(since: datetime.date, day: datetime.date) -> Iterable[tuple[str, Any]]:
    fresh = Target.objects.filter(revisions__effective_on__gt=since, revisions__effective_on__lte=day)
    yield "target", fresh.values_list("pk", "unit_id").distinct().order_by("pk")
    # A period is closed from the day after the one it is judged at.
    closed = Period.objects.filter(assessed_on__gte=since, assessed_on__lt=day).order_by("pk")
    yield "period", ((pk, None) for pk in closed.values_list("pk", flat=True))
    # A report that was never sent is late by one day more every day.
    due = PeriodDueDay.objects.filter(due_on__lt=day).values("period")
    unsent = Report.objects.filter(period__in=due, first_submitted_at__isnull=True)
    yield "report", unsent.values_list("pk", "unit_id").order_by("pk")
    turning = Q()
    for name in ("started_on", "due_on", "done_on"):
        turning |= Q(**{f"{name}__gte": since, f"{name}__lte": day})
    yield "task", Task.objects.filter(turning).values_list("pk", "unit_id").order_by("pk")
