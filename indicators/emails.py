"""The words of the messages the portal sends; always in Vietnamese, the language of the offices."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from indicators.entry.places import Place
from indicators.models import Explanation
from resolutions.models import Task


class Kind(models.TextChoices):
    """Why somebody is written to."""

    BEFORE = "before"
    DUE = "due"
    LATE = "late"
    UNSENT = "unsent"
    WAITING = "waiting"
    UNDECIDED = "undecided"


_TO_REPORTERS = (Kind.BEFORE, Kind.DUE, Kind.LATE)
_TO_READ = (Kind.WAITING, Kind.UNDECIDED)


def reminder(*, kind: Kind, place: Place, to: User, key: str) -> EmailMessage:
    """One message to one person about one report; its link begins with PORTAL_URL.

    The same ``key`` gives the same Message-ID: a mail server that has the message knows it again.
    """
    with translation.override("vi"):
        words = {"body": place.name, "period": place.period.code}
        template = "reminder" if kind in _TO_REPORTERS else "escalation"
        page = "reports:review" if kind in _TO_READ else "reports:entry"
        base = str(getattr(settings, "PORTAL_URL", "")).rstrip("/")
        context = {
            "to": to,
            "place": place,
            "opening": _opening(kind) % words,
            "link": base + reverse(page, kwargs=place.kwargs) + place.query,
        }
        text = render_to_string(f"reports/mail/{template}.txt", context)
        return EmailMessage(
            subject=_subject(kind) % words,
            body=text,
            to=[to.email],
            headers={"Message-ID": _message_id(key, base)},
        )


class LetterKind(models.TextChoices):
    """Why somebody is written to about a request for an explanation."""

    ASKED = "asked"
    LATE = "late"
    ANSWERED = "answered"


def of_explanation(*, kind: LetterKind, explanation: Explanation, to: User, key: str) -> EmailMessage:
    """One message to one person about one request for an explanation."""
    with translation.override("vi"):
        base = str(getattr(settings, "PORTAL_URL", "")).rstrip("/")
        words = {"target": explanation.target.name, "unit": explanation.target.unit.name}
        subject = {
            LetterKind.ASKED: _("An explanation is asked for: %(target)s, %(unit)s"),
            LetterKind.LATE: _("An explanation is late: %(target)s, %(unit)s"),
            LetterKind.ANSWERED: _("An explanation was given: %(target)s, %(unit)s"),
        }[kind]
        context = {
            "to": to,
            "explanation": explanation,
            "is_answered": kind == LetterKind.ANSWERED,
            "link": base + explanation.get_absolute_url(),
        }
        return EmailMessage(
            subject=" ".join((subject % words).split()),
            body=render_to_string("reports/mail/explanation.txt", context),
            to=[to.email],
            headers={"Message-ID": _message_id(key, base)},
        )


def of_task(*, kind: Kind, task: Task, to: User, key: str) -> EmailMessage:
    """One message to one person about one task; of the kinds those about a day."""
    with translation.override("vi"):
        base = str(getattr(settings, "PORTAL_URL", "")).rstrip("/")
        words = {"task": task.title, "unit": task.unit.name}
        subject = {
            Kind.BEFORE: _("A task is due soon: %(task)s, %(unit)s"),
            Kind.DUE: _("A task is due today: %(task)s, %(unit)s"),
            Kind.LATE: _("A task is overdue: %(task)s, %(unit)s"),
            Kind.UNSENT: _("A task is still not finished: %(task)s, %(unit)s"),
        }[kind]
        context = {
            "to": to,
            "task": task,
            "is_late": kind in (Kind.LATE, Kind.UNSENT),
            "link": base + task.get_absolute_url(),
        }
        return EmailMessage(
            subject=" ".join((subject % words).split()),
            body=render_to_string("reports/mail/task.txt", context),
            to=[to.email],
            headers={"Message-ID": _message_id(key, base)},
        )


def _message_id(key: str, base: str) -> str:
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{digest}@{urlsplit(base).hostname or 'portal.localhost'}>"


def _subject(kind: Kind) -> str:
    return {
        Kind.BEFORE: _("The report %(period)s of %(body)s is due soon"),
        Kind.DUE: _("The report %(period)s of %(body)s is due today"),
        Kind.LATE: _("The report %(period)s of %(body)s is late"),
        Kind.UNSENT: _("The report %(period)s of %(body)s was not sent in time"),
        Kind.WAITING: _("The report %(period)s of %(body)s waits for approval"),
        Kind.UNDECIDED: _("The report %(period)s of %(body)s is still not approved"),
    }[kind]


def _opening(kind: Kind) -> str:
    return {
        Kind.BEFORE: _("The report %(period)s of %(body)s has not been sent for approval and is due soon."),
        Kind.DUE: _("The report %(period)s of %(body)s has not been sent for approval and is due today."),
        Kind.LATE: _("The report %(period)s of %(body)s is past its due day and has not been sent."),
        Kind.UNSENT: _(
            "The reporters of %(body)s have not sent the report %(period)s, which is past its due day."
        ),
        Kind.WAITING: _("The report %(period)s of %(body)s has waited three working days for approval."),
        Kind.UNDECIDED: _(
            "The approvers of %(body)s have not decided on the report %(period)s for five working days."
        ),
    }[kind]
