"""Units and agencies in the API."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from provinces.filters import AgencyFilterSet, UnitFilterSet
from provinces.models import Agency, AgencySuccession, Unit, UnitName, UnitSuccession
from provinces.reading.views import ReadViewSet
from provinces.representing import Represented

REF = r"[\w.-]+"


class UnitSerializer(serializers.ModelSerializer[Unit]):
    name = serializers.SerializerMethodField(
        help_text="The name on the day `on`, else the present or last one."
    )
    label: Any = serializers.CharField(
        read_only=True, help_text="A name that cannot be mistaken: with its district and province."
    )
    parent: Any = serializers.SlugRelatedField(
        "ref", read_only=True, allow_null=True, help_text="`ref` of the unit above."
    )
    province: Any = serializers.SlugRelatedField(
        "ref", read_only=True, allow_null=True, help_text="`ref` of its province."
    )

    class Meta:
        model = Unit
        fields = [
            *("id", "ref", "code", "tier", "kind", "name", "label", "parent", "province", "valid_from"),
            *("valid_to", "latitude", "longitude", "area_km2"),
        ]
        extra_kwargs = {
            "ref": {"help_text": "The stable public id. Codes were reused on 01/07/2025; refs never are."},
            "code": {"help_text": "The official code, zero-padded."},
            "kind": {"help_text": "The Vietnamese common noun: Tỉnh, Huyện, Xã, Phường …"},
        }

    def get_name(self, unit: Unit) -> str:
        day: datetime.date | None = self.context.get("on")
        return unit.name_on(day) if day else unit.name


class UnitNameSerializer(serializers.ModelSerializer[UnitName]):
    class Meta:
        model = UnitName
        fields = ["kind", "name", "valid_from", "valid_to", "source"]


class SuccessorSerializer(serializers.ModelSerializer[UnitSuccession]):
    unit = serializers.CharField(source="successor.ref")

    class Meta:
        model = UnitSuccession
        fields = ["unit", "share", "effective_on"]


class PredecessorSerializer(SuccessorSerializer):
    unit = serializers.CharField(source="predecessor.ref")


class UnitDetailSerializer(UnitSerializer):
    names = UnitNameSerializer(many=True, read_only=True)
    predecessors = PredecessorSerializer(source="successions_from", many=True, read_only=True)
    successors = SuccessorSerializer(source="successions_to", many=True, read_only=True)

    class Meta(UnitSerializer.Meta):
        fields = [*UnitSerializer.Meta.fields, "names", "predecessors", "successors"]


@extend_schema(tags=["units"])
@extend_schema_view(
    list=extend_schema(
        summary="Administrative units",
        description=(
            "The nation, provinces, districts and communes of both generations: 63 provinces with districts "
            "until 30/06/2025, 34 provinces without from 01/07/2025. In code order. "
            "Open to everybody signed in."
        ),
    ),
    retrieve=extend_schema(
        summary="One unit", description="With all the names it bore, its predecessors and its successors."
    ),
)
class UnitViewSet(Represented, ReadViewSet[Unit]):
    resource = "unit"
    queryset = Unit.objects.with_places().in_code_order()
    serializer_class = UnitSerializer
    filterset_class = UnitFilterSet
    lookup_field = "ref"
    lookup_value_regex = REF
    detail_parameters = ["on"]

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if self.action == "retrieve":
            # Joined, not prefetched: SQLite refuses a condition on the predecessors of a thousand units.
            return rows.prefetch_related(
                "names",
                Prefetch("successions_from", UnitSuccession.objects.select_related("predecessor")),
                Prefetch("successions_to", UnitSuccession.objects.select_related("successor")),
            )
        return rows.prefetch_related("names") if "on" in self.request.query_params else rows

    def get_serializer_class(self) -> Any:
        return UnitDetailSerializer if self.action == "retrieve" else UnitSerializer

    def get_serializer_context(self) -> dict[str, Any]:
        filterset = getattr(self, "filterset", None)
        on = filterset.form.cleaned_data.get("on") if filterset is not None else None
        return {**super().get_serializer_context(), "on": on}


class AgencySerializer(serializers.ModelSerializer[Agency]):
    unit: Any = serializers.SlugRelatedField("ref", read_only=True, help_text="`ref` of its unit.")
    kind: Any = serializers.SlugRelatedField("code", read_only=True, help_text="Code of its kind.")
    name_vi = serializers.CharField(source="name", read_only=True)
    name_en = serializers.CharField(read_only=True)
    label_vi = serializers.CharField(source="label", read_only=True, help_text="The short name.")

    class Meta:
        model = Agency
        fields = ["id", "ref", "unit", "kind", "name_vi", "name_en", "label_vi", "valid_from", "valid_to"]
        extra_kwargs = {"ref": {"help_text": "The stable public id: `P56-2025.so-khcn`."}}


class AgencySuccessorSerializer(serializers.ModelSerializer[AgencySuccession]):
    agency = serializers.CharField(source="successor.ref")

    class Meta:
        model = AgencySuccession
        fields = ["agency", "share", "effective_on", "scope"]
        extra_kwargs = {"scope": {"help_text": "Which part of its work, in words; empty of all."}}


class AgencyPredecessorSerializer(AgencySuccessorSerializer):
    agency = serializers.CharField(source="predecessor.ref")


class AgencyDetailSerializer(AgencySerializer):
    predecessors = AgencyPredecessorSerializer(source="successions_from", many=True, read_only=True)
    successors = AgencySuccessorSerializer(source="successions_to", many=True, read_only=True)

    class Meta(AgencySerializer.Meta):
        fields = [*AgencySerializer.Meta.fields, "predecessors", "successors"]


@extend_schema(tags=["agencies"])
@extend_schema_view(
    list=extend_schema(
        summary="Agencies that own and report figures",
        description=(
            "Ministries of the nation and departments of provinces of both generations, by `ref`. Open to "
            "everybody signed in."
        ),
    ),
    retrieve=extend_schema(
        summary="One agency", description="With the agencies whose work it took over and gave away."
    ),
)
class AgencyViewSet(Represented, ReadViewSet[Agency]):
    resource = "agency"
    queryset = Agency.objects.with_names().order_by("ref", "pk")
    serializer_class = AgencySerializer
    filterset_class = AgencyFilterSet
    lookup_field = "ref"
    lookup_value_regex = REF

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if self.action == "retrieve":
            return rows.prefetch_related("successions_from__predecessor", "successions_to__successor")
        return rows

    def get_serializer_class(self) -> Any:
        return AgencyDetailSerializer if self.action == "retrieve" else AgencySerializer
