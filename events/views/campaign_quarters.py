"""What a campaign gives to a unit's quarterly reports: shown first, then written as drafts by one button."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from events.actions.postings import PostingRefused, post_to_quarters
from events.campaign_quarters import BLOCKED, SAME, lines_of
from events.campaigns import campaign_or_404, reporting_unit_or_404
from indicators import figures


@require_http_methods(["GET", "HEAD", "POST"])
def quarters(request: HttpRequest, pk: int, unit: str) -> HttpResponse:
    """`/events/5/campaign/units/C24169-2025/quarters/`: the sums by quarter beside what stands there."""
    event = campaign_or_404(request.user, pk)
    own = reporting_unit_or_404(request.user, event, unit)
    status = 200
    if request.method == "POST":
        me: Any = request.user
        try:
            posted = post_to_quarters(
                event=event,
                unit=own,
                seen=_seen(request),
                replace=frozenset(request.POST.getlist("replace")),
                by=me,
            )
        except PostingRefused as refused:
            messages.error(request, str(refused))
            status = 422
        else:
            _tell(request, posted)
            return redirect("campaigns:quarters", pk=event.pk, unit=own.ref)
    lines = lines_of(event, own, request.user)
    context = {
        "event": event,
        "unit": own,
        "lines": lines,
        "is_writable": any(each.state not in (BLOCKED, SAME) for each in lines),
    }
    return render(request, "campaigns/quarters.html", context, status=status)


def _seen(request: HttpRequest) -> dict[str, int]:
    """By line the version its reader saw, as the form carried it."""
    return {
        name.removeprefix("base-"): int(str(value))
        for name, value in request.POST.items()
        if name.startswith("base-") and str(value).isascii() and str(value).isdecimal() and len(value) < 9
    }


def _tell(request: HttpRequest, posted: int) -> None:
    if posted:
        words = ngettext(
            "%(count)s draft was written; it counts once the report is sent and approved.",
            "%(count)s drafts were written; they count once the reports are sent and approved.",
            posted,
        )
        messages.success(request, words % {"count": figures.number(posted)})
    else:
        messages.info(request, _("Nothing was changed."))
