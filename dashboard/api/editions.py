"""Published editions in the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.permissions import Principal, get_visible_or_404
from dashboard.editions.canonical import content_in
from dashboard.editions.differences import Difference, differences
from dashboard.filters import EditionFilterSet
from dashboard.models import Edition
from provinces.filters import refuse_unreadable
from provinces.reading.parameters import SHOWING
from provinces.reading.renderers import OrjsonRenderer
from provinces.reading.views import ReadViewSet


class Tampered(APIException):
    """The stored bytes are not those that were closed: nothing is handed out."""

    status_code = 500
    default_detail = _(
        "The stored bytes of this edition no longer match its digest. Tell the administrator of the portal."
    )
    default_code = "digest_mismatch"


class EditionSerializer(serializers.Serializer[Edition]):
    id = serializers.IntegerField()
    unit: Any = serializers.CharField(source="unit.ref", help_text="`ref` of the unit.")
    period: Any = serializers.CharField(source="period.code", help_text="Code of the period.")
    number = serializers.IntegerField(help_text="1, 2, … of the unit and period; a correction is the next.")
    newest = serializers.IntegerField(help_text="The newest number of the same unit and period.")
    digest = serializers.CharField(help_text="SHA-256 of the bytes at `content`, in hexadecimal.")
    met_total = serializers.IntegerField(source="met")
    total = serializers.IntegerField()
    is_illustrative = serializers.BooleanField(help_text="Whether made-up figures are among them.")
    is_internal = serializers.BooleanField(help_text="Kept off the public site.")
    closed_at = serializers.DateTimeField()
    closed_by = serializers.CharField(source="closed_by_name")
    reason = serializers.CharField(help_text="Why it was corrected; may be empty of the first one.")
    content = serializers.SerializerMethodField(help_text="Address of the frozen content.")

    @extend_schema_field(OpenApiTypes.URI)
    def get_content(self, edition: Edition) -> str:
        address: str = reverse("api-edition-content", [edition.pk], request=self.context["request"])
        return address


class SaidSerializer(serializers.Serializer[Any]):
    subject = serializers.CharField()
    field = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class DifferenceSerializer(serializers.Serializer[Any]):
    part = serializers.ChoiceField(
        ["headline", "target", "group", "narrative", "document", "edition"], help_text="What differs."
    )
    key = serializers.CharField(help_text="`id` of the target or document, `ref` of the body; else empty.")
    field = serializers.CharField(help_text="Which of its fields.")
    vi = SaidSerializer()
    en = SaidSerializer()


class EditionDetailSerializer(EditionSerializer):
    differences = DifferenceSerializer(
        many=True, help_text="To the edition before, in words; empty of the first one."
    )


def _plain(each: Difference) -> dict[str, Any]:
    words = {
        language: {
            "subject": said.subject,
            "field": said.field,
            "before": said.before,
            "after": said.after,
        }
        for language, said in each.said.items()
    }
    return {"part": each.part, "key": each.key, "field": each.field, **words}


def _with_differences(found: Edition, before: Edition | None, context: Mapping[str, Any]) -> dict[str, Any]:
    told = differences(content_in(before.raw), content_in(found.raw)) if before is not None else []
    shown = EditionSerializer(found, context=context).data
    return {**shown, "differences": [_plain(each) for each in told]}


@extend_schema(tags=["editions"])
@extend_schema_view(
    list=extend_schema(
        summary="Published editions",
        description=(
            "What provinces closed for a quarter or a year, ordered by `id`. An edition never changes: a "
            "correction is the next number of the same unit and period. Packet of QCVN 125:2021/BTTTT: "
            "published reports (báo cáo công bố)."
        ),
    ),
)
class EditionViewSet(ReadViewSet[Edition]):
    resource = "edition"
    serializer_class = EditionSerializer
    filterset_class = EditionFilterSet
    lookup_value_regex = "[0-9]{1,18}"
    queryset = Edition.objects.for_list().order_by("pk")

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.visible_to(self.request.user)

    def _edition(self, pk: str) -> Edition:
        """One edition with its bytes, verified."""
        rows = Edition.objects.for_list().defer(None)
        found: Edition = get_visible_or_404(rows, self.request.user, pk=pk)
        if not found.is_intact:
            raise Tampered
        return found

    def get_serializer_class(self) -> Any:
        return EditionDetailSerializer if self.action == "retrieve" else EditionSerializer

    @extend_schema(
        summary="One edition, with its differences to the one before", responses=EditionDetailSerializer
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        refuse_unreadable(request.query_params, known=SHOWING)
        shape = self.shape()
        found = self._edition(pk)
        same = Edition.objects.filter(unit=found.unit_id, period=found.period_id)
        before = same.filter(number=found.number - 1).first()
        if before is not None and not before.is_intact:
            raise Tampered
        return Response(shape.of([_with_differences(found, before, self.get_serializer_context())])[0])

    @classmethod
    def json_of(cls, who: Principal, ids: Sequence[int], request: Request) -> dict[int, dict[str, Any]]:
        """Of these ids those that `who` may see, each as its own address answers it; in two queries.

        One whose bytes were tampered with is not handed out here either.
        """
        rows: Any = Edition.objects.for_list().defer(None)
        found = [each for each in rows.visible_to(who).filter(pk__in=ids) if each.is_intact]
        wanted = Q(pk__in=[])
        for each in found:
            wanted |= Q(unit=each.unit_id, period=each.period_id, number=each.number - 1)
        before = {
            (each.unit_id, each.period_id, each.number): each for each in Edition.objects.filter(wanted)
        }
        shown = {}
        for each in found:
            last = before.get((each.unit_id, each.period_id, each.number - 1))
            if last is None or last.is_intact:
                shown[each.pk] = _with_differences(each, last, {"request": request})
        return shown

    @extend_schema(
        summary="The frozen content of an edition",
        description=(
            "Exactly the bytes that were closed: UTF-8 JSON with its keys in order and without blanks. "
            "`ETag` is the digest; the SHA-256 of the body is the same."
        ),
        filters=False,
        responses={200: OpenApiTypes.OBJECT},
    )
    @action(
        detail=True,
        url_name="content",
        filter_backends=[],
        pagination_class=None,
        renderer_classes=[OrjsonRenderer],
    )
    def content(self, request: Request, pk: str) -> HttpResponse:
        found = self._edition(pk)
        tag = f'"{found.digest}"'
        answer = HttpResponse(found.raw, content_type="application/json")
        answer["ETag"] = tag
        plain: HttpRequest = request._request
        conditional: Any = get_conditional_response(plain, etag=tag, response=answer)
        return conditional if isinstance(conditional, HttpResponse) else answer
