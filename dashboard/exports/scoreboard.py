"""The scoreboard as a table: every column exactly for a spreadsheet, the words of the page for paper."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from dashboard.exports.paper import Column, Paper
from dashboard.exports.targets import figure_cells
from dashboard.rows import Row
from dashboard.scoreboard_page import ScoreboardPage
from indicators import figures
from indicators.exports import Cell, Table, yes
from provinces.models import Unit

_COUNTING = {"true": gettext_lazy("what counts"), "false": gettext_lazy("what is outside the count")}


def scoreboard_table(unit: Unit, page: ScoreboardPage) -> Table:
    """The rows of the page in its order, the counting ones first."""
    rows = [_cells(row) for row in page.listed.every]
    return Table(_title(unit, page), _columns(), rows, _about(page))


def _title(unit: Unit, page: ScoreboardPage) -> str:
    period = page.board.period
    return _("Targets of %(unit)s, %(period)s") % {
        "unit": unit.name,
        "period": figures.period(period.code, period.name_vi),
    }


def _about(page: ScoreboardPage) -> list[str]:
    """Sums, what the list is narrowed to, when it was computed, whether something is made up."""
    board, chosen = page.board, page.narrowing
    states = "; ".join(f"{figures.status(each)}: {number}" for each, number in board.counts.items() if number)
    about = [f"{board.met_total}/{board.total} {_('targets met or exceeded')} · {states}"]
    if chosen:
        offered = (
            (page.documents, str(chosen.document)),
            (page.levels, chosen.level),
            (page.pillars, chosen.pillar),
            (page.owners, chosen.owner),
        )
        narrowed = [each.text for options, value in offered for each in options if each.value == value]
        narrowed += [figures.status(each) for each in chosen.status]
        narrowed += [str(_COUNTING[chosen.counts])] if chosen.counts else []
        narrowed += [f"“{chosen.q}”"] if chosen.q else []
        about.append(
            _("Narrowed to %(choice)s: %(shown)d of %(total)d rows")
            % {"choice": ", ".join(narrowed), "shown": page.shown, "total": page.judged}
        )
    about.append(_("Computed at %(moment)s") % {"moment": figures.moment(page.computed_at)})
    if page.is_illustrative:
        about.append(_("Contains illustrative data; its rows say so."))
    return about


def _columns() -> list[str]:
    return [
        *(_("Document"), _("Row"), _("Target"), _("Indicator code"), _("Pillar"), _("Level"), _("Owner")),
        *(
            _("Result"),
            _("Unit of measure"),
            _("Numerator"),
            _("Denominator"),
            _("Plan"),
            pgettext("a target", "Due"),
        ),
        *(_("State"), _("Counts"), _("To go"), _("Needed a period"), _("Heading for (projection)")),
        *(_("Change on last year"), _("Notes"), _("Illustrative data")),
    ]


def _cells(row: Row) -> list[Cell]:
    target, judged = row.target, row.attainment
    indicator = target.indicator
    return [
        target.document.number,
        target.code,
        target.name,
        indicator.code if indicator else "",
        indicator.pillar.name if indicator and indicator.pillar else "",
        row.place,
        row.owner,
        *figure_cells(row),
        row.asked_text,
        judged.revision.due_on,
        figures.status(row.status),
        _("yes") if judged.counts else _("no"),
        row.gap_text,
        row.pace_text,
        row.landing_text,
        row.change.text if row.change else "",
        "; ".join(row.notes),
        yes(_is_made_up(row)),
    ]


def _is_made_up(row: Row) -> bool:
    return row.is_value_illustrative or row.is_target_illustrative


def scoreboard_paper(unit: Unit, page: ScoreboardPage) -> Paper:
    """The same rows as a sheet for a meeting: what fits on A4, in the words and figures of the page."""
    columns = [
        Column(pgettext("a narrow column", "No."), 14),
        Column(_("Target"), 76),
        Column(_("Owner"), 42),
        Column(_("Plan"), 30, is_figure=True),
        Column(_("Result"), 32, is_figure=True),
        Column(_("To go"), 26, is_figure=True),
        Column(_("State"), 30),
    ]
    rows = [
        [
            row.target.code,
            f"{row.target.name}\n{_below(row)}",
            row.owner,
            row.asked_text,
            row.value_text,
            row.gap_text,
            figures.status(row.status),
        ]
        for row in page.listed.every
    ]
    return Paper(_title(unit, page), _about(page), columns, rows)


def _below(row: Row) -> str:
    """What a reader of paper cannot look up: the document, the level, notes, and that it is made up."""
    said = [row.target.document.number, row.place, *row.notes]
    if not row.attainment.counts:
        said.append(_("outside the count"))
    if _is_made_up(row):
        said.append(_("illustrative"))
    return " · ".join(said)
