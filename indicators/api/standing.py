"""A report as those who write in it see it: every cell with its newest version; and the ETag of all that."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

import orjson
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from accounts.problems import PreconditionNeeded, VersionConflict
from indicators.api.numbers import number
from indicators.entry.context import Context, context_of
from indicators.entry.places import Owed, Place
from indicators.fields import to_scaled
from indicators.models import (
    Answer,
    Evidence,
    Level,
    MissingReason,
    Qualifier,
    ReportState,
    VersionState,
)

WORDS = ("results", "difficulties", "causes", "proposals")
_PLACES = 4
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description=(
        "The ETag of the report as you read it. Needed as soon as anything stands in the report: without it "
        "the answer is 428, and 412 where somebody changed the report meanwhile."
    ),
)


class EvidenceFileSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class StandingCellSerializer(serializers.Serializer[Any]):
    """One cell of the report. Without a version nothing was entered yet and the figures are null."""

    indicator = serializers.CharField()
    level = serializers.ChoiceField(Level.choices)
    evidence_required = serializers.BooleanField()
    version = serializers.IntegerField(allow_null=True, help_text="Number of the newest version.")
    state = serializers.ChoiceField(VersionState.choices, allow_null=True)
    answer = serializers.ChoiceField(Answer.choices)
    missing_reason = serializers.ChoiceField(MissingReason.choices, allow_null=True)
    numerator = serializers.CharField(allow_null=True, help_text="Exact decimal text, as all numbers.")
    denominator = serializers.CharField(allow_null=True)
    value = serializers.CharField(allow_null=True)
    qualifier = serializers.ChoiceField(Qualifier.choices, allow_null=True)
    note = serializers.CharField(allow_blank=True)
    justification = serializers.CharField(allow_blank=True)
    warnings = serializers.ListField(child=serializers.CharField(), help_text="Codes; they need words.")
    return_reason = serializers.CharField(allow_blank=True, help_text="Why an approver returned it.")
    evidence = EvidenceFileSerializer(many=True)


class StandingSerializer(serializers.Serializer[Any]):
    """A report with its newest versions, whatever their state. Describes what `standing` answers."""

    unit = serializers.CharField()
    agency = serializers.CharField(allow_null=True)
    period = serializers.CharField()
    state = serializers.ChoiceField(ReportState.choices)
    is_open = serializers.BooleanField(help_text="Whether figures may be entered today.")
    due_on = serializers.DateField(allow_null=True)
    locks_after = serializers.DateField(allow_null=True)
    reopened_until = serializers.DateField(allow_null=True)
    first_submitted_at = serializers.DateTimeField(allow_null=True)
    results = serializers.CharField(allow_blank=True)
    difficulties = serializers.CharField(allow_blank=True)
    causes = serializers.CharField(allow_blank=True)
    proposals = serializers.CharField(allow_blank=True)
    cells = StandingCellSerializer(many=True)


def standing(place: Place) -> dict[str, Any]:
    """The report as it is now, in a fixed number of queries. It says nothing in words of a language."""
    context, report = context_of(place, with_history=False), place.report
    proofs: dict[int, list[dict[str, Any]]] = {}
    for each in _evidence(context):
        told = {"id": each.pk, "name": each.name, "size": each.size, "sha256": each.sha256}
        proofs.setdefault(each.measurement_id, []).append(told)
    return {
        "unit": place.unit.ref,
        "agency": place.agency.ref if place.agency else None,
        "period": place.period.code,
        "state": str(place.state),
        "is_open": place.is_open,
        "due_on": place.due_on,
        "locks_after": place.locks_after,
        "reopened_until": report.reopened_until if report else None,
        "first_submitted_at": report.first_submitted_at if report else None,
        **{name: getattr(report, name) if report else "" for name in WORDS},
        "cells": [_cell(key, one, context, proofs) for key, one in context.owed.items()],
    }


def _evidence(context: Context) -> QuerySet[Evidence]:
    return Evidence.objects.kept().filter(measurement__in=[cell.pk for cell in context.cells.values()])


def _cell(key: str, one: Owed, context: Context, proofs: dict[int, list[dict[str, Any]]]) -> dict[str, Any]:
    version, stored = context.working(key), context.cells.get(key)
    return {
        "indicator": one.indicator.code,
        "level": one.level,
        "evidence_required": one.definition.evidence_required,
        "version": version.number if version else None,
        "state": version.state if version else None,
        "answer": version.answer if version else Answer.UNANSWERED.value,
        "missing_reason": (version.missing_reason or None) if version else None,
        "numerator": _exact(version.numerator) if version else None,
        "denominator": _exact(version.denominator) if version else None,
        "value": _exact(version.value) if version else None,
        "qualifier": version.qualifier if version else None,
        "note": version.note if version else "",
        "justification": version.justification if version else "",
        "warnings": version.warnings if version else [],
        "return_reason": version.reason if version and version.state == VersionState.RETURNED else "",
        "evidence": proofs.get(stored.pk, []) if stored else [],
    }


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else number(to_scaled(value, _PLACES))


def etag_of(shown: dict[str, Any]) -> str:
    """Strong: the bytes of the report hang on nothing else."""
    return f'"{hashlib.sha256(orjson.dumps(shown)).hexdigest()[:32]}"'


def is_blank(shown: dict[str, Any]) -> bool:
    """Whether nothing was ever written in it, so that nobody's work can be overwritten."""
    return shown["state"] == ReportState.NOT_STARTED and not any(
        cell["version"] or cell["evidence"] for cell in shown["cells"]
    )


def demand_match(request: Request, shown: dict[str, Any]) -> None:
    """Raise where `If-Match` is not the ETag of the report, which is locked; 428 where it is needed and is
    not there."""
    asked = request.headers.get("If-Match", "").strip()
    if not asked:
        if is_blank(shown):
            return
        raise PreconditionNeeded(extra={"current_version": etag_of(shown)})
    tags = [each.strip() for each in asked.split(",")]
    if "*" in tags and not is_blank(shown):
        return
    current = etag_of(shown)
    if current not in tags:
        raise VersionConflict(extra={"current_version": current}, headers={"ETag": current})
