"""Cells with their versions, which are approved here, and the results, which nobody types."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from indicators.actions import reporting
from indicators.admin.base import ReadOnlyAdmin, ReadOnlyInline, for_each
from indicators.models import Attainment, Measurement, MeasurementVersion, RollUp

_NUMBERS = ["answer", "missing_reason", "numerator", "denominator", "value", "out_of"]


class Approving:
    """May approve who may change; the action itself holds the four eyes, the superuser's too."""

    model: Any

    def has_approve_permission(self, request: HttpRequest) -> bool:
        meta = self.model._meta
        return request.user.has_perm(f"{meta.app_label}.change_{meta.model_name}")


class VersionInline(ReadOnlyInline):
    model = MeasurementVersion
    fields = ("number", "state", *_NUMBERS, "qualifier", "entered_by", "submitted_by", "approved_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("entered_by", "submitted_by", "approved_by")


@admin.register(Measurement)
class MeasurementAdmin(ReadOnlyAdmin):
    list_display = ["indicator", "unit", "agency", "level", "period", *_NUMBERS, "updated_at"]
    list_filter = ["answer", "level", "qualifier", "provenance"]
    list_select_related = ["indicator", "unit", "agency__unit", "agency__kind", "period"]
    search_fields = ["indicator__code", "unit__ref", "period__code"]
    search_help_text = _("Code of the indicator, the unit or the period")
    inlines = [VersionInline]


@admin.register(MeasurementVersion)
class MeasurementVersionAdmin(Approving, ReadOnlyAdmin):
    list_display = ["measurement", "number", "state", *_NUMBERS, "entered_by", "submitted_by", "approved_by"]
    list_filter = ["state", "answer", "entered_at"]
    list_select_related = [
        *("measurement__indicator", "measurement__unit", "measurement__period"),
        *("entered_by", "submitted_by", "approved_by"),
    ]
    search_fields = ["measurement__indicator__code", "measurement__unit__ref", "measurement__period__code"]
    search_help_text = _("Code of the indicator, the unit or the period")
    ordering = ["-pk"]
    actions = ["submit", "approve"]

    @admin.action(description=_("Submit"), permissions=["approve"])
    def submit(self, request: HttpRequest, queryset: QuerySet[MeasurementVersion]) -> None:
        by: Any = request.user
        for_each(request, queryset, lambda version: reporting.submit(version=version, by=by))

    @admin.action(description=_("Approve"), permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: QuerySet[MeasurementVersion]) -> None:
        by: Any = request.user
        for_each(request, queryset, lambda version: reporting.approve(version=version, by=by))


@admin.register(RollUp)
class RollUpAdmin(ReadOnlyAdmin):
    list_display = [
        *("indicator", "unit", "level", "period", "basis", "answer", "numerator", "denominator", "value"),
        *("reporting", "owing", "version", "computed_at"),
    ]
    list_filter = ["basis", "answer", "level"]
    list_select_related = ["indicator", "unit", "period"]
    search_fields = ["indicator__code", "unit__ref", "period__code"]


@admin.register(Attainment)
class AttainmentAdmin(ReadOnlyAdmin):
    list_display = ["target", "period", "status", "counts", "judged_on", "rules_version", "computed_at"]
    list_filter = ["status", "counts", "is_overdue", "is_partial", "is_restated"]
    list_select_related = ["target__indicator", "period"]
    search_fields = ["target__code", "target__unit__ref", "period__code"]
