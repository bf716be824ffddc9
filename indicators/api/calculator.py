"""The calculator: judges one case by the public rules and stores nothing. Open to everybody, throttled."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.bodies import JSONBodyParser
from indicators.engine.calculator import CaseErrors, evaluate
from indicators.engine.errors import MESSAGES
from indicators.models import MissingReason, RuleName, Shape
from indicators.models.results import Status
from indicators.models.rules import RangeDirection


class CaseParser(JSONBodyParser):
    largest = 100_000


class CaseMilestoneSerializer(serializers.Serializer[Any]):
    on = serializers.DateField()
    value = serializers.CharField()


class CaseTargetSerializer(serializers.Serializer[Any]):
    """Numbers are decimal text. Which keys a rule uses, the attainment rules say (sections 3 and 4)."""

    rule = serializers.ChoiceField(RuleName.choices)
    due_on = serializers.DateField()
    target = serializers.CharField(required=False, help_text="The threshold; of growth, per cent a year.")
    low = serializers.CharField(required=False)
    high = serializers.CharField(required=False)
    direction = serializers.ChoiceField(RangeDirection.choices, required=False)
    baseline = serializers.CharField(required=False)
    baseline_on = serializers.DateField(required=False)
    milestones = CaseMilestoneSerializer(many=True, required=False)
    shape = serializers.ChoiceField(Shape.choices, required=False)
    on_track_from = serializers.CharField(required=False)
    at_risk_from = serializers.CharField(required=False)
    years = serializers.IntegerField(required=False)
    parts = serializers.ListField(
        child=serializers.JSONField(),
        required=False,
        help_text="Of a composite: `{target, observation}` each.",
    )


class CaseObservationSerializer(serializers.Serializer[Any]):
    """One of `value`, `numerator` with `denominator`, `missing`, `done`, `judged_met`."""

    value = serializers.CharField(required=False)
    numerator = serializers.CharField(required=False, help_text="value = numerator × factor ÷ denominator.")
    denominator = serializers.CharField(required=False)
    factor = serializers.CharField(required=False, help_text="100 for per cent; 1 unless given.")
    missing = serializers.ChoiceField(MissingReason.choices, required=False)
    report_due_on = serializers.DateField(required=False)
    done = serializers.BooleanField(required=False)
    done_on = serializers.DateField(required=False)
    judged_met = serializers.BooleanField(required=False)


class CaseSerializer(serializers.Serializer[Any]):
    target = CaseTargetSerializer()
    observation = CaseObservationSerializer(required=False, help_text="Composites have one in each part.")
    as_of = serializers.DateField(help_text="The judged day.")
    today = serializers.DateField(required=False, allow_null=True, help_text="`as_of` unless given.")


class VerdictSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(Status.choices)
    met = serializers.BooleanField(required=False)
    progress = serializers.CharField(required=False, allow_null=True, help_text="Six decimals.")
    expected = serializers.CharField(required=False, allow_null=True, help_text="Six decimals.")
    late = serializers.BooleanField(required=False)
    days_early = serializers.IntegerField(required=False)
    rules_version = serializers.CharField()


EXAMPLE = {
    "target": {
        "rule": "at_least",
        "target": "95",
        "baseline": "85.00",
        "baseline_on": "2022-12-31",
        "due_on": "2023-12-31",
    },
    "observation": {"value": "98.90"},
    "as_of": "2023-12-31",
}


class CalculatorView(APIView):
    authentication_classes = []
    permission_classes = [AllowAny]
    parser_classes = [CaseParser]
    throttle_scope = "calculator"

    @extend_schema(
        tags=["calculator"],
        operation_id="attainment_evaluate",
        summary="Judge one case",
        description=(
            "Computes the status of one target by the attainment rules and stores nothing. Needs no sign-in. "
            "Every mistake in the body is named with its field."
        ),
        request=CaseSerializer,
        responses=VerdictSerializer,
        examples=[OpenApiExample("98.90 against at least 95", EXAMPLE, request_only=True)],
        auth=[],
    )
    def post(self, request: Request) -> Response:
        body: Any = request.data
        try:
            return Response(evaluate(body))
        except CaseErrors as wrong:
            raise ValidationError(in_words(wrong)) from None


def in_words(wrong: CaseErrors) -> dict[str, list[ErrorDetail]]:
    """Every mistake by its field, in the language that was asked for."""
    told = defaultdict(list)
    for each in wrong.errors:
        told[each.field].append(ErrorDetail(gettext(MESSAGES[each.code]).format(**each.params), each.code))
    return dict(told)
