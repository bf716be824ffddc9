"""Events in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from events.filters import EventFilterSet
from events.models import Event
from provinces.reading.views import ReadViewSet
from provinces.representing import Represented
from resolutions.models import Document


class EventSerializer(serializers.ModelSerializer[Event]):
    unit: Any = serializers.SlugRelatedField("ref", read_only=True, help_text="`ref` of the unit it is of.")
    host: Any = serializers.SlugRelatedField(
        "ref", read_only=True, allow_null=True, help_text="`ref` of the unit in which it took place."
    )
    documents: Any = serializers.PrimaryKeyRelatedField(
        many=True, read_only=True, help_text="`id` of each document it belongs to."
    )

    class Meta:
        model = Event
        fields = [
            *("id", "kind", "unit", "host", "starts_on", "ends_on", "title_vi", "title_en", "documents"),
            *("outcomes_vi", "outcomes_en", "note", "is_day_illustrative", "repeats_yearly"),
        ]
        extra_kwargs = {
            "is_day_illustrative": {"help_text": "The event is real or planned, its day is made up."},
            "repeats_yearly": {"help_text": "Returns every year on the same day."},
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
        .prefetch_related(Prefetch("documents", Document.objects.only("pk").order_by("pk")))
        .order_by("-starts_on", "-pk")
    )
    serializer_class = EventSerializer
    filterset_class = EventFilterSet
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.visible_to(self.request.user)
