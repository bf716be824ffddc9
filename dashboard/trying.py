"""What if: the figures of bodies that a pooled result may be tried with in the browser; nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dashboard.asked import Measure
from dashboard.proving import Proof
from indicators import figures
from indicators.models import Answer, Attainment, IndicatorDefinition, LevelsRelate, Measurement
from indicators.models.catalogue import Pooling
from indicators.models.results import Status

# From the whole unit's own offices down to the lowest tier.
_DEPTH = ("province", "district", "commune")
SCALE = 10_000


@dataclass(frozen=True)
class Body:
    """One body's figure: its numbers as whole numbers of 10⁻⁴, and as they are typed."""

    name: str
    numbers: list[tuple[str, int, str]]


@dataclass(frozen=True)
class WhatIf:
    """A pooled result and the bodies it may be tried with.

    The browser adds what is changed to the sums, exactly, and asks the public calculator for the state: the
    rules are in one place.
    """

    bodies: list[Body]
    sums: dict[str, int]
    case: str
    factor: int
    decimals: int
    unit_word: str
    statuses: list[str]

    @property
    def sums_json(self) -> str:
        """As text: a browser's own numbers would round what is long."""
        return json.dumps({name: str(scaled) for name, scaled in self.sums.items()})


def what_if(
    judged: Attainment, proof: Proof | None, cells: Iterable[Measurement], measure: Measure
) -> WhatIf | None:
    """None where nothing was pooled, the figure is incomplete, or no body's figure may be seen."""
    names = _pooled_names(judged)
    if not names or proof is None or "observation" not in proof.case:
        return None
    bodies = [_body(cell, names) for cell in _counted(judged, cells)]
    if not bodies:
        return None
    return WhatIf(
        bodies=bodies,
        sums={name: _scaled(getattr(judged, name)) for name in names},
        case=json.dumps(proof.case),
        factor=measure.factor if len(names) == 2 else 1,
        decimals=measure.decimals,
        unit_word=figures.unit_word(measure.unit),
        statuses=[status.value for status in Status],
    )


def _pooled_names(judged: Attainment) -> tuple[str, ...]:
    """The columns that were summed; empty where the unit reported the figure itself."""
    if judged.is_partial or not any(row[2] == "roll_up" for row in judged.inputs or []):
        return ()
    if any(row[2] == "measurement" for row in judged.inputs or []):
        return ()
    if judged.numerator is not None and judged.denominator:
        return ("numerator", "denominator")
    return ("value",) if judged.value is not None else ()


def _counted(judged: Attainment, cells: Iterable[Measurement]) -> list[Measurement]:
    """The cells that the sum is made of: values of bodies, of a nested figure those of the lowest tier."""
    given = [cell for cell in cells if cell.answer == Answer.VALUE]
    own = [cell for cell in given if cell.unit_id == judged.target.unit_id and cell.agency_id is None]
    definition = IndicatorDefinition.objects.valid_on(judged.assessed_on).filter(
        indicator=judged.target.indicator_id
    )
    found = definition.first()
    if found is None or own or found.pooling not in (Pooling.SUM, Pooling.RATIO_OF_SUMS):
        return []
    if found.levels_relate == LevelsRelate.NESTED:
        lowest = max((_DEPTH.index(cell.level) for cell in given if cell.level in _DEPTH), default=0)
        return [cell for cell in given if cell.level == _DEPTH[lowest]]
    return given


def _body(cell: Measurement, names: tuple[str, ...]) -> Body:
    numbers = [(name, _scaled(getattr(cell, name)), figures.number(getattr(cell, name))) for name in names]
    return Body(str(cell.agency) if cell.agency else cell.unit.name, numbers)


def _scaled(number: Decimal) -> int:
    return int(number * SCALE)
