"""Units and agencies are read here and changed in the data files; holidays are kept here."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import Agency, AgencyKind, AgencySuccession, Holiday, Unit, UnitName, UnitSuccession


class _Reading:
    """Looking, not changing: the files of reference data are the source."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class UnitNameInline(_Reading, admin.TabularInline):
    model = UnitName
    fields = ["name", "kind", "valid_from", "valid_to", "source"]


class PredecessorInline(_Reading, admin.TabularInline):
    model = UnitSuccession
    fk_name = "successor"
    fields = ["predecessor", "share", "effective_on"]
    verbose_name_plural = _("predecessors")


class SuccessorInline(_Reading, admin.TabularInline):
    model = UnitSuccession
    fk_name = "predecessor"
    fields = ["successor", "share", "effective_on"]
    verbose_name_plural = _("successors")


@admin.register(Unit)
class UnitAdmin(_Reading, admin.ModelAdmin):
    list_display = ["ref", "code", "name", "tier", "province", "valid_from", "valid_to"]
    list_filter = ["tier", "valid_from", "valid_to"]
    list_select_related = ["province"]
    search_fields = ["ref", "code"]
    search_help_text = _("Name without or with diacritics, reference or code")
    inlines = [UnitNameInline, PredecessorInline, SuccessorInline]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset & Unit.objects.search(search_term), False


@admin.register(AgencyKind)
class AgencyKindAdmin(_Reading, admin.ModelAdmin):
    list_display = ["code", "short_name", "name_vi", "name_en", "tier", "valid_from", "valid_to"]
    list_filter = ["tier"]
    search_fields = ["code", "short_name", "name_vi", "name_en"]


class AgencySuccessorInline(_Reading, admin.TabularInline):
    model = AgencySuccession
    fk_name = "predecessor"
    fields = ["successor", "share", "effective_on", "scope"]
    verbose_name_plural = _("successors")


@admin.register(Agency)
class AgencyAdmin(_Reading, admin.ModelAdmin):
    list_display = ["ref", "name", "unit", "valid_from", "valid_to"]
    list_filter = ["kind"]
    list_select_related = ["unit", "kind"]
    search_fields = ["ref", "unit__search_name"]
    inlines = [AgencySuccessorInline]


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):
    list_display = ["day", "name_vi", "is_working"]
    list_filter = ["is_working"]
    date_hierarchy = "day"
    search_fields = ["name_vi"]
