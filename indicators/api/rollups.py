"""Pooled figures in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from indicators.api.numbers import number, stored
from indicators.api.rows import RowsViewSet
from indicators.engine.pooling import is_below
from indicators.filters import RollUpFilterSet
from indicators.models import Level, RollUp, RollUpBasis
from indicators.models.results import RollUpAnswer

NUMBER: dict[str, Any] = {"max_digits": 19, "decimal_places": 4, "allow_null": True}


class RollUpSerializer(serializers.Serializer[Any]):
    """One pooled figure. Describes what `as_json` writes."""

    id = serializers.IntegerField()
    indicator = serializers.CharField(help_text="Code of the indicator.")
    unit = serializers.CharField(help_text="`ref` of the unit.")
    level = serializers.ChoiceField(Level.choices, help_text="Whom the value speaks of.")
    period = serializers.CharField(help_text="Code of the period.")
    basis = serializers.ChoiceField(
        RollUpBasis.choices,
        help_text="`restated`: summed from predecessors for a time before the unit existed.",
    )
    answer = serializers.ChoiceField(
        RollUpAnswer.choices,
        help_text=(
            "`value` (0 included), `missing` (none of those owing it has reported it), `not_applicable` "
            "(it applies to none of them), `not_comparable` (it does not pool). Only a `value` has numbers."
        ),
    )
    numerator = serializers.DecimalField(
        **NUMBER, help_text="Sum of numerators; exact, with its denominator."
    )
    denominator = serializers.DecimalField(**NUMBER)
    value = serializers.DecimalField(**NUMBER, help_text="A single value; null where there is a numerator.")
    owing = serializers.IntegerField(help_text="Bodies owing the figure.")
    reporting = serializers.IntegerField(help_text="Bodies that reported it.")
    not_applicable = serializers.IntegerField(help_text="Bodies it does not apply to.")
    coverage_floor_percent = serializers.IntegerField(
        help_text="Share of the bodies owing it below which the figure is only partial."
    )
    is_illustrative = serializers.BooleanField(help_text="Whether made-up figures are among the summands.")
    is_preliminary = serializers.BooleanField()
    definition = serializers.IntegerField(help_text="`id` of the indicator's definition it follows.")
    version = serializers.IntegerField(help_text="Grows with every change of this figure.")
    computed_at = serializers.DateTimeField()
    is_partial = serializers.BooleanField(
        help_text="A value whose coverage lies below `coverage_floor_percent`."
    )


# Each key of the answer with the column it is read from, in the order of the answer.
_COLUMNS = {
    "id": "pk",
    "indicator": "indicator__code",
    "unit": "unit__ref",
    "level": "level",
    "period": "period__code",
    "basis": "basis",
    "answer": "answer",
    **{key: f"_{key}" for key in ("numerator", "denominator", "value")},
    **{key: key for key in ("owing", "reporting", "not_applicable")},
    "coverage_floor_percent": "definition__coverage_floor_percent",
    **{key: key for key in ("is_illustrative", "is_preliminary")},
    "definition": "definition_id",
    **{key: key for key in ("version", "computed_at")},
}
_KEYS = list(_COLUMNS)


def as_json(row: tuple[Any, ...]) -> dict[str, Any]:
    answer = dict(zip(_KEYS, row, strict=True))
    for key in ("numerator", "denominator", "value"):
        answer[key] = number(answer[key])
    answer["is_partial"] = answer["answer"] == RollUpAnswer.VALUE and is_below(
        answer["coverage_floor_percent"], answer["reporting"], answer["owing"]
    )
    return answer


@extend_schema(tags=["rollups"])
@extend_schema_view(
    list=extend_schema(
        summary="Pooled figures",
        description=(
            "What each unit's figure is when it is pooled from the bodies that owe it, with how many of them "
            "reported. It never replaces a figure that the unit reported itself (see `measurements`). "
            "Officials see the figures of the nation, of every province, and of all units of their own "
            "province. Ordered by `id`. Packet of QCVN 125:2021/BTTTT: indicator data (số liệu chỉ tiêu)."
        ),
    ),
    retrieve=extend_schema(summary="One pooled figure"),
)
class RollUpViewSet(RowsViewSet[RollUp]):
    resource = "rollup"
    serializer_class = RollUpSerializer
    filterset_class = RollUpFilterSet
    queryset = RollUp.objects.order_by("pk")
    columns = list(_COLUMNS.values())
    numbers = {f"_{key}": stored(key) for key in ("numerator", "denominator", "value")}
    as_json = staticmethod(as_json)
