"""Invitations by e-mail, each address once.

A participant's row is claimed before anybody is written to. Where a worker dies between the two, the next run
after ten minutes sends the letter again, with the Message-ID it had before.
"""

from __future__ import annotations

import datetime
import hashlib
import logging
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from events.ical import address_of, invitation
from events.models import Participant

log = logging.getLogger(__name__)

CLAIM = datetime.timedelta(minutes=10)


def send_waiting() -> int:
    """Send the invitations that were asked for and have not gone out; answers how many went."""
    sent = 0
    rows = (
        _waiting(timezone.now())
        .exclude(invited_to="")
        .select_related("event__unit__province", "event__host", "user", "agency")
    )
    for row in rows.order_by("pk"):
        # A long queue takes longer than a claim lasts: each letter is claimed at its own time.
        now = timezone.now()
        if _waiting(now).filter(pk=row.pk, invited_to=row.invited_to).update(claimed_at=now):
            sent += _send(row)
    return sent


def _waiting(now: datetime.datetime) -> QuerySet[Participant]:
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - CLAIM)
    return Participant.objects.filter(free, invited_at__isnull=True, event__cancelled=False)


def _send(row: Participant) -> int:
    try:
        letter(row).send()
    except (OSError, ValueError):  # smtplib's errors, and addresses that cannot be written to
        log.exception("invitation not sent", extra={"participant": row.pk})
        return 0
    Participant.objects.filter(pk=row.pk, invited_to=row.invited_to).update(invited_at=timezone.now())
    return 1


def letter(row: Participant) -> EmailMessage:
    """The invitation, in Vietnamese, with the event as a file for calendars."""
    event = row.event
    with translation.override("vi"):
        subject = _("Invitation: %(title)s") % {"title": event.title}
        context = {"to": row.name, "event": event, "link": address_of(event) if row.user_id else ""}
        text = render_to_string("events/mail/invitation.txt", context)
        message = EmailMessage(
            subject=" ".join(subject.split()),
            body=text,
            to=[row.invited_to],
            connection=mail.get_connection(),
            headers={"Message-ID": _message_id(row)},
        )
        message.attach("su-kien.ics", invitation(event).decode(), "text/calendar")
    return message


def _message_id(row: Participant) -> str:
    host = urlsplit(str(settings.PORTAL_URL)).hostname or "portal"
    key = f"invitation:{row.event_id}:{row.pk}:{row.invited_to}"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"
