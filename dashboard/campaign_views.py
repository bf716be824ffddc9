"""Pages of campaigns and roll-outs: how far, in the whole and unit by unit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import get_visible_or_404, units_coordinated_by
from dashboard.campaign_list import campaign_lines, roll_out_lines
from dashboard.campaign_page import campaign_page
from dashboard.roll_out_page import roll_out_page
from events.campaigns import campaign_or_404
from events.models import RollOut


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """`/campaigns/`: the campaigns and roll-outs that the reader may see, with how far they are."""
    context = {
        "campaigns": campaign_lines(request.user),
        "roll_outs": roll_out_lines(request.user),
        "may_make": units_coordinated_by(request.user).exists(),
    }
    return render(request, "dashboard/campaigns.html", context)


@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """`/events/5/campaign/?goal=3&sort=value&desc=1`: a campaign beside its days and one goal of it."""
    event = campaign_or_404(request.user, pk)
    asked = request.GET
    page = campaign_page(
        request.user,
        event,
        goal=asked.get("goal", ""),
        order=asked.get("sort", ""),
        descending=asked.get("desc") == "1",
    )
    return render(request, "dashboard/campaign.html", {"page": page, "event": event, "unit": event.unit})


@require_safe
def roll_out(request: HttpRequest, pk: int) -> HttpResponse:
    """`/rollouts/2/`: how many units are that far, and which."""
    rows = RollOut.objects.select_related("unit__province", "unit__parent", "event", "document")
    found: RollOut = get_visible_or_404(rows.all(), request.user, pk=pk)
    page = roll_out_page(request.user, found, state=request.GET.get("state", ""))
    return render(request, "dashboard/roll_out.html", {"page": page, "roll_out": found, "unit": found.unit})
