"""Reports in the API: their state, whether they came in time, and their words once they are approved."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Coalesce, NullIf
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from indicators.api.rows import RowsViewSet
from indicators.discipline import STANDINGS, due_day, standing
from indicators.filters import ReportFilterSet
from indicators.models import Measurement, MeasurementVersion, Report, ReportState

_FINISHED = (ReportState.APPROVED, ReportState.LOCKED)
_WORDS = ("results", "difficulties", "causes", "proposals")
WORDS: dict[str, Any] = {"allow_null": True, "help_text": "Null until the report is approved; may be empty."}


class ReportSerializer(serializers.Serializer[Any]):
    """What one body files for one period. Describes what `as_json` writes."""

    id = serializers.IntegerField()
    unit = serializers.CharField(help_text="`ref` of the unit.")
    agency = serializers.CharField(allow_null=True, help_text="`ref` of the agency whose report it is.")
    period = serializers.CharField(help_text="Code of the period.")
    state = serializers.ChoiceField(ReportState.choices)
    due_on = serializers.DateField(allow_null=True, help_text="The last day on which it is in time.")
    standing = serializers.ChoiceField(
        STANDINGS,
        allow_null=True,
        help_text=(
            "How it stands with that day: `in_time` and `late` by the day it was first sent, `waited_for` "
            "and `missing` (overdue) as of today. Worked out when it is read; null without a due day."
        ),
    )
    days_late = serializers.IntegerField(allow_null=True, help_text="Days past the due day; 0 in time.")
    first_submitted_at = serializers.DateTimeField(allow_null=True)
    last_submitted_at = serializers.DateTimeField(allow_null=True)
    last_submitted_by = serializers.CharField(allow_null=True, help_text="Name of the person.")
    last_approved_at = serializers.DateTimeField(
        allow_null=True, help_text="When a figure of it was approved last; figures are approved one by one."
    )
    last_approved_by = serializers.CharField(allow_null=True, help_text="Name of the person.")
    reopened_until = serializers.DateField(
        allow_null=True, help_text="The last day of a recorded decision to open a locked report again."
    )
    results = serializers.CharField(**WORDS)
    difficulties = serializers.CharField(**WORDS)
    causes = serializers.CharField(**WORDS)
    proposals = serializers.CharField(**WORDS)


def _name(path: str) -> Combinable:
    """The name of a person as pages show it; without parameters, for the query is compiled once."""
    nothing = RawSQL("''", (), output_field=CharField())
    return Coalesce(NullIf(F(f"{path}__full_name"), nothing), F(f"{path}__username"))


def _newest(rows: QuerySet[Any, Any], value: Any) -> Any:
    return Subquery(rows.values_list(value)[:1])


_SENT: Any = MeasurementVersion.objects.filter(
    measurement__report=OuterRef("pk"), submitted_at__isnull=False
).order_by("-submitted_at", "-pk")
_APPROVED: Any = Measurement.objects.filter(report=OuterRef("pk"), approved_version__isnull=False).order_by(
    "-approved_version__approved_at", "-pk"
)

# Each key of the answer with the column it is read from; two of them are worked out.
_COLUMNS = {
    "id": "pk",
    "unit": "unit__ref",
    "agency": "agency__ref",
    "period": "period__code",
    **{key: key for key in ("state", "due_on", "first_submitted_at")},
    **{key: f"_{key}" for key in ("last_submitted_at", "last_submitted_by")},
    **{key: f"_{key}" for key in ("last_approved_at", "last_approved_by")},
    "reopened_until": "reopened_until",
    **{key: key for key in _WORDS},
}
_KEYS = list(ReportSerializer().fields)


def as_json(row: tuple[Any, ...]) -> dict[str, Any]:
    found = dict(zip(_COLUMNS, row, strict=True))
    stands, days = None, None
    if found["due_on"] is not None:
        stands, days = standing(found["due_on"], found["state"], found["first_submitted_at"])
    found |= {"standing": stands, "days_late": days}
    if found["state"] not in _FINISHED:
        # Words are nobody's word before they are approved, as figures are not.
        found |= dict.fromkeys(_WORDS)
    return {key: found[key] for key in _KEYS}


@extend_schema(tags=["reports"])
@extend_schema_view(
    list=extend_schema(
        summary="Reports with their state",
        description=(
            "What bodies file for a period: begun, sent, returned, approved or locked, and whether in time. "
            "A body that has not begun has no row; `discipline` lists those too. You see the reports of your "
            "own unit, of all below it and of their predecessors; an agency sees its own. Ordered by `id`. "
            "Packet of QCVN 125:2021/BTTTT: report status (trạng thái báo cáo)."
        ),
    ),
    retrieve=extend_schema(summary="One report"),
)
class ReportViewSet(RowsViewSet[Report]):
    resource = "report"
    serializer_class = ReportSerializer
    filterset_class = ReportFilterSet
    queryset = Report.objects.order_by("pk")
    columns = list(_COLUMNS.values())
    numbers = {
        **due_day(),
        "_last_submitted_at": _newest(_SENT, "submitted_at"),
        "_last_submitted_by": _newest(_SENT, _name("submitted_by")),
        "_last_approved_at": _newest(_APPROVED, "approved_version__approved_at"),
        "_last_approved_by": _newest(_APPROVED, _name("approved_version__approved_by")),
    }
    as_json = staticmethod(as_json)
