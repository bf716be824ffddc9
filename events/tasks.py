"""The bell of the invitations, and what it wakes. The rows are the truth; a lost message loses nothing."""

from __future__ import annotations

import logging

from celery import current_app, shared_task

from events.invitations import send_waiting

log = logging.getLogger(__name__)


@shared_task
def send_invitations() -> None:
    """Send the invitations that wait. Rung when they are asked for, and by beat for what was lost."""
    send_waiting()


def ring_invitations() -> None:
    """Tell a worker that invitations wait."""
    try:
        current_app.send_task("events.tasks.send_invitations", ignore_result=True, retry=False)
    except Exception:  # every broker has errors of its own
        log.warning("broker unreachable; the sweep will find the invitations")
