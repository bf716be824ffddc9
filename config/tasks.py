"""Nightly and hourly work that calls actions: tasks of an app may not, the composition of the portal may."""

from __future__ import annotations

from celery import shared_task

from indicators.actions.reviewing import lock_due_reports
from indicators.reminders import send_reminders


@shared_task
def lock_reports() -> None:
    """After midnight: write down which approved reports are past their lock day."""
    lock_due_reports()


@shared_task
def remind() -> None:
    """Send the reminders that are due; each one once, however often this runs."""
    send_reminders()
