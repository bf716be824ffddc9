"""Targets as the engine judges them: their revisions, parts, milestones and declarations."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Q

from indicators.engine.rules import Milestone, Rule, Target
from indicators.models import Declaration, TargetPart, TargetRevision, VersionState
from indicators.models import Milestone as MilestoneRow
from indicators.models import Target as TargetRow
from indicators.models.targets import CountsAs

R = TypeVar("R", MilestoneRow, TargetPart)


@dataclass(frozen=True, slots=True)
class Asked:
    """An indicator at a level that a target, or one part of it, looks at; position 0 is the target."""

    position: int
    indicator_id: int
    level: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Revision:
    id: int
    effective_on: datetime.date
    window_from: datetime.date | None
    target: Target
    asks: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    is_met: bool
    declared_on: datetime.date
    is_illustrative: bool


@dataclass(slots=True)
class JudgedTarget:
    """One target with all it has ever asked."""

    id: int
    unit_id: int
    unit_tier: str
    unit_from: datetime.date | None
    unit_to: datetime.date | None
    counts_from: datetime.date
    # A row of a heading that counts as one is judged and listed, but it is the heading that counts.
    counts_itself: bool = True
    revisions: list[Revision] = field(default_factory=list)
    declarations: dict[int, Declared] = field(default_factory=dict)

    def revision_on(self, day: datetime.date) -> Revision | None:
        """A period is judged by the revision in force on its last day (rules §3)."""
        in_force = None
        for revision in self.revisions:
            if revision.effective_on <= day:
                in_force = revision
        return in_force

    def indicators(self) -> set[int]:
        return {ask.indicator_id for revision in self.revisions for ask in revision.asks}


def load_targets(
    units: frozenset[int] | None,
    indicators: frozenset[int] | None,
    targets: frozenset[int] | None,
) -> list[JudgedTarget]:
    """The targets in scope, with every revision in order of time; five queries whatever their number."""
    rows = TargetRow.objects.leaves()
    if units is not None:
        rows = rows.filter(unit__in=units)
    if targets is not None:
        rows = rows.filter(pk__in=targets)
    if indicators is not None:
        parts = TargetPart.objects.filter(indicator__in=indicators).values("revision__target")
        rows = rows.filter(Q(indicator__in=indicators) | Q(pk__in=parts))
    found: dict[int, JudgedTarget] = {}
    own: dict[int, tuple[int | None, str]] = {}
    thresholds: dict[int, tuple[Decimal, Decimal]] = {}
    for row in rows.select_related("unit", "document", "parent__parent").order_by("pk"):
        above = (row.parent, row.parent.parent if row.parent else None)
        found[row.pk] = JudgedTarget(
            row.pk,
            row.unit_id,
            row.unit.tier,
            row.unit.valid_from,
            row.unit.valid_to,
            row.counts_from,
            all(heading is None or heading.counts_as != CountsAs.ONE for heading in above),
        )
        own[row.pk] = (row.indicator_id, row.level)
        thresholds[row.pk] = (row.document.on_track_from, row.document.at_risk_from)
    if units is None and indicators is None and targets is None:
        of_found = Q()
    else:
        of_found = Q(target__in=rows.order_by().values("pk"))
    revisions = list(TargetRevision.objects.filter(of_found).order_by("target", "effective_on", "number"))
    of_revisions = Q(revision__in=TargetRevision.objects.filter(of_found).values("pk"))
    milestones = grouped(MilestoneRow.objects.filter(of_revisions).order_by("on"))
    part_rows = grouped(TargetPart.objects.filter(of_revisions).order_by("position"))
    for row in revisions:
        judged = found.get(row.target_id)
        if judged is not None:
            indicator_id, level = own[row.target_id]
            judged.revisions.append(
                build_revision(
                    row,
                    indicator_id,
                    level,
                    milestones.get(row.pk, ()),
                    part_rows.get(row.pk, ()),
                    thresholds[row.target_id],
                )
            )
    for declaration in Declaration.objects.filter(of_found, state=VersionState.APPROVED):
        if declaration.target_id in found:
            found[declaration.target_id].declarations[declaration.part_position] = Declared(
                declaration.is_met,
                declaration.declared_on,
                "illustrative" in (declaration.provenance, declaration.day_provenance),
            )
    return list(found.values())


def grouped(rows: Iterable[R]) -> dict[int, list[R]]:
    by_revision: dict[int, list[R]] = defaultdict(list)
    for row in rows:
        by_revision[row.revision_id].append(row)
    return by_revision


def build_revision(
    row: TargetRevision,
    indicator_id: int | None,
    level: str,
    milestones: Sequence[MilestoneRow],
    parts: Sequence[TargetPart],
    thresholds: tuple[Decimal, Decimal],
) -> Revision:
    """The engine's view of a stored revision."""
    if parts:
        asks = tuple(Asked(part.position, part.indicator_id, part.level, Rule(part.rule)) for part in parts)
    else:
        asks = (Asked(0, indicator_id, level, Rule(row.rule)),) if indicator_id is not None else ()
    return Revision(
        row.pk,
        row.effective_on,
        row.window_from,
        Target(
            **rule_of(row, row.due_on, thresholds),
            shape=row.shape,
            milestones=[Milestone(one.on, one.value) for one in milestones],
            parts=[Target(**rule_of(part, row.due_on, thresholds)) for part in parts],
        ),
        asks,
    )


def rule_of(
    row: TargetRevision | TargetPart, due_on: datetime.date, thresholds: tuple[Decimal, Decimal]
) -> dict[str, Any]:
    """The columns both a revision and a part are judged by, as arguments of ``rules.Target``."""
    on_track_from, at_risk_from = thresholds
    return {
        "rule": row.rule,
        "due_on": due_on,
        "target": row.threshold,
        "low": row.low,
        "high": row.high,
        "direction": row.direction or None,
        "baseline": row.baseline,
        "baseline_on": row.baseline_on,
        "years": row.years,
        "on_track_from": on_track_from,
        "at_risk_from": at_risk_from,
    }
