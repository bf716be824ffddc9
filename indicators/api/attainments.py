"""Judged targets in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from indicators.api.numbers import number, ratio, stored
from indicators.api.rows import RowsViewSet
from indicators.filters import AttainmentFilterSet
from indicators.models import Attainment, Level, MissingReason, Provenance, Qualifier
from indicators.models.results import Status

NUMBER: dict[str, Any] = {"max_digits": 19, "decimal_places": 4, "allow_null": True}
SHARE: dict[str, Any] = {"max_digits": 19, "decimal_places": 6, "allow_null": True}


REASONS = [
    *MissingReason.choices,
    ("unanswered", _("Not answered yet")),
    ("not_comparable", _("Not comparable")),
]
"""Why there is no figure: what bodies say, and what pooling finds."""


class AttainmentSerializer(serializers.Serializer[Any]):
    """How one target stands for one period. Describes what `as_json` writes."""

    id = serializers.IntegerField()
    target = serializers.IntegerField(help_text="`id` of the target.")
    document = serializers.IntegerField(help_text="`id` of the document that sets it.")
    code = serializers.CharField(help_text="Its row in the document; text: 11.1 is not 11.10.")
    unit = serializers.CharField(help_text="`ref` of the unit.")
    indicator = serializers.CharField(allow_null=True, help_text="Code of the indicator.")
    level = serializers.ChoiceField(Level.choices)
    period = serializers.CharField(help_text="Code of the period.")
    status = serializers.ChoiceField(Status.choices)
    met = serializers.BooleanField(allow_null=True, help_text="Null where nothing could be judged.")
    counts = serializers.BooleanField(help_text="Whether it is one of the M of the scoreboard.")
    is_due = serializers.BooleanField(help_text="Whether it is due by the end of the period's year.")
    is_overdue = serializers.BooleanField(help_text="Unmet after its due year: listed, outside the count.")
    numerator = serializers.DecimalField(**NUMBER)
    denominator = serializers.DecimalField(**NUMBER)
    value = serializers.DecimalField(**NUMBER, help_text="Null where there is a numerator.")
    out_of = serializers.IntegerField(allow_null=True)
    missing_reason = serializers.ChoiceField(
        REASONS,
        allow_null=True,
        help_text="As reported; `unanswered`: nothing was; `not_comparable`: the definition has changed.",
    )
    progress = serializers.DecimalField(**SHARE, help_text="Share of the way from baseline to goal.")
    expected = serializers.DecimalField(**SHARE, help_text="Share expected on the judged day.")
    pace = serializers.DecimalField(**SHARE, help_text="progress ÷ expected.")
    landing = serializers.DecimalField(**SHARE, help_text="Where the present pace leads to by the due day.")
    pace_needed = serializers.DecimalField(**SHARE, help_text="Needed in each whole period that is left.")
    days_early = serializers.IntegerField(allow_null=True)
    is_late = serializers.BooleanField(allow_null=True)
    owing = serializers.IntegerField(allow_null=True, help_text="Bodies owing the figure.")
    reporting = serializers.IntegerField(allow_null=True, help_text="Bodies that reported it.")
    is_partial = serializers.BooleanField(help_text="Coverage lies below the indicator's floor.")
    is_restated = serializers.BooleanField(help_text="Restated to today's units.")
    qualifier = serializers.ChoiceField(Qualifier.choices)
    provenance = serializers.ChoiceField(Provenance.choices)
    through = serializers.CharField(
        allow_null=True, help_text="Code of the shorter period whose figure stands for this one."
    )
    previous_numerator = serializers.DecimalField(**NUMBER, help_text="Of the same period last year.")
    previous_denominator = serializers.DecimalField(**NUMBER)
    previous_value = serializers.DecimalField(**NUMBER)
    report_due_on = serializers.DateField(allow_null=True)
    assessed_on = serializers.DateField(help_text="Day the period is judged at.")
    judged_on = serializers.DateField(help_text="Judged day: the earlier of that and the day of computing.")
    revision = serializers.IntegerField(help_text="Number of the target's revision in force.")
    rules_version = serializers.CharField(help_text="Version of the attainment rules.")
    version = serializers.IntegerField(help_text="Grows with every change of this result.")
    computed_at = serializers.DateTimeField()


# Each key of the answer with the column it is read from.
_PLAIN = {
    "id": "pk",
    "target": "target_id",
    "document": "target__document_id",
    "code": "target__code",
    "unit": "target__unit__ref",
    "indicator": "target__indicator__code",
    "level": "target__level",
    "period": "period__code",
    **{key: key for key in ("status", "met", "counts", "is_due", "is_overdue", "out_of", "days_early")},
    **{key: key for key in ("is_late", "owing", "reporting", "is_partial", "is_restated", "qualifier")},
    "provenance": "provenance",
    "through": "through__code",
    **{key: key for key in ("report_due_on", "assessed_on", "judged_on", "rules_version", "version")},
    "revision": "revision__number",
    "computed_at": "computed_at",
    "missing_reason": "missing_reason",
}
_NUMBERS = {
    key: f"_{key}"
    for key in (
        *("numerator", "denominator", "value"),
        *("previous_numerator", "previous_denominator", "previous_value"),
    )
}
_RATIOS = {key: f"_{key}" for key in ("progress", "expected", "pace", "landing", "pace_needed")}
_KEYS = list(AttainmentSerializer().fields)
_COLUMNS = _PLAIN | _NUMBERS | _RATIOS


def as_json(row: tuple[Any, ...]) -> dict[str, Any]:
    answer = dict(zip(_KEYS, row, strict=True))
    for key in _NUMBERS:
        answer[key] = number(answer[key])
    for key in _RATIOS:
        answer[key] = ratio(answer[key])
    answer["missing_reason"] = answer["missing_reason"] or None
    return answer


@extend_schema(tags=["attainments"])
@extend_schema_view(
    list=extend_schema(
        summary="Judged targets",
        description=(
            "How each target stands for each period, as the attainment rules judge it. Officials see the "
            "targets of the nation, of every province, and of all units of their own province. Ordered by "
            "`id`. Packet of QCVN 125:2021/BTTTT: indicator data (số liệu chỉ tiêu)."
        ),
    ),
    retrieve=extend_schema(summary="One judged target"),
)
class AttainmentViewSet(RowsViewSet[Attainment]):
    resource = "attainment"
    serializer_class = AttainmentSerializer
    filterset_class = AttainmentFilterSet
    queryset = Attainment.objects.order_by("pk")
    follows_reach = True
    columns = [_COLUMNS[key] for key in _KEYS]
    numbers = {alias: stored(key) for key, alias in (_NUMBERS | _RATIOS).items()}
    as_json = staticmethod(as_json)
