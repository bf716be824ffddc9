"""What indicators are grouped and broken down by, in the API: pillars, levels and owners."""

from __future__ import annotations

from typing import Any

from django.utils.translation import override
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from indicators.filters import PillarFilterSet
from indicators.models import Level, Pillar
from provinces.filters import refuse_unreadable
from provinces.models import AgencyKind
from provinces.reading.views import ReadViewSet
from provinces.representing import Represented


class PillarSerializer(serializers.ModelSerializer[Pillar]):
    class Meta:
        model = Pillar
        fields = ["id", "code", "name_vi", "name_en", "position"]


@extend_schema(tags=["indicators"])
@extend_schema_view(
    list=extend_schema(
        summary="Pillars that indicators belong to",
        description=(
            "In the order of the portal. Packet of QCVN 125:2021/BTTTT: indicator groups (nhóm chỉ tiêu). "
            "Open to everybody signed in."
        ),
    ),
    retrieve=extend_schema(summary="One pillar"),
)
class PillarViewSet(Represented, ReadViewSet[Pillar]):
    queryset = Pillar.objects.order_by("position", "code", "pk")
    serializer_class = PillarSerializer
    filterset_class = PillarFilterSet
    lookup_field = "code"
    lookup_value_regex = r"[\w.-]+"


class LevelSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="As `level` says it: `total`, `province` …")
    name_vi = serializers.CharField()
    name_en = serializers.CharField()


class OwnerKindSerializer(serializers.ModelSerializer[AgencyKind]):
    class Meta:
        model = AgencyKind
        fields = ["code", "short_name", "name_vi", "name_en", "tier", "valid_from", "valid_to"]


class BreakdownsSerializer(serializers.Serializer[Any]):
    levels = LevelSerializer(many=True, help_text="Whom a figure speaks of: `level` of figures and targets.")
    owners = OwnerKindSerializer(
        many=True, help_text="Kinds of agency that own indicators: `owners` of their definitions."
    )


class BreakdownsView(APIView):
    @extend_schema(
        tags=["indicators"],
        operation_id="breakdowns_retrieve",
        summary="Levels and owners",
        description=(
            "By what figures are broken down. Packet of QCVN 125:2021/BTTTT: breakdowns (phân tổ). Open to "
            "everybody signed in."
        ),
        responses=BreakdownsSerializer,
    )
    def get(self, request: Request) -> Response:
        refuse_unreadable(request.query_params, known=())
        kinds = AgencyKind.objects.filter(owned_definitions__isnull=False).distinct().order_by("tier", "code")
        return Response({"levels": levels(), "owners": OwnerKindSerializer(kinds, many=True).data})


def levels() -> list[dict[str, str]]:
    """Every level with its name in both languages."""
    found = []
    for level in Level:
        names = {}
        for language in ("vi", "en"):
            with override(language):
                names[f"name_{language}"] = str(level.label)
        found.append({"code": level.value, **names})
    return found
