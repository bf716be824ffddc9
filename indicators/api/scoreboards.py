"""The scoreboard in the API."""

from __future__ import annotations

from typing import Any

from django_filters.utils import translate_validation
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from indicators.api.asked import period_asked, unit_asked
from indicators.filters import NarrowingFilterSet
from indicators.models import Attainment, Level
from indicators.scoreboards import COUNTED, Group, Scoreboard, Sums, scoreboard, scoreboard_named
from provinces.filters import refuse_unreadable

SHARE: dict[str, Any] = {"max_digits": 5, "decimal_places": 2, "allow_null": True}


class CountsSerializer(serializers.Serializer[Any]):
    """Counting targets per state; together they are the total."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {str(status): serializers.IntegerField() for status in COUNTED}


class DueSerializer(serializers.Serializer[Any]):
    """The same for those due by the end of the period's year."""

    total = serializers.IntegerField()
    met_total = serializers.IntegerField()
    met_share = serializers.DecimalField(**SHARE)


class SumsSerializer(serializers.Serializer[Any]):
    counts = CountsSerializer()
    total = serializers.IntegerField(help_text="All counting targets: the M of “17 of 23”.")
    met_total = serializers.IntegerField(help_text="Met and exceeded ones: the 17.")
    met_fraction = serializers.CharField(help_text="Both, as in “17/23”.")
    met_share = serializers.DecimalField(
        **SHARE, help_text="Per cent, two places half up, as text: “73.91”. Null where nothing counts."
    )
    due = DueSerializer()
    not_applicable = serializers.IntegerField(help_text="Listed, outside the count.")
    overdue = serializers.IntegerField(help_text="Unmet after their due year: listed, outside the count.")
    illustrative = serializers.IntegerField(help_text="Counting targets judged from made-up figures.")


class GroupSerializer(SumsSerializer):
    key = serializers.CharField(
        help_text="Document key, level, pillar code or agency ref; empty where there is none."
    )
    label: Any = serializers.CharField()


class ScoreboardSerializer(SumsSerializer):
    unit = serializers.CharField()
    period = serializers.CharField()
    computed_at = serializers.DateTimeField(allow_null=True, help_text="Null where nothing was computed yet.")
    pending = serializers.BooleanField(help_text="Whether newer approvals are still being computed.")
    pending_jobs = serializers.IntegerField()
    rules_version = serializers.CharField()
    by_document = GroupSerializer(many=True)
    by_level = GroupSerializer(many=True)
    by_pillar = GroupSerializer(many=True)
    by_owner = GroupSerializer(many=True)


def _sums(sums: Sums) -> dict[str, Any]:
    return {
        "counts": sums.counts,
        "total": sums.total,
        "met_total": sums.met_total,
        "met_fraction": f"{sums.met_total}/{sums.total}",
        "met_share": sums.share,
        "due": {"total": sums.due_total, "met_total": sums.due_met_total, "met_share": sums.due_share},
        "not_applicable": sums.not_applicable,
        "overdue": sums.overdue,
        "illustrative": sums.illustrative,
    }


def _groups(groups: list[Group]) -> list[dict[str, Any]]:
    return [{"key": group.key, "label": str(group.label)} | _sums(group.sums) for group in groups]


def as_json(found: Scoreboard) -> dict[str, Any]:
    return {
        "unit": found.unit.ref,
        "period": found.period.code,
        **_sums(found.sums),
        "computed_at": found.computed_at,
        "pending": found.pending,
        "pending_jobs": found.pending_jobs,
        "rules_version": found.rules_version,
        "by_document": _groups(found.by_document),
        "by_level": _groups(found.by_level),
        "by_pillar": _groups(found.by_pillar),
        "by_owner": _groups(found.by_owner),
    }


class ScoreboardView(APIView):
    """Read from stored results; nothing is computed while you wait."""

    @extend_schema(
        tags=["scoreboards"],
        operation_id="scoreboards_retrieve",
        summary="How many targets of a unit are met",
        description=(
            "The scoreboard of one unit for one period, read from stored results. The ten states of `counts` "
            "add up to `total`, in the whole and in every breakdown. Packet of QCVN 125:2021/BTTTT: report "
            "status (trạng thái báo cáo) is told by `computed_at` and `pending`."
        ),
        parameters=[
            OpenApiParameter("unit", str, required=True, description="A unit's `ref`, such as P58."),
            OpenApiParameter("period", str, required=True, description="A period's `code`, such as 2023."),
            OpenApiParameter("document", str, description="Only targets of this document: `id` or key."),
            OpenApiParameter("level", str, enum=Level.values, description="Only targets of this level."),
        ],
        responses=ScoreboardSerializer,
    )
    def get(self, request: Request) -> Response:
        both = ("unit", "period")
        refuse_unreadable(request.query_params, known=(*both, "document", "level"), required=both)
        ref, code = request.query_params["unit"], request.query_params["period"]
        among = _among(request)
        found = scoreboard_named(request.user, ref, code, among.qs if among is not None else None)
        if found is None:
            # No results: perhaps there is nothing of that name.
            unit, period = unit_asked(request), period_asked(request)
            if among is not None:
                among.refuse_unknown()
            found = scoreboard(unit, period, among.qs if among is not None else None)
        return Response(as_json(found))


def _among(request: Request) -> NarrowingFilterSet | None:
    """The results that the address narrows to; None, which costs nothing, where it narrows to none."""
    if not set(NarrowingFilterSet.declared_filters) & set(request.query_params):
        return None
    narrowed = NarrowingFilterSet(request.query_params, queryset=Attainment.objects.all())
    if not narrowed.is_valid():
        raise ValidationError(translate_validation(narrowed.errors).detail)
    return narrowed
