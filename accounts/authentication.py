"""How a partner system says who it is: `Authorization: Bearer <token>`."""

from __future__ import annotations

import logging
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts import rates
from accounts.addresses import Address, address_of, is_allowed
from accounts.models import ApiClient, ApiToken, User
from accounts.models.clients import LAST_USE_STEP, Scope, hash_token
from accounts.prepared import Prepared
from provinces.models import Unit

log = logging.getLogger(__name__)

COUNTED = "_portal_rate"
"""Where a request of a client keeps how it was counted; `config.api_headers` tells it in the answer."""


class AddressNotAllowed(PermissionDenied):
    """403: the token is good, but not from there."""

    default_detail = _("This API client may not call from this address.")
    default_code = "address_not_allowed"


class ApiTokenAuthentication(BaseAuthentication):
    """Answers the client of a usable token; 401 with words for any other token.

    A token is looked up with every request and kept nowhere, so that one that was revoked is refused from
    the next request on, in every process. 403 from an address outside the client's ranges; 429 beyond its
    rate. Refused tokens and addresses do not count: nobody uses up the rate of a client with a token that is
    worth nothing to them.
    """

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[ApiClient, ApiToken] | None:
        keyword, _space, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if keyword.lower() != self.keyword.lower():
            return None
        if not secret or " " in secret:
            raise AuthenticationFailed(
                _("Write the header as “Authorization: Bearer” followed by one token."), "token_malformed"
            )
        token = find_token(secret)
        if token is None:
            raise AuthenticationFailed(_("This token is not known."), "token_unknown")
        _refuse_unusable(token)
        address = address_of(request)
        if not is_allowed(address, token.client.addresses):
            # A token in the wrong hands looks like this; the log names the client and no address.
            log.warning("API client %s called from an address outside its ranges", token.client_id)
            raise AddressNotAllowed
        counted = rates.count(token.client)
        setattr(request._request, COUNTED, counted)
        if counted.is_over:
            raise Throttled(counted.resets_in)
        _note_use(token, address)
        return token.client, token

    def authenticate_header(self, request: Request) -> str:
        return self.keyword


TOKEN = ["id", "client_id", "scopes", "expires_at", "revoked_at", "last_used_at"]
CLIENT = ["id", "name", "unit_id", "acts_for_id", "is_active", "addresses", "rate"]
UNIT = ["id", "ref", "tier", "province_id"]
OFFICIAL = ["id", "is_superuser", "username", "is_active", "full_name"]
# In the order of the models' own fields, as from_db wants them; the other fields are loaded when asked for.
_LOOKUP = Prepared(
    lambda: ApiToken.objects.filter(token_hash="").values_list(
        *TOKEN,
        *(f"client__{name}" for name in CLIENT),
        *(f"client__unit__{name}" for name in UNIT),
        *(f"client__acts_for__{name}" for name in OFFICIAL),
    )
)


def find_token(secret: str) -> ApiToken | None:
    """The token with its client, its unit and whom it acts for, in one query."""
    found = _LOOKUP.rows([hash_token(secret)])
    if not found:
        return None
    row = iter(found[0])
    token = ApiToken.from_db(DEFAULT_DB_ALIAS, TOKEN, [next(row) for _name in TOKEN])
    token.client = ApiClient.from_db(DEFAULT_DB_ALIAS, CLIENT, [next(row) for _name in CLIENT])
    token.client.unit = Unit.from_db(DEFAULT_DB_ALIAS, UNIT, [next(row) for _name in UNIT])
    if token.client.acts_for_id is not None:
        token.client.acts_for = User.from_db(DEFAULT_DB_ALIAS, OFFICIAL, list(row))
    return token


def _refuse_unusable(token: ApiToken) -> None:
    if token.revoked_at is not None:
        raise AuthenticationFailed(_("This token was revoked."), "token_revoked")
    if token.expires_at <= timezone.now():
        raise AuthenticationFailed(_("This token has expired; ask for a new one."), "token_expired")
    if not token.client.is_active:
        raise AuthenticationFailed(_("This API client has been switched off."), "client_inactive")


def _note_use(token: ApiToken, address: Address | None) -> None:
    """At most once a minute: a reader must not cause a write with every request."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at <= now - LAST_USE_STEP:
        text = str(address) if address is not None else None
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now, last_used_from=text)


class _TokenMay(BasePermission):
    """A token must have the scope; people who are signed in need none."""

    scope: Scope
    message = _("The scope of this token does not allow this.")
    code = "scope_missing"

    def has_permission(self, request: Request, view: Any) -> bool:
        return not isinstance(request.auth, ApiToken) or request.auth.may(self.scope)


class TokenMayRead(_TokenMay):
    scope = Scope.READ


class TokenMayReport(_TokenMay):
    """Enters and sends what a body reports; nothing is read with it."""

    scope = Scope.REPORT


class TokenMayHook(_TokenMay):
    """Keeps the webhooks of its client."""

    scope = Scope.WEBHOOK
