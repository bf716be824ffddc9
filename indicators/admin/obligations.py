"""Who owes what: added and ended here, through the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from indicators.actions.obligations import add_obligation, end_obligation
from indicators.admin.base import WritingByActions
from indicators.models import Obligation

_FIELDS = [
    *("unit", "agency", "indicator", "level", "frequency", "due_on", "filed_by"),
    *("valid_from", "valid_to"),
]


@admin.register(Obligation)
class ObligationAdmin(WritingByActions):
    fields = (*_FIELDS,)
    list_display = ["unit", "agency", "indicator", "level", "frequency", "valid_from", "valid_to"]
    list_filter = ["level", "frequency"]
    list_select_related = ["unit", "agency__unit", "agency__kind", "indicator"]
    search_fields = ["unit__ref", "indicator__code"]
    autocomplete_fields = ["unit", "agency", "indicator", "filed_by"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Only the last day of an obligation changes: what was owed stays on record."""
        return [] if obj is None else [name for name in _FIELDS if name != "valid_to"]

    def save_model(self, request: HttpRequest, obj: Obligation, form: forms.ModelForm, change: Any) -> None:
        by: Any = request.user
        if not change:
            obj.pk = add_obligation(**form.cleaned_data, by=by).pk
        elif obj.valid_to is not None and "valid_to" in form.changed_data:
            end_obligation(obligation=obj, valid_to=obj.valid_to, by=by)
