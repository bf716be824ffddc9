"""The list of tasks as a file, narrowed as the page is."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboard.task_pages.asked import Asked
from dashboard.task_pages.listing import for_rows
from indicators.exports import Cell, Table, illustrative_about, yes
from provinces.dates import today
from resolutions.counts import count_tasks
from resolutions.models import Task


def table_of(asked: Asked) -> Table:
    """Every task of the list, also those on later pages."""
    rows = list(for_rows(asked).prefetch_related("extensions"))
    counts = count_tasks(asked.rows)
    about = [_("%(done)d/%(total)d tasks finished") % {"done": counts.finished, "total": counts.total}]
    if asked.place is not None:
        about.insert(0, asked.place.label)
    columns = [
        *(_("Task"), _("Unit"), _("Lead agency"), _("Person who answers for it"), _("Document")),
        *(_("Product"), _("Begun on"), _("First due on"), _("Due on"), _("Done on"), _("State")),
        _("Illustrative"),
    ]
    about += illustrative_about(sum(each.is_illustrative for each in rows))
    return Table(_("Tasks"), columns, [_row(each) for each in rows], about)


def _row(task: Task) -> list[Cell]:
    return [
        task.title,
        task.unit.name,
        task.lead.label if task.lead else None,
        str(task.person) if task.person else None,
        task.document.number if task.document else None,
        task.product or None,
        task.started_on,
        task.first_due_on,
        task.due_on,
        task.done_on,
        str(task.standing_on(today()).label),
        yes(task.is_illustrative),
    ]
