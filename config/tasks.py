"""Nightly and hourly work that calls actions: tasks of an app may not, the composition of the portal may."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.actions import idempotency
from accounts.actions.changes import AT_ONCE, forget_old_changes, give_positions
from accounts.token_letters import send_token_letters
from config.calendar_changes import note_what_the_day_changed
from dashboard.actions import briefs
from events.actions.returning import make_returns
from indicators.actions import uploads
from indicators.actions.overdue import tell_overdue
from indicators.actions.reviewing import lock_due_reports
from indicators.engine import queue
from indicators.explanation_letters import send_letters
from indicators.models import Job
from indicators.models.jobs import JobPriority
from indicators.reminders import send_reminders
from indicators.task_letters import send_task_letters
from indicators.tasks import is_stopping

_APPROVAL = JobPriority.APPROVAL


@shared_task
def lock_reports() -> None:
    """After midnight: write down which approved reports are past their lock day."""
    lock_due_reports()


@shared_task
def remind() -> None:
    """Send the reminders that are due; each one once, however often this runs."""
    send_reminders()
    send_letters()
    send_task_letters()
    tell_overdue()


@shared_task
def warn_of_ending_tokens() -> None:
    """In the morning: tell who looks after a partner system that its token ends soon."""
    send_token_letters()


@shared_task
def run_uploads() -> None:
    """Check and write the workbooks that wait. Rung after an upload, and by beat for what was lost."""
    while not is_stopping() and uploads.run_next(_goes_on):
        pass


def _goes_on() -> bool:
    """Between two steps of a long workbook: what was approved meanwhile is recomputed first."""
    while not is_stopping() and Job.objects.claimable_at(timezone.now()).filter(priority=_APPROVAL).exists():
        queue.run_next(queue.worker_name())
    return not is_stopping()


@shared_task
def forget_uploads() -> None:
    """At night: the files of workbooks that ended long ago."""
    uploads.forget_old_uploads()


@shared_task
def number_changes() -> None:
    """Give waiting changes their positions. A reader does it too, so that it never waits for this."""
    while not is_stopping() and give_positions() == AT_ONCE:
        pass


@shared_task
def forget_changes() -> None:
    """At night: changes that no cursor reaches any more."""
    forget_old_changes()


@shared_task
def note_the_day() -> None:
    """After midnight: tell of what is different today though nobody changed it."""
    note_what_the_day_changed()


@shared_task
def run_briefs() -> None:
    """Make the briefs that wait, approvals first. Rung after a request, and by beat for what was lost."""
    while _goes_on() and briefs.run_next():
        pass


@shared_task
def forget_briefs() -> None:
    """At night: briefs of long ago."""
    briefs.forget_old_briefs()


@shared_task
def forget_idempotent_calls() -> None:
    """Every hour: what was answered under an Idempotency-Key more than two days ago."""
    idempotency.forget_old_calls()


@shared_task
def make_yearly_events() -> None:
    """After midnight: this year's and next year's return of each event that returns every year."""
    make_returns()
