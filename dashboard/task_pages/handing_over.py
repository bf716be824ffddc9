"""Handing over what districts and agencies had that a merger ended: proposed, looked at, confirmed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.permissions import HIDDEN, reach
from accounts.setting_up import Area, area_of
from dashboard.task_pages.forms import DocumentChoice
from provinces.dates import today
from resolutions.actions.handing_over import PassedRole, PassedTask, hand_over
from resolutions.actions.tasks import TaskRefused
from resolutions.models import Document, Handover
from resolutions.succeeding import Waiting, waiting_in

SHOWN = 20
"""How many of the latest handovers the page names."""


class HandoverForm(forms.Form):
    document = DocumentChoice(
        label=gettext_lazy("Decision"),
        queryset=Document.objects.none(),
        help_text=gettext_lazy("The document by which it passes on; enter it among the documents first."),
    )
    on = forms.DateField(
        label=gettext_lazy("From the day"), initial=today, help_text=gettext_lazy("Day/month/year")
    )

    def __init__(self, documents: Any, data: Any = None) -> None:
        super().__init__(data)
        self.fields["document"].queryset = documents  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest) -> HttpResponse:
    """`/tasks/handover/`: for coordinators and administrators; nothing passes before it is confirmed."""
    area = area_of(request.user)
    if area is None:
        raise Http404(HIDDEN)
    waiting = waiting_in(area)
    sent = request.POST if request.method == "POST" else None
    documents = Document.objects.filter(reach(request.user).results()).order_by("-issued_on", "-pk")
    form = HandoverForm(documents, sent)
    if form.is_valid() and _done(request, form, waiting):
        return redirect("tasks:handover")
    context = {
        "form": form,
        "waiting": waiting,
        "typed": request.POST,
        "chosen_tasks": request.POST.getlist("task"),
        "chosen_roles": request.POST.getlist("role"),
        "is_sent": sent is not None,
        "past": _past(area),
    }
    return render(request, "tasks/handover.html", context, status=422 if form.errors else 200)


def _past(area: Area) -> list[Handover]:
    """The latest by which something came into the area."""
    rows = Handover.objects.all()
    if not area.everything:
        here = area.within("tasks__unit") | area.within("memberships__membership__unit")
        rows = rows.filter(pk__in=rows.filter(here).values("pk"))
    return list(
        rows.select_related("document", "by").prefetch_related("tasks", "memberships").order_by("-pk")[:SHOWN]
    )


def _done(request: HttpRequest, form: HandoverForm, waiting: Waiting) -> bool:
    by: Any = request.user
    try:
        made = hand_over(by=by, **form.cleaned_data, **_passed(request, waiting))
    except TaskRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return False
    count = made.tasks.count() + made.memberships.count()
    words = ngettext("%(n)d thing was handed over.", "%(n)d things were handed over.", count)
    messages.success(request, words % {"n": count})
    return True


def _passed(request: HttpRequest, waiting: Waiting) -> dict[str, Any]:
    """What was ticked, with where it goes; raises TaskRefused where that was not chosen.

    What is ticked and does not wait any more goes to the action as it is, which says so.
    """
    tasks = {str(each.task.pk): each for each in waiting.tasks}
    passed_tasks = []
    for key in request.POST.getlist("task"):
        each = tasks.get(key)
        unit = _number(request, f"unit-{key}") if each is None or each.units else None
        lead = _number(request, f"lead-{key}") if each is None or each.leads else None
        passed_tasks.append(PassedTask(_id(key), unit, lead))
    roles = [PassedRole(_id(key), _number(request, f"to-{key}") or 0) for key in request.POST.getlist("role")]
    return {"tasks": passed_tasks, "roles": roles}


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "")
    if not text:
        raise TaskRefused(_("Choose where each of those ticked goes."))
    return _id(text)


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0
