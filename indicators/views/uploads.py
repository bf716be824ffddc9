"""Workbooks: downloading prefilled ones, uploading, and following an upload to its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.files import MOST_BYTES, too_large
from accounts.permissions import HIDDEN, get_visible_or_404, reach_as
from indicators.actions import uploads as actions
from indicators.actions.reporting import ReportingError
from indicators.entry.places import Place, owed_in, place_or_404, places_of
from indicators.entry.rows import rows_in
from indicators.entry.work import current_periods
from indicators.models import LineKind, Period, PeriodKind, Upload, UploadKind
from indicators.permissions import ENTERS
from indicators.workbooks.figures_book import write_book
from indicators.workbooks.reading import WorkbookRefused
from provinces.names import sort_key

MOST_ROWS = 20_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PER_PAGE = 100
_RECENT = 20


@require_http_methods(["GET", "HEAD", "POST"])
def workbooks(request: HttpRequest) -> HttpResponse:
    """`/reports/workbooks/`: download the workbook of many reports, upload one, and one's latest uploads."""
    if not reach_as(request.user, *ENTERS).is_official:
        raise Http404(HIDDEN)
    error = ""
    if request.method == "POST":
        upload, error = receive(request, UploadKind.FIGURES)
        if upload is not None:
            return redirect("reports:upload", upload.pk)
    period = _period(request)
    context = {
        "error": error,
        "period": period,
        "periods": [each for each in current_periods() if each != period],
        "places": _places(request, period) if period else [],
        "uploads": Upload.objects.visible_to(request.user).filter(kind=UploadKind.FIGURES)[:_RECENT],
    }
    return render(request, "reports/workbooks.html", context, status=422 if error else 200)


def receive(request: HttpRequest, kind: str) -> tuple[Upload | None, str]:
    """The upload of the file that was sent, or what is wrong with it."""
    file = request.FILES.get("file")
    if file is None:
        return None, _("Choose a file.")
    if (file.size or 0) > MOST_BYTES:
        return None, str(too_large())
    by: Any = request.user
    try:
        return actions.receive(by=by, kind=kind, name=str(file.name), content=file.read()), ""
    except WorkbookRefused as refused:
        return None, str(refused)


def _period(request: HttpRequest) -> Period | None:
    """The period that was asked for, or the latest one, a quarter before the year that ends with it."""
    choices = sorted(current_periods(), key=lambda each: each.kind == PeriodKind.QUARTER)
    asked = request.GET.get("period", "")
    return next((each for each in choices if each.code == asked), choices[-1] if choices else None)


def _places(request: HttpRequest, period: Period) -> list[Place]:
    places = places_of(request.user, *ENTERS, periods=[period])
    return sorted(places, key=lambda place: (sort_key(place.name), place.key[:1]))


def key_of(place: Place) -> str:
    """How the form names a report."""
    return f"{place.unit.ref}|{place.agency.ref if place.agency else ''}"


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """`/reports/workbooks/download/?period=2026-Q3`: the prefilled workbook of one report that may be read
    (`unit`, `agency`), or of several in which one may enter figures (`report`, once for each; none: all)."""
    unit = request.GET.get("unit", "")
    code = request.GET.get("period", "")
    if unit:
        places = [place_or_404(request.user, unit, code, request.GET.get("agency", ""))]
    else:
        places = _chosen(request, code)
    if sum(len(cells) for cells in owed_in(places).values()) > MOST_ROWS:
        words = ngettext(
            "More than %(n)s row is too much for one workbook; choose fewer reports.",
            "More than %(n)s rows are too much for one workbook; choose fewer reports.",
            MOST_ROWS,
        )
        messages.error(request, words % {"n": MOST_ROWS})
        return redirect("reports:workbooks")
    rows = rows_in(places, places[0].period)
    content = write_book((place, row) for place in places for row in rows[place.key])
    answer = HttpResponse(content, content_type=_XLSX)
    name = f"bao-cao-{code}-{unit}" if unit else f"bao-cao-{code}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _chosen(request: HttpRequest, code: str) -> list[Place]:
    period = next((each for each in current_periods() if each.code == code), None)
    places = _places(request, period) if period else []
    wanted = set(request.GET.getlist("report"))
    chosen = [place for place in places if not wanted or key_of(place) in wanted]
    if not chosen:
        raise Http404(HIDDEN)
    return chosen


@require_safe
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """`/reports/uploads/17/`: how far it has come, every bad cell, and every change that would be made."""
    found: Upload = get_visible_or_404(Upload.objects, request.user, pk=pk)
    counts = {kind: found.lines.filter(kind=kind).count() for kind in LineKind}
    asked = request.GET.get("show", "")
    shown = asked if asked in LineKind.values else next((kind for kind in LineKind if counts[kind]), None)
    lines = found.lines.filter(kind=shown) if shown else found.lines.none()
    context = {
        "upload": found,
        "is_setup": found.kind == UploadKind.SETUP,
        "counts": [(kind.value, kind.label, counts[kind]) for kind in LineKind if counts[kind]],
        "problems": counts[LineKind.PROBLEM],
        "changes": counts[LineKind.DIFFERENCE],
        "warnings": counts[LineKind.WARNING],
        "shown": shown,
        "page": Paginator(lines, _PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "reports/upload.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """`/reports/uploads/17/confirm/`: write what the dry run listed."""
    found: Upload = get_visible_or_404(Upload.objects, request.user, pk=pk)
    return _act(request, found, actions.confirm)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """`/reports/uploads/17/cancel/`: write nothing, or nothing more."""
    found: Upload = get_visible_or_404(Upload.objects, request.user, pk=pk)
    return _act(request, found, actions.cancel)


def _act(request: HttpRequest, found: Upload, act: Any) -> HttpResponse:
    try:
        act(upload=found)
    except ReportingError as refused:
        messages.error(request, str(refused))
    return redirect("reports:upload", found.pk)
