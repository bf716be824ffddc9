"""Judged targets as an edition freezes them: every stored number, and the words of the page that day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import override

from dashboard import explaining
from dashboard.asked import Measure, asked_short
from dashboard.editions.canonical import day, exact
from dashboard.rows import Row, measures_on, row_of, rows_of
from indicators import figures
from indicators.models import Attainment, Period, Target, TargetRevision
from indicators.models.results import Status
from indicators.models.rules import RuleColumns
from provinces.models import Unit
from resolutions.models import Document

LANGUAGES = ("vi", "en")
_NUMBERS = (
    *("numerator", "denominator", "value", "progress", "expected", "pace", "landing", "pace_needed"),
    *("previous_numerator", "previous_denominator", "previous_value"),
)
_PLAIN = (
    *("status", "met", "counts", "is_due", "is_overdue", "out_of", "days_early", "is_late", "owing"),
    *("reporting", "is_partial", "is_restated", "qualifier", "provenance", "rules_version"),
)
_DAYS = ("report_due_on", "assessed_on", "judged_on")


def in_page_order(rows: Sequence[Row]) -> list[Row]:
    """What counts, then what is overdue, what does not apply, and what stands outside the count."""
    return sorted(rows, key=_place)


def _place(row: Row) -> int:
    if row.attainment.counts:
        return 0
    if row.status == Status.NOT_APPLICABLE:
        return 2
    return 1 if row.attainment.is_overdue else 3


def judged_rows(unit: Unit, period: Period) -> dict[str, list[Row]]:
    """The rows of the page in each language, in its order. Eight queries at most."""
    with override("vi"):
        rows = in_page_order(rows_of(unit, period))
    revisions = [row.attainment.revision for row in rows]
    prefetch_related_objects(revisions, "milestones", "parts__indicator")
    documents = Document.objects.in_bulk({each.document_id for each in revisions})
    for each in revisions:
        each.document = documents[each.document_id]
    _read_headings(rows)
    with override("en"):
        english = [row_of(row.attainment, row.measure) for row in rows]
    return {"vi": rows, "en": english}


def _read_headings(rows: Sequence[Row]) -> None:
    """A heading without words of its own is called by its indicator: read those at once."""
    ids = {row.target.parent_id for row in rows if row.target.parent_id is not None}
    headings = Target.objects.select_related("indicator").in_bulk(ids) if ids else {}
    for row in rows:
        if row.target.parent_id is not None:
            row.target.parent = headings[row.target.parent_id]


def frozen_targets(unit: Unit, period: Period, rows: dict[str, list[Row]]) -> list[dict[str, Any]]:
    """Each target of the edition. Two queries: what they were judged from, and how parts are written."""
    inputs = dict(
        Attainment.objects.filter(target__unit=unit, period=period).values_list("target_id", "inputs")
    )
    parts = {part.indicator_id for row in rows["vi"] for part in row.attainment.revision.parts.all()}
    measures = measures_on(period.assessed_on, parts)
    return [
        _target(vietnamese, english, inputs.get(vietnamese.target.pk) or [], measures)
        for vietnamese, english in zip(rows["vi"], rows["en"], strict=True)
    ]


def _target(row: Row, english: Row, inputs: list[Any], measures: dict[int | None, Measure]) -> dict[str, Any]:
    judged, target = row.attainment, row.target
    with override("vi"):
        name, owner, heading = target.name, row.owner, target.parent
        title = heading.name if heading is not None else ""
    texts = {}
    for language, spoken in zip(LANGUAGES, (row, english), strict=True):
        with override(language):
            texts[language] = _texts(spoken)
    return {
        "id": target.pk,
        "code": target.code,
        "name": name,
        "document": target.document.number,
        "document_id": target.document_id,
        "heading": {"code": heading.code, "name": title} if heading is not None else None,
        "level": target.level,
        "indicator": _indicator(row),
        "owner": owner,
        "owner_ref": target.owner.ref if target.owner is not None else None,
        **{key: getattr(judged, key) for key in _PLAIN},
        **{key: exact(getattr(judged, key)) for key in _NUMBERS},
        **{key: day(getattr(judged, key)) for key in _DAYS},
        "missing_reason": judged.missing_reason or None,
        "through": judged.through.code if judged.through is not None else None,
        "revision": _revision(judged.revision, row, measures),
        "inputs": inputs,
        "is_value_illustrative": row.is_value_illustrative,
        "is_target_illustrative": row.is_target_illustrative,
        "texts": texts,
    }


def _indicator(row: Row) -> dict[str, Any] | None:
    indicator, measure = row.target.indicator, row.measure
    if indicator is None:
        return None
    return {
        "code": indicator.code,
        "name": indicator.name_vi,
        "unit": measure.unit,
        "decimals": measure.decimals,
        "value_type": measure.value_type,
        "factor": measure.factor,
        "direction": measure.direction,
    }


def _rule(rule: RuleColumns) -> dict[str, Any]:
    return {
        "rule": rule.rule,
        **{key: exact(getattr(rule, key)) for key in ("threshold", "low", "high", "baseline")},
        "direction": rule.direction or None,
        "baseline_on": day(rule.baseline_on),
        "years": rule.years,
    }


def _revision(revision: TargetRevision, row: Row, measures: dict[int | None, Measure]) -> dict[str, Any]:
    return _rule(revision) | {
        "number": revision.number,
        "due_on": day(revision.due_on),
        "effective_on": day(revision.effective_on),
        "window_from": day(revision.window_from),
        "shape": revision.shape,
        "milestones": [
            {"on": day(each.on), "value": exact(each.value)} for each in revision.milestones.all()
        ],
        "document": revision.document.number,
        "parts": list(_parts(revision, measures)),
    }


def _parts(revision: TargetRevision, measures: dict[int | None, Measure]) -> Iterator[dict[str, Any]]:
    for part in revision.parts.all():
        asked = {}
        for language in LANGUAGES:
            with override(language):
                measure = measures.get(part.indicator_id) or Measure()
                asked[language] = asked_short(part, measure, revision.due_on)
        yield _rule(part) | {
            "position": part.position,
            "indicator": part.indicator.code,
            "level": part.level,
            "name": part.name_vi or part.indicator.name_vi,
            "asked": asked,
        }


def _texts(row: Row) -> dict[str, Any]:
    """The words of the page, in the language that is active."""
    change, heading, target = row.change, row.target.parent, row.target
    return {
        "name": target.name,
        "owner": row.owner,
        "heading": heading.name if heading is not None else "",
        "value": row.value_text,
        "value_short": row.value_short,
        "asked": row.asked_text,
        "asked_short": row.asked_short,
        "unit_word": row.unit_word,
        "gap": row.gap_text,
        "pace": row.pace_text,
        "landing": row.landing_text,
        "change": change.text if change is not None else "",
        "change_relative": change.relative if change is not None else "",
        "before": change.before if change is not None else "",
        "status": figures.status(row.status),
        "place": row.place,
        "why": explaining.why(row),
        "notes": row.notes,
    }
