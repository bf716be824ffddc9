"""People, roles, obligations, documents and targets of a province from one workbook: all of it, or nothing.

Checking and writing are one code: the second run finds what the first found, or refuses where the portal's
records have changed in between.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions import change_memberships, change_people
from accounts.models import User
from accounts.setting_up import Area, area_of
from indicators.actions.obligations import change_obligations
from indicators.models import LineKind
from indicators.workbooks.plans import Done, Found, Plan
from indicators.workbooks.reading import Row, WorkbookRefused
from indicators.workbooks.setup_documents import enter_documents
from indicators.workbooks.setup_forms import (
    DOCUMENTS,
    FORMS,
    OBLIGATIONS,
    PEOPLE,
    ROLES,
    TARGETS,
)
from indicators.workbooks.setup_obligations import Obligations, check_obligations
from indicators.workbooks.setup_people import People, check_people, check_roles_of_new
from indicators.workbooks.setup_roles import Roles, check_roles, names_given
from indicators.workbooks.setup_sheets import Sheets, read_sheets
from indicators.workbooks.setup_targets import enter_targets
from indicators.workbooks.setup_world import read_world

# It is checked and written in one transaction, which others wait for.
MOST_ROWS = 10_000
# Entered row by row, as the forms do it.
MOST_ENTERED = 1_000


def plan(rows: Iterable[Row], by: User) -> Plan:
    """One step for the whole workbook. Raises WorkbookRefused for a file or a person that sets up nothing."""
    area = area_of(by)
    if area is None:
        raise WorkbookRefused(_("Only coordinators and administrators set up people and obligations."))
    sheets = read_sheets(rows)
    if not sheets.is_known:
        words = ", ".join(f"“{form.title}”" for form in FORMS)
        message = _(
            "The file has none of the sheets %(sheets)s; download the set-up workbook and fill it in."
        )
        raise WorkbookRefused(message % {"sheets": words})
    if len(sheets.rows[DOCUMENTS]) + len(sheets.rows[TARGETS]) > MOST_ENTERED:
        message = _("The file has more than %(most)s documents and targets; split it.")
        raise WorkbookRefused(message % {"most": MOST_ENTERED})
    if sheets.total > MOST_ROWS:
        message = ngettext(
            "The file has more than %(most)s row; split it.",
            "The file has more than %(most)s rows; split it.",
            MOST_ROWS,
        )
        raise WorkbookRefused(message % {"most": MOST_ROWS})
    return Plan([partial(_step, sheets, area, by)], sheets.total, sheets.found)


@dataclass(frozen=True)
class _Checked:
    people: People
    roles: Roles
    obligations: Obligations
    entered: list[Found]
    problems: list[Found]

    @property
    def differences(self) -> list[Found]:
        return [*self.people.found, *self.roles.found, *self.obligations.found, *self.entered]


def _step(sheets: Sheets, area: Area, by: User, writes: bool) -> Done:
    checked = _check(sheets, area, by, writes=writes)
    if not writes:
        return Done(sheets.total, 0, [*checked.problems, *checked.differences])
    if checked.problems or any(each.kind == LineKind.PROBLEM for each in sheets.found):
        raise WorkbookRefused(
            _("The portal's records changed after the check. Nothing was written; upload the workbook again.")
        )
    change_people(new=checked.people.new, changed=checked.people.changed, by=by)
    change_memberships(new=checked.roles.new, ended=checked.roles.ended, by=by)
    change_obligations(new=checked.obligations.new, ended=checked.obligations.ended, by=by)
    return Done(sheets.total, len(checked.differences), [])


def _check(sheets: Sheets, area: Area, by: User, *, writes: bool) -> _Checked:
    """Every cell of every row; nothing stops at the first mistake.

    Documents and targets are entered by the very actions of the forms, which are their check; unless the
    workbook is to be written, that is undone again. Everything else is written by the caller.
    """
    lines = {form.kind: sheets.lines(form.kind) for form in FORMS}
    world = read_world(lines, area, by, locks=writes)
    people = check_people(lines[PEOPLE], world)
    check_roles_of_new(people, names_given(lines[ROLES]))
    roles = check_roles(lines[ROLES], people, world)
    obligations = check_obligations(lines[OBLIGATIONS], world)
    with transaction.atomic():
        entered = enter_documents(lines[DOCUMENTS], world) + enter_targets(lines, world)
        if not writes:
            transaction.set_rollback(True)
    problems = [found for form in FORMS for line in lines[form.kind] for found in line.found]
    return _Checked(people, roles, obligations, entered, problems)
