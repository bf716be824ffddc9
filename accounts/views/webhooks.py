"""Webhooks of partner systems, for administrators: the list, one with its log, pausing and sending again."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import webhooks as actions
from accounts.hooks import lines
from accounts.models import Webhook
from accounts.permissions import HIDDEN, first_or_404

_A_PAGE = 50
_OF_THE_LOG = 25


class ReplayForm(forms.Form):
    """Since when events are sent again."""

    since = forms.DateTimeField(
        label=gettext_lazy("Since"),
        input_formats=["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean_since(self) -> datetime.datetime:
        moment: datetime.datetime = self.cleaned_data["since"]
        if not 2000 <= moment.year <= 2999 or moment > timezone.now():
            raise ValidationError(_("Give a moment that has passed."))
        return moment


@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    """`/webhooks/`: those of the clients an administrator looks after, the paused ones first."""
    rows = _rows(request)
    ordered = lines.counted(rows).order_by(F("paused_at").desc(nulls_last=True), "client__name", "pk")
    page = Paginator(ordered, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [lines.line_of(each) for each in page.object_list],
        "in_trouble": lines.in_trouble(rows),
    }
    return render(request, "webhooks/list.html", context)


@require_safe
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """`/webhooks/7/?state=`: one with its state and its log."""
    return _page(request, _hook(request, pk))


def _page(request: HttpRequest, hook: Webhook, form: ReplayForm | None = None) -> HttpResponse:
    hook = lines.counted(Webhook.objects.select_related("client__unit")).get(pk=hook.pk)
    state = request.GET.get("state", "")
    state = state if state in lines.STATES else ""
    rows = hook.deliveries.filter(lines.STATES[state]).select_related("event").order_by("-event")
    page = Paginator(rows, _OF_THE_LOG).get_page(request.GET.get("page"))
    context = {
        "hook": hook,
        "line": lines.line_of(hook),
        "page": page,
        "deliveries": [lines.delivery_line(each) for each in page.object_list],
        "states": lines.state_choices(),
        "state": state,
        "form": form or ReplayForm(),
        "now": timezone.now(),
    }
    return render(request, "webhooks/webhook.html", context, status=422 if form is not None else 200)


@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """`/webhooks/7/pause/`"""
    hook, by = _hook(request, pk), _person(request)
    if actions.pause_webhook(hook=hook, by=by):
        messages.success(request, _("Paused: what happens now waits until it is resumed."))
    return redirect("webhooks:webhook", pk)


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """`/webhooks/7/resume/`"""
    hook, by = _hook(request, pk), _person(request)
    if actions.resume_webhook(hook=hook, by=by):
        messages.success(request, _("Resumed: what waits is being sent, in its order."))
    return redirect("webhooks:webhook", pk)


@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """`/webhooks/7/test/`"""
    actions.ping(hook=_hook(request, pk))
    messages.success(request, _("A test message is on its way; its answer stands in the log in a moment."))
    return redirect("webhooks:webhook", pk)


@require_POST
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """`/webhooks/7/replay/`: one event, or all since a moment."""
    hook, by = _hook(request, pk), _person(request)
    event = request.POST.get("event", "")
    form = ReplayForm(request.POST)
    asked: dict[str, Any]
    if event.isascii() and event.isdecimal() and len(event) <= 18:
        asked = {"events": [int(event)]}
    elif form.is_valid():
        asked = {"since": form.cleaned_data["since"]}
    else:
        return _page(request, hook, form)
    try:
        count = actions.replay(hook=hook, by=by, **asked)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        words = ngettext("%(count)s event is sent again.", "%(count)s events are sent again.", count)
        messages.success(request, words % {"count": count})
    return redirect("webhooks:webhook", pk)


def _rows(request: HttpRequest) -> Any:
    if not lines.may_keep_webhooks(request.user):
        raise Http404(HIDDEN)
    return lines.webhooks_of(request.user)


def _hook(request: HttpRequest, pk: int) -> Webhook:
    """The webhook, if it is one of those the person looks after."""
    found: Webhook = first_or_404(_rows(request).filter(pk=pk))
    return found


def _person(request: HttpRequest) -> Any:
    return request.user
