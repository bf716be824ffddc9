"""The API's door to entry: the rule table and workflow of the forms, in the name of an official."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import TokenMayReport
from accounts.models import ApiClient, User
from accounts.permissions import HIDDEN
from indicators.actions.entering import CellInput, Outcome, save_cells
from indicators.entry.findings import Code, Severity
from indicators.entry.places import Place, place_or_404
from indicators.models import Answer, Door, Level, MissingReason, Qualifier
from indicators.permissions import ENTERS

LARGEST = 5000


class CellSerializer(serializers.Serializer[Any]):
    """Numbers are decimal text with a point. Missing is not zero: say `missing` with its reason."""

    indicator = serializers.CharField(max_length=20)
    level = serializers.ChoiceField(Level.choices)
    answer = serializers.ChoiceField([c for c in Answer.choices if c[0] != Answer.UNANSWERED], required=False)
    value = serializers.CharField(required=False, max_length=60)
    numerator = serializers.CharField(required=False, max_length=60)
    denominator = serializers.CharField(required=False, max_length=60)
    missing_reason = serializers.ChoiceField(MissingReason.choices, required=False)
    qualifier = serializers.ChoiceField(Qualifier.choices, required=False)
    note = serializers.CharField(required=False, allow_blank=True, max_length=4000)
    justification = serializers.CharField(required=False, allow_blank=True, max_length=4000)
    base = serializers.IntegerField(
        required=False, min_value=0, help_text="The version this is built on; with it nobody is overwritten."
    )


class CellsSerializer(serializers.Serializer[Any]):
    cells = CellSerializer(many=True, allow_empty=False)

    def validate_cells(self, cells: list[Any]) -> list[Any]:
        if len(cells) > LARGEST:
            raise serializers.ValidationError(_("At most 5,000 cells in one request."))
        keys = [(each["indicator"], each["level"]) for each in cells]
        if len(set(keys)) != len(keys):
            raise serializers.ValidationError(_("The same cell stands here twice."))
        return cells


class FindingSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(Code.choices)
    severity = serializers.ChoiceField(Severity.choices)
    field = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class OutcomeSerializer(serializers.Serializer[Any]):
    indicator = serializers.CharField()
    level = serializers.ChoiceField(Level.choices)
    state = serializers.ChoiceField([(each, each) for each in ("saved", "unchanged", "refused", "conflict")])
    version = serializers.IntegerField(allow_null=True)
    findings = FindingSerializer(many=True)


class OutcomesSerializer(serializers.Serializer[Any]):
    cells = OutcomeSerializer(many=True)


class ReportCellsView(APIView):
    permission_classes = [IsAuthenticated, TokenMayReport]

    @extend_schema(
        tags=["reports"],
        operation_id="report_cells_enter",
        summary="Enter figures of a report",
        description=(
            "Saves cells of the report of a unit (or of an agency of it) as drafts, in the name of the "
            "official the client acts for; nobody's approval is given. A refused cell is not written and "
            "says why; the others are."
        ),
        parameters=[OpenApiParameter("agency", str, description="The agency whose report it is.")],
        request=CellsSerializer,
        responses=OutcomesSerializer,
    )
    def post(self, request: Request, unit: str, period: str) -> Response:
        place, by = _place(request, unit, period)
        asked = CellsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        inputs = [CellInput(**cell, exact=True) for cell in asked.validated_data["cells"]]
        outcomes = save_cells(place=place, inputs=inputs, by=by, via=Door.API)
        return Response({"cells": [_told(each) for each in outcomes]})


def _place(request: Request, unit: str, period: str) -> tuple[Place, User]:
    """The report and the official in whose name it is entered; both the client and the person reach it."""
    who: Any = request.user
    official = who.acts_for if isinstance(who, ApiClient) else who
    if official is None:
        raise Http404(HIDDEN)
    agency = request.query_params.get("agency", "")
    place_or_404(who, unit, period, agency)
    return place_or_404(official, unit, period, agency, *ENTERS), official


def _told(outcome: Outcome) -> dict[str, Any]:
    indicator, _colon, level = outcome.key.rpartition(":")
    return {
        "indicator": indicator,
        "level": level,
        "state": outcome.state,
        "version": outcome.version.number if outcome.version else None,
        "findings": [
            {"code": each.code, "severity": each.severity, "field": each.field, "message": each.message}
            for each in outcome.findings
        ],
    }
