"""Measured figures in the API. Long lists are read as plain tuples: no model or serializer per row."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from indicators.api.numbers import number, stored
from indicators.api.rows import RowsViewSet
from indicators.filters import MeasurementFilterSet
from indicators.models import Answer, Level, Measurement, MissingReason, Provenance, Qualifier

NUMBER: dict[str, Any] = {"max_digits": 19, "decimal_places": 4, "allow_null": True}


class MeasurementSerializer(serializers.Serializer[Any]):
    """One cell. Describes what `as_json` writes."""

    id = serializers.IntegerField()
    indicator = serializers.CharField(help_text="Code of the indicator.")
    unit = serializers.CharField(help_text="`ref` of the unit.")
    level = serializers.ChoiceField(Level.choices, help_text="Whom the value speaks of.")
    period = serializers.CharField(help_text="Code of the period.")
    agency = serializers.CharField(allow_null=True, help_text="`ref` of an agency reporting its own part.")
    answer = serializers.ChoiceField(
        Answer.choices,
        help_text=(
            "`value` (0 included), `missing` with its reason, `nothing_arose` (a flow that did not occur), "
            "`unanswered` (nothing approved yet). Only a `value` has numbers."
        ),
    )
    missing_reason = serializers.ChoiceField(MissingReason.choices, allow_null=True)
    numerator = serializers.DecimalField(**NUMBER, help_text="Of a rate, with its denominator; exact.")
    denominator = serializers.DecimalField(**NUMBER)
    value = serializers.DecimalField(**NUMBER, help_text="A single value; null where there is a numerator.")
    out_of = serializers.IntegerField(allow_null=True, help_text="Of a rank: how many were ranked.")
    qualifier = serializers.ChoiceField(Qualifier.choices, help_text="How firm the value is.")
    provenance = serializers.ChoiceField(Provenance.choices, help_text="`illustrative` figures are made up.")
    definition = serializers.IntegerField(help_text="`id` of the indicator's definition it follows.")
    version = serializers.IntegerField(allow_null=True, help_text="Number of the approved version.")
    approved_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


COLUMNS = (
    *(
        "pk",
        "indicator__code",
        "unit__ref",
        "level",
        "period__code",
        "agency__ref",
        "answer",
        "missing_reason",
    ),
    *("n", "d", "v", "out_of", "qualifier", "provenance", "definition_id"),
    *("approved_version__number", "approved_version__approved_at", "updated_at"),
)
NUMBERS = {"n": stored("numerator"), "d": stored("denominator"), "v": stored("value")}


def as_json(row: tuple[Any, ...]) -> dict[str, Any]:
    return {
        "id": row[0],
        "indicator": row[1],
        "unit": row[2],
        "level": row[3],
        "period": row[4],
        "agency": row[5],
        "answer": row[6],
        "missing_reason": row[7] or None,
        "numerator": number(row[8]),
        "denominator": number(row[9]),
        "value": number(row[10]),
        "out_of": row[11],
        "qualifier": row[12],
        "provenance": row[13],
        "definition": row[14],
        "version": row[15],
        "approved_at": row[16],
        "updated_at": row[17],
    }


@extend_schema(tags=["measurements"])
@extend_schema_view(
    list=extend_schema(
        summary="Measured figures",
        description=(
            "The figures that count now: of each cell the last approved version. You see the cells of your "
            "own unit, of all below it and of their predecessors; an agency sees the indicators it owns in "
            "its province. Numbers are exact decimals as text. Ordered by `id`. Packet of QCVN "
            "125:2021/BTTTT: indicator data (số liệu chỉ tiêu)."
        ),
    ),
    retrieve=extend_schema(summary="One measured figure"),
)
class MeasurementViewSet(RowsViewSet[Measurement]):
    resource = "measurement"
    serializer_class = MeasurementSerializer
    filterset_class = MeasurementFilterSet
    queryset = Measurement.objects.order_by("pk")
    follows_reach = True
    columns = COLUMNS
    numbers = NUMBERS
    as_json = staticmethod(as_json)
