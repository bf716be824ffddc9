"""Pillars, indicators and their definitions: read here, changed in the catalogue's file."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from indicators.admin.base import ReadOnlyAdmin, ReadOnlyInline
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
class DefinitionAdmin(ReadOnlyAdmin):
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
