"""Telling of requests for explanations: the owner when asked and when late, the asker when answered."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.models import User
from indicators.emails import LetterKind, of_explanation
from indicators.explanations import answerers
from indicators.models import Explanation
from indicators.reminders import deliver, unsent
from provinces.dates import today

# An answer nobody was told of for a month is no news any more.
_NEWS = datetime.timedelta(days=30)


@dataclass(frozen=True)
class ExplanationLetter:
    explanation: Explanation
    kind: LetterKind
    to: User

    @property
    def key(self) -> str:
        return f"explanation:{self.explanation.pk}:{self.kind.value}:{self.to.pk}"

    def message(self) -> EmailMessage:
        return of_explanation(kind=self.kind, explanation=self.explanation, to=self.to, key=self.key)


def send_letters() -> int:
    """Send what is due, each letter once; answers how many went out."""
    return deliver(unsent(_letters()))


def _letters() -> Iterator[ExplanationLetter]:
    for asked in Explanation.objects.open().for_list():
        people = [user for user in answerers(asked.target) if user.email]
        yield from (ExplanationLetter(asked, LetterKind.ASKED, user) for user in people)
        if asked.due_on < today():
            yield from (ExplanationLetter(asked, LetterKind.LATE, user) for user in people)
    for answered in Explanation.objects.filter(answered_at__gte=timezone.now() - _NEWS).for_list():
        if answered.asked_by.is_active and answered.asked_by.email:
            yield ExplanationLetter(answered, LetterKind.ANSWERED, answered.asked_by)
