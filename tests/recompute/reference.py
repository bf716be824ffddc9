"""Pooling once more, plainly: fractions and loops over whole tables, nothing of the engine.

What the attainment rules (§2, §8) say, body by body. Tests compare the stored roll-ups with this.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from indicators.models import IndicatorDefinition, Measurement, Obligation, Period
from provinces.models import Unit, UnitSuccession

LEVELS = ("commune", "district", "province")
POOLED = ("ratio_of_sums", "sum", "all_true")


class Key(NamedTuple):
    indicator: int
    period: int
    unit: int
    level: str


class Pooled(NamedTuple):
    basis: str
    answer: str
    numerator: Fraction | None
    denominator: Fraction | None
    value: Fraction | None
    owing: int
    reporting: int
    not_applicable: int
    definition: int


@dataclass(frozen=True)
class Share:
    """What one body, or all below one unit, brings to a sum."""

    owing: int = 0
    reporting: int = 0
    not_applicable: int = 0
    numerator: Fraction = Fraction(0)
    denominator: Fraction = Fraction(0)
    values: tuple[Fraction, ...] = ()
    does_not_pool: bool = False

    def __add__(self, other: "Share") -> "Share":
        return Share(
            self.owing + other.owing,
            self.reporting + other.reporting,
            self.not_applicable + other.not_applicable,
            self.numerator + other.numerator,
            self.denominator + other.denominator,
            self.values + other.values,
            self.does_not_pool or other.does_not_pool,
        )


def holds(row: Any, day: date) -> bool:
    return (row.valid_from or date.min) <= day <= (row.valid_to or date.max)


def pool_everything() -> dict[Key, Pooled]:
    """Every roll-up there should be, but those of indicators that the portal computes itself."""
    found: dict[Key, Pooled] = {}
    units = list(Unit.objects.all())
    for period in Period.objects.all():
        for definition in IndicatorDefinition.objects.filter(pooling__in=POOLED):
            if holds(definition, period.assessed_on):
                found |= Sheet(definition, period, units).all_rows()
    return found


class Sheet:
    """One indicator in one period."""

    def __init__(self, definition: IndicatorDefinition, period: Period, units: list[Unit]) -> None:
        self.definition, self.period, self.units = definition, period, units
        day = period.assessed_on
        indicator = definition.indicator_id
        alive = {unit.pk for unit in units if holds(unit, day)}
        self.children: dict[int, list[Unit]] = defaultdict(list)
        for unit in units:
            if unit.parent_id:
                self.children[unit.parent_id].append(unit)
        self.by_unit: set[tuple[int, str]] = set()
        self.by_agency: dict[tuple[int, str], list[int]] = defaultdict(list)
        for one in Obligation.objects.filter(indicator=indicator, frequency=period.kind).select_related(
            "agency"
        ):
            if one.unit_id in alive and holds(one, day):
                if one.agency is None:
                    self.by_unit.add((one.unit_id, one.level))
                elif one.agency_id and holds(one.agency, day):
                    self.by_agency[one.unit_id, one.level].append(one.agency_id)
        cells = Measurement.objects.filter(indicator=indicator, period=period)
        self.cells = {(cell.unit_id, cell.level, cell.agency_id): cell for cell in cells}
        self.levels = cache(self._levels)
        self.tier = {unit.pk: unit.tier for unit in units}

    def of_cell(self, unit: int, level: str, agency: int | None = None) -> Share:
        cell = self.cells.get((unit, level, agency))
        if cell is None or cell.answer == "unanswered":
            return Share(owing=1)
        if cell.answer == "missing":
            return Share(not_applicable=1) if cell.missing_reason == "not_applicable" else Share(owing=1)
        if cell.answer == "nothing_arose":
            return Share(owing=1, reporting=1)
        if (cell.numerator is not None) != (self.definition.pooling == "ratio_of_sums"):
            return Share(owing=1, does_not_pool=True)
        if cell.numerator is not None:
            return Share(1, 1, 0, Fraction(cell.numerator), Fraction(cell.denominator or 0))
        return Share(1, 1, values=(Fraction(cell.value or 0),))

    def says_something(self, unit: int, level: str) -> bool:
        cell = self.cells.get((unit, level, None))
        return (
            (unit, level) in self.by_unit and cell is not None and cell.answer in ("value", "nothing_arose")
        )

    def bodies(self, unit: int, level: str) -> list[Share]:
        """What a unit shows at a level towards a larger whole: its own figure first, else what pools."""
        pooled = self.total(unit) if level == "total" else self.levels(unit, level)
        found = []
        if self.says_something(unit, level):
            found.append(self.of_cell(unit, level))
        else:
            if pooled is not None:
                found.append(pooled)
            if (unit, level) in self.by_unit and (pooled is None or pooled.owing == 0):
                found.append(self.of_cell(unit, level))
        return found

    def _levels(self, unit: int, level: str) -> Share | None:
        """A level of a unit from the agencies and the units below it; None where nobody owes it."""
        found = [self.of_cell(unit, level, agency) for agency in self.by_agency.get((unit, level), ())]
        for child in self.children[unit]:
            for share in self.bodies(child.pk, level):
                if level == "total" and share.does_not_pool:
                    # Without a total of its own the province still owes, and has not reported.
                    share = Share(share.owing, 0, share.not_applicable)
                found.append(share)
        return sum(found, Share()) if found else None

    def total(self, unit: int) -> Share | None:
        if self.tier[unit] == "nation":
            return self.levels(unit, "total")
        if self.tier[unit] == "commune":
            return None
        found = {level: shares for level in LEVELS if (shares := self.bodies(unit, level))}
        if not found:
            return None
        if self.definition.levels_relate == "nested":
            found = dict([next(iter(found.items()))])
        whole = sum((share for shares in found.values() for share in shares), Share())
        blocking = any(
            level in found and self.says_something(unit, level) and self.of_cell(unit, level).does_not_pool
            for level in LEVELS
        )
        return Share(**{**whole.__dict__, "does_not_pool": blocking})

    def all_rows(self) -> dict[Key, Pooled]:
        rows: dict[Key, Pooled] = {}
        for unit in self.units:
            if unit.tier == "commune":
                continue
            for level in LEVELS:
                if (share := self.levels(unit.pk, level)) is not None:
                    rows[self.key(unit.pk, level)] = self.finish(share, "as_reported", is_comparable=True)
            if (share := self.total(unit.pk)) is not None:
                comparable = unit.tier == "nation" or not share.does_not_pool
                rows[self.key(unit.pk, "total")] = self.finish(share, "as_reported", is_comparable=comparable)
        return rows | self.restated()

    def restated(self) -> dict[Key, Pooled]:
        before: dict[int, list[UnitSuccession]] = defaultdict(list)
        to_come = UnitSuccession.objects.filter(
            effective_on__gt=self.period.assessed_on, successor__valid_from__gt=self.period.assessed_on
        )
        for one in to_come:
            before[one.successor_id].append(one)
        rows = {}
        for successor, all_of_them in before.items():
            for level in (*LEVELS, "total"):
                shares = {one.predecessor_id: self.bodies(one.predecessor_id, level) for one in all_of_them}
                if not any(shares.values()):
                    continue
                whole = sum((share for found in shares.values() for share in found), Share())
                comparable = (
                    all(shares.values())
                    and all(one.share == "whole" for one in all_of_them if shares[one.predecessor_id])
                    and not any(self.blocks(one.predecessor_id, level) for one in all_of_them)
                )
                rows[self.key(successor, level)] = self.finish(whole, "restated", is_comparable=comparable)
        return rows

    def blocks(self, unit: int, level: str) -> bool:
        """Whether the unit's figure does not pool: a lone percentage, or a total that cannot be made."""
        if self.says_something(unit, level):
            return self.of_cell(unit, level).does_not_pool
        share = self.total(unit) if level == "total" else None
        return share is not None and share.does_not_pool

    def key(self, unit: int, level: str) -> Key:
        return Key(self.definition.indicator_id, self.period.pk, unit, level)

    def finish(self, share: Share, basis: str, *, is_comparable: bool) -> Pooled:
        kind = self.definition.pooling
        answer = "value"
        if not is_comparable:
            answer = "not_comparable"
        elif share.owing == 0:
            answer = "not_applicable"
        elif share.reporting == 0 or (kind == "all_true" and not share.values):
            answer = "missing"
        counts = (share.owing, share.reporting, share.not_applicable, self.definition.pk)
        if answer != "value":
            return Pooled(basis, answer, None, None, None, *counts)
        if kind == "ratio_of_sums":
            return Pooled(basis, answer, share.numerator, share.denominator, None, *counts)
        value = min(share.values) if kind == "all_true" else sum(share.values, Fraction(0))
        return Pooled(basis, answer, None, None, value, *counts)
