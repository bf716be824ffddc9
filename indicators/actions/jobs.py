"""Marking what must be recomputed."""

from __future__ import annotations

from django.db import transaction

from indicators.models import Indicator, Job, Period, Target
from indicators.models.jobs import JobKind, JobPriority
from indicators.tasks import ring
from provinces.models import Unit


def mark_stale(
    *,
    unit: Unit | None = None,
    indicator: Indicator | None = None,
    period: Period | None = None,
    target: Target | None = None,
    kind: str = JobKind.POOL,
    priority: int = JobPriority.APPROVAL,
) -> Job:
    """Write a job in the caller's transaction and ring the worker after its commit.

    What is not given means all: ``mark_stale()`` recomputes everything.
    """
    job = Job.objects.create(
        kind=kind, priority=priority, unit=unit, indicator=indicator, period=period, target=target
    )
    transaction.on_commit(ring)
    return job
