"""Celery shells around the deliveries of webhooks. The rows are the truth; a lost message loses nothing."""

from __future__ import annotations

import logging

from celery import shared_task

from accounts.hooks import queue
from accounts.hooks.alerts import send_alerts
from accounts.hooks.postman import LINGERS, postman

log = logging.getLogger(__name__)


def ring() -> None:
    """Tell a worker that there is something to deliver. Where the broker is away, the sweep finds it."""
    try:
        deliver_hooks.apply_async(ignore_result=True, retry=False)
    except Exception:  # every broker has errors of its own
        log.warning("broker unreachable; the sweep will find the deliveries")


@shared_task
def deliver_hooks() -> None:
    """Have what is due sent, beside this worker's other work."""
    postman.wake()


@shared_task
def sweep_hooks() -> None:
    """Find what became due, what a dead worker left, and pauses that nobody was told of yet."""
    if queue.has_open(within=LINGERS):
        postman.wake()
    send_alerts()


@shared_task
def forget_hooks() -> None:
    """At night: events of long ago."""
    queue.forget()
