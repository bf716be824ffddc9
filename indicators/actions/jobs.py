"""Marking what must be recomputed."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from indicators.models import Indicator, Job, Period, Target
from indicators.models.jobs import JobKind, JobPriority
from indicators.tasks import ring
from provinces.models import Unit

# From so many units on, one job for an indicator everywhere costs less than one for each of them.
_MANY_UNITS = 20


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


def mark_all_stale(pairs: Iterable[tuple[int, int]], *, priority: int = JobPriority.CHANGE) -> None:
    """The same for many at once: (unit, indicator) as ids."""
    units_of: dict[int, set[int]] = {}
    for unit, indicator in pairs:
        units_of.setdefault(indicator, set()).add(unit)
    jobs = [
        Job(kind=JobKind.POOL, priority=priority, unit_id=unit, indicator_id=indicator)
        for indicator, units in sorted(units_of.items())
        for unit in (sorted(units) if len(units) < _MANY_UNITS else [None])
    ]
    Job.objects.bulk_create(jobs, batch_size=500)
    if jobs:
        transaction.on_commit(ring)
