"""What stands to be handed over after a merger: open tasks and roles of units and agencies that have ended.

Proposed is the one successor of a whole; where a unit was parted, somebody chooses. Sources: 202/2025/QH15
and the tables of successions; a district without rows of its own went where its communes went.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from accounts.models import Membership
from accounts.setting_up import Area
from provinces.dates import today
from provinces.models import Agency, AgencySuccession, Share, Tier, Unit, UnitSuccession
from resolutions.models import Task

_ROUNDS = 5
"""Mergers of mergers: from the three tiers of 2024 to today it takes two."""


@dataclass
class Choice:
    """Where something may go, and what is proposed: the one successor of a whole, else nothing."""

    units: list[Unit] = field(default_factory=list)
    agencies: list[Agency] = field(default_factory=list)
    is_whole: bool = False

    @property
    def proposed(self) -> int | None:
        found = [*self.units, *self.agencies]
        return found[0].pk if len(found) == 1 and self.is_whole else None


@dataclass
class WaitingTask:
    """An open task whose unit or lead agency has ended; None where that one goes on."""

    task: Task
    units: Choice | None
    leads: Choice | None

    @property
    def is_proposed(self) -> bool:
        return all(each is None or each.proposed for each in (self.units, self.leads))


@dataclass
class WaitingRole:
    """A role somebody holds in a unit or an agency that has ended."""

    membership: Membership
    choice: Choice

    @property
    def is_proposed(self) -> bool:
        return self.choice.proposed is not None


@dataclass
class Waiting:
    tasks: list[WaitingTask]
    roles: list[WaitingRole]


def waiting_in(area: Area, day: datetime.date | None = None) -> Waiting:
    """All that waits to be handed over in somebody's area, in a constant number of queries.

    They give successors of their area alone, and of the roles those they may give.
    """
    on = day or today()
    ended = Q(unit__valid_to__lt=on)
    tasks = list(
        Task.objects.unfinished()
        .filter(ended | Q(lead__valid_to__lt=on), area.within("unit"))
        .for_list()
        .order_by("unit__sort_key", "due_on", "pk")
    )
    roles = list(
        Membership.objects.valid_on(on)
        .filter(ended | Q(agency__valid_to__lt=on), area.within("unit"), role__in=area.roles)
        .select_related("user", "unit", "agency__unit", "agency__kind")
        .order_by("unit__sort_key", "user__full_name", "pk")
    )
    after = _After(tasks, roles, on, area)
    return Waiting(
        [WaitingTask(each, after.of_unit(each.unit), after.of_agency(each.lead)) for each in tasks],
        [
            WaitingRole(each, (after.of_agency(each.agency) or after.of_unit(each.unit)) or Choice())
            for each in roles
        ],
    )


class _After:
    """Where each unit and agency of these rows went that has ended."""

    def __init__(
        self, tasks: Iterable[Task], roles: Iterable[Membership], on: datetime.date, area: Area
    ) -> None:
        places = [*((each.unit, each.lead) for each in tasks), *((each.unit, each.agency) for each in roles)]
        self._on = on
        self._units = _units_after({unit.pk for unit, _seat in places if _has_ended(unit, on)}, on, area)
        seats = {seat.pk for _unit, seat in places if seat is not None and _has_ended(seat, on)}
        self._agencies = _agencies_after(seats, on, area)

    def of_unit(self, unit: Unit) -> Choice | None:
        return self._units[unit.pk] if _has_ended(unit, self._on) else None

    def of_agency(self, agency: Agency | None) -> Choice | None:
        return self._agencies[agency.pk] if agency is not None and _has_ended(agency, self._on) else None


def _has_ended(row: Unit | Agency, on: datetime.date) -> bool:
    return row.valid_to is not None and row.valid_to < on


@dataclass
class _Edges:
    """From a predecessor to its successors, each with whether the whole went there."""

    to: dict[int, dict[int, bool]] = field(default_factory=lambda: defaultdict(dict))

    def ends(self, start: int, living: Collection[int]) -> dict[int, bool]:
        """The living ones at the end of every way, and whether the whole came there."""
        found: dict[int, bool] = {}
        here, seen = {start: True}, {start}
        while here:
            ahead: dict[int, bool] = {}
            for pk, is_whole in here.items():
                for other, whole in self.to.get(pk, {}).items():
                    kept = found if other in living else ahead
                    if other in living or other not in seen:
                        kept[other] = kept.get(other, True) and is_whole and whole
            seen |= set(ahead)
            here = ahead
        return found


def _units_after(ended: Collection[int], on: datetime.date, area: Area) -> dict[int, Choice]:
    edges, living = _Edges(), {}
    ahead = set(ended)
    for _round in range(_ROUNDS):
        if not ahead:
            break
        found = _unit_successions(ahead)
        ahead = set()
        for start, successor, is_whole in found:
            edges.to[start][successor.pk] = is_whole
            if _has_ended(successor, on):
                ahead.add(successor.pk)
            else:
                living[successor.pk] = successor
    near = set(area.units().filter(pk__in=living).values_list("pk", flat=True))
    made = {}
    for pk in ended:
        ends = edges.ends(pk, living)
        units = sorted((living[each] for each in ends if each in near), key=lambda unit: unit.sort_key)
        made[pk] = Choice(units=units, is_whole=len(ends) == 1 and all(ends.values()))
    return made


def _unit_successions(ended: Collection[int]) -> list[tuple[int, Unit, bool]]:
    """Predecessor, successor, and whether the whole went there; a district went by its communes, in part."""
    rows = UnitSuccession.objects.select_related("predecessor", "successor__parent", "successor__province")
    own = [
        (each.predecessor_id, each.successor, each.share == Share.WHOLE)
        for each in rows.filter(predecessor__in=ended)
    ]
    without = set(ended) - {start for start, _successor, _whole in own}
    below = rows.filter(predecessor__parent__in=without, predecessor__parent__tier=Tier.DISTRICT)
    return own + [(each.predecessor.parent_id or 0, each.successor, False) for each in below]


def _agencies_after(ended: Collection[int], on: datetime.date, area: Area) -> dict[int, Choice]:
    edges, living = _Edges(), {}
    ahead = set(ended)
    for _round in range(_ROUNDS):
        if not ahead:
            break
        rows = AgencySuccession.objects.filter(predecessor__in=ahead).select_related(
            "successor__unit", "successor__kind"
        )
        ahead = set()
        for each in rows:
            edges.to[each.predecessor_id][each.successor_id] = each.share == Share.WHOLE
            if _has_ended(each.successor, on):
                ahead.add(each.successor_id)
            else:
                living[each.successor_id] = each.successor
    served = {each.unit_id for each in living.values()}
    near = set(area.units().filter(pk__in=served).values_list("pk", flat=True))
    made = {}
    for pk in ended:
        ends = edges.ends(pk, living)
        agencies = sorted(
            (living[each] for each in ends if living[each].unit_id in near), key=lambda a: a.ref
        )
        made[pk] = Choice(agencies=agencies, is_whole=len(ends) == 1 and all(ends.values()))
    return made
