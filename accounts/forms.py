"""What administrators type about partner systems and their tokens."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.addresses import parse_ranges
from accounts.models import ApiClient, Membership, Role, User
from accounts.models.clients import LARGEST_RATE, LONGEST_DAYS, Scope
from accounts.permissions import Reach, units_around
from provinces.dates import today
from provinces.models import Tier, Unit
from provinces.names import fold

REPORTING = (Role.REPORTER, Role.COORDINATOR)
"""Whoever enters figures in the forms; an approver's name would stand under what they approve."""
_BETWEEN = " · "
_NAMED = 5


def unit_text(unit: Unit) -> str:
    """`Tỉnh Khánh Hòa · P56-2025`: what the field shows, and what it reads."""
    return f"{unit.label}{_BETWEEN}{unit.ref}"


class UnitField(forms.CharField):
    """A unit by its name or its reference: a list of 3,300 communes would be no choice.

    A name is looked for among the units in being on a day, today by default.
    """

    default_error_messages = {"unknown": gettext_lazy("There is no such unit, or you do not look after it.")}

    def __init__(self, units: Any, *, on: datetime.date | None = None, **options: Any) -> None:
        super().__init__(max_length=200, **options)
        self.units = units
        self.on = on

    def clean(self, value: Any) -> Unit | None:
        text: str = super().clean(value)
        if not text:
            return None
        ref = text.rpartition(_BETWEEN)[2].strip()
        found = self.units.with_places().filter(ref__iexact=ref).first()
        if found is not None:
            return found
        named = self.units.with_places().valid_on(self.on or today()).filter(search_name__contains=fold(text))
        same = [each for each in named[:200] if fold(text) in (fold(each.name), fold(each.place_name))]
        if len(same) == 1:
            return same[0]
        if same:
            # A province is likelier meant than a commune of its name, and is told first.
            same.sort(key=lambda each: (Tier.values.index(each.tier), each.code))
            words = _("Several units bear this name. Write the reference of one: %(units)s.")
            told = "; ".join(f"{each.label} ({each.ref})" for each in same[:_NAMED])
            raise ValidationError(words % {"units": told}, "ambiguous")
        raise ValidationError(self.error_messages["unknown"], "unknown")


class ClientForm(forms.Form):
    """A partner system. What the action would refuse is told here, beside its field."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("The system and whose it is, as your office calls it."),
    )
    contact = forms.EmailField(
        label=gettext_lazy("Contact"),
        required=False,
        help_text=gettext_lazy("The e-mail address that is told before a token ends."),
    )
    acts_for = forms.CharField(
        label=gettext_lazy("Reports for"),
        required=False,
        max_length=150,
        help_text=gettext_lazy(
            "The sign-in name of the reporter in whose name it sends figures; empty if it only reads. "
            "A client never approves."
        ),
    )
    addresses = forms.CharField(
        label=gettext_lazy("Address ranges"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line, like 10.1.0.0/16 or 2001:db8::/32. Requests from elsewhere are refused; empty "
            "allows every address."
        ),
    )
    rate = forms.IntegerField(
        label=gettext_lazy("Requests a minute"), required=False, min_value=1, max_value=LARGEST_RATE
    )

    field_order = ["name", "unit", "contact", "acts_for", "addresses", "rate"]

    def __init__(self, seat: Reach, data: Any = None, client: ApiClient | None = None) -> None:
        super().__init__(data, initial=_initial(client))
        self.client = client
        self.fields["unit"] = UnitField(
            Unit.objects.filter(seat.cells("pk")),
            label=_("Unit"),
            help_text=_("Name or reference. The client reads what this unit and all below it may read."),
            widget=forms.TextInput(attrs={"list": "units"}),
        )
        self.order_fields(self.field_order)
        self.fields["rate"].help_text = _("Empty for the usual %(rate)s.") % {"rate": settings.API_RATE}

    def clean_addresses(self) -> str:
        return parse_ranges(self.cleaned_data["addresses"])

    def clean_name(self) -> str:
        name: str = " ".join(self.cleaned_data["name"].split())
        same = ApiClient.objects.filter(name=name)
        if (same.exclude(pk=self.client.pk) if self.client else same).exists():
            raise ValidationError(_("There is an API client of this name already."))
        return name

    def clean(self) -> None:
        username, unit = self.cleaned_data.get("acts_for", ""), self.cleaned_data.get("unit")
        if not username:
            self.cleaned_data["acts_for"] = None
        elif unit is not None:
            self.cleaned_data["acts_for"] = official = reporter_of(unit, username)
            if official is None:
                self.add_error("acts_for", _("Nobody of this name reports for this unit or one below it."))


def reporter_of(unit: Unit, username: str) -> User | None:
    """Who enters figures today in the subtree of the unit and signs in under this name."""
    held = Membership.objects.filter(role__in=REPORTING).valid_on(today())
    if unit.tier != Tier.NATION:
        held = held.filter(unit__in=units_around([unit.pk]))
    return User.objects.filter(username=username, is_active=True, pk__in=held.values("user")).first()


def _initial(client: ApiClient | None) -> dict[str, Any]:
    if client is None:
        return {}
    return {
        "name": client.name,
        "unit": unit_text(client.unit),
        "contact": client.contact,
        "acts_for": client.acts_for.username if client.acts_for else "",
        "addresses": "\n".join(client.addresses.split()),
        "rate": client.rate,
    }


class TokenForm(forms.Form):
    """A new token: what it may do, and until when."""

    scopes = forms.MultipleChoiceField(
        label=pgettext_lazy("rights of a token", "May"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.READ],
        error_messages={"required": gettext_lazy("Choose what the token may do.")},
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"), help_text=gettext_lazy("Day/month/year; at most three years ahead")
    )
    # The newest token when the form was shown: sent again by a reload, it would make a second one.
    newest = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, newest: int = 0) -> None:
        last = timezone.localdate() + datetime.timedelta(days=settings.API_TOKEN_DAYS)
        super().__init__(data, initial={"expires_on": last, "newest": newest})
        self.last_made = newest

    def clean_expires_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["expires_on"]
        ahead = (day - timezone.localdate()).days
        if ahead < 0:
            raise ValidationError(_("The last day is today or later."))
        if ahead > LONGEST_DAYS:
            raise ValidationError(_("A token lasts at most %(days)s days.") % {"days": LONGEST_DAYS})
        return day

    def clean(self) -> None:
        if self.cleaned_data.get("newest") not in (None, self.last_made):
            raise ValidationError(
                _("A token was made meanwhile; it stands in the list. Send the form again to make another.")
            )

    @property
    def expires_at(self) -> datetime.datetime:
        """The last moment of the last day."""
        last = datetime.datetime.combine(self.cleaned_data["expires_on"], datetime.time(23, 59, 59))
        return timezone.make_aware(last)


class RotateForm(forms.Form):
    """How long the old token works beside the new one."""

    overlap = forms.TypedChoiceField(
        label=gettext_lazy("The old token works for another"),
        coerce=int,
        initial=168,
        choices=[
            (0, gettext_lazy("not at all: it ends now")),
            (1, gettext_lazy("hour")),
            (24, gettext_lazy("day")),
            (168, gettext_lazy("7 days")),
            (720, gettext_lazy("30 days")),
        ],
        help_text=gettext_lazy("The partner changes over in this time, without an interruption."),
    )


class ReasonForm(forms.Form):
    """Why something is taken away; it is kept with the decision."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It is kept in the audit trail."),
    )

    def __init__(self, data: Any = None, *, is_required: bool = True) -> None:
        super().__init__(data)
        self.fields["reason"].required = is_required
