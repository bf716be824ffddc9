"""Documents and targets as rows of the set-up workbook: what is stored, and read again as it stands."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from indicators.entry.numbers import write_number
from indicators.models import Level, RuleName, Shape, Target, TargetRevision
from indicators.models.rules import RangeDirection, RuleColumns
from indicators.models.targets import CountsAs
from indicators.workbooks.setup_rows import last_of, with_revisions
from indicators.workbooks.setup_targets import RowKind
from resolutions.models import Document, DocumentKind, DocumentLink

Cell = str | datetime.date | None
# The rule, the due day, the baseline and the shape of a row.
_ASKED = 10


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


def targets_below(units: dict[str, Any]) -> list[Target]:
    """The rows of these units with what they ask last: headings, and targets that ask something."""
    rows = with_revisions(Target.objects.filter(**units))
    rows = rows.select_related("unit", "document", "parent", "indicator", "owner__kind", "owner__unit")
    ordered = rows.order_by("document__issued_on", "document", "unit", "sort_key", "pk")
    return [row for row in ordered if row.counts_as == CountsAs.LEAVES or last_of(row) is not None]


def rows_of_targets(targets: Iterable[Target]) -> Iterator[Sequence[Cell]]:
    for row in targets:
        last = last_of(row)
        yield *_of_target(row), *(_asks(last) if last is not None else [None] * _ASKED)


def rows_of_parts(targets: Iterable[Target]) -> Iterator[Sequence[Cell]]:
    for row in targets:
        last = last_of(row)
        for part in last.parts.all() if last is not None else ():
            yield (
                *(*_place(row), str(part.position)),
                *(f"{part.indicator.code} {part.indicator.name}", str(Level(part.level).label), part.name_vi),
                *(*_rule(part), *_baseline(part)),
            )


def rows_of_milestones(targets: Iterable[Target]) -> Iterator[Sequence[Cell]]:
    for row in targets:
        last = last_of(row)
        for each in last.milestones.all() if last is not None else ():
            yield *_place(row), each.on, _typed(each.value)


def _place(row: Target) -> Sequence[Cell]:
    return row.document.key, row.code, f"{row.unit.ref} {row.unit.name}"


def _of_target(row: Target) -> Sequence[Cell]:
    indicator = f"{row.indicator.code} {row.indicator.name}" if row.indicator else ""
    owner = f"{row.owner.ref} {row.owner.label}" if row.owner else ""
    kind = str(RowKind(row.counts_as or RowKind.TARGET).label)
    return (
        *(*_place(row), kind, row.parent.code if row.parent else "", indicator),
        *(str(Level(row.level).label), row.name_vi, row.name_en, owner, row.owner_note, row.counts_from),
    )


def _asks(row: TargetRevision) -> Sequence[Cell]:
    return *_rule(row), row.due_on, *_baseline(row), str(Shape(row.shape).label)


def _rule(row: RuleColumns) -> Sequence[Cell]:
    direction = str(RangeDirection(row.direction).label) if row.direction else ""
    return (
        *(str(RuleName(row.rule).label), _typed(row.threshold), _typed(row.low), _typed(row.high)),
        *(direction, str(row.years or "")),
    )


def _baseline(row: RuleColumns) -> Sequence[Cell]:
    return _typed(row.baseline), row.baseline_on


def _typed(number: Decimal | None) -> str:
    return "" if number is None else write_number(number, whole=False)
