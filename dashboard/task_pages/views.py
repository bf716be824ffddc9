"""The list and board of tasks, a task's page, and its files."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.files import sent
from accounts.permissions import first_or_404, units_coordinated_by
from accounts.setting_up import area_of
from dashboard.task_pages import asked as asking
from dashboard.task_pages.export import table_of
from dashboard.task_pages.listing import listing_of
from dashboard.task_pages.page import show
from indicators.exports import download, wanted
from resolutions.models import ProgressFile
from resolutions.permissions import with_files_read_by


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """`/tasks/?under=P56-2025&standing=overdue&by=agency&view=board`: tasks with their counts."""
    asked = asking.asked_of(request)
    if kind := wanted(request):
        return download(table_of(asked), kind)
    context = {
        "asked": asked,
        "listing": listing_of(asked),
        "units": asking.unit_groups(request, asked.place),
        "agencies": asking.agency_options(asked),
        "people": asking.person_options(asked),
        "documents": asking.document_options(asked),
        "may_assign": units_coordinated_by(request.user).exists(),
        "may_hand_over": area_of(request.user) is not None,
    }
    return render(request, "tasks/list.html", context)


@require_safe
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """`/tasks/17/`: who, what, by when, and how far it is."""
    return show(request, pk)


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    """`/tasks/files/17/`: the file itself, for whoever may see it; one that was removed is gone."""
    rows = with_files_read_by(request.user).values("pk")
    kept = ProgressFile.objects.filter(note__task__in=rows, removed_at__isnull=True, pk=pk)
    return sent(first_or_404(kept))
