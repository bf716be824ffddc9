"""Writing in bulk what the loaders of reference data have read and checked; a second run writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from indicators.models import (
    DefinitionLevel,
    DefinitionOwner,
    Indicator,
    IndicatorDefinition,
    Obligation,
    Provenance,
    Target,
    TargetKind,
    TargetPart,
    TargetRevision,
)
from indicators.models.targets import row_sort_key
from indicators.rule_text import ParsedRule
from provinces.bulk import Count, bring_up_to_date, keyed
from provinces.models import Agency, AgencyKind, Unit
from resolutions.models import Document

Span = tuple[date | None, date | None]
"""First and last day, both included; None is open."""

_INDICATOR_FIELDS = [
    *("pillar_id", "name_vi", "name_en", "legal_basis", "verification", "notes", "target_notes"),
]
# Without valid_to: a person may have ended a loaded definition and recorded the next one.
_DEFINITION_FIELDS = [
    *("numerator_vi", "denominator_vi", "unit_of_measure", "value_type", "decimals", "direction"),
    *("measure_mode", "entered_as", "pooling", "levels_relate", "frequency"),
    *("coverage_floor_percent", "ratio_factor", "numerator_within_denominator"),
]
_TARGET_FIELDS = [
    *("sort_key", "kind", "counts_as", "parent_id", "indicator_id", "level", "name_vi", "name_en"),
    *("owner_id", "owner_note", "counts_from", "note"),
]
_RULE_FIELDS = ["rule", "threshold", "low", "high", "direction"]
_REVISION_FIELDS = [
    *(*_RULE_FIELDS, "baseline", "baseline_on", "document_id", "effective_on", "due_on"),
    *("threshold_provenance", "baseline_provenance", "due_provenance"),
]
_PART_FIELDS = [*_RULE_FIELDS, "indicator_id", "level", "name_vi"]


def store_definitions(
    indicators: Mapping[str, Indicator], definitions: Mapping[str, IndicatorDefinition]
) -> dict[str, Count]:
    """Store indicators by code, each with the one definition it is loaded with; all get their keys."""
    count = bring_up_to_date(indicators, keyed(Indicator.objects.all(), "code"), fields=_INDICATOR_FIELDS)
    for code, definition in definitions.items():
        definition.indicator = indicators[code]
    return {
        "indicators": count,
        "indicator definitions": bring_up_to_date(
            {(each.indicator_id, each.valid_from): each for each in definitions.values()},
            keyed(IndicatorDefinition.objects.all(), "indicator_id", "valid_from"),
            fields=_DEFINITION_FIELDS,
        ),
    }


def store_levels(rows: Iterable[tuple[IndicatorDefinition, str, Span]]) -> dict[str, Count]:
    """Store the levels that are not there yet; one a person has ended stays ended."""
    wanted = {
        (definition.pk, level, start): DefinitionLevel(
            definition=definition, level=level, valid_from=start, valid_to=end
        )
        for definition, level, (start, end) in rows
    }
    stored = keyed(DefinitionLevel.objects.all(), "definition_id", "level", "valid_from")
    return {"levels of indicators": bring_up_to_date(wanted, stored, fields=[])}


def store_owners(rows: Iterable[tuple[IndicatorDefinition, AgencyKind, Span]]) -> dict[str, Count]:
    """Store the owners that are not there yet; one a person has ended stays ended."""
    wanted = {
        (definition.pk, kind.pk, start): DefinitionOwner(
            definition=definition, agency_kind=kind, valid_from=start, valid_to=end
        )
        for definition, kind, (start, end) in rows
    }
    stored = keyed(DefinitionOwner.objects.all(), "definition_id", "agency_kind_id", "valid_from")
    return {"owners of indicators": bring_up_to_date(wanted, stored, fields=[])}


@dataclass(frozen=True, kw_only=True)
class TargetRow:
    """One row of a document's list, with what its first revision asks; a heading asks nothing itself."""

    document: Document
    code: str
    level: str
    due_on: date
    rule: ParsedRule | None = None
    indicator: Indicator | None = None
    part_indicators: Sequence[Indicator] = ()
    """Of a composite rule, the indicator of each part."""
    counts_as: str = ""
    """Given for a heading: how it counts."""
    parent_code: str = ""
    name_vi: str = ""
    name_en: str = ""
    owner: Agency | None = None
    owner_note: str = ""
    note: str = ""
    baseline: Decimal | None = None
    baseline_on: date | None = None
    threshold_provenance: str = Provenance.REPORTED
    baseline_provenance: str = Provenance.REPORTED
    due_provenance: str = Provenance.REPORTED


def store_targets(rows: Sequence[TargetRow], *, unit: Unit, counts_from: date) -> dict[str, Count]:
    """Store rows as targets of the unit, with revision 1 in force from the day they count.

    Headings must be among the rows. A later revision by a person stays in force.
    """
    targets: dict[tuple[int, str], Target] = {}
    stored = keyed(Target.objects.filter(unit=unit), "document_id", "code")
    count = Count()
    # Headings first: the rows below them need their keys.
    for is_child in (False, True):
        some = {
            (row.document.pk, row.code): _target(row, targets, unit=unit, counts_from=counts_from)
            for row in rows
            if bool(row.parent_code) == is_child
        }
        count += bring_up_to_date(some, stored, fields=_TARGET_FIELDS)
        targets |= some
    revisions = {
        targets[row.document.pk, row.code].pk: _revision(
            row, row.rule, targets[row.document.pk, row.code], counts_from
        )
        for row in rows
        if row.rule is not None
    }
    first = TargetRevision.objects.filter(target__unit=unit, number=1)
    revision_count = bring_up_to_date(revisions, keyed(first, "target_id"), fields=_REVISION_FIELDS)
    parts = {
        (part.revision_id, part.position): part
        for row in rows
        if row.rule is not None
        for part in _parts(row, row.rule, revisions[targets[row.document.pk, row.code].pk])
    }
    stored_parts = keyed(TargetPart.objects.filter(revision__target__unit=unit), "revision_id", "position")
    return {
        "targets": count,
        "target revisions": revision_count,
        "parts of targets": bring_up_to_date(parts, stored_parts, fields=_PART_FIELDS),
    }


def _target(
    row: TargetRow, headings: Mapping[tuple[int, str], Target], *, unit: Unit, counts_from: date
) -> Target:
    return Target(
        document=row.document,
        unit=unit,
        code=row.code,
        sort_key=row_sort_key(row.code),
        kind=TargetKind.HEADING if row.counts_as else TargetKind.LEAF,
        counts_as=row.counts_as,
        parent=headings[row.document.pk, row.parent_code] if row.parent_code else None,
        indicator=row.indicator,
        level=row.level,
        name_vi=row.name_vi,
        name_en=row.name_en,
        owner=row.owner,
        owner_note=row.owner_note,
        counts_from=counts_from,
        note=row.note,
    )


def _revision(row: TargetRow, rule: ParsedRule, target: Target, effective_on: date) -> TargetRevision:
    return TargetRevision(
        target=target,
        number=1,
        document=row.document,
        effective_on=effective_on,
        due_on=row.due_on,
        baseline=row.baseline,
        baseline_on=row.baseline_on,
        threshold_provenance=row.threshold_provenance,
        baseline_provenance=row.baseline_provenance,
        due_provenance=row.due_provenance,
        **_columns(rule),
    )


def _parts(row: TargetRow, rule: ParsedRule, revision: TargetRevision) -> list[TargetPart]:
    return [
        TargetPart(
            revision=revision,
            position=position,
            indicator=indicator,
            level=row.level,
            name_vi=part.words,
            **_columns(part),
        )
        for position, (part, indicator) in enumerate(zip(rule.parts, row.part_indicators, strict=True), 1)
    ]


def _columns(rule: ParsedRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in _RULE_FIELDS}


def store_obligations(rows: Iterable[Obligation]) -> dict[str, Count]:
    """Store obligations of whole units that are not there yet; one that a person ended stays ended."""
    key = ("unit_id", "indicator_id", "level", "frequency", "valid_from")
    wanted = {tuple(getattr(row, name) for name in key): row for row in rows}
    units = {row.unit_id for row in wanted.values()}
    stored = keyed(Obligation.objects.filter(unit__in=units, agency__isnull=True), *key)
    return {"obligations": bring_up_to_date(wanted, stored, fields=["filed_by_id"])}
