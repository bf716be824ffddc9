"""Giving somebody a task, and changing one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import HIDDEN, first_or_404, units_coordinated_by
from dashboard.choosing import OptionGroup, grouped, storable
from dashboard.task_pages.forms import TaskForm
from dashboard.task_pages.page import task_of
from provinces.dates import today
from provinces.models import Tier, Unit
from resolutions.actions import tasks as actions
from resolutions.models import Task
from resolutions.permissions import managed_by

_TIERS = {Tier.NATION: 0, Tier.PROVINCE: 1, Tier.DISTRICT: 2, Tier.COMMUNE: 3}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """`/tasks/new/?unit=P56-2025`: for coordinators; the unit decides what the form offers."""
    units = units_coordinated_by(request.user).valid_on(today())
    unit = _unit(units, storable(request.GET.get("unit", "")))
    by: Any = request.user
    form = TaskForm(by, unit, request.POST if request.method == "POST" else None)
    if form.is_valid() and (task := _done(request, form, actions.assign, unit=unit)):
        messages.success(request, _("The task was assigned."))
        return redirect(task)
    return _page(request, form, unit, units=_units(units, unit))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """`/tasks/17/edit/`: for coordinators of its unit."""
    task = task_of(request, pk, managed_by(request.user))
    by: Any = request.user
    form = TaskForm(by, task.unit, request.POST if request.method == "POST" else None, task)
    if form.is_valid() and _done(request, form, actions.edit, task=task):
        messages.success(request, _("The task was changed."))
        return redirect(task)
    return _page(request, form, task.unit, task=task)


def _done(request: HttpRequest, form: TaskForm, act: Any, **about: Any) -> Task | None:
    try:
        found: Task = act(**about, by=request.user, **form.cleaned_data)
    except actions.TaskRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return None
    return found


def _page(request: HttpRequest, form: TaskForm, unit: Unit, **more: Any) -> HttpResponse:
    context = {"form": form, "unit": unit} | more
    return render(request, "tasks/form.html", context, status=422 if form.errors else 200)


def _unit(units: Any, ref: str) -> Unit:
    """The unit of the address; without one the highest that the person looks after."""
    rows = units.select_related("parent", "province")
    if ref:
        found: Unit = first_or_404(rows.filter(ref=ref))
        return found
    for tier in _TIERS:
        first: Unit | None = rows.filter(tier=tier).in_name_order().first()
        if first is not None:
            return first
    raise Http404(HIDDEN)


def _units(units: Any, unit: Unit) -> list[OptionGroup]:
    """Units to choose from: the nation and its provinces, and what lies in the province of the chosen one."""
    province = unit.province_id or unit.pk
    near = Q(tier__in=(Tier.NATION, Tier.PROVINCE)) | Q(province=province) | Q(pk=unit.pk)
    return grouped(units.filter(near).in_name_order())
