"""What the rows of a set-up workbook name, read at once, and what is stored of it.

A unit or an agency outside the area is not among what is found: it reads like one that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import Membership, User
from accounts.setting_up import Area, Standing, standings
from indicators.models import Indicator, Obligation
from indicators.workbooks.setup_cells import code_of, text_of
from indicators.workbooks.setup_forms import (
    DOCUMENTS,
    MILESTONES,
    OBLIGATIONS,
    PARTS,
    PEOPLE,
    ROLES,
    TARGETS,
)
from indicators.workbooks.setup_sheets import Line
from provinces.models import Agency, Unit, UnitClosure

Lines = Mapping[str, list[Line]]
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class World:
    area: Area
    by: User
    users: Mapping[str, User]
    """By user name, and in lower case: two names that differ in case alone are one to the sign-in page."""
    standings: Mapping[int, Standing]
    units: Mapping[str, Unit]
    agencies: Mapping[str, Agency]
    owners: Mapping[str, Agency]
    """Who may own a target: an agency of its unit or of one above, as the form offers them."""
    indicators: Mapping[str, Indicator]
    memberships: list[Membership]
    obligations: list[Obligation]

    def user(self, name: str) -> User | None:
        return self.users.get(name) or self.users.get(name.lower())

    def standing(self, user: User) -> Standing:
        return self.standings[user.pk]


def read_world(lines: Lines, area: Area, by: User, *, locks: bool) -> World:
    """Everything the rows name, in a number of queries that does not depend on the rows.

    With ``locks`` the people and the units stay as they are to the end of the transaction, so that of two
    workbooks at once the second sees what the first wrote.
    """
    people, roles, owing = lines[PEOPLE], lines[ROLES], lines[OBLIGATIONS]
    asking, parts = lines[TARGETS], lines[PARTS]
    placed = [*roles, *owing, *lines[DOCUMENTS], *asking, *parts, *lines[MILESTONES]]
    names = {name for each in [*people, *roles] if (name := text_of(each, "user_name"))}
    called = Q(username__in=names) | Q(lower__in={each.lower() for each in names})
    users = list(_in_order(User.objects.annotate(lower=Lower("username")).filter(called), locks))
    units = list(_in_order(Unit.objects.filter(area.within("pk"), ref__in=_codes(placed, "unit")), locks))
    refs = _codes([*roles, *owing], "agency") | _codes(owing, "filed_by")
    agencies = Agency.objects.with_names().filter(area.within("unit"), ref__in=refs)
    above = UnitClosure.objects.filter(descendant__in=units).values("ancestor")
    owners = Agency.objects.with_names().filter(unit__in=above, ref__in=_codes(asking, "owner"))
    indicators = Indicator.objects.filter(code__in=_codes([*owing, *asking, *parts], "indicator"))
    indicators = indicators.prefetch_related("definitions__levels")
    held = Membership.objects.filter(area.within("unit"), user__in=users)
    owed = Obligation.objects.filter(unit__in=units, indicator__code__in=_codes(owing, "indicator"))
    return World(
        area=area,
        by=by,
        users={user.username.lower(): user for user in users} | {user.username: user for user in users},
        standings=standings(users, area, by),
        units={unit.ref: unit for unit in units},
        agencies={agency.ref: agency for agency in agencies},
        owners={agency.ref: agency for agency in owners},
        indicators={indicator.code: indicator for indicator in indicators},
        memberships=list(held.select_related("user", "unit").order_by("pk")),
        obligations=list(owed.select_related("unit", "indicator").order_by("pk")),
    )


def _codes(lines: Iterable[Line], column: str) -> set[str]:
    return {code for line in lines if (code := code_of(line, column))}


def _in_order(rows: QuerySet[M], locks: bool) -> QuerySet[M]:
    return rows.order_by("pk").select_for_update() if locks else rows.order_by("pk")
