"""Figures of one report or of many in one request."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import TokenMayReport
from accounts.idempotent import IDEMPOTENCY_KEY, idempotent
from indicators.api.bodies import ExactJSONParser
from indicators.api.writing import (
    BULK_REFUSALS,
    PARTIAL,
    CountsSerializer,
    FigureSerializer,
    ToldSerializer,
    Writing,
    is_partial,
    listed_in,
    official_of,
    reports_of,
)
from provinces.filters import refuse_unreadable


class RowSerializer(FigureSerializer):
    unit = serializers.CharField(max_length=60, help_text="`ref` of the unit.")
    agency = serializers.CharField(
        required=False, allow_null=True, max_length=60, help_text="`ref` of the agency whose report it is."
    )
    period = serializers.CharField(max_length=60, help_text="Code of the period.")
    version = serializers.IntegerField(
        allow_null=True,
        min_value=1,
        help_text=(
            "Number of the cell's newest version that this builds on; null where it has none yet. If "
            "somebody wrote another one meanwhile, the row is a conflict."
        ),
    )


class RowsSerializer(serializers.Serializer[Any]):
    rows = RowSerializer(many=True, allow_empty=False)


class RowToldSerializer(ToldSerializer):
    unit = serializers.CharField(allow_null=True)
    agency = serializers.CharField(allow_null=True)
    period = serializers.CharField(allow_null=True)


class RowsToldSerializer(CountsSerializer):
    rows = RowToldSerializer(many=True)


class BulkView(APIView):
    permission_classes = [IsAuthenticated, TokenMayReport]
    parser_classes = [ExactJSONParser]

    @extend_schema(
        tags=["reports"],
        operation_id="measurements_bulk_enter",
        summary="Enter figures of many reports",
        description=(
            "Up to 5,000 rows of one report or of many, through the rule table of the forms, saved as drafts "
            "in the name of the official the client acts for; nobody's approval is given. All rows are "
            "written or, with 422 `rows_refused`, none; a row whose `version` is no longer the newest one is "
            "a conflict (412 `version_conflict`). With `partial=1` each row says what became of it. A row "
            "that says what stands there already is `unchanged`. Files are attached to a cell afterwards, "
            "and the report is sent afterwards, each at its own address."
        ),
        parameters=[PARTIAL, IDEMPOTENCY_KEY],
        request=RowsSerializer,
        responses={200: RowsToldSerializer, **BULK_REFUSALS},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        refuse_unreadable(request.query_params, known=["partial"])
        official, whole = official_of(request), not is_partial(request)
        writing = Writing(listed_in(request, "rows"), "rows", with_report=True)
        places = reports_of(request, {row.report for row in writing.rows if row.given is not None})
        writing.write(places, by=official, whole=whole)
        return Response(writing.told())
