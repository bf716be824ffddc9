"""The heat map as a table: one row a target, one column a unit or a period, each cell in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboard import choosing
from dashboard.heat_cells import HeatCell
from dashboard.heat_map import HeatMap
from indicators import figures
from indicators.exports import Cell, Table, illustrative_about


def heat_table(page: HeatMap) -> Table:
    """The cells as they are read aloud on the page: state, figure and what is missing; then the sums."""
    columns = [_("Target"), _("Code"), *(each.title or each.label for each in page.columns)]
    columns += [_("Met"), _("Of those that count")]
    rows: list[list[Cell]] = [
        [row.label, row.sub, *(_cell(cell) for cell in row.cells), row.met, row.total] for row in page.rows
    ]
    # In words: a spreadsheet would take 3/5 for a day.
    sums = [_("%(met)s of %(total)s") % {"met": each.met, "total": each.total} for each in page.columns]
    rows.append([_("Met or exceeded, of those that count"), "", *sums, None, None])
    about = ["; ".join(f"{figures.status(state)}: {number}" for state, number in page.counts if number)]
    about += illustrative_about(page.illustrative)
    return Table(heat_title(page), columns, rows, about)


def heat_title(page: HeatMap) -> str:
    unit = page.unit.name if page.unit else ""
    if page.by_periods or page.period is None:
        return f"{unit}, {_('targets by periods')}"
    return f"{unit}, {_('Heat map of targets')}, {choosing.period_text(page.period)}"


def _cell(cell: HeatCell | None) -> str:
    if cell is None:
        return _("no such target")
    return f"{cell.said} ({_('Illustrative data')})" if cell.is_illustrative else cell.said
