"""Writing to people about a webhook that the portal paused: administrators, and the client's contact."""

from __future__ import annotations

import datetime
import hashlib
import logging
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Membership, Role, User, Webhook
from accounts.models.webhooks import PauseReason
from provinces.dates import today
from provinces.models import Tier

log = logging.getLogger(__name__)

CLAIM = datetime.timedelta(minutes=10)


def send_alerts() -> int:
    """Write about each pause once, however many workers try; answers how many webhooks."""
    untold = Webhook.objects.filter(paused_at__isnull=False, alerted_at__isnull=True).exclude(
        pause_reason=PauseReason.BY_HAND
    )
    count = 0
    for hook in untold.select_related("client__acts_for"):
        now = timezone.now()
        free = Q(alert_claimed_at__isnull=True) | Q(alert_claimed_at__lt=now - CLAIM)
        if not untold.filter(free, pk=hook.pk).update(alert_claimed_at=now):
            continue
        to = people_of(hook)
        try:
            if to:
                letter(hook, to).send()
        except (OSError, ValueError):  # smtplib's errors, and addresses that cannot be written to
            log.exception("alert of a webhook not sent", extra={"webhook": hook.pk})
            continue
        Webhook.objects.filter(pk=hook.pk).update(alerted_at=timezone.now())
        count += 1
    return count


def people_of(hook: Webhook) -> list[str]:
    """The addresses of the nation's administrators, of the client's contact and of whom it acts for."""
    held = Membership.objects.valid_on(today()).filter(
        role=Role.ADMINISTRATOR, agency__isnull=True, unit__tier=Tier.NATION
    )
    wanted = Q(pk__in=held.values("user")) | Q(pk=hook.client.acts_for_id)
    people = User.objects.filter(wanted, is_active=True).values_list("email", flat=True)
    return sorted({*people, hook.client.contact} - {""})


def letter(hook: Webhook, to: list[str]) -> EmailMessage:
    """In Vietnamese, the language of the offices; nobody sees who else was written to."""
    with translation.override("vi"):
        base = str(settings.PORTAL_URL).rstrip("/")
        context = {
            "hook": hook,
            "reason": hook.get_pause_reason_display(),
            "link": base + reverse("webhooks:webhook", args=[hook.pk]),
        }
        digest = hashlib.sha256(f"webhook {hook.pk} {hook.paused_at}".encode()).hexdigest()[:32]
        return EmailMessage(
            subject=_("Webhook paused: %(client)s") % {"client": " ".join(hook.client.name.split())},
            body=render_to_string("webhooks/mail/paused.txt", context),
            bcc=to,
            headers={"Message-ID": f"<{digest}@{urlsplit(base).hostname or 'portal.localhost'}>"},
        )
