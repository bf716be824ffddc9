"""An agency by its name or its reference, as forms read it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provinces.models import Agency
from provinces.names import fold

_BETWEEN = " · "
_NAMED = 5


def agency_text(agency: Agency) -> str:
    """`Sở KH&CN Khánh Hòa · P56-2025.so-khcn`: what the field shows, and what it reads."""
    return f"{agency.label}{_BETWEEN}{agency.ref}"


class AgencyField(forms.CharField):
    """One of the agencies given: each of 34 provinces has its own dozen, too many to list as choices."""

    default_error_messages = {"unknown": gettext_lazy("There is no such agency, or you may not see it.")}

    def __init__(self, agencies: Any, **options: Any) -> None:
        super().__init__(max_length=250, **options)
        self.agencies = agencies

    def clean(self, value: Any) -> Agency | None:
        text: str = super().clean(value)
        if not text:
            return None
        found = self.agencies.with_names().filter(ref__iexact=text.rpartition(_BETWEEN)[2].strip()).first()
        if found is not None:
            return found
        same = [each for each in self.agencies.with_names() if fold(text) in _names_of(each)]
        if len(same) == 1:
            return same[0]
        if same:
            words = _("Several agencies bear this name. Write the reference of one: %(agencies)s.")
            told = "; ".join(f"{each.label} ({each.ref})" for each in same[:_NAMED])
            raise ValidationError(words % {"agencies": told}, "ambiguous")
        raise ValidationError(self.error_messages["unknown"], "unknown")


def _names_of(agency: Agency) -> set[str]:
    kind = agency.kind
    names = (agency.label, agency.name, agency.name_en, kind.short_name, kind.name_vi, kind.name_en)
    return {fold(each) for each in names}
