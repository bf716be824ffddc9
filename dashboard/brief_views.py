"""Pages of the leaders' brief: asking for one, following it, its files; and the offices' templates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import HIDDEN, first_or_404, get_visible_or_404
from dashboard.actions import briefs as actions
from dashboard.brief_forms import BriefForm, TemplateForm
from dashboard.briefs.apart import MOST_BYTES, TemplateRefused
from dashboard.briefs.builtin import BUILT_IN
from dashboard.briefs.docx_parts import MEDIA_TYPE
from dashboard.briefs.tags import TAGS
from dashboard.models import Brief, BriefState, BriefTemplate, Edition
from dashboard.permissions import units_closed_by
from provinces.dates import today
from provinces.models.units import UnitQuerySet

_PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def briefs(request: HttpRequest, pk: int) -> HttpResponse:
    """`/editions/7/briefs/`: ask for a brief of an edition, and those made of it so far."""
    edition: Edition = first_or_404(
        Edition.objects.visible_to(request.user).filter(pk=pk).select_related("unit__province", "period")
    )
    by: Any = request.user
    form = BriefForm(edition, by, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.request_brief(
                edition=edition, by=by, letterhead=form.letterhead(), template=form.cleaned_data["template"]
            )
            return redirect("dashboard:brief", made.pk)
        except actions.BriefError as refused:
            form.add_error(None, str(refused))
    found = Brief.objects.filter(edition=edition).select_related("by", "template")
    context = {
        "edition": edition,
        "form": form,
        "page": Paginator(found, _PER_PAGE).get_page(request.GET.get("page")),
        "may_bring": units_closed_by(request.user).exists(),
    }
    return render(request, "briefs/briefs.html", context, status=422 if form.errors else 200)


@require_safe
def brief(request: HttpRequest, pk: int) -> HttpResponse:
    """`/briefs/17/`: how far it is; then its files."""
    found = _brief_or_404(request, pk)
    return render(request, "briefs/brief.html", {"brief": found, "edition": found.edition})


def _brief_or_404(request: HttpRequest, pk: int) -> Brief:
    rows = Brief.objects.select_related("edition__unit", "edition__period", "by", "template")
    found: Brief = get_visible_or_404(rows.defer("edition__content"), request.user, pk=pk)
    return found


@require_safe
def word(request: HttpRequest, pk: int) -> HttpResponse:
    """`/briefs/17/word/`: the .docx."""
    found = _ready_or_404(request, pk)
    return _file(_read(found.word), f"{_file_name(found)}.docx", MEDIA_TYPE)


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """`/briefs/17/pdf/`: the PDF."""
    found = _ready_or_404(request, pk)
    return _file(_read(found.pdf), f"{_file_name(found)}.pdf", "application/pdf")


def _ready_or_404(request: HttpRequest, pk: int) -> Brief:
    found = _brief_or_404(request, pk)
    if found.state != BriefState.DONE:
        raise Http404(HIDDEN)
    return found


def _file_name(brief: Brief) -> str:
    edition = brief.edition
    return f"bao-cao-{edition.unit.ref}-{edition.period.code}-{edition.number}-{brief.pk}"


def _read(kept: FieldFile) -> bytes:
    """Some hundred kilobytes."""
    with kept.open() as file:
        content: bytes = file.read()
    return content


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


# --- Templates ---------------------------------------------------------------------------------------------
def _units_or_404(request: HttpRequest) -> UnitQuerySet:
    """The provinces whose templates somebody keeps: those whose periods they close."""
    units = units_closed_by(request.user)
    if not units.exists():
        raise Http404(HIDDEN)
    return units


@require_http_methods(["GET", "HEAD", "POST"])
def templates(request: HttpRequest) -> HttpResponse:
    """`/briefs/templates/`: the office's own Word templates; for coordinators."""
    units = _units_or_404(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = TemplateForm(units.valid_on(today()).in_name_order(), *sent)
    if request.method == "POST" and form.is_valid() and _bring(request, form):
        return redirect("dashboard:brief-templates")
    found = BriefTemplate.objects.filter(unit__in=units.values("pk")).select_related("unit", "by")
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "tags": TAGS}
    return render(request, "briefs/templates.html", context, status=422 if form.errors else 200)


def _bring(request: HttpRequest, form: TemplateForm) -> bool:
    file, by = form.cleaned_data["file"], request.user
    if file.size > MOST_BYTES:
        form.add_error("file", _("The template may be at most 5 MB large and may not be empty."))
        return False
    who: Any = by
    try:
        unit = form.cleaned_data["unit"]
        made = actions.bring_template(unit=unit, by=who, name=file.name, content=file.read())
    except TemplateRefused as refused:
        form.add_error("file", str(refused))
        return False
    messages.success(request, _("The template “%(name)s” can be used now.") % {"name": made.name})
    return True


def _template_or_404(request: HttpRequest, pk: int) -> BriefTemplate:
    rows = BriefTemplate.objects.filter(unit__in=_units_or_404(request).values("pk"), pk=pk)
    found: BriefTemplate = first_or_404(rows)
    return found


@require_safe
def built_in(request: HttpRequest) -> HttpResponse:
    """The portal's own template, to start from."""
    _units_or_404(request)
    return _file(BUILT_IN.read_bytes(), BUILT_IN.name, MEDIA_TYPE)


@require_safe
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """`/briefs/templates/3/`: a template as it was brought."""
    found = _template_or_404(request, pk)
    return _file(_read(found.file), found.name, MEDIA_TYPE)


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """`/briefs/templates/3/retire/`: offer it no longer."""
    by: Any = request.user
    actions.retire_template(template=_template_or_404(request, pk), by=by)
    return redirect("dashboard:brief-templates")
