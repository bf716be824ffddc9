"""Who may see what: the reach of whoever asks.

Two circles. *Results* (approved roll-ups, judged targets, scoreboards) of the nation and of every province
are open to all officials, and those of one's own province down to its last commune. *Cells* (what bodies
reported, drafts, evidence, narratives) stay within the subtree one is placed in. Both circles include
predecessors: whoever works for Khánh Hòa reads the years of Ninh Thuận. Reference data is open to everybody
signed in.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient, Deputy, Membership, Role, User
from accounts.prepared import PreparedQuerySet
from provinces.dates import today
from provinces.models import Tier, Unit, reach_of
from provinces.models.units import UnitQuerySet

Principal = User | ApiClient | AnonymousUser
M = TypeVar("M", bound=Model)

HIDDEN = _("There is nothing at this address, or you may not see it.")
OPEN_TIERS = (Tier.NATION, Tier.PROVINCE)


@dataclass(frozen=True)
class AgencySeat:
    """A place in an agency: its kind, the unit whose agency it is, and its province (none for a ministry)."""

    agency_id: int
    kind_id: int
    unit_id: int
    province_id: int | None


@dataclass(frozen=True)
class Reach:
    """How far somebody sees. Holds a few ids, never those of all the units below them."""

    is_official: bool = False
    everything: bool = False
    unit_ids: tuple[int, ...] = ()
    """Units whose whole subtree one looks after."""
    province_ids: tuple[int, ...] = ()
    """Provinces whose results one reads down to the last commune."""
    agencies: tuple[AgencySeat, ...] = ()

    def results(self, path: str = "unit") -> Q:
        """Rows whose results may be read; `path` leads from the row to its unit, "" for units themselves."""
        if self.everything:
            return Q()
        if not self.is_official:
            return Q(pk__in=[])
        near = {*self.province_ids, *self.unit_ids}
        open_to_all = Q(**{f"{path}__tier__in" if path else "tier__in": OPEN_TIERS})
        return open_to_all | Q(**{f"{path or 'pk'}__in": units_around(near)}) if near else open_to_all

    def units(self) -> UnitQuerySet:
        """The units one looks after. A subquery within another is asked anew for every row by PostgreSQL, so
        this is as flat as can be."""
        return Unit.objects.all() if self.everything else reach_of(*(Unit(pk=pk) for pk in self.unit_ids))

    def cells(self, path: str = "unit") -> Q:
        """Rows within the subtrees one looks after; what an agency sees beyond them knows its own model."""
        if self.everything:
            return Q()
        if not self.unit_ids:
            return Q(pk__in=[])
        return Q(**{f"{path}__in": units_around(self.unit_ids)})


NOTHING = Reach()
EVERYTHING = Reach(is_official=True, everything=True)


def units_around(ids: Iterable[int]) -> QuerySet[Any, Any]:
    """The subtrees of these units and of their predecessors, as a subquery."""
    return reach_of(*(Unit(pk=pk) for pk in sorted(ids))).values("pk")


def either(*conditions: Q) -> Q:
    """Rows that fit one of these. An empty condition fits all, which `|` alone would forget."""
    found = Q(pk__in=[])
    for each in conditions:
        if not each:
            return Q()
        found |= each
    return found


def reach(who: Principal | Reach) -> Reach:
    """The reach of a person or a client today. Read once (one query for a person) and kept on the object.

    An object of this kind lives as long as one request.
    """
    if isinstance(who, Reach):
        return who
    kept = who.__dict__.get("_reach")
    if kept is None or kept[0] != today():
        kept = who.__dict__["_reach"] = (today(), _read(who))
    found: Reach = kept[1]
    return found


def _read(who: Principal) -> Reach:
    if isinstance(who, ApiClient):
        return _of_client(who)
    if not isinstance(who, User) or not who.is_active:
        return NOTHING
    return EVERYTHING if who.is_superuser else _of(_held(who))


def reach_as(user: Principal, *roles: Role) -> Reach:
    """The reach of what a person does in one of these roles: a leader of the province who reports for one
    commune enters figures of that commune alone. Being a superuser gives no role."""
    if not isinstance(user, User) or not user.is_active:
        return NOTHING
    return _of([each for each in _held(user) if each.role in roles])


def reach_as_coordinator(who: Principal) -> Reach:
    """What a person looks after as a coordinator. A seat in an agency serves the unit whose agency it is: a
    department's the whole province, a commune's office the commune, a ministry's no unit."""
    seen = reach_as(who, Role.COORDINATOR) if isinstance(who, User) else NOTHING
    served = [seat.unit_id for seat in seen.agencies if seat.province_id is not None]
    return replace(seen, unit_ids=tuple(dict.fromkeys((*seen.unit_ids, *served))))


def units_coordinated_by(who: Principal) -> UnitQuerySet:
    """The units somebody coordinates, with those that merged into them; ended ones included."""
    return reach_as_coordinator(who).units()


def _held(user: User) -> list[Membership]:
    """The roles of a person today, read once and kept on the object like their reach."""
    kept = user.__dict__.get("_held")
    if kept is None or kept[0] != today():
        kept = user.__dict__["_held"] = (today(), _HELD.rows(user=user.pk, day=today()))
    found: list[Membership] = kept[1]
    return found


def rights_digest(who: Any) -> str:
    """Differs wherever something differs that decides what somebody may see and do today."""
    return hashlib.sha256(repr(_rights(who)).encode()).hexdigest()


def _rights(who: Any) -> tuple[Any, ...]:
    if isinstance(who, ApiClient):
        return ("client", who.pk, who.is_active, who.unit_id, _rights(who.acts_for))
    if not isinstance(who, User):
        return ()
    held = sorted((each.pk, each.role, each.unit_id, each.agency_id or 0) for each in _held(who))
    return ("person", who.pk, who.is_active, who.is_superuser, held)


def _of_client(client: ApiClient) -> Reach:
    if not client.is_active:
        return NOTHING
    if client.unit.tier == Tier.NATION:
        return EVERYTHING
    province = client.unit.province_id
    return Reach(is_official=True, unit_ids=(client.unit_id,), province_ids=(province,) if province else ())


def _of(held: Sequence[Membership]) -> Reach:
    if any(each.agency is None and each.unit.tier == Tier.NATION for each in held):
        return EVERYTHING
    places = [each.agency.unit if each.agency else each.unit for each in held]
    return Reach(
        is_official=bool(held),
        unit_ids=tuple(dict.fromkeys(each.unit_id for each in held if each.agency is None)),
        province_ids=tuple(dict.fromkeys(place.province_id for place in places if place.province_id)),
        agencies=tuple(
            {
                AgencySeat(
                    each.agency.pk, each.agency.kind_id, each.agency.unit_id, each.agency.unit.province_id
                )
                for each in held
                if each.agency is not None
            }
        ),
    )


def memberships_of(user: User) -> QuerySet[Membership]:
    """The roles a person holds today, their own and those they stand in for."""
    return _memberships(user=user.pk, day=today())


def _memberships(*, user: int, day: datetime.date) -> QuerySet[Membership]:
    stood_in_for = Deputy.objects.filter(user=user).valid_on(day).values("membership")
    return Membership.objects.filter(Q(user=user) | Q(pk__in=stood_in_for)).valid_on(day)


def _held_by(*, user: int, day: datetime.date) -> QuerySet[Membership]:
    return _memberships(user=user, day=day).select_related("unit", "agency__unit")


_HELD = PreparedQuerySet(_held_by, user=int, day=datetime.date)


def own_seats(user: Principal, *roles: Role) -> list[Membership]:
    """What a person holds today of these roles themselves, without those they stand in for."""
    if not isinstance(user, User) or not user.is_active:
        return []
    return [each for each in _held(user) if each.user_id == user.pk and each.role in roles]


def colleagues_of(seats: Iterable[Membership]) -> QuerySet[User]:
    """Whom the holder of these roles may be shown by name: active people with a role today in the same
    agency, or anywhere in the unit where the role is one of the whole unit."""
    listed = list(seats)
    same = Q(agency__in=[each.agency_id for each in listed if each.agency_id]) | Q(
        unit__in=[each.unit_id for each in listed if not each.agency_id]
    )
    held = Membership.objects.filter(same).valid_on(today()).values("user")
    return User.objects.filter(pk__in=held, is_active=True).order_by("full_name", "username", "pk")


def first_or_404(rows: QuerySet[Any, Any]) -> Any:
    """The first of the rows somebody may see; without one it does not exist for the asker."""
    found = rows.first()
    if found is None:
        raise Http404(HIDDEN)
    return found


def get_visible_or_404(rows: Any, who: Principal | Reach, **lookup: Any) -> Any:
    """The one row the lookup names, if it may be seen: the object and the right to it from the same call.

    `rows` is a manager or a QuerySet with `visible_to`.
    """
    return first_or_404(rows.visible_to(who).filter(**lookup))


def units_read_by(who: Principal | Reach) -> UnitQuerySet:
    """The units whose results may be read."""
    return Unit.objects.filter(reach(who).results(""))
