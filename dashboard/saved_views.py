"""Pages of saved views: a person's own list, keeping one, letting one go."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import first_or_404
from dashboard.actions.saved_views import SavedViewError, delete_view, save_view
from dashboard.models import SavedView
from dashboard.models.saved_views import MOST_VIEWS
from dashboard.saving import SaveForm


@require_safe
def views(request: HttpRequest) -> HttpResponse:
    """`/views/`: the pages one has kept, each with its link."""
    return _listed(request)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """`/views/save/`: keep the page one looks at; what is wrong is said with the form to mend it."""
    form = SaveForm(request.POST)
    if form.is_valid():
        by: Any = request.user
        try:
            made = save_view(by=by, **form.cleaned_data)
        except SavedViewError as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, _("“%(name)s” has been saved.") % {"name": made.name})
            return redirect(made.address)
    return _listed(request, form, status=422)


def _listed(request: HttpRequest, form: SaveForm | None = None, *, status: int = 200) -> HttpResponse:
    found = list(_own(request))
    for each in found:
        each.link = request.build_absolute_uri(each.address)
    context = {"views": found, "form": form, "most": MOST_VIEWS}
    return render(request, "dashboard/views.html", context, status=status)


def _own(request: HttpRequest) -> Any:
    """Nobody sees another's: for them it does not exist."""
    return SavedView.objects.filter(user=request.user.pk)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """`/views/3/delete/`: let one go."""
    found: SavedView = first_or_404(_own(request).filter(pk=pk))
    delete_view(view=found)
    messages.success(request, _("“%(name)s” has been deleted.") % {"name": found.name})
    return redirect("dashboard:views")
