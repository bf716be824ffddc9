"""Who stands in for me: named with a first and a last day, and ended, by the holder of the role."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import DEPUTISED, add_deputy, cancel_deputy, end_deputy
from accounts.models import Deputy, Membership, User
from accounts.permissions import HIDDEN, colleagues_of, first_or_404, own_seats
from provinces.dates import today

_SHOWN = 50


class _Colleague(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        """Two people of one name are told apart by their title or by the name they sign in with."""
        return f"{obj} · {obj.job_title or obj.username}"


class DeputyForm(forms.Form):
    """Offers colleagues alone; whoever is none is refused in the words for somebody who does not exist."""

    seat = forms.TypedChoiceField(label=gettext_lazy("Your role"), coerce=int)
    user = _Colleague(
        label=gettext_lazy("Deputy"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a person"),
        help_text=gettext_lazy("People who hold a role in your office."),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("First day"), help_text=gettext_lazy("Day/month/year"), initial=today
    )
    valid_to = forms.DateField(label=gettext_lazy("Last day"), help_text=gettext_lazy("Day/month/year"))

    def __init__(self, seats: Sequence[Membership], colleagues: Any, data: Any = None) -> None:
        super().__init__(data)
        self.seats = {each.pk: each for each in seats}
        self.fields["seat"].choices = [(each.pk, name_of(each)) for each in seats]  # type: ignore[attr-defined]
        self.fields["user"].queryset = colleagues  # type: ignore[attr-defined]
        if len(seats) == 1:
            self.fields["seat"].widget = forms.HiddenInput()
            self.fields["seat"].initial = seats[0].pk

    def clean_valid_from(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["valid_from"]
        if day < today():
            raise ValidationError(_("The first day is today or later."))
        return day

    def clean(self) -> None:
        user, seat = self.cleaned_data.get("user"), self.seats.get(self.cleaned_data.get("seat", 0))
        if user and seat and not colleagues_of([seat]).filter(pk=user.pk).exists():
            self.add_error("user", _("This person does not work in the office of that role."))


@dataclass
class DeputyLine:
    """One deputy of the list, before, in or after their days."""

    deputy: Deputy
    seat: str
    css: str
    word: str
    may_end: bool
    """The last day is still ahead."""


@require_http_methods(["GET", "HEAD", "POST"])
def deputies(request: HttpRequest) -> HttpResponse:
    """`/reports/deputies/`: for who approves or coordinates; POST names one for a role of their own."""
    seats = own_seats(request.user, *DEPUTISED)
    if not seats:
        raise Http404(HIDDEN)
    me: Any = request.user
    colleagues = colleagues_of(seats).exclude(pk=me.pk)
    form = DeputyForm(seats, colleagues, request.POST if request.method == "POST" else None)
    if form.is_valid() and _add(form, me):
        messages.success(request, _("The deputy is named."))
        return redirect("reports:deputies")
    named = Deputy.objects.filter(membership__user=me).select_related(
        "user", "membership__unit", "membership__agency__unit", "membership__agency__kind"
    )
    context = {
        "form": form,
        "has_colleagues": colleagues.exists(),
        "lines": [_line(each) for each in named.order_by("-valid_to", "-pk")[:_SHOWN]],
    }
    return render(request, "reports/deputies.html", context, status=422 if form.errors else 200)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """`/reports/deputies/17/end/`: today is the last day; one that has not begun is taken back."""
    me: Any = request.user
    deputy = first_or_404(Deputy.objects.filter(pk=pk, membership__user=me, valid_to__gt=today()))
    try:
        if deputy.valid_from > today():
            cancel_deputy(deputy=deputy, by=me)
            messages.success(request, _("The deputy was taken back before their first day."))
        else:
            end_deputy(deputy=deputy, valid_to=today(), by=me)
            messages.success(request, _("Today is the deputy's last day."))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("reports:deputies")


def _add(form: DeputyForm, by: User) -> bool:
    """Whether the deputy was named; what does not fit is told beside its field."""
    asked = form.cleaned_data
    try:
        add_deputy(
            membership=form.seats[asked["seat"]],
            user=asked["user"],
            valid_from=asked["valid_from"],
            valid_to=asked["valid_to"],
            by=by,
        )
    except ValidationError as refused:
        for name, words in refused.message_dict.items():
            form.add_error(name if name in form.fields else None, words)
        return False
    return True


def _line(deputy: Deputy) -> DeputyLine:
    day = today()
    assert deputy.valid_from is not None  # noqa: S101 (a constraint of the table)
    assert deputy.valid_to is not None  # noqa: S101
    if deputy.valid_from > day:
        css, word = "not-due", _("to come")
    elif deputy.valid_to < day:
        css, word = "no-data", _("past")
    else:
        css, word = "on-track", _("stands in now")
    return DeputyLine(deputy, name_of(deputy.membership), css, word, deputy.valid_to > day)


def name_of(seat: Membership) -> str:
    """`Người duyệt · Phường Phan Rang`."""
    return f"{seat.get_role_display()} · {seat.agency.label if seat.agency else seat.unit.name}"
