"""The cells of the demonstration: what every body reported, made so that levels add up to a planned path."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.demo.files import EACH, Series
from config.demo.numbers import chance, numerators, split
from config.demo.paths import APPROVED, DRAFT, OPEN_QUARTER, REASONS, SUBMITTED, Step, steps
from config.demo.world import PROVINCE, Body, World
from indicators.actions.reporting import ApprovedCell
from indicators.models import (
    Answer,
    IndicatorDefinition,
    Level,
    MeasureMode,
    Period,
    Provenance,
    ValueType,
)

SPREAD = 180  # hundredths of one per cent around the common rate

# What is missing on purpose, so that every state can be seen in the third quarter of 2026.
_TRUONG_SA = "C22736-2025"
_LATE_ADMISSIONS = {1: "fault", 5: "late", 8: "fault", 11: ""}
# Of the open quarter only this is there: some approved early, some waiting, some only begun.
_SUBMITTED_EARLY = ("C22849-2025", "C22333-2025", "C22420-2025", f"{PROVINCE}.so-khcn")
_BEGUN = ("C22759-2025", "C22714-2025")
_APPROVED_EARLY = (f"{PROVINCE}.so-noi-vu",)


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell of a province with how far it has come, and the body that filed it."""

    province: str
    cell: ApprovedCell
    state: str
    filed_by: Body


def entries(series: Sequence[Series], world: World) -> Iterator[Entry]:
    for row in series:
        periods = world.periods_from(row.first, row.unit)
        for period, step in zip(periods, steps(row.path, len(periods)), strict=True):
            if row.bodies == EACH:
                yield from _of_each(row, period, step, world)
            elif step.is_answered:
                yield _of_whole(row, period, step, world)


def _of_whole(row: Series, period: Period, step: Step, world: World) -> Entry:
    """The figure of a whole province, written by the agency that owns the indicator."""
    unit, indicator = world.units[row.unit], world.indicators[row.indicator]
    definition = world.definitions.on(indicator, period.assessed_on)
    answer: dict = {"answer": Answer.VALUE}
    if step.missing:
        answer = {"answer": Answer.MISSING, "missing_reason": step.missing}
    elif definition.value_type == ValueType.RANK:
        answer |= {"value": step.number, "out_of": row.size}
    elif row.size is None:
        answer |= {"value": step.number}
    else:
        numerator, denominator = _fraction(row, period, step, definition)
        answer |= {"numerator": numerator, "denominator": denominator}
    owner = world.owner_on(indicator, unit, period.assessed_on)
    cell = ApprovedCell(
        indicator=indicator,
        unit=unit,
        level=row.level,
        period=period,
        qualifier=row.qualifier,
        provenance=Provenance.ILLUSTRATIVE,
        **answer,
    )
    return Entry(row.unit, cell, step.state, Body(unit, owner))


def _fraction(row: Series, period: Period, step: Step, definition: IndicatorDefinition) -> tuple[int, int]:
    """Numerator and denominator of a step; what happens in a period differs a little from one to the next."""
    if step.fraction is not None:
        return step.fraction
    if step.number is None or row.size is None:
        raise ValueError(f"{row.indicator} of {row.unit} needs a rate and a size in {period.code}")
    size = row.size
    if definition.measure_mode == MeasureMode.FLOW:
        size = (
            size * chance("size", row.unit, row.indicator, row.level, period.code).randint(960, 1040) // 1000
        )
    hundredths = 100 * definition.ratio_factor
    return (size * int(step.number) + hundredths // 2) // hundredths, size


def _of_each(row: Series, period: Period, step: Step, world: World) -> Iterator[Entry]:
    """What each body of a level reported, adding up to the step."""
    if not step.is_answered:
        return
    bodies = [body for body in world.bodies(row.unit, row.level) if body.is_valid_on(period.assessed_on)]
    indicator = world.indicators[row.indicator]
    definition = world.definitions.on(indicator, period.assessed_on)
    dice = chance("each", row.unit, row.indicator, row.level, period.code)
    answers = _shared(row, period, step, definition, bodies, dice)
    for place, (body, answer) in enumerate(zip(bodies, answers, strict=True)):
        state = _state(body, place, period)
        gap = _gap(row, definition, period, step, body, place, dice)
        if gap is not None:
            if not gap:
                continue
            answer = {"answer": Answer.MISSING, "missing_reason": REASONS[gap]}
        if state:
            cell = ApprovedCell(
                indicator=indicator,
                unit=body.unit,
                agency=body.agency,
                level=row.level,
                period=period,
                qualifier=row.qualifier,
                provenance=Provenance.ILLUSTRATIVE,
                **answer,
            )
            yield Entry(row.unit, cell, state, body)


def _state(body: Body, place: int, period: Period) -> str:
    """How far a body has come with a period; empty where it has not begun."""
    if period.code != OPEN_QUARTER:
        return APPROVED
    if body.ref in _SUBMITTED_EARLY:
        return SUBMITTED
    if body.ref in _BEGUN:
        return DRAFT
    is_early = body.ref in _APPROVED_EARLY or (body.agency is None and place % 13 == 0)
    return APPROVED if is_early else ""


def _gap(
    row: Series,
    definition: IndicatorDefinition,
    period: Period,
    step: Step,
    body: Body,
    place: int,
    dice: random.Random,
) -> str | None:
    """Why a body's figure is missing: a reason, empty for no answer at all, None where it is there."""
    if period.code == "2026-Q3":
        if row.indicator == "NL-02" and body.ref == _TRUONG_SA:
            return "nc"
        if row.indicator == "AT-01" and row.level == Level.COMMUNE:
            return _LATE_ADMISSIONS.get(place % 13)
        return None
    # Only rates of many bodies bear a gap without becoming partial; reported sums stay what they are.
    if definition.value_type != ValueType.RATE or step.fraction or row.level != Level.COMMUNE:
        return None
    return dice.choice(["nc", "late", "fault", ""]) if dice.randint(1, 60) == 1 else None


def _shared(
    row: Series,
    period: Period,
    step: Step,
    definition: IndicatorDefinition,
    bodies: Sequence[Body],
    dice: random.Random,
) -> list[dict]:
    if step.nothing_arose:
        return [{"answer": Answer.NOTHING_AROSE} for _body in bodies]
    if row.size is None:
        counts = _counts(row, int(step.number or 0), bodies)
        arises = definition.measure_mode == MeasureMode.FLOW
        return [
            {"answer": Answer.NOTHING_AROSE} if arises and count == 0 else {"value": count}
            for count in counts
        ]
    numerator, denominator = _fraction(row, period, step, definition)
    sizes = weights(row, bodies)
    if definition.measure_mode == MeasureMode.FLOW:
        sizes = [size * dice.randint(90, 110) for size in sizes]
    denominators = split(denominator, sizes, least=1)
    capped = definition.numerator_within_denominator
    shares = numerators(numerator, denominators, SPREAD, dice, capped=capped)
    return [
        {"numerator": share, "denominator": whole} for share, whole in zip(shares, denominators, strict=True)
    ]


def weights(row: Series, bodies: Sequence[Body]) -> list[int]:
    """How large each body is: wards more than communes, the islands of Trường Sa hardly anybody."""
    found = []
    for body in bodies:
        size = chance("size of", body.ref).randint(60, 140)
        if body.unit.kind in ("Phường", "Thành phố"):
            size *= 2
        found.append(1 if "Trường Sa" in body.unit.name else size)
    return found


def _counts(row: Series, total: int, bodies: Sequence[Body]) -> list[int]:
    """A count shared out among the bodies."""
    if row.indicator == "CQ-17":
        # Each commune is green or not; one that is stays so.
        order = sorted(bodies, key=lambda body: chance("green", body.ref).randint(0, 10**9))
        green = {body.ref for body in order[:total]}
        return [int(body.ref in green) for body in bodies]
    sizes = weights(row, bodies)
    if row.indicator == "HT-03":
        # Villages without a signal lie in a few communes of the mountains.
        dice = [chance("remote", body.ref) for body in bodies]
        sizes = [each.randint(1, 4) if each.randint(1, 6) == 1 else 0 for each in dice]
    return split(total, sizes)
