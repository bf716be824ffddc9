"""The API's door to a report: its cells, their files, and sending it, in the name of an official."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import TokenMayReport
from accounts.files import MOST_BYTES, FileRefused
from accounts.idempotent import IDEMPOTENCY_KEY, idempotent
from accounts.permissions import HIDDEN
from accounts.problems import Problem, TooLarge
from accounts.remembering import remembered
from indicators.actions import evidence as evidence_actions
from indicators.actions import reviewing
from indicators.actions.cells import lock_report
from indicators.actions.entering import save_narrative
from indicators.actions.reporting import ReportingError
from indicators.api.bodies import ExactJSONParser, FileParser
from indicators.api.row_reading import LONGEST_TEXT
from indicators.api.standing import (
    IF_MATCH,
    WORDS,
    EvidenceFileSerializer,
    StandingSerializer,
    demand_match,
    etag_of,
    standing,
)
from indicators.api.writing import (
    AGENCY,
    PARTIAL,
    REFUSALS,
    CountsSerializer,
    FigureSerializer,
    ToldSerializer,
    Writing,
    is_partial,
    listed_in,
    place_of,
)
from indicators.entry.places import Place, owed
from indicators.entry.reading import plain_text
from indicators.problems import EvidenceNotAccepted, NothingToSend, ReportClosed, ReportNotReady


class CellSerializer(FigureSerializer):
    version = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        help_text="Number of the version this builds on, null for none; with it the cell may be in conflict.",
    )


class CellsSerializer(serializers.Serializer[Any]):
    cells = CellSerializer(many=True, allow_empty=False)


class CellsToldSerializer(CountsSerializer):
    cells = ToldSerializer(many=True)


class WordsSerializer(serializers.Serializer[Any]):
    """The words of the report. What is not given stays as it is."""

    results = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    difficulties = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    causes = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    proposals = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)


class FileSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="At most 20 MB; office files without macros, PDF, PNG, JPEG.")


class ReportView(APIView):
    """One report, in the name of an official: the client and the person must both reach it."""

    permission_classes = [IsAuthenticated, TokenMayReport]
    parser_classes = [ExactJSONParser]

    def hold(self, request: Request, place: Place) -> None:
        """Lock the report and look whether it is still the one that was read; 428 or 412 where it is not."""
        lock_report(place)
        demand_match(request, standing(place))


class ReportCellsView(ReportView):
    @extend_schema(
        tags=["reports"],
        operation_id="report_cells_read",
        summary="A report with its newest versions",
        description=(
            "What stands in the report now, drafts included, for those who may enter figures in it: every "
            "cell it owes with the number of its newest version. The `ETag` is needed to change anything. "
            "What counts, approved figures, is read at `/measurements/`."
        ),
        parameters=[AGENCY],
        responses={200: StandingSerializer, 304: OpenApiResponse(description="It is as you have it.")},
    )
    @remembered
    def get(self, request: Request, unit: str, period: str) -> Response:
        place, _official = place_of(request, unit, period)
        shown = standing(place)
        return Response(shown, headers={"ETag": etag_of(shown)})

    @extend_schema(
        tags=["reports"],
        operation_id="report_cells_enter",
        summary="Enter figures of a report",
        description=(
            "Saves cells of the report of a unit (or of an agency of it) as drafts, in the name of the "
            "official the client acts for; nobody's approval is given. All cells are written or, with 422 "
            "`rows_refused`, none; with `partial=1` each cell says what became of it."
        ),
        parameters=[AGENCY, PARTIAL, IF_MATCH, IDEMPOTENCY_KEY],
        request=CellsSerializer,
        responses={200: CellsToldSerializer, **REFUSALS},
    )
    @idempotent
    def post(self, request: Request, unit: str, period: str) -> Response:
        place, official = place_of(request, unit, period, "partial")
        whole = not is_partial(request)
        writing = Writing(listed_in(request, "cells"), "cells", with_report=False)
        writing.refuse_unreadable()
        self.hold(request, place)
        writing.write({("", "", ""): place}, by=official, whole=whole)
        return Response(writing.told(), headers={"ETag": etag_of(standing(place))})


class SubmissionView(ReportView):
    @extend_schema(
        tags=["reports"],
        operation_id="report_submit",
        summary="Send a report for approval",
        description=(
            "Sends all drafts of the report to its approver, as the button of the form does: every cell "
            "must be answered, every warning justified, required evidence attached; 422 "
            "`report_not_ready` names what is missing. Words given here become the words of the report. A "
            "person approves or returns it, never a client, and never the official the client acts for. A "
            "report that was sent is corrected by entering a figure anew: it is a draft again until it is "
            "sent again."
        ),
        parameters=[AGENCY, IF_MATCH, IDEMPOTENCY_KEY],
        request=WordsSerializer,
        responses={200: StandingSerializer, **REFUSALS},
    )
    @idempotent
    def post(self, request: Request, unit: str, period: str) -> Response:
        place, official = place_of(request, unit, period)
        words = _words(request)
        self.hold(request, place)
        _demand_open(place)
        if words and place.report is not None:
            kept = {name: getattr(place.report, name) for name in WORDS}
            save_narrative(place=place, by=official, **kept | words)
        try:
            reviewing.submit_report(place=place, by=official)
        except reviewing.NotReady as problem:
            raise _not_ready(problem) from None
        except ReportingError as problem:
            raise NothingToSend(str(problem)) from None
        shown = standing(place)
        return Response(shown, headers={"ETag": etag_of(shown)})


class AttachEvidenceView(ReportView):
    parser_classes = [FileParser]

    @extend_schema(
        tags=["reports"],
        operation_id="report_evidence_attach",
        summary="Attach a file to a cell",
        description=(
            "Adds one file that proves the figure of a cell, under the limits and checks of the form. A "
            "cell in which nothing was entered yet takes files too."
        ),
        parameters=[AGENCY, IF_MATCH, IDEMPOTENCY_KEY],
        request={"multipart/form-data": FileSerializer},
        responses={201: EvidenceFileSerializer, **REFUSALS},
    )
    @idempotent
    def post(self, request: Request, unit: str, period: str, code: str, level: str) -> Response:
        place, official = place_of(request, unit, period)
        one = next((each for each in owed(place) if each.key == f"{code}:{level}"), None)
        if one is None:
            raise Http404(HIDDEN)
        file: Any = request.FILES.get("file")
        if file is None:
            raise ValidationError({"file": ErrorDetail(_("Send one file in the field “file”."), "required")})
        if (file.size or 0) > MOST_BYTES:
            raise TooLarge(_("The file is larger than 20 MB."))
        self.hold(request, place)
        _demand_open(place)
        try:
            kept = evidence_actions.attach(
                place=place, indicator=one.indicator, level=one.level, by=official, file=file
            )
        except (FileRefused, ReportingError) as problem:
            raise EvidenceNotAccepted({"file": ErrorDetail(str(problem), "evidence_refused")}) from None
        told = {"id": kept.pk, "name": kept.name, "size": kept.size, "sha256": kept.sha256}
        return Response(told, status=201, headers={"ETag": etag_of(standing(place))})


def _words(request: Request) -> dict[str, str]:
    """The words of the report that were sent, as they are kept; raises ValidationError."""
    body = request.data or {}
    if not isinstance(body, dict):
        raise ValidationError({"body": ErrorDetail(_("Send a JSON object, or nothing."), "invalid")})
    errors: dict[str, ErrorDetail] = {}
    for name, text in body.items():
        if name not in WORDS:
            words = _("There is no such field. Possible here: %(known)s.") % {"known": ", ".join(WORDS)}
            errors[name[:40]] = ErrorDetail(words, "unknown_field")
        elif not isinstance(text, str) or len(text) > LONGEST_TEXT:
            words = _("Give text of at most %(n)s characters.") % {"n": LONGEST_TEXT}
            errors[name] = ErrorDetail(words, "invalid")
    if errors:
        raise ValidationError(errors)
    return {name: plain_text(text) for name, text in body.items()}


def _demand_open(place: Place) -> None:
    if not place.has_begun:
        words = _("The period has not begun; nothing can be entered yet.")
        raise ReportClosed(words, "period_not_open")
    if place.is_locked:
        raise ReportClosed


def _not_ready(problem: reviewing.NotReady) -> Problem:
    detail: dict[str, list[ErrorDetail]] = {}
    for key, found in problem.problems:
        place = ".".join(filter(None, ("cells", key, found.field)))
        detail.setdefault(place, []).append(ErrorDetail(found.message, str(found.code)))
    return ReportNotReady(detail)
