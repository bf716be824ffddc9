"""Setting up a province: the workbook with people, roles and obligations, down and up."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import HIDDEN, first_or_404
from accounts.setting_up import Area, area_of
from indicators.models import Upload, UploadKind
from indicators.views.uploads import receive
from indicators.workbooks.setup_book import CONTENT_TYPE, books_of, setup_book
from indicators.workbooks.setup_guide import guide
from provinces.dates import today
from provinces.names import fold

_SHOWN = 5


def area_or_404(request: HttpRequest) -> Area:
    """The area somebody sets up; for everybody else there is nothing here."""
    area = area_of(request.user)
    if area is None:
        raise Http404(HIDDEN)
    return area


@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """`/reports/setup/`: what the workbook is for, its download, and the upload."""
    area = area_or_404(request)
    error = ""
    if request.method == "POST":
        upload, error = receive(request, UploadKind.SETUP)
        if upload is not None:
            return redirect(reverse("reports:upload", args=[upload.pk]))
    context = {
        "books": books_of(area),
        "guide": list(guide(area)),
        "uploads": Upload.objects.visible_to(request.user).filter(kind=UploadKind.SETUP)[:_SHOWN],
        "error": error,
    }
    return render(request, "reports/setup.html", context, status=422 if error else 200)


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """`/reports/setup/download/?unit=P56-2025`: the workbook as the portal stands today."""
    area = area_or_404(request)
    rows = books_of(area)
    ref = request.GET.get("unit", "")
    unit = first_or_404(rows.filter(ref=ref.replace("\0", "\ufffd")) if ref else rows)
    answer = HttpResponse(setup_book(unit, area), content_type=CONTENT_TYPE)
    name = f"{slugify(fold(_('Set-up workbook')))}-{slugify(unit.ref)}-{today():%Y%m%d}.xlsx"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
