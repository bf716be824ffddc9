"""The bell of the briefs. The row is the truth; a lost message loses nothing."""

from __future__ import annotations

import logging

from celery import current_app

log = logging.getLogger(__name__)


def ring_briefs() -> None:
    """Tell a worker that a brief waits. Its task calls actions, so it lives in the composition."""
    try:
        current_app.send_task("config.tasks.run_briefs", ignore_result=True, retry=False)
    except Exception:  # every broker has errors of its own
        log.warning("broker unreachable; the sweep will find the brief")
