"""The figures behind a result: what it was judged from, what bodies reported, and their evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import F

from accounts.permissions import Principal
from dashboard import asked
from dashboard.asked import Measure
from indicators import figures
from indicators.figures import Number
from indicators.models import (
    Attainment,
    Evidence,
    Indicator,
    Level,
    Measurement,
    Period,
    Target,
    TargetPart,
)

CELLS_SHOWN = 200
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
    files: list[Evidence] = field(default_factory=list)


@dataclass
class Cell:
    measurement: Measurement
    measure: Measure
    text: str
    value: Number | None = None
    numerator: str = ""
    denominator: str = ""
    files: list[Evidence] = field(default_factory=list)


def inputs_of(
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


def attach_files(inputs: Iterable[Input], cells: Iterable[Cell]) -> None:
    """The evidence beside each figure that the person may see, once a cell; one query."""
    shown: dict[int, list[list[Evidence]]] = defaultdict(list)
    for entry in inputs:
        if entry.is_open and not entry.is_pooled:
            shown[entry.pk].append(entry.files)
    for cell in cells:
        if cell.measurement.pk not in shown:
            shown[cell.measurement.pk].append(cell.files)
    for file in Evidence.objects.kept().filter(measurement__in=shown) if shown else ():
        for files in shown[file.measurement_id]:
            files.append(file)


def cells_of(user: Principal, target: Target, judged: Attainment) -> tuple[list[Measurement], Period | None]:
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


def cell_of(cell: Measurement, measure: Measure) -> Cell:
    if cell.answer == "missing":
        return Cell(cell, measure, figures.missing(cell.missing_reason))
    if cell.answer != "value":
        return Cell(cell, measure, figures.missing(cell.answer))
    value = measure.number(cell.numerator, cell.denominator, cell.value)
    text = measure.text(value)
    if cell.numerator is None or cell.denominator is None:
        return Cell(cell, measure, text, value)
    return Cell(cell, measure, text, value, figures.number(cell.numerator), figures.number(cell.denominator))
