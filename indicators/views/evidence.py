"""The files of a cell: the list with its form, the download, and taking a file off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.files import FileRefused, sent
from accounts.permissions import HIDDEN, first_or_404
from accounts.reasons import reason_given
from indicators.actions import evidence as actions
from indicators.actions.reporting import ReportingError
from indicators.entry.places import Owed, Place, may_enter, owed, place_or_404
from indicators.models import Evidence, Level, Measurement
from indicators.permissions import ENTERS


@require_http_methods(["GET", "HEAD", "POST"])
def attach(request: HttpRequest, unit: str, period: str, code: str, level: str) -> HttpResponse:
    """`/reports/X05702/2025-Q4/evidence/DI-01/commune/?agency=`: the files of one cell; POST adds one."""
    roles = ENTERS if request.method == "POST" else ()
    place = place_or_404(request.user, unit, period, request.GET.get("agency", ""), *roles)
    one = next((one for one in owed(place) if one.key == f"{code}:{level}"), None)
    if one is None:
        raise Http404(HIDDEN)
    error = _add(request, place, one) if request.method == "POST" else ""
    if request.method == "POST" and not error:
        messages.success(request, _("The file is attached."))
        return redirect(_address(place, code, level))
    files = _of_the_cell(place, one)
    context = {
        "place": place,
        "one": one,
        "level_name": Level(one.level).label,
        "files": files,
        "error": error,
        "may_change": place.is_open and may_enter(request.user, place),
    }
    return render(request, "reports/evidence.html", context, status=422 if error else 200)


@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """`/evidence/17/`: the file itself, for whoever may see its cell; one that was removed is gone."""
    found = _visible(request, pk)
    return sent(found)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """`/evidence/17/remove/` with a reason."""
    found = _visible(request, pk)
    place = actions.place_of(found)
    if not may_enter(request.user, place):
        raise Http404(HIDDEN)
    by: Any = request.user
    try:
        actions.remove(evidence=found, by=by, reason=reason_given(request))
    except (FileRefused, ReportingError) as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The file is removed; its name and hash stay in the history."))
    return redirect(_address(place, found.measurement.indicator.code, found.measurement.level))


def _add(request: HttpRequest, place: Place, one: Owed) -> str:
    """Attach what was sent; answers what is wrong with it."""
    file = request.FILES.get("file")
    if file is None:
        return _("Choose a file.")
    by: Any = request.user
    try:
        actions.attach(place=place, indicator=one.indicator, level=one.level, by=by, file=file)
    except (FileRefused, ReportingError) as problem:
        return str(problem)
    return ""


def _of_the_cell(place: Place, one: Owed) -> list[Evidence]:
    files = Evidence.objects.filter(
        measurement__indicator=one.indicator,
        measurement__unit=place.unit,
        measurement__level=one.level,
        measurement__period=place.period,
        measurement__agency=one.agency_id,
    )
    return list(files.select_related("uploaded_by", "removed_by"))


def _visible(request: HttpRequest, pk: int) -> Evidence:
    cells = Measurement.objects.visible_to(request.user)
    files = Evidence.objects.kept().filter(pk=pk, measurement__in=cells)
    found: Evidence = first_or_404(
        files.select_related(
            *("measurement__indicator", "measurement__unit", "measurement__period"),
            *("measurement__report__agency", "measurement__agency"),
        )
    )
    return found


def _address(place: Place, code: str, level: str) -> str:
    return reverse("reports:attach", kwargs=place.kwargs | {"code": code, "level": level}) + place.query
