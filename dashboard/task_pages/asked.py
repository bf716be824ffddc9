"""What is asked of the list of tasks: whose, narrowed by what, ordered and shown how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, QueryDict

from accounts.models import User
from accounts.permissions import HIDDEN, OPEN_TIERS, reach, units_read_by
from dashboard.choosing import Option, OptionGroup, grouped, home_of, storable
from provinces.models import Agency, Tier, Unit
from resolutions.filters import TaskFilterSet
from resolutions.models import Document, Task
from resolutions.permissions import read_by

BY = ("agency", "person", "document")
_WHOSE = ("unit", "under", "mine")
_KNOWN = (*_WHOSE, "agency", "person", "document", "due_from", "due_to", "standing")


@dataclass
class Asked:
    """What the address asks for. ``rows`` are narrowed by all but the standing."""

    given: QueryDict
    place: Unit | None
    whose: Any
    """The tasks of the place, or one's own: what the choices are taken from."""
    rows: Any
    shown: Any
    """``rows`` of the standings that were asked for."""

    @property
    def by(self) -> str:
        by = self.given.get("by", "")
        return by if by in BY else ""

    @property
    def is_board(self) -> bool:
        return self.given.get("view") == "board"

    @property
    def is_mine(self) -> bool:
        return self.given.get("mine") == "true"

    @property
    def has_scopes(self) -> bool:
        """Whether tasks of units below may be with the place's own."""
        return self.place is not None and self.place.tier != Tier.COMMUNE

    @property
    def standings(self) -> list[str]:
        return self.given.getlist("standing")

    @property
    def is_narrowed(self) -> bool:
        return any(self.given.get(name) for name in _KNOWN if name not in _WHOSE)


def asked_of(request: HttpRequest) -> Asked:
    """Read the address; without a unit in it the person's own is meant.

    What lies below a unit is asked for by `under`: overview, editions and briefs count the unit's own tasks.

    What cannot be read, or a unit out of reach, is a 404.
    """
    given = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        kept = [storable(each) for each in values if each]
        if kept:
            given.setlist(name, kept)
    if not any(name in given for name in _WHOSE):
        home = home_of(request.user)
        given["unit" if home else "mine"] = home.ref if home else "true"
    ref = given.get("under") or given.get("unit")
    place = units_read_by(request.user).with_places().filter(ref=ref).first() if ref else None
    if ref and place is None:
        raise Http404(HIDDEN)
    rows = read_by(request.user)
    whose = _narrowed(request, given, rows, _WHOSE)
    return Asked(
        given,
        place,
        whose,
        _narrowed(request, given, rows, [name for name in _KNOWN if name != "standing"]),
        _narrowed(request, given, rows, _KNOWN),
    )


def _narrowed(request: HttpRequest, given: QueryDict, rows: Any, names: Iterable[str]) -> Any:
    asked = QueryDict(mutable=True)
    for name in names:
        if name in given:
            asked.setlist(name, given.getlist(name))
    filterset = TaskFilterSet(asked, rows, request=request)
    if not filterset.is_valid():
        raise Http404(HIDDEN)
    return filterset.qs


def unit_groups(request: HttpRequest, place: Unit | None) -> list[OptionGroup]:
    """Units with tasks, without the communes of other provinces."""
    near = Q(tier__in=OPEN_TIERS)
    provinces = set(reach(request.user).province_ids)
    if place is not None:
        near |= Q(pk=place.pk)
        provinces.add(place.province_id or place.pk)
    near |= Q(province__in=provinces)
    kept = Q(Exists(Task.objects.filter(unit=OuterRef("pk")))) | Q(
        tier__in=OPEN_TIERS, children__tasks__isnull=False
    )
    if place is not None:
        kept |= Q(pk=place.pk)
    return grouped(units_read_by(request.user).filter(near, kept).in_name_order())


def agency_options(asked: Asked) -> list[Option]:
    helped = Task.cooperating.through.objects.filter(task__in=asked.whose.order_by().values("pk"))
    named = Q(pk__in=asked.whose.order_by().values("lead")) | Q(pk__in=helped.values("agency"))
    rows = Agency.objects.filter(named).with_names().order_by("ref")
    return [Option(each.ref, each.label) for each in rows]


def person_options(asked: Asked) -> list[Option]:
    rows = User.objects.filter(pk__in=asked.whose.order_by().values("person"))
    return [Option(str(each.pk), str(each)) for each in rows.order_by("full_name", "username", "pk")]


def document_options(asked: Asked) -> list[Option]:
    rows = Document.objects.filter(pk__in=asked.whose.order_by().values("document"))
    return [Option(str(each.pk), each.number) for each in rows.order_by("-issued_on", "-pk")]
