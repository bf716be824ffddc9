"""How the set-up workbook is filled in, in words; the page and the workbook's own sheet say the same."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.models import Role
from accounts.setting_up import Area


def guide(area: Area) -> Iterator[str]:
    """A line for each rule, in the reader's language."""
    roles = ", ".join(str(Role(each).label) for each in area.roles)
    yield _(
        "The sheets hold what the portal knows today. Change rows, add rows below, save the file and upload "
        "it. The portal first shows every change and every mistake; nothing is written before you confirm."
    )
    yield _("Either the whole workbook is written or nothing of it.")
    yield _(
        "Deleting a row deletes nothing in the portal. A role or an obligation ends by its last day; a "
        "person who has left gets “no” in the column “May sign in”."
    )
    yield _("Units, agencies and indicators: only the code at the beginning of the cell counts.")
    yield _("Days are written day/month/year, such as 15/07/2026. Without a last day a row holds on.")
    yield _(
        "People: a user name has small letters without diacritics, digits, dots and hyphens, and never "
        "changes. A new person needs at least one row on the sheet “Roles”."
    )
    yield _(
        "New people have no password yet: the administrator of the portal checks who they are and gives "
        "them their first one."
    )
    yield _("Roles: you can give and end these: %(roles)s. Nobody changes their own account or roles.") % {
        "roles": roles
    }
    yield _(
        "Roles: an empty cell “Agency” means the office of the unit itself. To move somebody, give the old "
        "row a last day and add a row that begins after it."
    )
    yield _(
        "Obligations: a row says that a unit, or one agency for its own part, reports an indicator at a "
        "level. “Agency that files it” is the agency that enters the figure of the whole unit."
    )
    yield _(
        "Obligations: only the last day of a row can change. For anything else give it a last day and add a "
        "row that begins after it."
    )
    yield _(
        "Documents and targets: new rows are entered. A row names a document that is in the portal or stands "
        "in a row above, as issuer|number|2026-01-15."
    )
    yield _(
        "Targets, “Kind of row”: a target, or a heading with its targets below it. A heading whose "
        "sub-targets count has a name and asks nothing itself: leave its rule, values and days empty. A row "
        "below a heading names the heading's row in “Under the heading”, such as 11 for the row 11.1."
    )
    yield _(
        "Parts: for a target of several parts, whose rule is “All parts” or “One of the parts”. Each part is "
        "a row with the document, row and unit of its target, its number 1, 2, 3 …, and its own indicator, "
        "level and rule; the target itself has no indicator and no value. All parts are due with the target."
    )
    yield _(
        "Milestones: what a target is to have reached on the way, one row for each day, with the document, "
        "row and unit of its target. A year, such as 2027, means its last day."
    )
    yield _(
        "Targets that are in the portal already, with their parts and milestones, are not changed by the "
        "workbook, for a revision always names the document and the day: use “Revise by a document” on the "
        "page of the target. Documents are changed on their pages."
    )
