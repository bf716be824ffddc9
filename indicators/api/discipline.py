"""Who owes a report of a period and how each stands with its due day, in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.remembering import remembered
from indicators.api.asked import period_asked, unit_asked
from indicators.discipline import STANDINGS, BodyReport, Discipline, discipline_of
from indicators.models import ReportState
from provinces.filters import refuse_unreadable


class StandingsSerializer(serializers.Serializer[Any]):
    """Bodies per standing; together they are the total."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {each.value: serializers.IntegerField() for each in Discipline}


class OwingBodySerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    unit = serializers.CharField(help_text="`ref` of the unit.")
    agency = serializers.CharField(allow_null=True, help_text="`ref` of the agency, where one files it.")
    state = serializers.ChoiceField(ReportState.choices)
    due_on = serializers.DateField()
    standing = serializers.ChoiceField(STANDINGS)
    days_late = serializers.IntegerField(help_text="Days past the due day; 0 in time.")


class DisciplineSerializer(serializers.Serializer[Any]):
    unit = serializers.CharField()
    period = serializers.CharField()
    total = serializers.IntegerField(help_text="All bodies that owe a report.")
    counts = StandingsSerializer()
    bodies = OwingBodySerializer(many=True)


def _body(each: BodyReport) -> dict[str, Any]:
    return {
        "name": each.name,
        "unit": each.unit_ref,
        "agency": each.agency_ref or None,
        "state": each.state,
        "due_on": each.due_on,
        "standing": each.discipline,
        "days_late": each.days,
    }


class DisciplineView(APIView):
    @extend_schema(
        tags=["reports"],
        operation_id="discipline_retrieve",
        summary="Who has reported",
        description=(
            "Every body of a unit and below it that owes a report of the period, sent or not, the latest "
            "first. Listed are the bodies you look after; of the nation only its provinces. Packet of QCVN "
            "125:2021/BTTTT: report status (trạng thái báo cáo)."
        ),
        parameters=[
            OpenApiParameter("unit", str, required=True, description="A unit's `ref`, such as P58."),
            OpenApiParameter("period", str, required=True, description="A period's `code`, such as 2023."),
        ],
        responses=DisciplineSerializer,
    )
    @remembered
    def get(self, request: Request) -> Response:
        both = ("unit", "period")
        refuse_unreadable(request.query_params, known=both, required=both)
        unit = unit_asked(request)
        period = period_asked(request)
        days = {each.body: each.due_on for each in period.due_days.all()}
        found = discipline_of(request.user, unit, period, days)
        return Response(
            {
                "unit": unit.ref,
                "period": period.code,
                "total": found.total,
                "counts": found.counts,
                "bodies": [_body(each) for each in found.bodies],
            }
        )
