"""Partner systems as administrators see them: which ones, the state of each and of its tokens."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import ApiClient, ApiToken, AuditEntry, Role
from accounts.models.clients import ENDS_SOON, Scope
from accounts.permissions import HIDDEN, Principal, Reach, reach_as

SHOWN_CHANGES = 20


def seat_or_404(who: Principal) -> Reach:
    """The reach of an administrator, who looks after the clients of the units in it; 404 for everybody else.

    A token opens what a whole unit reads, and reports in the name of an official. That is why coordinators,
    who set up people and obligations, make none.
    """
    seat = reach_as(who, Role.ADMINISTRATOR)
    if not seat.everything and not seat.unit_ids:
        raise Http404(HIDDEN)
    return seat


def may_keep_clients(who: Principal) -> bool:
    seat = reach_as(who, Role.ADMINISTRATOR)
    return seat.everything or bool(seat.unit_ids)


def clients_of(seat: Reach) -> QuerySet[ApiClient]:
    """The clients an administrator looks after, with what a line shows of them."""
    rows = ApiClient.objects.select_related("unit__parent", "unit__province", "acts_for")
    return rows.filter(seat.cells("unit"))


@dataclass(frozen=True)
class TokenLine:
    """One token in its state today."""

    token: ApiToken
    css: str
    word: str
    scopes: list[str]
    works: bool

    @property
    def may_rotate(self) -> bool:
        return self.works and self.token.replaced_by_id is None


def token_line(token: ApiToken, now: datetime.datetime) -> TokenLine:
    css, word, works = _state(token, now)
    return TokenLine(token, css, word, [str(Scope(each).label) for each in token.scopes.split()], works)


def _state(token: ApiToken, now: datetime.datetime) -> tuple[str, str, bool]:
    if token.revoked_at is not None:
        return "missed", _("revoked"), False
    if token.expires_at <= now:
        return "no-data", _("ended"), False
    if token.replaced_by_id is not None:
        return "not-due", _("being replaced"), True
    if token.expires_at <= now + ENDS_SOON:
        return "at-risk", days_left(token.expires_at, now), True
    return "met", _("works"), True


def days_left(end: datetime.datetime, now: datetime.datetime) -> str:
    days = (timezone.localtime(end).date() - timezone.localtime(now).date()).days
    if days <= 0:
        return _("ends today")
    return ngettext("ends in %(days)s day", "ends in %(days)s days", days) % {"days": days}


@dataclass(frozen=True)
class ClientLine:
    """One client with what its tokens may do, the state of both and the last use."""

    client: ApiClient
    css: str
    word: str
    scopes: list[str]
    last_used_at: datetime.datetime | None
    last_used_from: str | None
    ends_soon: bool


def client_lines(clients: Iterable[ApiClient], now: datetime.datetime) -> list[ClientLine]:
    """Their lines, in one more query for the tokens of all of them."""
    listed = list(clients)
    held: dict[int, list[ApiToken]] = {each.pk: [] for each in listed}
    for token in ApiToken.objects.filter(client__in=held):
        held[token.client_id].append(token)
    return [client_line(each, held[each.pk], now) for each in listed]


def client_line(client: ApiClient, tokens: list[ApiToken], now: datetime.datetime) -> ClientLine:
    lines = [token_line(each, now) for each in tokens]
    working = [each for each in lines if each.works]
    may = {scope for each in working for scope in each.token.scopes.split()}
    # Whoever rotates a token wants the old one to end.
    ending = [each for each in working if each.css == "at-risk" and client.is_active]
    used = [each for each in tokens if each.last_used_at is not None]
    last = max(used, key=lambda each: each.last_used_at or now, default=None)
    if not client.is_active:
        css, word = "missed", _("switched off")
    elif not working:
        css, word = "no-data", _("without a token")
    elif ending:
        css, word = "at-risk", min(ending, key=lambda each: each.token.expires_at).word
    else:
        css, word = "met", _("active")
    return ClientLine(
        client=client,
        css=css,
        word=word,
        scopes=[str(each.label) for each in Scope if each.value in may],
        last_used_at=last.last_used_at if last else None,
        last_used_from=last.last_used_from if last else None,
        ends_soon=bool(ending),
    )


# --- The last changes ---------------------------------------------------------------------------------------
WORDS = {
    "api_client.created": gettext_lazy("Client made"),
    "api_client.changed": gettext_lazy("Client changed"),
    "api_client.switched_off": gettext_lazy("Client switched off"),
    "api_client.switched_on": gettext_lazy("Client switched on"),
    "api_token.created": gettext_lazy("Token made"),
    "api_token.rotated": gettext_lazy("Token rotated"),
    "api_token.revoked": gettext_lazy("Token revoked"),
}
FIELDS = {
    "name": gettext_lazy("Name"),
    "unit": gettext_lazy("Unit"),
    "acts_for": gettext_lazy("Reports for"),
    "addresses": gettext_lazy("Address ranges"),
    "rate": gettext_lazy("Requests a minute"),
    "contact": gettext_lazy("Contact"),
}


@dataclass(frozen=True)
class ChangeLine:
    """One entry of the audit trail, in words."""

    entry: AuditEntry
    words: str
    details: list[str]


def changes_of(client: ApiClient, tokens: Iterable[ApiToken]) -> list[ChangeLine]:
    """The last changes of a client and its tokens, in one query."""
    own = Q(subject_type=ApiClient._meta.label_lower, subject_id=str(client.pk))
    of_tokens = Q(subject_type=ApiToken._meta.label_lower, subject_id__in=[str(each.pk) for each in tokens])
    rows = AuditEntry.objects.filter(own | of_tokens).select_related("actor")[:SHOWN_CHANGES]
    return [ChangeLine(each, str(WORDS.get(each.action, each.action)), list(_details(each))) for each in rows]


def _details(entry: AuditEntry) -> Iterator[str]:
    before: dict[str, Any] = entry.before or {}
    after: dict[str, Any] = entry.after or {}
    if hint := after.get("begins_with"):
        yield f"{hint}…"
    if entry.action == "api_client.changed":
        for name, label in FIELDS.items():
            if before.get(name) != after.get(name):
                yield f"{label}: {before.get(name) or '–'} → {after.get(name) or '–'}"
    if entry.reason:
        yield entry.reason
