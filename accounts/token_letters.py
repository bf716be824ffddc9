"""Telling by e-mail that a token ends: 30, 7 and 1 days before, each time once.

A token is claimed by its own row before anybody is written to, so that two workers do not both write. Where
the mail server refuses, the claim is given back and the next run tries again.
"""

from __future__ import annotations

import datetime
import logging

from django.core import mail
from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils import timezone

from accounts.emails import token_ends
from accounts.models import ApiToken, Membership, Role, User
from provinces.dates import today
from provinces.models import Tier, Unit

log = logging.getLogger(__name__)

DAYS_BEFORE = (1, 7, 30)


def send_token_letters() -> int:
    """Write about every token that ends soon and is not being replaced; answers how many letters went out."""
    now, sent = timezone.now(), 0
    for days in DAYS_BEFORE:
        # The nearest step first: a token that ends tomorrow is not told to end within a month as well.
        rows = ApiToken.objects.usable_at(now).filter(
            Q(warned_days__isnull=True) | Q(warned_days__gt=days),
            expires_at__lte=now + datetime.timedelta(days=days),
            replaced_by__isnull=True,
        )
        for token in rows.select_related("client__unit").order_by("expires_at", "pk"):
            sent += _tell(token, days)
    return sent


def _tell(token: ApiToken, days: int) -> int:
    before = token.warned_days
    if not ApiToken.objects.filter(pk=token.pk, warned_days=before).update(warned_days=days):
        return 0
    letters = _letters(token)
    try:
        if letters:
            with mail.get_connection() as server:
                server.send_messages(letters)
    except OSError as problem:
        ApiToken.objects.filter(pk=token.pk, warned_days=days).update(warned_days=before)
        log.warning("a letter about an ending token was not sent (%s)", type(problem).__name__)
        return 0
    return len(letters)


def _letters(token: ApiToken) -> list[EmailMessage]:
    keepers = {each.email: True for each in _administrators(token.client.unit)}
    told = {token.client.contact: False} | keepers if token.client.contact else keepers
    return [token_ends(token=token, to=to, is_administrator=known) for to, known in told.items()]


def _administrators(unit: Unit) -> list[User]:
    """Those of the unit and of its province; where there are none, those of the nation."""
    held = Membership.objects.filter(role=Role.ADMINISTRATOR).valid_on(today())
    for seat in (Q(unit__in=[unit.pk, unit.province_id or unit.pk]), Q(unit__tier=Tier.NATION)):
        people = User.objects.filter(pk__in=held.filter(seat).values("user"), is_active=True)
        found = list(people.exclude(email="").order_by("pk"))
        if found:
            return found
    return []
