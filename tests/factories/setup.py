"""A small province of two generations with all that can be edited: bodies, indicators, obligations, targets.

P (2 districts, 4 communes, 2 agencies) and the smaller P2 merge into S on 01/07/2025; one commune is split.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import User
from indicators.models import Indicator, Target
from provinces.models import Agency, Unit
from tests.factories.cells import aim, calendar, owe
from tests.factories.results import make_document, make_indicator
from tests.factories.units import BEFORE_MERGER, MERGER, make_agency, make_unit, merge

COUNT: dict[str, Any] = {"value_type": "count", "pooling": "sum", "unit_of_measure": "hồ sơ"}
DEFINITIONS: dict[str, dict[str, Any]] = {
    "stock": {"coverage_floor_percent": 80, "numerator_within_denominator": True},
    "nested": {"levels_relate": "nested", "measure_mode": "flow", "coverage_floor_percent": 50},
    "flow": {**COUNT, "measure_mode": "flow"},
    "cumulative": {**COUNT, "measure_mode": "flow", "entered_as": "cumulative"},
    "yearly": {**COUNT, "measure_mode": "flow", "frequency": "year"},
    "all_true": {"value_type": "boolean", "pooling": "all_true"},
    "rank": {"value_type": "rank", "pooling": "none", "direction": "lower"},
}


@dataclass
class World:
    old: Unit
    small: Unit
    new: Unit
    units: list[Unit]
    agencies: list[Agency]
    people: list[User]
    indicators: dict[str, Indicator] = field(default_factory=dict)
    targets: list[Target] = field(default_factory=list)


def make_world() -> World:
    calendar(2024, 2025)
    old = make_unit("province", valid_to=BEFORE_MERGER)
    small = make_unit("province", valid_to=BEFORE_MERGER)
    new = make_unit("province", valid_from=MERGER)
    merge(old, small, into=new)
    districts = [make_unit("district", parent=old, valid_to=BEFORE_MERGER) for _ in range(2)]
    communes = [make_unit("commune", parent=each, valid_to=BEFORE_MERGER) for each in districts * 2]
    later = [make_unit("commune", parent=new, valid_from=MERGER) for _ in range(3)]
    merge(communes[0], communes[1], into=later[0])
    merge(communes[2], into=later[1])
    merge(communes[3], into=later[1], share="part")
    merge(communes[3], into=later[2], share="part")
    agencies = [make_agency(unit, kind) for unit in (old, new) for kind in ("so-khcn", "so-nv")]
    people = [User.objects.create(username=name) for name in ("enters", "approves", "coordinates")]
    world = World(old, small, new, [old, small, new, *districts, *communes, *later], agencies, people)
    for name, definition in DEFINITIONS.items():
        world.indicators[name] = make_indicator(name, **definition)
    _owe(world)
    _aim(world)
    return world


def _owe(world: World) -> None:
    for name, indicator in world.indicators.items():
        frequency = "year" if name == "yearly" else "quarter"
        if name == "rank":
            for unit in (world.old, world.new):
                owe(unit, indicator, "total", frequency=frequency)
            continue
        for unit in world.units:
            if unit.tier in ("district", "commune"):
                owe(unit, indicator, unit.tier, frequency=frequency)
        for agency in world.agencies:
            owe(agency.unit, indicator, "province", agency=agency, frequency=frequency)
        owe(world.small, indicator, "total", frequency=frequency)


def _aim(world: World) -> None:
    by_name = world.indicators
    for name, threshold in (("stock", "60"), ("nested", "70"), ("flow", "80"), ("cumulative", "40")):
        for unit in (world.old, world.new):
            baseline: dict[str, Any] = {"baseline": 10, "baseline_on": date(2023, 12, 31)}
            world.targets.append(aim(unit, by_name[name], threshold=threshold, **baseline))
    world.targets.append(aim(world.new, by_name["yearly"], threshold="50"))
    world.targets.append(aim(world.old, by_name["flow"], window_from=date(2024, 4, 1), threshold="200"))
    world.targets.append(aim(world.new, by_name["all_true"], threshold="1", level="commune"))
    world.targets.append(aim(world.new, by_name["rank"], rule="rank_at_most", threshold="20"))
    for unit in world.units[-3:]:
        world.targets.append(aim(unit, by_name["stock"], level="commune", due_on=date(2025, 9, 30)))
    for unit in (world.old, world.new):
        done = aim(unit, None)
        Target.objects.filter(pk=done.pk).update(indicator=None)
        done.revisions.update(rule="done", threshold=None)
        world.targets.append(done)
    both = aim(world.new, None)
    Target.objects.filter(pk=both.pk).update(indicator=None)
    both.revisions.update(rule="all_of", threshold=None)
    for position, name in enumerate(("stock", "flow"), 1):
        both.revisions.get().parts.create(
            position=position, indicator=by_name[name], level="total", rule="at_least", threshold=50
        )
    world.targets.append(both)
    share = make_indicator("TC-02", pooling="computed")
    world.targets += [aim(unit, share, threshold="40") for unit in (world.old, world.new)]
    for target in world.targets:
        target.refresh_from_db()


def decree(world: World) -> Any:
    """The document that later decisions rest on."""
    return make_document(world.new, "99/QĐ-UBND", valid_from=date(2024, 1, 1))
