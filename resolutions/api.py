"""Documents in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from provinces.reading.views import ReadViewSet
from resolutions.filters import DocumentFilterSet
from resolutions.models import Document, DocumentLink


class DocumentLinkSerializer(serializers.ModelSerializer[DocumentLink]):
    document = serializers.IntegerField(source="other_id", help_text="`id` of the other document.")
    key = serializers.CharField(source="other.key")

    class Meta:
        model = DocumentLink
        fields = ["relation", "document", "key"]


class DocumentSerializer(serializers.ModelSerializer[Document]):
    unit: Any = serializers.SlugRelatedField("ref", read_only=True)
    key = serializers.CharField(read_only=True, help_text="issuer|number|date; a number alone is no key.")
    title = serializers.CharField(read_only=True, help_text="The title in the language asked for.")
    links = DocumentLinkSerializer(many=True, read_only=True)
    on_track_from = serializers.DecimalField(
        3, 2, read_only=True, help_text="Share of the expected pace from which a target is on track."
    )
    at_risk_from = serializers.DecimalField(3, 2, read_only=True)

    class Meta:
        model = Document
        fields = [
            *("id", "key", "issuer", "number", "issued_on", "kind", "unit", "title", "title_vi"),
            *("title_en", "valid_from", "valid_to", "note_vi", "note_en", "is_illustrative"),
            *("on_track_from", "at_risk_from", "links"),
        ]


@extend_schema(tags=["documents"])
@extend_schema_view(
    list=extend_schema(
        summary="Documents that set targets",
        description=(
            "Resolutions, directives, plans, decisions and projects, the latest first, with what they "
            "implement and replace. Packet of QCVN 125:2021/BTTTT: reporting regimes (chế độ báo cáo). "
            "Open to everybody signed in."
        ),
    ),
    retrieve=extend_schema(summary="One document"),
)
class DocumentViewSet(ReadViewSet[Document]):
    queryset = (
        Document.objects.for_list()
        .prefetch_related(Prefetch("links", DocumentLink.objects.select_related("other")))
        .order_by("-issued_on", "-pk")
    )
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilterSet
    lookup_value_regex = "[0-9]{1,18}"
