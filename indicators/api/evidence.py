"""The files that prove a figure, in the API: what they are, not their content."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import get_visible_or_404
from indicators.models import Evidence, Measurement
from provinces.filters import refuse_unreadable


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    measurement = serializers.IntegerField(source="measurement_id", help_text="`id` of the measured figure.")

    class Meta:
        model = Evidence
        fields = ["id", "measurement", "name", "content_type", "size", "sha256", "uploaded_at"]
        extra_kwargs = {
            "size": {"help_text": "In bytes."},
            "sha256": {"help_text": "Of the content, in hexadecimal."},
        }


class EvidenceListSerializer(serializers.Serializer[Any]):
    results = EvidenceSerializer(many=True)


class EvidenceView(APIView):
    resource = "evidence"

    @extend_schema(
        tags=["measurements"],
        operation_id="measurements_evidence_list",
        summary="Files that prove a figure",
        description=(
            "Name, size and digest of every file kept with the figure, the oldest first; removed ones are "
            "not listed. Whoever sees the figure sees them."
        ),
        responses=EvidenceListSerializer,
    )
    def get(self, request: Request, measurement: int) -> Response:
        refuse_unreadable(request.query_params, known=())
        cell = get_visible_or_404(Measurement.objects.only("pk"), request.user, pk=measurement)
        kept = cell.evidence.kept().order_by("pk")
        return Response({"results": EvidenceSerializer(kept, many=True).data})
