"""Periods and their due days, changed through the action."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from indicators.actions.periods import change_period
from indicators.admin.base import WritingByActions
from indicators.models import Period, PeriodDueDay

_DAYS = ["starts_on", "cutoff_on", "assessed_on"]


class DueDayInline(admin.TabularInline):
    model = PeriodDueDay
    fields = ["body", "due_on"]
    extra = 0
    can_delete = False


@admin.register(Period)
class PeriodAdmin(WritingByActions):
    fields = ["code", "kind", "year", "ordinal", "name_vi", "name_en", *_DAYS]
    readonly_fields = ["code", "kind", "year", "ordinal", "name_vi", "name_en"]
    list_display = ["code", "kind", "year", *_DAYS]
    list_filter = ["kind", "year"]
    search_fields = ["code"]
    inlines = [DueDayInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Period, form: forms.ModelForm, change: Any) -> None:
        """Everything is saved together, below, once the due days are known."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        by: Any = request.user
        due_days = {
            row["body"]: row["due_on"]
            for formset in formsets
            for row in (each.cleaned_data for each in formset.forms)
            if row
        }
        change_period(period=form.instance, due_days=due_days, by=by, **form.cleaned_data)
        for formset in formsets:
            # What the admin logs; the action has saved already.
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
