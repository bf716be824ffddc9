"""Partner systems, for administrators: the list, one client, making and changing it, switching it off."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import change_client, create_client, switch_client
from accounts.client_lists import (
    changes_of,
    client_line,
    client_lines,
    clients_of,
    seat_or_404,
    token_line,
)
from accounts.forms import ClientForm, ReasonForm, TokenForm, unit_text
from accounts.models import ApiClient, ApiToken
from accounts.models.clients import ENDS_SOON
from accounts.permissions import Reach, first_or_404
from provinces.dates import today
from provinces.models import Tier, Unit

_A_PAGE = 50


@require_safe
def clients(request: HttpRequest) -> HttpResponse:
    """`/clients/?q=`: those an administrator looks after, with whose tokens end soon said first."""
    seat, now = seat_or_404(request.user), timezone.now()
    asked = request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = clients_of(seat)
    ending = ApiToken.objects.usable_at(now).filter(
        expires_at__lte=now + ENDS_SOON, replaced_by__isnull=True, client__in=rows.values("pk")
    )
    if asked:
        rows = rows.filter(name__icontains=asked)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": client_lines(page.object_list, now),
        "page": page,
        "asked": asked,
        "ending": list(
            ending.order_by("expires_at").values_list("client_id", "client__name").distinct()[:_A_PAGE]
        ),
        "default_rate": settings.API_RATE,
    }
    return render(request, "clients/list.html", context)


@require_safe
def client(request: HttpRequest, pk: int) -> HttpResponse:
    """`/clients/7/`: one client with its tokens and the last changes."""
    return client_page(request, client_or_404(request, pk))


def client_or_404(request: HttpRequest, pk: int) -> ApiClient:
    """The client, if it is one of those the person looks after."""
    found: ApiClient = first_or_404(clients_of(seat_or_404(request.user)).filter(pk=pk))
    return found


def client_page(request: HttpRequest, client: ApiClient, form: TokenForm | None = None) -> HttpResponse:
    """The page of a client; with the form of a new token as it was sent, where something is wrong with it."""
    tokens, now = list(client.tokens.select_related("replaced_by")), timezone.now()
    context = {
        "line": client_line(client, tokens, now),
        "client": client,
        "tokens": [token_line(each, now) for each in tokens],
        "changes": changes_of(client, tokens),
        "form": form or TokenForm(newest=newest_of(tokens)),
        "default_rate": settings.API_RATE,
    }
    return render(request, "clients/client.html", context, status=422 if form else 200)


def newest_of(tokens: list[ApiToken]) -> int:
    return max((each.pk for each in tokens), default=0)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """`/clients/new/`: a further client."""
    seat, by = seat_or_404(request.user), _person(request)
    form = ClientForm(seat, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = create_client(**form.cleaned_data, by=by)
        except ValidationError as refused:
            _tell(form, refused)
        else:
            messages.success(request, _("“%(name)s” has been made. Now make its token.") % {"name": made})
            return redirect("clients:client", made.pk)
    return _form_page(request, form, seat)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """`/clients/7/edit/`: its name, unit, official, address ranges, rate and contact."""
    seat, by = seat_or_404(request.user), _person(request)
    found = client_or_404(request, pk)
    form = ClientForm(seat, request.POST if request.method == "POST" else None, found)
    if form.is_valid():
        try:
            has_changed = change_client(client=found, by=by, **form.cleaned_data)
        except ValidationError as refused:
            _tell(form, refused)
        else:
            if has_changed:
                messages.success(request, _("The change holds from the next request on."))
            return redirect("clients:client", found.pk)
    return _form_page(request, form, seat, found)


@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """`/clients/7/switch/`: switch it off, with a reason, or on again."""
    found, by = client_or_404(request, pk), _person(request)
    form = ReasonForm(request.POST if request.method == "POST" else None, is_required=found.is_active)
    if form.is_valid():
        switch_client(
            client=found,
            is_active=not found.is_active,
            by=by,
            reason=form.cleaned_data["reason"],
        )
        words = _("“%(name)s” is switched on.") if found.is_active else _("“%(name)s” is switched off.")
        messages.success(request, words % {"name": found})
        return redirect("clients:client", found.pk)
    status = 422 if form.errors else 200
    return render(request, "clients/switch.html", {"client": found, "form": form}, status=status)


def _form_page(
    request: HttpRequest, form: ClientForm, seat: Reach, client: ApiClient | None = None
) -> HttpResponse:
    near = Unit.objects.filter(seat.cells("pk"), tier__in=[Tier.NATION, Tier.PROVINCE]).valid_on(today())
    context = {
        "form": form,
        "client": client,
        "units": [unit_text(each) for each in near.with_places().in_code_order()],
    }
    return render(request, "clients/form.html", context, status=422 if form.errors else 200)


def _tell(form: ClientForm, refused: ValidationError) -> None:
    for name, words in refused.message_dict.items():
        form.add_error(name if name in form.fields else None, words)


def _person(request: HttpRequest) -> Any:
    return request.user
