"""Indicators with their definitions, and periods, in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from indicators.figures import period as period_in_words
from indicators.filters import IndicatorFilterSet, PeriodFilterSet
from indicators.models import (
    DefinitionLevel,
    DefinitionOwner,
    Indicator,
    IndicatorDefinition,
    Period,
    PeriodDueDay,
)
from provinces.dates import today
from provinces.reading.views import ReadViewSet
from provinces.representing import Represented


class DefinitionLevelSerializer(serializers.ModelSerializer[DefinitionLevel]):
    class Meta:
        model = DefinitionLevel
        fields = ["level", "valid_from", "valid_to"]


class DefinitionOwnerSerializer(serializers.ModelSerializer[DefinitionOwner]):
    agency_kind: Any = serializers.SlugRelatedField("code", read_only=True)
    name_vi = serializers.CharField(source="agency_kind.short_name")
    name_en = serializers.CharField(source="agency_kind.name_en")

    class Meta:
        model = DefinitionOwner
        fields = ["agency_kind", "name_vi", "name_en", "valid_from", "valid_to"]


class DefinitionSerializer(serializers.ModelSerializer[IndicatorDefinition]):
    levels = DefinitionLevelSerializer(many=True, read_only=True)
    owners = DefinitionOwnerSerializer(many=True, read_only=True)

    class Meta:
        model = IndicatorDefinition
        fields = [
            *("id", "valid_from", "valid_to", "numerator_vi", "denominator_vi", "unit_of_measure"),
            *("value_type", "decimals", "direction", "measure_mode", "entered_as", "pooling"),
            *("levels_relate", "frequency", "coverage_floor_percent", "ratio_factor"),
            *("numerator_within_denominator", "levels", "owners"),
        ]


class IndicatorSerializer(serializers.ModelSerializer[Indicator]):
    pillar: Any = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    name = serializers.CharField(read_only=True, help_text="The name in the language asked for.")
    definitions = DefinitionSerializer(many=True, read_only=True)

    class Meta:
        model = Indicator
        fields = [
            *("id", "code", "pillar", "name", "name_vi", "name_en", "legal_basis", "verification", "notes"),
            *("target_notes", "definitions"),
        ]
        extra_kwargs = {"verification": {"help_text": "S: confirmed by a source; P: partly."}}


@extend_schema(tags=["indicators"])
@extend_schema_view(
    list=extend_schema(
        summary="Indicators with their dated definitions",
        description=(
            "What is measured, and how it was counted from when to when. In code order. Packets of QCVN "
            "125:2021/BTTTT: indicators and indicator groups (chỉ tiêu, nhóm chỉ tiêu); levels and owners "
            "are its breakdowns (phân tổ). Open to everybody signed in."
        ),
    ),
    retrieve=extend_schema(summary="One indicator"),
)
class IndicatorViewSet(Represented, ReadViewSet[Indicator]):
    resource = "indicator"
    queryset = (
        Indicator.objects.select_related("pillar")
        .prefetch_related(
            "definitions__levels",
            Prefetch("definitions__owners", DefinitionOwner.objects.select_related("agency_kind")),
        )
        .order_by("code", "pk")
    )
    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilterSet
    lookup_field = "code"
    lookup_value_regex = r"[\w.-]+"


class DueDaySerializer(serializers.ModelSerializer[PeriodDueDay]):
    class Meta:
        model = PeriodDueDay
        fields = ["body", "due_on"]


class PeriodSerializer(serializers.ModelSerializer[Period]):
    name = serializers.SerializerMethodField(help_text="The name in the language asked for.")
    is_closed = serializers.SerializerMethodField(help_text="Whether the day it is judged at has passed.")
    due_days = DueDaySerializer(many=True, read_only=True)

    class Meta:
        model = Period
        fields = [
            *("id", "code", "kind", "year", "ordinal", "name", "name_vi", "name_en", "starts_on"),
            *("cutoff_on", "assessed_on", "is_closed", "due_days"),
        ]

    def get_name(self, period: Period) -> str:
        own = period.name_en if get_language() == "en" else ""
        return period_in_words(period.code, own or period.name_vi)

    def get_is_closed(self, period: Period) -> bool:
        return period.is_closed_on(today())


@extend_schema(tags=["periods"])
@extend_schema_view(
    list=extend_schema(
        summary="Reporting periods",
        description=(
            "Months, quarters, half-years, nine months, years and campaigns with their first day, data "
            "cut-off, the day targets are judged at, and the last day to file for each kind of body. The "
            "latest first. Packet of QCVN 125:2021/BTTTT: periods (kỳ báo cáo). Open to everybody signed in."
        ),
    ),
    retrieve=extend_schema(summary="One period"),
)
class PeriodViewSet(Represented, ReadViewSet[Period]):
    resource = "period"
    queryset = Period.objects.latest_first().prefetch_related("due_days")
    serializer_class = PeriodSerializer
    filterset_class = PeriodFilterSet
    lookup_field = "code"
    lookup_value_regex = r"[\w.-]+"
