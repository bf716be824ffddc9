"""Pillars, indicators and their definitions: read here, changed in the catalogue's file.

Only the limits that entry checks figures against are set here, through the action.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from indicators.actions.limits import LIMITS, change_limits
from indicators.admin.base import ReadOnlyAdmin, ReadOnlyInline, WritingByActions
from indicators.models import DefinitionLevel, DefinitionOwner, Indicator, IndicatorDefinition, Pillar


@admin.register(Pillar)
class PillarAdmin(ReadOnlyAdmin):
    list_display = ["code", "name_vi", "name_en", "position"]


class DefinitionInline(ReadOnlyInline):
    model = IndicatorDefinition
    fields = [
        "valid_from",
        "valid_to",
        "unit_of_measure",
        "value_type",
        "measure_mode",
        "pooling",
        "frequency",
    ]


@admin.register(Indicator)
class IndicatorAdmin(ReadOnlyAdmin):
    list_display = ["code", "name_vi", "pillar", "verification"]
    list_filter = ["pillar"]
    list_select_related = ["pillar"]
    search_fields = ["code", "name_vi", "name_en"]
    search_help_text = _("Code or words of the name")
    inlines = [DefinitionInline]


class LevelInline(ReadOnlyInline):
    model = DefinitionLevel
    fields = ["level", "valid_from", "valid_to"]
    show_change_link = False


class OwnerInline(ReadOnlyInline):
    model = DefinitionOwner
    fields = ["agency_kind", "valid_from", "valid_to"]
    show_change_link = False


@admin.register(IndicatorDefinition)
class DefinitionAdmin(WritingByActions):
    list_display = [
        "indicator",
        "valid_from",
        "valid_to",
        "value_type",
        "measure_mode",
        "pooling",
        "frequency",
    ]
    list_filter = ["value_type", "measure_mode", "pooling", "levels_relate", "frequency"]
    list_select_related = ["indicator"]
    search_fields = ["indicator__code", "indicator__name_vi"]
    inlines = [LevelInline, OwnerInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in IndicatorDefinition._meta.fields if field.name not in LIMITS]

    def save_model(
        self, request: HttpRequest, obj: IndicatorDefinition, form: forms.ModelForm, change: Any
    ) -> None:
        by: Any = request.user
        change_limits(definition=obj, by=by, **form.cleaned_data)
