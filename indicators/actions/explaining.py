"""Asking the owner of an unmet target for an explanation, answering it, taking the question back."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.audit import Operation
from indicators.actions.reporting import ReportingError
from indicators.actions.traces import as_text, leave_trace
from indicators.explanations import is_explained
from indicators.models import Attainment, Explanation
from indicators.tasks import ring_reminders
from provinces.dates import today

LONGEST = 4_000


@transaction.atomic
def ask(*, judged: Attainment, by: User, question: str, due_on: datetime.date, figure: str) -> Explanation:
    """Ask about a target as it stands now; ``figure`` is the figure in words, as the asker saw it.

    The caller has asked whether ``by`` may. Raises ReportingError for a state nobody needs to explain, a
    day that has passed, no question, or a question that is still open.
    """
    if not is_explained(judged):
        raise ReportingError(_("Only a target in danger, missed or without data is explained."))
    if due_on < today():
        raise ReportingError(_("The answer is due today or later."))
    # The row locked is the result: two people asking at once would both find no open question.
    Attainment.objects.select_for_update().get(pk=judged.pk)
    if Explanation.objects.open().filter(target=judged.target_id, period=judged.period_id).exists():
        raise ReportingError(_("An explanation has been asked for already and is not answered yet."))
    asked = Explanation.objects.create(
        target=judged.target,
        period=judged.period,
        status=judged.status,
        figure=figure[:100],
        question=_words(question, _("Say what is to be explained.")),
        due_on=due_on,
        asked_by=by,
    )
    _trace("ask", asked, by, Operation.CREATED)
    transaction.on_commit(ring_reminders)
    return asked


@transaction.atomic
def answer(*, explanation: Explanation, by: User, words: str) -> Explanation:
    """Answer for the owner. Raises ReportingError when it is closed, empty, or one's own question."""
    asked = _open(explanation)
    if asked.asked_by_id == by.pk:
        raise ReportingError(_("Whoever asked does not answer."))
    asked.answer = _words(words, _("Write the explanation."))
    asked.answered_by, asked.answered_at = by, timezone.now()
    asked.save(update_fields=["answer", "answered_by", "answered_at"])
    _trace("answer", asked, by, Operation.UPDATED)
    transaction.on_commit(ring_reminders)
    return asked


@transaction.atomic
def withdraw(*, explanation: Explanation, by: User) -> Explanation:
    """Take one's question back; it stays in the history. Raises ReportingError when it is closed."""
    asked = _open(explanation)
    if asked.asked_by_id != by.pk:
        raise ReportingError(_("Only who asked takes the question back."))
    asked.withdrawn_at = timezone.now()
    asked.save(update_fields=["withdrawn_at"])
    _trace("withdraw", asked, by, Operation.UPDATED)
    return asked


def _open(explanation: Explanation) -> Explanation:
    asked = Explanation.objects.select_for_update().get(pk=explanation.pk)
    if not asked.is_open:
        raise ReportingError(_("This request is closed already."))
    return asked


def _words(given: str, without: str) -> str:
    words = given.strip()
    if not words:
        raise ReportingError(without)
    if len(words) > LONGEST:
        raise ReportingError(_("At most %(most)s characters, please.") % {"most": "4.000"})
    return words


def _trace(action: str, asked: Explanation, by: User, operation: str) -> None:
    leave_trace(
        by=by,
        action=action,
        subject=asked,
        operation=operation,
        unit=asked.target.unit,
        after=as_text(asked, ("status", "figure", "question", "due_on", "answer")),
    )
