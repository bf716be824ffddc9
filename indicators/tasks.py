"""Celery shells around the job table. The job row is the truth; a lost message loses nothing."""

import logging

from celery import shared_task

log = logging.getLogger(__name__)


def ring() -> None:
    """Tell a worker that there are jobs. The sweep finds them anyway when the broker cannot be reached."""
    try:
        run_jobs.apply_async(ignore_result=True, retry=False)
    except Exception:  # any broker's own error type
        log.warning("broker unreachable; the sweep will find the job")


@shared_task
def run_jobs() -> None:
    """Run what is queued."""
