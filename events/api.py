"""Events in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from events.filters import EventFilterSet
from events.models import Event, EventPoint, EventSite, Outcome
from provinces.reading.views import ReadViewSet
from provinces.representing import Represented
from resolutions.models import Document


class EventSiteSerializer(serializers.ModelSerializer[EventSite]):
    unit: Any = serializers.SlugRelatedField("ref", read_only=True, allow_null=True)

    class Meta:
        model = EventSite
        fields = ["name", "unit", "count"]
        extra_kwargs = {"count": {"help_text": "How many sites, where only their number is reported."}}


class OutcomeSerializer(serializers.ModelSerializer[Outcome]):
    value = serializers.DecimalField(19, 4, read_only=True, normalize_output=True)
    out_of = serializers.DecimalField(19, 4, read_only=True, allow_null=True, normalize_output=True)
    indicator: Any = serializers.SlugRelatedField(
        "code", read_only=True, allow_null=True, help_text="`code` of the indicator that it speaks of."
    )
    measurement = serializers.IntegerField(
        source="version.measurement_id",
        allow_null=True,
        default=None,
        read_only=True,
        help_text="`id` of the measurement that it fed; each outcome feeds one at most.",
    )

    class Meta:
        model = Outcome
        fields = [
            *("id", "label_vi", "label_en", "value", "out_of", "unit_of_measure", "approximate"),
            *("provenance", "indicator", "measurement"),
        ]


class EventPointSerializer(serializers.ModelSerializer[EventPoint]):
    task = serializers.IntegerField(
        source="task_id", allow_null=True, help_text="`id` of the task that it became."
    )

    class Meta:
        model = EventPoint
        fields = ["id", "kind", "text_vi", "text_en", "note_vi", "note_en", "is_unpublished", "task"]
        extra_kwargs = {
            "is_unpublished": {"help_text": "Only the heading is known; its content was not made public."}
        }


# RFC 3339 knows times with a zone alone; these are those of Việt Nam.
_HOUR = {"type": ["string", "null"], "pattern": "^[0-2][0-9]:[0-5][0-9]$", "description": "Asia/Ho_Chi_Minh."}


@extend_schema_field(_HOUR)
class HourField(serializers.TimeField):
    def __init__(self) -> None:
        super().__init__(format="%H:%M", read_only=True, allow_null=True)


class EventSerializer(serializers.ModelSerializer[Event]):
    unit: Any = serializers.SlugRelatedField("ref", read_only=True, help_text="`ref` of the unit it is of.")
    host: Any = serializers.SlugRelatedField(
        "ref", read_only=True, allow_null=True, help_text="`ref` of the unit in which it took place."
    )
    documents: Any = serializers.PrimaryKeyRelatedField(
        many=True, read_only=True, help_text="`id` of each document it belongs to."
    )
    returns_of = serializers.IntegerField(
        source="returns_of_id",
        allow_null=True,
        help_text="`id` of the event of which it is the yearly return.",
    )
    begins_at = HourField()
    ends_at = HourField()
    sites = EventSiteSerializer(many=True, read_only=True)
    outcomes = OutcomeSerializer(many=True, read_only=True, source="figures")
    points = EventPointSerializer(many=True, read_only=True)

    class Meta:
        model = Event
        fields = [
            *("id", "kind", "unit", "host", "starts_on", "ends_on", "begins_at", "ends_at"),
            *("title_vi", "title_en", "place", "theme_vi", "theme_en", "agenda_vi", "agenda_en"),
            *("documents", "outcomes_vi", "outcomes_en", "outcomes", "points", "sites", "note"),
            *("is_day_illustrative", "is_illustrative", "cancelled", "repeats_yearly", "returns_of"),
        ]
        extra_kwargs = {
            "is_day_illustrative": {"help_text": "The event is real or planned, its day is made up."},
            "repeats_yearly": {"help_text": "Returns every year on the same day."},
            "is_illustrative": {"help_text": "The whole event is made up."},
        }


@extend_schema(tags=["events"])
@extend_schema_view(
    list=extend_schema(
        summary="Events",
        description=(
            "Conferences, working sessions, workshops, launches, campaigns and the national day, the latest "
            "first. Officials see the events of the nation, of every province, and of all units of their own "
            "province."
        ),
    ),
    retrieve=extend_schema(summary="One event"),
)
class EventViewSet(Represented, ReadViewSet[Event]):
    resource = "event"
    queryset = (
        Event.objects.select_related("unit", "host")
        .prefetch_related(
            Prefetch("documents", Document.objects.only("pk").order_by("pk")),
            Prefetch("sites", EventSite.objects.select_related("unit")),
            Prefetch("figures", Outcome.objects.select_related("indicator", "version")),
            "points",
        )
        .order_by("-starts_on", "-pk")
    )
    serializer_class = EventSerializer
    filterset_class = EventFilterSet
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.visible_to(self.request.user)
