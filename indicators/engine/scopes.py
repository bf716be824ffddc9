"""From a job, or from "everything", to what has to be recomputed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from indicators.engine.recompute import Work
from indicators.engine.roll_ups import Scope
from indicators.models import Indicator, IndicatorDefinition, Job, Pooling, Target
from indicators.models.jobs import JobKind
from provinces.models import UnitClosure, UnitSuccession

# A slice of everything holds about this many cells: one or two seconds of work.
SLICE_OF_CELLS = 200_000


def readers_of(unit_id: int) -> frozenset[int]:
    """The unit, its successors, and all that lie above them: whoever reads its figures."""
    found: set[int] = set()
    ahead = {unit_id}
    while ahead:
        ancestors = set(
            UnitClosure.objects.filter(descendant__in=ahead).values_list("ancestor_id", flat=True)
        )
        successors = set(
            UnitSuccession.objects.filter(predecessor__in=ahead | ancestors).values_list(
                "successor_id", flat=True
            )
        )
        found |= ahead | ancestors
        ahead = successors - found
    return frozenset(found)


def work_of(job: Job) -> Work:
    """What a job asks for: the unit with all that read it, from its period on."""
    if job.target_id is not None:
        unit_id = Target.objects.values_list("unit_id", flat=True).get(pk=job.target_id)
        return Work(Scope(units=frozenset([unit_id])), targets=frozenset([job.target_id]), pools=False)
    units = None if job.unit_id is None else readers_of(job.unit_id)
    if job.kind == JobKind.JUDGE:
        return Work(Scope(units=None if job.unit_id is None else frozenset([job.unit_id])), pools=False)
    return Work(
        Scope(
            units=units,
            indicators=None if job.indicator_id is None else frozenset([job.indicator_id]),
            periods=None if job.period_id is None else frozenset([job.period_id]),
        ),
        judged_from=job.period.assessed_on if job.period is not None else None,
    )


def slices_of_everything() -> Iterator[Work]:
    """Everything there is, in slices of one or two seconds; the share of targets met comes last."""
    counted = (
        Indicator.objects.annotate(cells=Count("measurements")).order_by("pk").values_list("pk", "cells")
    )
    batch: set[int] = set()
    size = 0
    for indicator_id, cells in counted:
        if batch and size + cells > SLICE_OF_CELLS:
            yield Work(Scope(indicators=frozenset(batch)), shares=False)
            batch, size = set(), 0
        batch.add(indicator_id)
        size += cells
    if batch:
        yield Work(Scope(indicators=frozenset(batch)), shares=False)
    declared = Target.objects.leaves().filter(indicator__isnull=True, revisions__parts__isnull=True)
    yield Work(targets=frozenset(declared.values_list("pk", flat=True)), pools=False, shares=False)
    computed = IndicatorDefinition.objects.filter(pooling=Pooling.COMPUTED).values_list(
        "indicator_id", flat=True
    )
    yield Work(Scope(indicators=frozenset(computed)), pools=False)
