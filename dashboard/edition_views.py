"""Pages of editions: the list, one edition, its bytes, closing a period, and the public site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import HIDDEN, first_or_404
from dashboard.actions.editions import EditionError, Proposal, Unconfirmed, close_edition, proposal
from dashboard.choosing import storable, unit_of
from dashboard.editions.canonical import Content, content_in
from dashboard.editions.closable import closable, units_with_editions
from dashboard.editions.differences import Said, differences, in_language
from dashboard.editions.page import edition_page
from dashboard.exports.editions import edition_table, editions_table
from dashboard.models import Edition
from dashboard.permissions import closing_unit_or_404, may_close
from indicators.exports import download, wanted
from indicators.models import Period

_PER_PAGE = 100
_LONGEST = 4000
_WARNED = 12


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """`/editions/?unit=P58`: what has been published, the newest first; and what may be closed now."""
    ref = request.GET.get("unit", "")
    unit = unit_of(request.user, ref) if ref else None
    found = Edition.objects.visible_to(request.user).for_list()
    if unit is not None:
        found = found.filter(unit=unit)
    if kind := wanted(request):
        return download(editions_table(found, unit.name if unit else ""), kind)
    context = {
        "unit": unit,
        "page": Paginator(found, _PER_PAGE).get_page(request.GET.get("page")),
        "units": units_with_editions(request.user, unit),
        "closable": closable(request.user),
    }
    return render(request, "editions/list.html", context)


def _edition_or_404(request: HttpRequest, pk: int) -> Edition:
    rows = Edition.objects.visible_to(request.user).for_list().defer(None)
    found: Edition = first_or_404(rows.filter(pk=pk))
    return found


@require_safe
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """`/editions/7/`: one edition, from its frozen bytes alone."""
    found = _edition_or_404(request, pk)
    kind = wanted(request)
    if kind and found.is_intact:
        return download(edition_table(found, content_in(found.raw)), kind)
    return _shown(request, found)


def _shown(request: HttpRequest, found: Edition) -> HttpResponse:
    context: dict[str, Any] = {"edition": found, "is_intact": found.is_intact, "is_exported": True}
    if found.is_intact:
        content = content_in(found.raw)
        context["page"] = edition_page(content)
        same = Edition.objects.filter(unit=found.unit_id, period=found.period_id)
        others = list(same.for_list().order_by("-number"))
        context["others"] = others
        context["newest"] = others[0]
        context["may_close"] = may_close(request.user, found.unit)
        before = same.filter(number=found.number - 1).first()
        if before is not None:
            context["before"] = before
            context["is_comparable"] = before.is_intact
            context["differences"] = _told(before, content) if before.is_intact else []
    return render(request, "editions/edition.html", context, status=200 if found.is_intact else 500)


def _told(before: Edition, content: Content) -> list[Said]:
    """The differences to the edition before, in the reader's language."""
    return in_language(differences(content_in(before.raw), content))


@require_safe
def content(request: HttpRequest, pk: int) -> HttpResponse:
    """The stored bytes, as they were closed."""
    found = _edition_or_404(request, pk)
    if not found.is_intact:
        return _shown(request, found)
    answer = HttpResponse(found.raw, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{found.file_name}"'
    answer["ETag"] = f'"{found.digest}"'
    return answer


class ClosingForm(forms.Form):
    """What a coordinator says when closing; `seen` is the digest of what they looked at."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=_LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("I know of the reports that are not approved, and close without them"),
        required=False,
    )
    is_internal = forms.BooleanField(
        label=gettext_lazy("Internal: keep this edition off the public site"), required=False
    )
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """`/editions/close/?unit=P58&period=2023`: what would be frozen, and freezing it; for coordinators."""
    ref, code = _asked(request)
    unit = closing_unit_or_404(request.user, ref)
    period = Period.objects.filter(code=storable(code)).first()
    if period is None:
        raise Http404(HIDDEN)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        by: Any = request.user
        try:
            made = close_edition(unit=unit, period=period, by=by, **form.cleaned_data)
        except Unconfirmed as refused:
            form.add_error("confirmed", str(refused))
        except EditionError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(edition)s has been published.") % {"edition": made.name})
            return redirect("dashboard:edition", made.pk)
    now = proposal(unit, period)
    context = {"form": form, "now": now, **_preview(now)}
    return render(request, "editions/close.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest) -> tuple[str, str]:
    """The unit and the period; one drop-down sends both as `P58/2023`."""
    both = request.GET.get("what", "")
    if both:
        ref, _slash, code = both.partition("/")
        return ref, code
    return request.GET.get("unit", ""), request.GET.get("period", "")


def _preview(now: Proposal) -> dict[str, Any]:
    return {
        "differences": in_language(now.differences),
        "page": edition_page(now.content) if now.content["targets"] else None,
        "awaited": now.awaited[:_WARNED],
        "awaited_more": max(0, len(now.awaited) - _WARNED),
    }


# --- The public site ---------------------------------------------------------------------------------------
def _public() -> Any:
    """Editions that anybody may read: of each unit and period the newest that is not internal."""
    if not settings.PUBLIC_EDITIONS:
        raise Http404(HIDDEN)
    return Edition.objects.public()


@login_not_required
@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """`/public/`: the newest editions of the provinces; nothing where the public site is off."""
    page = Paginator(_public(), _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "editions/public_list.html", {"page": page})


@login_not_required
@require_safe
def public_edition(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """`/public/P58/2023/`: the figures of the newest edition, without narratives and inputs."""
    rows = _public().defer(None).filter(unit__ref=storable(unit), period__code=storable(period))
    found: Edition = first_or_404(rows)
    context: dict[str, Any] = {"edition": found, "is_intact": found.is_intact}
    if found.is_intact:
        context["page"] = edition_page(content_in(found.raw))
    return render(request, "editions/public.html", context, status=200 if found.is_intact else 500)
