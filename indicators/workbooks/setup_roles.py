"""The sheet of roles: which are given, which end on another day, and which must not be touched."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.actions.people import Ending
from accounts.models import Membership, Role
from indicators.workbooks.plans import Found
from indicators.workbooks.setup_cells import QUOTED, choice_of, code_of, day_of, span_words, text_of
from indicators.workbooks.setup_people import People, person_named
from indicators.workbooks.setup_sheets import Line
from indicators.workbooks.setup_spans import Asked, check_days, check_life, check_overlaps, match
from indicators.workbooks.setup_world import World
from provinces.models import Agency, Unit


@dataclass
class Roles:
    new: list[Membership] = field(default_factory=list)
    ended: list[Ending] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)


def check_roles(lines: list[Line], people: People, world: World) -> Roles:
    asked = [one for line in lines if (one := _read(line, people, world)) is not None]
    left = match(asked, world.memberships, _body)
    for one in asked:
        if one.is_changed:
            _check(one, world)
    check_overlaps(asked, left, _body)
    roles = Roles()
    for one in asked:
        if one.is_changed and one.line.is_sound:
            _keep(one, roles)
    return roles


def names_given(lines: list[Line]) -> set[str]:
    """Everybody the sheet names, in lower case."""
    return {text_of(line, "user_name").lower() for line in lines}


def unit_of(line: Line, world: World) -> Unit | None:
    """The unit a row names; one outside the area is none."""
    ref = code_of(line, "unit")
    if not ref:
        line.problem("unit", "unit.missing", _("Choose the unit from the reference lists."))
    elif ref not in world.units:
        message = _("There is no unit “%(ref)s” in your area; choose one from the reference lists.")
        line.problem("unit", "unit.unknown", message % {"ref": ref[:QUOTED]})
    return world.units.get(ref)


def agency_of(line: Line, column: str, unit: Unit | None, world: World) -> Agency | None:
    """The agency a row names, if it names one."""
    ref = code_of(line, column)
    if not ref:
        return None
    agency = world.agencies.get(ref)
    if agency is None:
        message = _("There is no agency “%(ref)s” in your area; choose one from the reference lists.")
        line.problem(column, "agency.unknown", message % {"ref": ref[:QUOTED]})
    elif unit is not None and agency.unit_id != unit.pk:
        message = _("This agency belongs to another unit: %(unit)s. Correct one of the two.")
        line.problem(column, "agency.elsewhere", message % {"unit": f"{agency.unit.ref} {agency.unit.name}"})
    return agency


def _read(line: Line, people: People, world: World) -> Asked[Membership] | None:
    """The role a row asks for; None where a cell of it cannot be read."""
    line.subject = text_of(line, "user_name")
    user = person_named(line, people, world)
    role = choice_of(line, "role", Role, world.area.roles)
    unit = unit_of(line, world)
    agency = agency_of(line, "agency", unit, world)
    first, last = day_of(line, "first_day"), day_of(line, "last_day")
    if user is None or unit is None or not line.is_sound:
        return None
    place = agency.label if agency else unit.name
    line.subject = f"{user.username} · {Role(role).label} · {place}"
    row = Membership(user=user, role=role, unit=unit, agency=agency, valid_from=first, valid_to=last)
    return Asked(line, row)


def _body(row: Membership) -> Hashable:
    return row.user.username, row.role, row.unit_id, row.agency_id


def _check(one: Asked[Membership], world: World) -> None:
    line, row = one.line, one.row
    if row.user.pk == world.by.pk:
        message = _("Nobody changes their own account or roles by a workbook; leave this row as it was.")
        line.problem("user_name", "role.own", message)
    if row.role not in world.area.roles:
        words = ", ".join(str(Role(each).label) for each in world.area.roles)
        message = _("Only the administrator gives or ends this role; yours to give are: %(words)s.")
        line.problem("role", "role.not_yours", message % {"words": words})
    check_days(line, row)
    check_life(line, "unit", row, row.unit)
    check_life(line, "agency", row, row.agency)


def _keep(one: Asked[Membership], roles: Roles) -> None:
    new = span_words(one.row.valid_from, one.row.valid_to)
    if one.stored is None:
        roles.new.append(one.row)
        told = one.line.difference("user_name", "role.new", message=_("new role"), old="", new=new)
    else:
        roles.ended.append((one.stored, one.row.valid_to))
        old = span_words(one.stored.valid_from, one.stored.valid_to)
        told = one.line.difference("last_day", "role.ended", message=_("other last day"), old=old, new=new)
    roles.found.append(told)
