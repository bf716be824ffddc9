"""Campaigns with their goals, and the figures of their days and weeks, in the API."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from typing import Any, ClassVar

from django.db.models import Count, Max, Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from events.campaign_filters import CampaignFigureFilterSet, CampaignFilterSet
from events.campaign_sums import UnitSum, sums_of
from events.campaigns import days_in
from events.models import CampaignFigure, CampaignGoal, Event, EventKind
from indicators.api.numbers import number, stored
from indicators.api.rows import RowsViewSet
from indicators.fields import to_scaled
from indicators.models import Level, Provenance
from provinces.reading.sources import ModelRows, Source
from provinces.reading.views import ReadViewSet
from provinces.representing import Represented

_NUMBER: dict[str, Any] = {"max_digits": 19, "decimal_places": 4}


class GoalSerializer(serializers.Serializer[CampaignGoal]):
    """A number to reach, with what was reached of it."""

    id = serializers.IntegerField()
    indicator = serializers.CharField(source="indicator.code", help_text="Code of the indicator.")
    level = serializers.ChoiceField(Level.choices)
    goal = serializers.SerializerMethodField(help_text="To be reached by the last day; an exact decimal.")
    unit_of_measure = serializers.CharField()
    is_flow = serializers.BooleanField(
        help_text="The total is the sum of all days; of a state it adds what each unit said last."
    )
    provenance = serializers.ChoiceField(Provenance.choices)
    total = serializers.SerializerMethodField(
        help_text="What was reached, an exact decimal; null while no unit has reported (missing is not zero)."
    )
    reporting = serializers.SerializerMethodField(help_text="Units that have reported at least once.")

    def _own(self, goal: CampaignGoal) -> list[UnitSum]:
        return [each for (pk, _unit), each in self.context["sums"].items() if pk == goal.pk]

    def get_goal(self, goal: CampaignGoal) -> str | None:
        return _decimal(goal.value)

    def get_total(self, goal: CampaignGoal) -> str | None:
        own = self._own(goal)
        return _decimal(sum((each.value for each in own), Decimal(0))) if own else None

    def get_reporting(self, goal: CampaignGoal) -> int:
        return len(self._own(goal))


def _decimal(value: Decimal) -> str | None:
    return number(to_scaled(value, 4))


class CampaignSerializer(serializers.ModelSerializer[Event]):
    unit: Any = serializers.SlugRelatedField("ref", read_only=True, help_text="`ref` of the unit it is of.")
    days = serializers.SerializerMethodField(help_text="From the first to the last day, both included.")
    goals = GoalSerializer(many=True)

    OWN: ClassVar = ("id", "starts_on", "ends_on", "title_vi", "title_en", "is_day_illustrative")

    class Meta:
        model = Event
        fields = [
            *("id", "unit", "starts_on", "ends_on", "days", "title_vi", "title_en"),
            *("is_day_illustrative", "goals"),
        ]

    def get_days(self, event: Event) -> int:
        return days_in(event.starts_on, event.ends_on)


class _Campaigns(ModelRows):
    def tag(self, rows: list[Any]) -> str:
        """From the goals and how many figures they have: those are only written or ended, never changed."""
        goals = CampaignGoal.objects.filter(event__in=[each.pk for each in rows]).order_by("pk")
        figures = {
            "written": Count("figures"),
            "newest": Max("figures__pk"),
            "ended": Count("figures__ended_at"),
        }
        own = goals.annotate(**figures).values_list(
            *("pk", "event_id", "position", "indicator__code", "level", "value", "unit_of_measure"),
            *("is_flow", "provenance", "written", "newest", "ended"),
        )
        shown = [
            [each.unit.ref, *(str(getattr(each, name)) for name in CampaignSerializer.OWN)] for each in rows
        ]
        return sha256(repr([shown, list(own)]).encode()).hexdigest()


@extend_schema(tags=["events"])
@extend_schema_view(
    list=extend_schema(
        summary="Campaigns",
        description=(
            "Campaigns with their own days, their goals and what was reached of them, the latest first. A "
            "campaign is the event of the same `id`. Officials see those of the nation, of every province, "
            "and of all units of their own province."
        ),
    ),
    retrieve=extend_schema(summary="One campaign"),
)
class CampaignViewSet(Represented, ReadViewSet[Event]):
    resource = "campaign"
    queryset = (
        Event.objects.filter(kind=EventKind.CAMPAIGN)
        .select_related("unit")
        .prefetch_related(
            Prefetch("goals", CampaignGoal.objects.select_related("indicator").order_by("position", "pk"))
        )
        .order_by("-starts_on", "-pk")
    )
    serializer_class = CampaignSerializer
    filterset_class = CampaignFilterSet
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.visible_to(self.request.user)

    def source(self, rows: Any) -> Source:
        return _Campaigns(rows)

    def written(self, rows: list[Any]) -> list[dict[str, Any]]:
        """Sums are read for all rows of the page at once."""
        goals = [goal for event in rows for goal in event.goals.all()]
        context = {**self.get_serializer_context(), "sums": sums_of(goals)}
        return list(CampaignSerializer(rows, many=True, context=context).data)


class CampaignFigureSerializer(serializers.Serializer[Any]):
    """One figure that counts. Describes what `as_json` writes."""

    id = serializers.IntegerField()
    campaign = serializers.IntegerField(help_text="`id` of the campaign.")
    goal = serializers.IntegerField(help_text="`id` of its goal.")
    indicator = serializers.CharField(help_text="Code of the indicator.")
    unit = serializers.CharField(help_text="`ref` of the unit.")
    from_on = serializers.DateField(help_text="First day it speaks of.")
    to_on = serializers.DateField(help_text="Last day; the same for a figure of one day.")
    value = serializers.DecimalField(**_NUMBER)
    note = serializers.CharField()
    provenance = serializers.ChoiceField(Provenance.choices)
    entered_at = serializers.DateTimeField()


_COLUMNS = {
    "id": "pk",
    "campaign": "goal__event_id",
    "goal": "goal_id",
    "indicator": "goal__indicator__code",
    "unit": "unit__ref",
    "from_on": "from_on",
    "to_on": "to_on",
    "value": "_value",
    "note": "note",
    "provenance": "provenance",
    "entered_at": "entered_at",
}
_KEYS = list(_COLUMNS)


def as_json(row: tuple[Any, ...]) -> dict[str, Any]:
    answer = dict(zip(_KEYS, row, strict=True))
    answer["value"] = number(answer["value"])
    return answer


@extend_schema(tags=["events"])
@extend_schema_view(
    list=extend_schema(
        summary="Figures of campaigns",
        description=(
            "What units did for a campaign's goals, by day or by week. A corrected figure leaves the list, "
            "and its correction joins it under an `id` of its own. You see the figures of units whose "
            "results you read. Ordered by `id`."
        ),
    ),
    retrieve=extend_schema(summary="One figure of a campaign"),
)
class CampaignFigureViewSet(RowsViewSet[CampaignFigure]):
    resource = "campaign_figure"
    serializer_class = CampaignFigureSerializer
    filterset_class = CampaignFigureFilterSet
    queryset = CampaignFigure.objects.live().order_by("pk")
    columns = list(_COLUMNS.values())
    numbers = {"_value": stored("value")}
    as_json = staticmethod(as_json)
