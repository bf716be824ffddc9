"""The words of the messages about partner systems; always in Vietnamese, the language of the offices."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import ApiToken


def token_ends(*, token: ApiToken, to: str, is_administrator: bool) -> EmailMessage:
    """That a token ends soon. Only an administrator gets the address of the page that rotates it."""
    with translation.override("vi"):
        base = str(settings.PORTAL_URL).rstrip("/")
        link = base + reverse("clients:client", args=[token.client_id]) if is_administrator else ""
        subject = _("The token of “%(name)s” ends soon") % {"name": token.client.name}
        text = render_to_string("clients/mail/ending.txt", {"token": token, "link": link})
        return EmailMessage(subject=" ".join(subject.split()), body=text, to=[to])
