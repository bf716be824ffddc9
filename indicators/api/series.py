"""A unit's series through mergers, in the API: as reported then, and restated to the unit of today."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django_filters.utils import translate_validation
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.remembering import remembered
from indicators.api.asked import indicator_asked, unit_asked
from indicators.exports import Exact, exact_text
from indicators.filters import SeriesFilterSet
from indicators.models import (
    Indicator,
    IndicatorDefinition,
    Level,
    MissingReason,
    PeriodKind,
    Qualifier,
)
from indicators.restated_series import (
    Lineage,
    SeriesPeriod,
    Why,
    lineage_of,
    periods_of,
    readable,
    series_of,
    why_words,
)
from indicators.unit_figures import MISSING, NOT_APPLICABLE, NOT_COMPARABLE, PARTIAL, VALUE, UnitFigure
from provinces.dates import today
from provinces.filters import refuse_unreadable
from provinces.models import Unit

PLACES = 12
NUMBER: dict[str, Any] = {"max_digits": 19, "decimal_places": 4, "allow_null": True}
STATES = [(each, each) for each in (VALUE, PARTIAL, MISSING, NOT_APPLICABLE)]
REASONS = [(each, each) for each in (*MissingReason.values, "unanswered", NOT_COMPARABLE)]
WHY = [(each.value, each.value) for each in Why if each]
KINDS = [kind for kind in PeriodKind.values if kind != PeriodKind.ONCE]


class FigureSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(
        STATES,
        help_text="`partial`: too few bodies reported it; shown, never compared. Zero is a `value`.",
    )
    reason = serializers.ChoiceField(REASONS, allow_null=True, help_text="Why there is no value.")
    value = serializers.DecimalField(
        31,
        PLACES,
        allow_null=True,
        help_text="In the indicator's unit of measure; what has no end is rounded at twelve decimals.",
    )
    numerator = serializers.DecimalField(
        **NUMBER, help_text="Exact. Null also where you read the result of the unit, not its cells."
    )
    denominator = serializers.DecimalField(**NUMBER)
    owing = serializers.IntegerField(help_text="Bodies owing the figure.")
    reporting = serializers.IntegerField(help_text="Bodies that reported it.")
    out_of = serializers.IntegerField(allow_null=True, help_text="Of a rank: how many were ranked.")
    qualifier = serializers.ChoiceField(Qualifier.choices)
    is_pooled = serializers.BooleanField(help_text="Pooled from the bodies below, not reported by the unit.")
    is_restated = serializers.BooleanField(help_text="Summed from predecessors.")
    is_illustrative = serializers.BooleanField()
    definition = serializers.IntegerField(help_text="`id` of the indicator's definition it follows.")


class ReportedSerializer(FigureSerializer):
    unit = serializers.CharField(help_text="`ref` of the unit that it is of.")


class SeriesPeriodSerializer(serializers.Serializer[Any]):
    period = serializers.CharField(help_text="Code of the period.")
    as_reported = ReportedSerializer(many=True, help_text="Of each unit of the time, as it was then.")
    restated = FigureSerializer(
        allow_null=True,
        help_text="What compares with the unit of today; null where nothing does, or nothing is there.",
    )
    not_comparable = serializers.ChoiceField(
        WHY, allow_null=True, help_text="Why the period does not compare; null where it does."
    )
    not_comparable_words = serializers.CharField(
        allow_null=True, help_text="The same in words, in the language asked for."
    )
    because_of = serializers.CharField(
        allow_null=True, help_text="`ref` of the predecessor that the reason speaks of."
    )


class SeriesUnitSerializer(serializers.Serializer[Any]):
    unit = serializers.CharField(help_text="`ref` of the unit.")
    name = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)


class SeriesSerializer(serializers.Serializer[Any]):
    unit = serializers.CharField()
    indicator = serializers.CharField()
    level = serializers.ChoiceField(Level.choices)
    units = SeriesUnitSerializer(many=True, help_text="The unit, and those it came from.")
    periods = SeriesPeriodSerializer(many=True, help_text="The latest first.")


def _figure(found: UnitFigure) -> dict[str, Any]:
    is_shown = found.state in (VALUE, PARTIAL) and found.number is not None
    parts = is_shown and found.is_open and found.numerator is not None and found.denominator is not None
    return {
        "state": found.state if is_shown or found.state == NOT_APPLICABLE else MISSING,
        "reason": None if is_shown else found.reason or "unanswered",
        "value": exact_text(Exact(found.number)) if is_shown and found.number is not None else None,
        "numerator": exact_text(Exact(found.numerator)) if parts and found.numerator is not None else None,
        "denominator": exact_text(Exact(found.denominator))
        if parts and found.denominator is not None
        else None,
        "owing": found.owing,
        "reporting": found.reporting,
        "out_of": found.out_of,
        "qualifier": found.qualifier,
        "is_pooled": found.is_pooled,
        "is_restated": found.is_restated,
        "is_illustrative": found.is_illustrative,
        "definition": found.definition.pk,
    }


def _period(each: SeriesPeriod, lineage: Lineage) -> dict[str, Any]:
    then = each.as_reported
    return {
        "period": each.period.code,
        "as_reported": [
            {**_figure(then[unit.pk]), "unit": unit.ref} for unit in lineage.units if unit.pk in then
        ],
        "restated": _figure(each.restated) if each.restated else None,
        "not_comparable": str(each.why) or None,
        "not_comparable_words": why_words(each) or None,
        "because_of": each.because_of.ref if each.because_of else None,
    }


def _unit(unit: Unit) -> dict[str, Any]:
    return {
        "unit": unit.ref,
        "name": unit.name,
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
    }


class SeriesView(APIView):
    @extend_schema(
        tags=["series"],
        operation_id="series_retrieve",
        summary="A unit's series through mergers",
        description=(
            "One indicator of a unit over time: what the unit and those it came from reported then, and what "
            "of it compares with the unit of today. What does not compare says why. Officials read the "
            "series of the nation, of every province, and of all units of their own province. Packet of "
            "QCVN 125:2021/BTTTT: indicator data (số liệu chỉ tiêu)."
        ),
        parameters=[
            OpenApiParameter("unit", str, required=True, description="A unit's `ref`, such as P56-2025."),
            OpenApiParameter("indicator", str, required=True, description="An indicator's `code`."),
            OpenApiParameter("level", str, enum=Level.values, description="`total` unless given."),
            OpenApiParameter("kind", str, enum=KINDS, description="Only periods of this kind."),
        ],
        responses=SeriesSerializer,
    )
    @remembered
    def get(self, request: Request) -> Response:
        given, both = request.query_params, ("unit", "indicator")
        refuse_unreadable(given, known=(*both, "level", "kind"), required=both)
        unit = unit_asked(request)
        indicator = indicator_asked(request)
        level = given.get("level", Level.TOTAL)
        lineage = readable(request.user, lineage_of(unit))
        narrowed = SeriesFilterSet(given, queryset=periods_of(lineage, indicator, level))
        if not narrowed.is_valid():
            raise translate_validation(narrowed.errors)
        found = series_of(lineage, indicator, level, narrowed.qs, _definition(indicator), who=request.user)
        return Response(
            {
                "unit": unit.ref,
                "indicator": indicator.code,
                "level": level,
                "units": [_unit(each) for each in lineage.units],
                "periods": [_period(each, lineage) for each in found],
            }
        )


def _definition(indicator: Indicator) -> IndicatorDefinition | None:
    """Today's, else the last one."""
    rows = list(indicator.definitions.order_by(F("valid_from").desc(nulls_last=True), "-pk"))
    return next((each for each in rows if each.is_valid_on(today())), next(iter(rows), None))
