"""The job queue: claiming a job under a lease, running it, and taking over from the dead.

A job is finished in the very transaction that writes its results, so a worker killed in mid-job leaves
neither half a result nor a lost job: its lease runs out and another worker starts again.
"""

from __future__ import annotations

import datetime
import logging
import os
import socket
import time
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from indicators.engine.dialect import take_recompute_lock
from indicators.engine.recompute import Counts, recompute
from indicators.engine.scopes import slices_of_everything, work_of
from indicators.models import Indicator, Job, JobState, Target, WorkerHeartbeat
from indicators.models.jobs import JobKind, JobPriority

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
RETRY_STEP = datetime.timedelta(seconds=2)
# One run of the queue leaves room for the heartbeat and for other messages.
RUN_SECONDS = 10.0


class LeaseLostError(Exception):
    """The lease ran out and another worker has the job; what was computed here is dropped."""


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def lease() -> datetime.timedelta:
    return datetime.timedelta(seconds=settings.JOB_LEASE_SECONDS)


def claim(worker: str) -> Job | None:
    """Take the next job by a conditional UPDATE; None when there is nothing to do."""
    while True:
        now = timezone.now()
        job = Job.objects.claimable_at(now).first()
        if job is None:
            return None
        taken = (
            Job.objects.claimable_at(now)
            .order_by()
            .filter(pk=job.pk, attempts=job.attempts)
            .update(
                state=JobState.RUNNING,
                claimed_by=worker,
                lease_until=now + lease(),
                attempts=job.attempts + 1,
            )
        )
        if taken:
            job.refresh_from_db()
            return job


def run(job: Job) -> Counts:
    """Recompute what a claimed job asks for and finish it in the same transaction."""
    with transaction.atomic():
        # Before anything is read, so that every job found below has its data committed already.
        take_recompute_lock()
        twins = list(twins_of(job))
        if is_everything(job):
            counts = Counts()
            queue_everything()
        else:
            counts = recompute(work_of(job))
        now = timezone.now()
        finished = Job.objects.filter(
            pk=job.pk, state=JobState.RUNNING, claimed_by=job.claimed_by, attempts=job.attempts
        ).update(state=JobState.DONE, finished_at=now, error="")
        if not finished:
            raise LeaseLostError
        Job.objects.filter(pk__in=twins, state=JobState.QUEUED).update(state=JobState.DONE, finished_at=now)
    return counts


def twins_of(job: Job) -> list[int]:
    """Queued jobs that ask for exactly the same: one recompute serves them all."""
    return list(
        Job.objects.filter(
            state=JobState.QUEUED,
            kind=job.kind,
            unit=job.unit_id,
            indicator=job.indicator_id,
            period=job.period_id,
            target=job.target_id,
        )
        .exclude(pk=job.pk)
        .values_list("pk", flat=True)
    )


def is_everything(job: Job) -> bool:
    return (
        job.kind == JobKind.POOL
        and job.unit_id is None
        and job.indicator_id is None
        and job.period_id is None
        and job.target_id is None
    )


def queue_everything() -> None:
    """One job per indicator and one per unit with targets, so that approvals can go first."""
    Job.objects.bulk_create(
        [
            Job(kind=JobKind.POOL, priority=JobPriority.BULK, indicator_id=pk)
            for pk in Indicator.objects.order_by("pk").values_list("pk", flat=True)
        ]
    )
    queue_judging(JobPriority.BULK)


def queue_judging(priority: int) -> None:
    """Judge the targets of every unit again."""
    units = Target.objects.order_by("unit").values_list("unit", flat=True).distinct()
    Job.objects.bulk_create([Job(kind=JobKind.JUDGE, priority=priority, unit_id=pk) for pk in units])


def run_next(worker: str) -> bool:
    """Run one job; returns whether there was one. A failing job is tried again later, then given up."""
    job = claim(worker)
    if job is None:
        return False
    started = time.monotonic()
    try:
        counts = run(job)
    except LeaseLostError:
        log.warning("job lease lost", extra={"job": job.pk})
    except Exception as problem:
        log.exception("job failed", extra={"job": job.pk, "attempts": job.attempts})
        put_back(job, problem)
    else:
        log.info(
            "job done",
            extra={
                "job": job.pk,
                "judged": counts.judged,
                "written": counts.roll_ups_written + counts.attainments_written,
                "ms": round((time.monotonic() - started) * 1000),
            },
        )
    return True


def put_back(job: Job, problem: Exception) -> None:
    """Leave a failed job under a short lease, so that the sweep takes it up again after a pause."""
    state = JobState.FAILED if job.attempts >= MAX_ATTEMPTS else JobState.RUNNING
    Job.objects.filter(pk=job.pk, claimed_by=job.claimed_by, attempts=job.attempts).update(
        state=state,
        error=f"{type(problem).__name__}: {problem}"[:2000],
        lease_until=timezone.now() + RETRY_STEP * job.attempts,
    )


def retry_failed() -> int:
    """Queue again what was given up; returns how many jobs."""
    return Job.objects.filter(state=JobState.FAILED).update(state=JobState.QUEUED, attempts=0)


def drain(is_stopping: Callable[[], bool]) -> bool:
    """Run queued jobs, for a limited time or until asked to stop; returns whether some may be left."""
    worker = worker_name()
    end = time.monotonic() + RUN_SECONDS
    beat(worker)
    while time.monotonic() < end and not is_stopping():
        if not run_next(worker):
            return False
    return True


def beat(worker: str) -> None:
    """Say that this worker is alive; forget those that have not for a day."""
    now = timezone.now()
    WorkerHeartbeat.objects.update_or_create(name=worker, defaults={"beat_at": now})
    WorkerHeartbeat.objects.filter(beat_at__lt=now - datetime.timedelta(days=1)).delete()


def recompute_everything() -> Counts:
    """Recompute all there is here and now, slice by slice, through the same code as the worker."""
    counts = Counts()
    for work in slices_of_everything():
        counts += recompute(work)
    return counts
