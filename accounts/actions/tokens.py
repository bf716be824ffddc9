"""Tokens of partner systems: made, rotated, revoked; each change leaves a row in the audit trail."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions.traces import audit
from accounts.models import ApiClient, ApiToken, User
from accounts.models.clients import LONGEST_DAYS, Scope, default_end, hash_token, scopes_text

LONGEST_OVERLAP = datetime.timedelta(days=30)


@transaction.atomic
def issue_token(
    *,
    client: ApiClient,
    scopes: Iterable[str] = (Scope.READ,),
    expires_at: datetime.datetime | None = None,
    by: User | None = None,
    secret: str | None = None,
) -> str:
    """A new token of the client. The answer is the only place where it stands in clear.

    Without `expires_at` it lasts API_TOKEN_DAYS days. `secret` sets a token that was made elsewhere with
    `ApiToken.new_secret()`. Raises ValidationError, naming the field, for an end or scopes that do not fit.
    """
    secret, _token = _make(client, scopes, expires_at, by, secret)
    return secret


@transaction.atomic
def rotate_token(
    *,
    token: ApiToken,
    overlap: datetime.timedelta = datetime.timedelta(days=7),
    expires_at: datetime.datetime | None = None,
    by: User | None = None,
) -> str:
    """A new token with the scopes of this one; this one ends after the overlap, or earlier if it would.

    So the partner changes over without a moment in which none of its tokens works. Raises ValidationError
    where the token does not work any more or was rotated already, and for an overlap that does not fit.
    """
    kept = _locked(token)
    now = timezone.now()
    if kept.revoked_at is not None or kept.expires_at <= now:
        raise ValidationError(_("This token does not work any more; make a new one."))
    if kept.replaced_by_id is not None:
        raise ValidationError(_("This token was rotated already; rotate the new one."))
    if not datetime.timedelta() <= overlap <= LONGEST_OVERLAP:
        days = LONGEST_OVERLAP.days
        words = ngettext("At most %(days)s day.", "At most %(days)s days.", days)
        raise ValidationError({"overlap": words % {"days": days}})
    before = _told(kept)
    secret, kept.replaced_by = _make(kept.client, kept.scopes.split(), expires_at, by, None)
    kept.expires_at = min(kept.expires_at, now + overlap)
    kept.save(update_fields=["replaced_by", "expires_at"])
    after = _told(kept) | {"replaced_by": kept.replaced_by.hint}
    audit(by, "api_token.rotated", kept, kept.client.unit, before=before, after=after)
    return secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User | None = None, reason: str = "") -> bool:
    """From now on nobody gets in with this token; False where it was revoked already."""
    now = timezone.now()
    if not ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now):
        return False
    before, token.revoked_at = _told(token), now
    audit(by, "api_token.revoked", token, token.client.unit, before=before, after=_told(token), reason=reason)
    return True


def _locked(token: ApiToken) -> ApiToken:
    rows = ApiToken.objects.select_for_update(of=("self",)).select_related("client__unit", "client__acts_for")
    return rows.get(pk=token.pk)


def _make(
    client: ApiClient,
    scopes: Iterable[str],
    expires_at: datetime.datetime | None,
    by: User | None,
    secret: str | None,
) -> tuple[str, ApiToken]:
    end = expires_at or default_end()
    _check(client, text := _text_of(scopes), end)
    secret = secret or ApiToken.new_secret()
    token = ApiToken.objects.create(
        client=client, token_hash=hash_token(secret), hint=secret[:8], scopes=text, expires_at=end
    )
    audit(by, "api_token.created", token, client.unit, after=_told(token))
    return secret, token


def _text_of(scopes: Iterable[str]) -> str:
    try:
        text = scopes_text(scopes)
    except ValueError:
        text = ""
    if not text:
        raise ValidationError({"scopes": _("Choose what the token may do.")})
    return text


def _check(client: ApiClient, scopes: str, end: datetime.datetime) -> None:
    problems = {}
    if Scope.REPORT in scopes.split() and client.acts_for_id is None:
        problems["scopes"] = _("Say first for which official this client reports.")
    now = timezone.now()
    if end <= now:
        problems["expires_at"] = _("The end must lie ahead.")
    # A whole day more, because an end is chosen as a day.
    elif end > now + datetime.timedelta(days=LONGEST_DAYS + 1):
        problems["expires_at"] = _("A token lasts at most %(days)s days.") % {"days": LONGEST_DAYS}
    if problems:
        raise ValidationError(problems)


def _told(token: ApiToken) -> dict[str, Any]:
    """What the trail keeps of a token: never the token or its hash."""
    return {
        "client": token.client.name,
        "begins_with": token.hint,
        "scopes": token.scopes,
        "expires_at": token.expires_at.isoformat(),
        "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
    }
