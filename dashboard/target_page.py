"""Everything a reader may ask of one target in one period, from stored results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.permissions import Principal, get_visible_or_404, reach
from dashboard import asked, explaining
from dashboard.asked import Measure
from dashboard.charts import Mark, Trajectory, trajectory
from dashboard.proving import Proof, proof_of
from dashboard.rows import Row, measures_on, note_of, owner_label, row_of
from dashboard.target_figures import Cell, Input, attach_files, cell_of, cells_of, inputs_of
from dashboard.trying import WhatIf, what_if
from events.models import Event
from indicators import figures
from indicators.explanations import is_explained, may_ask, visible_to
from indicators.models import (
    Attainment,
    Declaration,
    Explanation,
    Period,
    Target,
    TargetRevision,
    VersionState,
)
from indicators.scoreboards import jobs_touching
from provinces.models import UnitClosure
from resolutions.models import Task
from resolutions.permissions import read_by

EXPLANATIONS_SHOWN = 10
TIED_SHOWN = 10


@dataclass
class Revised:
    """A revision in words."""

    revision: TargetRevision
    words: str
    parts: list[str]
    is_in_force: bool
    is_illustrative: bool


@dataclass
class MilestoneLine:
    on: date
    text: str


@dataclass
class TargetPage:
    target: Target
    owner: str
    note: str
    row: Row
    rows: list[Row]
    why: str
    formulas: list[tuple[str, str]]
    inputs: list[Input]
    revisions: list[Revised]
    current: Revised | None
    chart: Trajectory | None
    declarations: list[Declaration]
    copies: list[Target]
    continued_by: Target | None
    cells: list[Cell]
    cells_period: Period | None
    sees_cells: bool
    proof: Proof | None
    """The case to judge again; none where it holds figures of bodies out of the person's reach."""
    what_if: WhatIf | None
    pending: bool
    explanations: list[Explanation]
    may_ask: bool
    tasks: list[Task]
    """Those that serve it and that the person may read, the earliest due first."""
    events: list[Event]
    """The unit's own about its document, the latest first."""
    milestones: list[MilestoneLine]
    baseline_text: str
    unit_word: str

    @property
    def is_asked(self) -> bool:
        """Whether a request is open: one at a time."""
        return any(each.is_open for each in self.explanations)

    @property
    def judged(self) -> Attainment:
        return self.row.attainment


def target_of(user: Principal, pk: int) -> Target:
    """The target, if the person may read its results."""
    rows = Target.objects.for_list().select_related(
        "document",
        "unit__parent",
        "unit__province",
        "indicator__pillar",
        "owner__kind",
        "owner__unit",
        "parent",
        "linked_to__unit",
        "continues__unit",
        "continued_by_document",
    )
    return get_visible_or_404(rows, user, pk=pk)


def judged_periods(target: Target) -> list[Attainment]:
    """Every stored result of a target, the newest period first."""
    stored = Attainment.objects.filter(target=target).select_related(
        "period", "through", "revision__document"
    )
    found = list(stored.order_by("-period__assessed_on", "period__starts_on", "period_id"))
    for each in found:
        each.target = target
    return found


def target_page(user: Principal, target: Target, judged: Attainment, history: list[Attainment]) -> TargetPage:
    """The page of one judged period; `history` holds every stored result of the target."""
    revisions = list(
        target.revisions.select_related("document").prefetch_related("milestones", "parts__indicator")
    )
    by_pk = {revision.pk: revision for revision in revisions}
    for each in history:
        each.revision = by_pk.get(each.revision_id, each.revision)
    parts = [part for revision in revisions for part in revision.parts.all()]
    measures = measures_on(
        judged.period.assessed_on, {target.indicator_id, *(part.indicator_id for part in parts)}
    )
    measure = measures.get(target.indicator_id) or Measure()
    row = row_of(judged, measure)
    same_kind = [row_of(each, measure) for each in history if each.period.kind == judged.period.kind]
    inputs, hidden = inputs_of(user, judged, measures, measure)
    revised = [_revised(revision, judged, measures, measure) for revision in revisions]
    measurements, cells_period = cells_of(user, target, judged)
    cells = [cell_of(each, measures.get(each.indicator_id) or measure) for each in measurements]
    attach_files(inputs, cells)
    declarations = list(
        Declaration.objects.filter(
            target=target,
            state__in=(VersionState.APPROVED, VersionState.SUPERSEDED, VersionState.WITHDRAWN),
        ).select_related("judged_by", "approved_by")
    )
    # A figure of the target's own is a result, open with it; those of parts stand only in the inputs.
    proof = None if hidden and row.parts else proof_of(judged, declarations, measures)
    return TargetPage(
        target=target,
        owner=owner_label(target.owner) or target.owner_note,
        note=note_of(target.document),
        row=row,
        rows=same_kind,
        why=explaining.why(row),
        formulas=explaining.formulas(row),
        inputs=inputs,
        revisions=revised,
        current=next((each for each in revised if each.is_in_force), None),
        chart=_chart(row, same_kind),
        declarations=declarations,
        copies=list(
            target.copies.visible_to(user)
            .select_related("unit", "document")
            .order_by("unit__code", "pk")[:70]
        ),
        continued_by=Target.objects.visible_to(user).filter(continues=target).select_related("unit").first(),
        cells=cells,
        cells_period=cells_period,
        sees_cells=sees_cells(user, target),
        proof=proof,
        what_if=what_if(judged, proof, measurements, measure),
        pending=jobs_touching(target.unit, judged.period).exists(),
        explanations=list(
            visible_to(user)
            .filter(target=target, period=judged.period)
            .select_related("asked_by", "answered_by")
            .order_by("-pk")[:EXPLANATIONS_SHOWN]
        ),
        may_ask=is_explained(judged) and may_ask(user, target),
        tasks=list(read_by(user).filter(targets=target).for_list()[:TIED_SHOWN]),
        events=list(
            Event.objects.visible_to(user)
            .filter(documents=target.document_id, unit=target.unit_id)
            .for_list()[:TIED_SHOWN]
        ),
        milestones=[
            MilestoneLine(each.on, measure.asked(each.value)) for each in judged.revision.milestones.all()
        ],
        baseline_text=measure.asked(judged.revision.baseline),
        unit_word=figures.unit_word(measure.unit),
    )


def sees_cells(user: Principal, target: Target) -> bool:
    """Whether the reports and narratives behind this target lie within the person's reach."""
    if target.owner_id is not None and target.owner_id in {seat.agency_id for seat in reach(user).agencies}:
        return True
    # The closure's row of depth 0 lets the reach speak of the unit itself.
    itself = UnitClosure.objects.filter(reach(user).cells("descendant"), descendant=target.unit_id, depth=0)
    return itself.exists()


def _revised(
    revision: TargetRevision, judged: Attainment, measures: dict[int | None, Measure], measure: Measure
) -> Revised:
    parts = [
        f"{part.name_vi or part.indicator.name}: "
        + asked.asked_short(part, measures.get(part.indicator_id) or Measure(), revision.due_on)
        for part in revision.parts.all()
    ]
    return Revised(
        revision,
        asked.asked_in_words(revision, measure),
        parts,
        revision.pk == judged.revision_id,
        "illustrative"
        in (revision.threshold_provenance, revision.baseline_provenance, revision.due_provenance),
    )


def _chart(row: Row, rows: Iterable[Row]) -> Trajectory | None:
    """The way of the values to the goal; none for what is only declared or has no figure yet."""
    judged, revision = row.attainment, row.attainment.revision
    values = [
        Mark(each.attainment.judged_on, each.value, figures.period(each.attainment.period.code), each.status)
        for each in rows
        if each.value is not None and not each.attainment.is_partial
    ]
    drawn = revision.baseline is not None and revision.baseline_on is not None and judged.progress is not None
    # One value without a way to the goal is a dot, and the bar above says more.
    if row.goal is None or len(values) + drawn < 2 or row.measure.value_type == "boolean":
        return None
    start = None
    if drawn and revision.baseline is not None and revision.baseline_on is not None:
        start = Mark(revision.baseline_on, revision.baseline)
    landing = None
    if row.landing_text and judged.landing is not None:
        landing = Mark(revision.due_on, judged.landing)
    return trajectory(
        goal=Mark(revision.due_on, row.goal),
        values=values,
        baseline=start,
        milestones=[Mark(each.on, each.value) for each in revision.milestones.all()] if start else (),
        landing=landing,
        on_track_from=judged.target.document.on_track_from,
        step=revision.shape == "step",
        today=judged.judged_on,
        is_rank=row.measure.is_rank,
    )
