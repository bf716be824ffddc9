"""The sheet of people: who is new, who changes, and who must not be touched."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import User
from indicators.workbooks.plans import Found
from indicators.workbooks.setup_cells import (
    QUOTED,
    same_text,
    short_text_of,
    text_of,
    yes_or_no_of,
)
from indicators.workbooks.setup_sheets import Line
from indicators.workbooks.setup_world import World

# Letters that cannot be taken for others, in one case.
_USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,149}")
_LONGEST = 150
_COLUMNS = {"full_name": "full_name", "email": "email", "job_title": "job_title", "is_active": "active"}


@dataclass
class People:
    """``named`` has everybody the sheet names, sound or not, by user name in lower case."""

    named: dict[str, tuple[Line, User | None]] = field(default_factory=dict)
    new: list[User] = field(default_factory=list)
    changed: list[tuple[User, dict[str, Any]]] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)


def check_people(lines: list[Line], world: World) -> People:
    people = People()
    for line in lines:
        name = text_of(line, "user_name")
        line.subject = name
        if not _is_once(line, name, people):
            continue
        stored = world.user(name)
        # Of an account elsewhere nothing is told but that its name is taken.
        if stored is not None and not world.standings[stored.pk].is_known:
            people.named[name.lower()] = (line, None)
            line.problem(
                "user_name",
                "user_name.taken",
                _("This user name is taken; choose another or ask the administrator."),
            )
            continue
        values = _values(line, stored)
        if stored is None:
            people.named[name.lower()] = (line, _new(line, name, values, people))
        else:
            people.named[name.lower()] = (line, stored)
            _change(line, stored, values, people, world)
    return people


def check_roles_of_new(people: People, given: set[str]) -> None:
    """A new account without a role could do nothing, and nobody would answer for it."""
    for name, (line, user) in people.named.items():
        if user is not None and user._state.adding and name not in given:
            message = _("This new person has no role; add a row for them on the sheet “%(sheet)s”.")
            line.problem("user_name", "person.no_role", message % {"sheet": _("Roles")})


def _is_once(line: Line, name: str, people: People) -> bool:
    if not name:
        line.problem("user_name", "user_name.missing", _("Write the user name this person signs in with."))
        return False
    if name.lower() in people.named:
        message = _("This user name stands in row %(row)s already; delete one of the two rows.")
        row = people.named[name.lower()][0].number
        line.problem("user_name", "user_name.twice", message % {"row": row})
        return False
    return True


def _values(line: Line, stored: User | None) -> dict[str, Any]:
    """The fields the sheet gives; a column that is not there says nothing."""
    values: dict[str, Any] = {"full_name": short_text_of(line, "full_name", _LONGEST)}
    # What an administrator stored without a name does not keep the row from being sent back as it is.
    if not values["full_name"] and (stored is None or stored.full_name):
        line.problem("full_name", "full_name.missing", _("Write the person's full name."))
    if line.has("email"):
        values["email"] = _email(line, stored)
    if line.has("job_title"):
        values["job_title"] = short_text_of(line, "job_title", _LONGEST)
    if line.has("active"):
        values["is_active"] = yes_or_no_of(line, "active", stored is None or stored.is_active)
    return values


def _email(line: Line, stored: User | None) -> str:
    email = text_of(line, "email")
    if email and (stored is None or not same_text(stored.email, email)):
        try:
            validate_email(email)
        except ValidationError:
            message = _("“%(text)s” is no e-mail address; write it as name@agency.gov.vn.")
            line.problem("email", "email.invalid", message % {"text": email[:QUOTED]})
    return email


def _new(line: Line, name: str, values: dict[str, Any], people: People) -> User:
    if not _USER_NAME.fullmatch(name):
        message = _(
            "A new user name has small letters without diacritics, digits, dots and hyphens only, "
            "such as nguyenvan.an."
        )
        line.problem("user_name", "user_name.invalid", message)
    user = User(username=name, **values)
    if line.is_sound:
        people.new.append(user)
        new = ", ".join(filter(None, [user.full_name, user.job_title, user.email, _active(user.is_active)]))
        people.found.append(
            line.difference("user_name", "person.new", message=_("new person"), old="", new=new)
        )
    return user


def _change(line: Line, stored: User, values: dict[str, Any], people: People, world: World) -> None:
    changed = {name: value for name, value in values.items() if _differs(getattr(stored, name), value)}
    if not changed:
        return
    column = _COLUMNS[next(iter(changed))]
    if stored.pk == world.by.pk:
        message = _("Nobody changes their own account or roles by a workbook; leave this row as it was.")
        line.problem(column, "person.own", message)
    elif world.standings[stored.pk].is_protected:
        message = _("Only the administrator changes this account; leave this row as it was.")
        line.problem(column, "person.protected", message)
    if line.is_sound:
        people.changed.append((stored, changed))
        old, new = ("; ".join(_shown(each, of) for each in changed) for of in (_fields(stored), changed))
        people.found.append(
            line.difference(column, "person.changed", message=_("changed person"), old=old, new=new)
        )


def _differs(stored: Any, given: Any) -> bool:
    return not same_text(stored, given) if isinstance(given, str) else stored != given


def _fields(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in _COLUMNS}


def _shown(name: str, values: dict[str, Any]) -> str:
    value = values[name]
    return _active(value) if isinstance(value, bool) else value or "–"


def _active(is_active: bool) -> str:
    return _("may sign in") if is_active else _("may not sign in")


def person_named(line: Line, people: People, world: World) -> User | None:
    """Whom a row of the sheet of roles speaks of; None where nobody does, which is a problem told once."""
    name = text_of(line, "user_name")
    if not name:
        line.problem("user_name", "user_name.missing", _("Write the user name of the person."))
        return None
    if name.lower() in people.named:
        # Of somebody who is not told of, the sheet of people has said so already.
        return people.named[name.lower()][1]
    stored = world.user(name)
    if stored is None or not world.standings[stored.pk].is_known:
        message = _("Nobody has this user name; correct it, or add the person on the sheet “%(sheet)s”.")
        line.problem("user_name", "user_name.unknown", message % {"sheet": _("People")})
        return None
    return stored
