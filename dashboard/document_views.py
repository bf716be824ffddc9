"""Pages of documents, and the search over all that the portal keeps."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import first_or_404
from dashboard.document_list import document_list
from dashboard.document_page import document_page
from dashboard.search import KINDS, ON_A_PAGE, SHOWN, read, search
from provinces.models import Tier
from resolutions import keeping
from resolutions.models import Document


def document_or_404(pk: int) -> Document:
    """Documents are open to everybody who signs in."""
    rows = Document.objects.filter(pk=pk).select_related("unit__parent", "unit__province")
    found: Document = first_or_404(rows)
    return found


@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """`/documents/?unit=P58&kind=plan&on=31/01/2025&number=09-NQ/TU`: the newest first."""
    page = document_list(request.user, request.GET.dict(), request.GET.get("page", ""))
    context = {"page": page, "asked": request.GET, "may_enter": keeping.keeps_anything(request.user)}
    return render(request, "documents/list.html", context, status=400 if page.errors else 200)


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """`/documents/17/?unit=P58&period=2023`: one document with all that hangs on it."""
    found = document_or_404(pk)
    page = document_page(request.user, found, request.GET.dict())
    may_keep = keeping.may_keep(request.user, found.unit)
    context = {
        "document": found,
        "page": page,
        "period": page.period,
        "may_keep": may_keep,
        # What a document from above asks of one's own unit is entered by oneself.
        "may_add": may_keep or (found.unit.tier == Tier.NATION and keeping.keeps_anything(request.user)),
    }
    return render(request, "documents/document.html", context)


@require_safe
def found(request: HttpRequest) -> HttpResponse:
    """`/search/?q=chuyen+doi+so`: the first of each kind; with `kind=target` all of it, page by page."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    text = request.GET.get("q", "").strip()
    number = request.GET.get("page", "")
    place = int(number) if number.isascii() and number.isdecimal() and len(number) < 5 else 1
    start = (max(place, 1) - 1) * ON_A_PAGE
    asked = read(text, start=start, most=ON_A_PAGE) if kind else read(text, most=SHOWN)
    groups = search(request.user, asked, kind)
    pages = None
    if kind and groups and groups[0].total:
        pages = Paginator(range(groups[0].total), ON_A_PAGE).get_page(place)
    context = {
        "asked": asked,
        "kind": kind,
        "groups": [group for group in groups if group.total],
        "total": sum(group.total for group in groups),
        "pages": pages,
    }
    return render(request, "documents/search.html", context)
