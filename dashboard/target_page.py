"""Everything a reader may ask of one target in one period, from stored results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F

from accounts.permissions import Principal, get_visible_or_404, reach
from dashboard import asked, explaining
from dashboard.asked import Measure
from dashboard.charts import Mark, Trajectory, trajectory
from dashboard.proving import Proof, proof_of
from dashboard.rows import Row, measures_on, note_of, owner_label, row_of
from dashboard.trying import WhatIf, what_if
from indicators import figures
from indicators.explanations import is_explained, may_ask, visible_to
from indicators.figures import Number
from indicators.models import (
    Attainment,
    Declaration,
    Explanation,
    Indicator,
    Level,
    Measurement,
    Period,
    Target,
    TargetPart,
    TargetRevision,
    VersionState,
)
from indicators.scoreboards import jobs_touching
from provinces.models import UnitClosure

CELLS_SHOWN = 200
EXPLANATIONS_SHOWN = 10
SCALE = 10_000


@dataclass
class Input:
    """One figure a result was judged from."""

    part: str
    period: str
    is_pooled: bool
    pk: int
    version: int
    is_open: bool
    numerator: str = ""
    denominator: str = ""
    value: str = ""


@dataclass
class Revised:
    """A revision in words."""

    revision: TargetRevision
    words: str
    parts: list[str]
    is_in_force: bool
    is_illustrative: bool


@dataclass
class Cell:
    measurement: Measurement
    measure: Measure
    text: str
    value: Number | None = None
    numerator: str = ""
    denominator: str = ""


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
    inputs, hidden = _inputs(user, judged, measures, measure)
    revised = [_revised(revision, judged, measures, measure) for revision in revisions]
    cells, cells_period = _cells(user, target, judged)
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
        cells=[_cell(each, measures.get(each.indicator_id) or measure) for each in cells],
        cells_period=cells_period,
        sees_cells=sees_cells(user, target),
        proof=proof,
        what_if=what_if(judged, proof, cells, measure),
        pending=jobs_touching(target.unit, judged.period).exists(),
        explanations=list(
            visible_to(user)
            .filter(target=target, period=judged.period)
            .select_related("asked_by", "answered_by")
            .order_by("-pk")[:EXPLANATIONS_SHOWN]
        ),
        may_ask=is_explained(judged) and may_ask(user, target),
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


def _inputs(
    user: Principal, judged: Attainment, measures: dict[int | None, Measure], measure: Measure
) -> tuple[list[Input], bool]:
    """The figures judged from; those that a unit reported only where the person may see its cells."""
    rows = judged.inputs or []
    reported = {row[3] for row in rows if row[2] == "measurement"}
    seen = (
        set(Measurement.objects.visible_to(user).filter(pk__in=reported).values_list("pk", flat=True))
        if reported
        else set()
    )
    names: dict[int, TargetPart] = (
        {part.position: part for part in judged.revision.parts.all()}
        if asked.is_composite(judged.revision)
        else {}
    )
    found = []
    for position, code, source, pk, version, answer, numerator, denominator, value in rows:
        part = names.get(position)
        how = (measures.get(part.indicator_id) if part else None) or measure
        is_open = source != "measurement" or pk in seen
        entry = Input(
            (part.name_vi or part.indicator.name) if part else "",
            figures.period(code),
            source != "measurement",
            pk,
            version,
            is_open,
        )
        if is_open:
            top, bottom, single = (
                None if n is None else Decimal(n) / SCALE for n in (numerator, denominator, value)
            )
            number = how.number(top, bottom, single)
            entry.numerator = "" if top is None else figures.number(top)
            entry.denominator = "" if bottom is None else figures.number(bottom)
            entry.value = how.text(number) if number is not None else figures.missing(answer)
        found.append(entry)
    return found, any(not entry.is_open for entry in found)


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
    )


def _cells(user: Principal, target: Target, judged: Attainment) -> tuple[list[Measurement], Period | None]:
    """What bodies reported for this figure, as far as the person may see it."""
    indicators: list[Indicator | int | None] = [target.indicator_id]
    if asked.is_composite(judged.revision):
        indicators = [part.indicator_id for part in judged.revision.parts.all()]
    codes = {row[1] for row in judged.inputs or []} or {judged.period.code}
    cells = Measurement.objects.visible_to(user).filter(
        indicator__in=indicators, period__code__in=codes, unit__ancestor_links__ancestor=target.unit
    )
    if target.level != Level.TOTAL:
        cells = cells.filter(level=target.level)
    found = list(
        cells.select_related(
            "unit__parent", "unit__province", "agency__kind", "agency__unit", "period", "approved_version"
        ).order_by("-period__assessed_on", F("agency").asc(nulls_first=True), "unit__sort_key", "pk")[
            : CELLS_SHOWN + 1
        ]
    )
    # The unit's own cell stands among the inputs already; what others reported is news.
    if all(cell.unit_id == target.unit_id and cell.agency_id is None for cell in found):
        return [], None
    # Of a figure that accumulates, the newest period is listed.
    newest = found[0].period if found else None
    return [cell for cell in found if newest is not None and cell.period_id == newest.pk], newest


def _cell(cell: Measurement, measure: Measure) -> Cell:
    if cell.answer == "missing":
        return Cell(cell, measure, figures.missing(cell.missing_reason))
    if cell.answer != "value":
        return Cell(cell, measure, figures.missing(cell.answer))
    value = measure.number(cell.numerator, cell.denominator, cell.value)
    text = measure.text(value)
    if cell.numerator is None or cell.denominator is None:
        return Cell(cell, measure, text, value)
    return Cell(cell, measure, text, value, figures.number(cell.numerator), figures.number(cell.denominator))
