"""The secret address of one's calendar: its page, and the calendar itself.

The secret stands in the answer to the form that made it and nowhere else. A browser must not carry it to
another site, and a proxy must not keep it.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models.clients import hash_token
from events.actions.feeds import renew_feed, revoke_feed
from events.ical import feed_of
from events.models import CalendarFeed


@require_http_methods(["GET", "HEAD", "POST"])
def my_feed(request: HttpRequest) -> HttpResponse:
    """`/events/feed/`: whether one has an address; POST makes a new one and shows it this once."""
    by: Any = request.user
    secret = renew_feed(by=by) if request.method == "POST" else ""
    address = ""
    if secret:
        address = str(settings.PORTAL_URL).rstrip("/") + reverse("events:calendar", args=[secret])
        if translation.get_language() == "en":
            address += "?lang=en"
    feed = CalendarFeed.objects.filter(user=by).first()
    answer = render(request, "events/feed_address.html", {"feed": feed, "address": address})
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """`/events/feed/revoke/`: no address leads to one's calendar any more."""
    by: Any = request.user
    if revoke_feed(by=by):
        messages.success(request, _("The address is dead; programs that read it get nothing more."))
    return redirect("events:feed")


@require_safe
@login_not_required
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """`/calendar/<secret>.ics`: for calendar programs, which do not sign in; `?lang=en` in English."""
    feed = CalendarFeed.objects.select_related("user").filter(secret_hash=hash_token(secret)).first()
    if feed is None or not feed.user.is_active:
        raise Http404
    with translation.override("en" if request.GET.get("lang") == "en" else "vi"):
        content = feed_of(feed.user)
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="lich.ics"'
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
