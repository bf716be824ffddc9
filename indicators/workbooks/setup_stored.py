"""Documents and targets as rows of the set-up workbook: what is stored, and read again as it stands."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from indicators.entry.numbers import write_number
from indicators.models import Level, RuleName, Target, TargetRevision
from indicators.models.rules import COMPOSITE, RangeDirection
from resolutions.models import Document, DocumentKind, DocumentLink

Cell = str | datetime.date | None


def documents_below(units: dict[str, Any]) -> Iterator[Sequence[Cell]]:
    """The documents of these units, the oldest first: a row names only such as stand above it."""
    links = Prefetch("links", DocumentLink.objects.select_related("other"))
    rows = Document.objects.filter(**units).select_related("unit").prefetch_related(links)
    for row in rows.order_by("issued_on", "number", "pk"):
        yield (
            *(row.number, row.issuer, row.issued_on, str(DocumentKind(row.kind).label)),
            *(f"{row.unit.ref} {row.unit.name}", row.title_vi, row.title_en, row.valid_from, row.valid_to),
            *(_keys(row, DocumentLink.Relation.IMPLEMENTS), _keys(row, DocumentLink.Relation.REPLACES)),
        )


def _keys(document: Document, relation: str) -> str:
    return ";".join(link.other.key for link in document.links.all() if link.relation == relation)


def targets_below(units: dict[str, Any]) -> Iterator[Sequence[Cell]]:
    """The targets of these units with what they ask last; none of several parts, and no headings."""
    newest = Prefetch("revisions", TargetRevision.objects.order_by("target", "-effective_on", "-number"))
    rows = Target.objects.leaves().filter(**units).prefetch_related(newest)
    rows = rows.select_related("unit", "document", "indicator", "owner__kind", "owner__unit")
    for row in rows.order_by("document__issued_on", "document", "unit", "sort_key", "pk"):
        last = next(iter(row.revisions.all()), None)
        if last is not None and last.rule not in COMPOSITE:
            yield *_of_target(row), *_of_rule(last)


def _of_target(row: Target) -> Sequence[Cell]:
    indicator = f"{row.indicator.code} {row.indicator.name}" if row.indicator else ""
    owner = f"{row.owner.ref} {row.owner.label}" if row.owner else ""
    return (
        *(row.document.key, row.code, f"{row.unit.ref} {row.unit.name}", indicator),
        *(str(Level(row.level).label), row.name_vi, row.name_en, owner, row.owner_note, row.counts_from),
    )


def _of_rule(row: TargetRevision) -> Sequence[Cell]:
    direction = str(RangeDirection(row.direction).label) if row.direction else ""
    return (
        *(str(RuleName(row.rule).label), _typed(row.threshold), _typed(row.low), _typed(row.high)),
        *(direction, str(row.years or ""), row.due_on, _typed(row.baseline), row.baseline_on),
    )


def _typed(number: Decimal | None) -> str:
    return "" if number is None else write_number(number, whole=False)
