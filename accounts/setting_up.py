"""Who sets up people, roles and obligations, where, which roles they give, and whose account they may change.

A coordinator looks after the place their role is in: the department of a province stands for the province.
An e-mail address leads to a new password, so whoever changes one can take an account over. That is why an
account that reaches further than the coordinator's own area, or that sets up others, is the administrator's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q, QuerySet

from accounts.models import Deputy, Membership, Role, User
from accounts.permissions import Principal, reach_as
from provinces.dates import today
from provinces.models import Unit, reach_of

SETS_UP = (Role.COORDINATOR, Role.ADMINISTRATOR)
GIVEN = (Role.REPORTER, Role.APPROVER, Role.LEADER)


@dataclass(frozen=True)
class Area:
    """Where somebody sets up people and what they owe; ``roots`` say nothing where it is everywhere."""

    everything: bool
    roots: tuple[int, ...]
    is_national: bool
    """An administrator of the nation: gives every role."""

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that may be given and ended."""
        return tuple(Role) if self.is_national else GIVEN

    def units(self) -> QuerySet[Unit]:
        """The units of the area, with those that became part of them."""
        return Unit.objects.all() if self.everything else reach_of(*(Unit(pk=pk) for pk in self.roots))

    def within(self, path: str) -> Q:
        """Rows of the area; ``path`` leads from the row to its unit."""
        return Q() if self.everything else Q(**{f"{path}__in": self.units().values("pk")})


def area_of(who: Principal) -> Area | None:
    """The area somebody sets up today; None for whoever sets up nothing. Being a superuser gives none."""
    seen = reach_as(who, *SETS_UP)
    # A seat in a commune's office serves the commune; results they read reach further.
    served = [seat.unit_id for seat in seen.agencies if seat.province_id is not None]
    roots = tuple(dict.fromkeys([*seen.unit_ids, *served]))
    if not seen.everything and not roots:
        return None
    return Area(seen.everything, roots, reach_as(who, Role.ADMINISTRATOR).everything)


class Standing(NamedTuple):
    """How an account stands to whoever sets up."""

    is_known: bool
    """It holds or held a role in the area; of any other one nothing is told."""
    is_protected: bool
    """Its name, e-mail address and right to sign in are the administrator's."""


def standings(users: Iterable[User], area: Area, by: User) -> dict[int, Standing]:
    """How each of these accounts stands to ``by``, in a constant number of queries."""
    listed = list(users)
    if area.is_national:
        return {
            each.pk: Standing(True, (each.is_superuser or each.is_staff) and not by.is_superuser)
            for each in listed
        }
    held = _places(Membership.objects.filter(user__in=listed), "")
    # Whoever stands in for a coordinator does what the coordinator does, until their last day.
    stood_in_for = _places(Deputy.objects.filter(user__in=listed, valid_to__gte=today()), "membership__")
    near = set() if area.everything else set(area.units().values_list("pk", flat=True))
    found = {}
    for user in listed:
        own, lent = held.get(user.pk, []), stood_in_for.get(user.pk, [])
        is_far = not area.everything and any(not each.units <= near for each in [*own, *lent])
        sets_up = any(each.role in SETS_UP for each in [*own, *lent])
        is_known = any(area.everything or each.units <= near for each in own)
        found[user.pk] = Standing(is_known, is_far or sets_up or user.is_staff or user.is_superuser)
    return found


class _Place(NamedTuple):
    role: str
    units: frozenset[int]


def _places(rows: QuerySet[Membership] | QuerySet[Deputy], path: str) -> dict[int, list[_Place]]:
    """Roles with their units, by person."""
    found: dict[int, list[_Place]] = {}
    named = rows.values_list("user_id", f"{path}role", f"{path}unit_id", f"{path}agency__unit_id")
    for user, role, unit, seat in named:
        found.setdefault(user, []).append(_Place(role, frozenset({unit, seat} - {None})))
    return found
