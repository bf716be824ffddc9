"""Partner systems and their tokens; each change leaves a row in the audit trail."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions.traces import audit
from accounts.models import ApiClient, ApiToken, User
from accounts.models.clients import Scope, hash_token
from provinces.models import Unit


@transaction.atomic
def create_client(*, name: str, unit: Unit, by: User | None = None) -> ApiClient:
    """A partner system that reads what the unit's people may read. The name must be new."""
    client = ApiClient.objects.create(name=name, unit=unit)
    audit(by, "api_client.created", client, unit, after={"name": name, "unit": unit.ref})
    return client


@transaction.atomic
def issue_token(
    *,
    client: ApiClient,
    scope: str = Scope.READ,
    expires_at: datetime.datetime | None = None,
    by: User | None = None,
    secret: str | None = None,
) -> str:
    """A new token of the client. The answer is the only place where it stands in clear.

    `secret` sets a token that was made elsewhere with `ApiToken.new_secret()`.
    """
    secret = secret or ApiToken.new_secret()
    token = ApiToken.objects.create(
        client=client, token_hash=hash_token(secret), hint=secret[:8], scope=scope, expires_at=expires_at
    )
    audit(by, "api_token.created", token, client.unit, after=_told(token))
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


def _told(token: ApiToken) -> dict[str, Any]:
    """What the trail keeps of a token: never the token or its hash."""
    return {
        "client": token.client.name,
        "begins_with": token.hint,
        "scope": token.scope,
        "expires_at": token.expires_at.isoformat() if token.expires_at else None,
        "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
    }
