"""Celery shells around the job queue. The job row is the truth; a lost message loses nothing."""

from __future__ import annotations

import logging

from celery import current_app, shared_task
from celery.worker import state as worker_state

from indicators.engine import queue
from indicators.models import Job
from indicators.models.jobs import JobPriority

log = logging.getLogger(__name__)


def ring() -> None:
    """Tell a worker that there are jobs. Where the broker cannot be reached, the sweep finds them."""
    try:
        run_jobs.apply_async(ignore_result=True, retry=False)
    except Exception:  # every broker has errors of its own
        log.warning("broker unreachable; the sweep will find the job")


def ring_uploads() -> None:
    """Tell a worker that a workbook waits. Its task calls actions, so it lives in the composition."""
    try:
        current_app.send_task("config.tasks.run_uploads", ignore_result=True, retry=False)
    except Exception:  # every broker has errors of its own
        log.warning("broker unreachable; the sweep will find the workbook")


def ring_reminders() -> None:
    """Tell a worker that somebody is to be written to. Where the broker is away, beat's next run writes."""
    try:
        current_app.send_task("config.tasks.remind", ignore_result=True, retry=False)
    except Exception:  # every broker has errors of its own
        log.warning("broker unreachable; the next reminders will tell")


def is_stopping() -> bool:
    """Whether this worker was asked to stop: the job in hand is finished, the others are left to the next."""
    return any(
        asked is not None and asked is not False
        for asked in (worker_state.should_stop, worker_state.should_terminate)
    )


@shared_task
def run_jobs() -> None:
    """Run what is queued, approvals first."""
    if queue.drain(is_stopping):
        ring()


@shared_task
def sweep_jobs() -> None:
    """Find jobs whose message was lost or whose worker died."""
    if Job.objects.unfinished().exists():
        run_jobs()


@shared_task
def rejudge_open_periods() -> None:
    """After midnight: judge every target again, since open periods and passed due days move on.

    Jobs that were given up get another chance.
    """
    queue.retry_failed()
    queue.queue_judging(JobPriority.NIGHTLY)
    run_jobs()


@shared_task
def worker_heartbeat() -> None:
    """Say that a worker is taking messages."""
    queue.beat(queue.worker_name())
