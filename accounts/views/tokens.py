"""Tokens of a partner system, for administrators: made, rotated, revoked. A token is shown once.

It stands in the answer to the form that made it and nowhere else: not in the session, not in a message, not
in a log. That is why the answer to a successful form is a page here and not a redirect.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import issue_token, revoke_token, rotate_token
from accounts.client_lists import token_line
from accounts.forms import ReasonForm, RotateForm, TokenForm
from accounts.models import ApiClient, ApiToken
from accounts.models.clients import hash_token
from accounts.permissions import first_or_404
from accounts.views.clients import client_or_404, client_page, newest_of


@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """`/clients/7/tokens/`: a new token, shown in the answer; looked at, the page of the client."""
    client, by = client_or_404(request, pk), _person(request)
    if request.method != "POST":
        return redirect("clients:client", client.pk)
    form = TokenForm(request.POST, newest=newest_of(list(client.tokens.only("pk", "client"))))
    if form.is_valid():
        scopes = form.cleaned_data["scopes"]
        try:
            secret = issue_token(client=client, scopes=scopes, expires_at=form.expires_at, by=by)
        except ValidationError as refused:
            for name, words in refused.message_dict.items():
                form.add_error("scopes" if name == "scopes" else "expires_on", words)
        else:
            return _shown_once(request, client, secret)
    return client_page(request, client, form)


@require_http_methods(["GET", "HEAD", "POST"])
def rotate(request: HttpRequest, pk: int, token: int) -> HttpResponse:
    """`/clients/7/tokens/9/rotate/`: a new token at once; the old one works for the chosen overlap."""
    client, by = client_or_404(request, pk), _person(request)
    old = _token_or_404(client, token)
    form = RotateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        overlap = timedelta(hours=form.cleaned_data["overlap"])
        try:
            secret = rotate_token(token=old, overlap=overlap, by=by)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            old.refresh_from_db()
            return _shown_once(request, client, secret, old)
    context = {"client": client, "line": token_line(old, timezone.now()), "form": form}
    return render(request, "clients/rotate.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int, token: int) -> HttpResponse:
    """`/clients/7/tokens/9/revoke/`: refuse it from the next request on, with a reason."""
    client, by = client_or_404(request, pk), _person(request)
    old = _token_or_404(client, token)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        revoke_token(token=old, by=by, reason=form.cleaned_data["reason"])
        messages.success(request, _("The token %(hint)s… is revoked.") % {"hint": old.hint})
        return redirect("clients:client", client.pk)
    context = {"client": client, "line": token_line(old, timezone.now()), "form": form}
    return render(request, "clients/revoke.html", context, status=422 if form.errors else 200)


def _token_or_404(client: ApiClient, pk: int) -> ApiToken:
    found: ApiToken = first_or_404(client.tokens.filter(pk=pk))
    found.client = client
    return found


def _shown_once(
    request: HttpRequest, client: ApiClient, secret: str, old: ApiToken | None = None
) -> HttpResponse:
    made = ApiToken.objects.get(token_hash=hash_token(secret))
    base = request.build_absolute_uri("/").rstrip("/")
    context = {
        "client": client,
        "secret": secret,
        "line": token_line(made, timezone.now()),
        "old": old,
        "curl": f'curl -H "Authorization: Bearer {secret}" "{base}/api/v1/units/?limit=1"',
    }
    answer = render(request, "clients/secret.html", context)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _person(request: HttpRequest) -> Any:
    return request.user
