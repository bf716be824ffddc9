"""Targets in the API, each with its revision in force on a day."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from indicators.filters import TargetFilterSet
from indicators.models import Milestone, Target, TargetPart, TargetRevision
from indicators.models.targets import TargetQuerySet, TargetRevisionQuerySet
from provinces.dates import today
from provinces.reading.views import ReadViewSet
from provinces.representing import Represented

NUMBER: dict[str, Any] = {"max_digits": 19, "decimal_places": 4, "read_only": True, "allow_null": True}


class PlainNumber(serializers.DecimalField):
    """An exact number as short text: "98.9", not "98.9000"."""

    def __init__(self, **extra: Any) -> None:
        super().__init__(**NUMBER | extra)

    def to_representation(self, value: Any) -> str:
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text


class MilestoneSerializer(serializers.ModelSerializer[Milestone]):
    value = PlainNumber(allow_null=False)

    class Meta:
        model = Milestone
        fields = ["on", "value"]


class RuleSerializer(serializers.ModelSerializer[Any]):
    threshold = PlainNumber(help_text="`target` of the calculator.")
    low = PlainNumber()
    high = PlainNumber()
    baseline = PlainNumber()


RULE = ("rule", "threshold", "low", "high", "direction", "years", "baseline", "baseline_on")


class TargetPartSerializer(RuleSerializer):
    indicator: Any = serializers.SlugRelatedField("code", read_only=True, allow_null=True)

    class Meta:
        model = TargetPart
        fields = ["position", "indicator", "level", "name_vi", *RULE]


class RevisionSerializer(RuleSerializer):
    document = serializers.IntegerField(source="document_id", help_text="`id` of the document that says so.")
    milestones = MilestoneSerializer(many=True, read_only=True)
    parts = TargetPartSerializer(many=True, read_only=True, help_text="Of a composite rule.")

    class Meta:
        model = TargetRevision
        fields = [
            *("number", "document", "effective_on", *RULE, "due_on", "shape", "window_from"),
            *("threshold_provenance", "baseline_provenance", "due_provenance", "milestones", "parts"),
        ]


class TargetSerializer(serializers.ModelSerializer[Target]):
    document = serializers.IntegerField(source="document_id", help_text="`id` of the document.")
    name: Any = serializers.CharField(
        read_only=True, help_text="The document's or the indicator's name, in the language asked for."
    )
    unit: Any = serializers.SlugRelatedField("ref", read_only=True)
    indicator: Any = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    owner: Any = serializers.SlugRelatedField(
        "ref", read_only=True, allow_null=True, help_text="`ref` of the agency answering for it."
    )
    parent: Any = serializers.IntegerField(
        source="parent_id", allow_null=True, help_text="`id` of its heading."
    )
    linked_to = serializers.IntegerField(
        source="linked_to_id", allow_null=True, help_text="Copy of this one."
    )
    continues = serializers.IntegerField(
        source="continues_id", allow_null=True, help_text="Re-issued from this one of a predecessor."
    )
    revision = serializers.SerializerMethodField(help_text="The revision in force on the day `on`.")

    class Meta:
        model = Target
        fields = [
            *("id", "document", "unit", "code", "kind", "counts_as", "parent", "indicator", "level"),
            *(
                "name",
                "name_vi",
                "name_en",
                "owner",
                "owner_note",
                "counts_from",
                "linked_to",
                "continues",
                "note",
            ),
            "revision",
        ]
        extra_kwargs = {
            "code": {"help_text": "Row in the document; text: 11.1 is not 11.10."},
            "name_vi": {"help_text": "The document's own words; empty where it has the indicator's name."},
        }

    @extend_schema_field(RevisionSerializer(allow_null=True))
    def get_revision(self, target: Target) -> Any:
        found: Any = target.in_force  # type: ignore[attr-defined]
        return self._writes_revision.to_representation(found[0]) if found else None

    @cached_property
    def _writes_revision(self) -> RevisionSerializer:
        """One for all rows: building a serializer takes longer than writing with it."""
        return RevisionSerializer()


class TargetDetailSerializer(TargetSerializer):
    revisions = RevisionSerializer(
        many=True, read_only=True, help_text="All that it ever asked, and is to ask; the latest first."
    )

    class Meta(TargetSerializer.Meta):
        fields = [*TargetSerializer.Meta.fields, "revisions"]


def with_revision_on(rows: TargetQuerySet, day: datetime.date) -> TargetQuerySet:
    """Each target with `in_force`: a list of its revision in force on the day, or an empty one."""
    latest = TargetRevision.objects.in_force_on(day).filter(target=OuterRef("target"))
    in_force = _whole(TargetRevision.objects.filter(pk=Subquery(latest.values("pk")[:1])))
    return rows.prefetch_related(Prefetch("revisions", in_force, to_attr="in_force"))


def _whole(revisions: TargetRevisionQuerySet) -> TargetRevisionQuerySet:
    """Revisions with their milestones and parts."""
    return revisions.prefetch_related(
        "milestones", Prefetch("parts", TargetPart.objects.select_related("indicator"))
    )


@extend_schema(tags=["targets"])
@extend_schema_view(
    list=extend_schema(
        summary="Targets",
        description=(
            "What documents ask of units: rule, threshold, days, milestones and parts as they stand in the "
            "revision in force on the day `on`. Officials see the targets of the nation, of every province, "
            "and of all units of their own province. Ordered by `id`. Packet of QCVN 125:2021/BTTTT: "
            "forms (biểu mẫu), whose rows they are."
        ),
    ),
    retrieve=extend_schema(summary="One target, with all its revisions"),
)
class TargetViewSet(Represented, ReadViewSet[Target]):
    resource = "target"
    queryset = Target.objects.select_related("unit", "indicator", "owner").order_by("pk")
    serializer_class = TargetSerializer
    filterset_class = TargetFilterSet
    lookup_value_regex = "[0-9]{1,18}"
    detail_parameters = ["on"]

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        if self.action == "retrieve":
            rows = rows.prefetch_related(Prefetch("revisions", _whole(TargetRevision.objects.all())))
        return rows.visible_to(self.request.user)

    def get_serializer_class(self) -> Any:
        return TargetDetailSerializer if self.action == "retrieve" else TargetSerializer

    def filter_queryset(self, queryset: Any) -> Any:
        found: Any = super().filter_queryset(queryset)
        filterset = getattr(self, "filterset", None)
        day = filterset.form.cleaned_data.get("on") if filterset is not None else None
        return with_revision_on(found, day or today())

    def to_represent(self, rows: Any) -> Any:
        return with_revision_on(rows, today())
