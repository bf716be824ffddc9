"""Figures of units set side by side as tables: map, ranking, chosen units over time, series."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from dashboard import choosing
from dashboard.asked import Measure
from dashboard.compared import Comparison
from dashboard.map_page import MapPage
from dashboard.measured import Choice
from dashboard.ranking import Movement, RankedRow, Ranking
from dashboard.series_page import SeriesPage, SeriesRow
from dashboard.unit_rows import UnitRow, places_apart
from indicators import figures
from indicators.exports import Cell, Exact, Table, illustrative_about, yes
from provinces.models import Unit


def choice_words(choice: Choice, *, named: bool = True) -> str:
    """What is measured, at which level and when, on one line; `named` has the indicator's name too."""
    indicator = choice.indicator
    code = indicator.code if indicator else ""
    words = [
        f"{code} {indicator.name}" if indicator and named else code,
        figures.level(choice.level, choice.tier),
        choosing.period_text(choice.period) if choice.period else "",
    ]
    return " · ".join(word for word in words if word)


def _title(choice: Choice) -> str:
    return choice.indicator.name if choice.indicator else _("No data")


def _about(choice: Choice, illustrative: int) -> list[str]:
    place = _("Provinces of the country") if choice.is_national else choice.parent.name
    return [f"{place} · {choice_words(choice)}", *illustrative_about(illustrative)]


def figure_cell(row: UnitRow, measure: Measure, places: int | None = None) -> Cell:
    """A whole figure as a number; what is missing or incomplete as the words of the page, never as zero."""
    if not row.is_value or row.value is None or measure.value_type == "boolean":
        return row.said
    return Exact(row.value, measure.decimals if places is None else places)


def _parts(row: UnitRow) -> list[Cell]:
    return [_part(row.numerator), _part(row.denominator)]


def _part(number: Decimal | None) -> Cell:
    return None if number is None else Exact(number, None)


def map_table(choice: Choice, page: MapPage) -> Table:
    """The units of the map in the order of its table."""
    columns = [
        *(_("Unit"), _("Code"), _("Result"), _("Unit of measure"), _("Numerator"), _("Denominator")),
        *(_("Coverage"), _("Notes"), _("Illustrative data")),
    ]
    unit = figures.unit_word(choice.measure.unit)
    rows: list[list[Cell]] = [
        [
            *(row.unit.name, row.unit.code, figure_cell(row, choice.measure), unit, *_parts(row)),
            *(row.coverage_text, "; ".join(row.notes), yes(row.is_illustrative)),
        ]
        for row in (each.row for each in page.rows)
    ]
    return Table(_title(choice), columns, rows, _about(choice, page.illustrative))


def ranking_table(choice: Choice, page: Ranking) -> Table:
    """The ranked units, then the incomplete and the missing ones without a rank."""
    columns = [
        *(_("Rank"), _("Unit"), _("Code"), _("Result"), _("Unit of measure"), _("Numerator")),
        *(_("Denominator"), _("To the best"), _("To the whole"), _("Change on last year")),
        *(_("Relative change, %"), _("Coverage"), _("Notes"), _("Illustrative data")),
    ]
    values = [each.row.value for each in page.ranked if each.row.value is not None]
    places = places_apart(values, choice.measure.decimals)
    about = _about(choice, page.illustrative)
    if page.reference is not None:
        pooled = _("%(unit)s, pooled") % {"unit": page.reference.unit.name}
        about.append(f"{pooled}: {page.reference.said}")
    above = page.reference.value if page.reference is not None and page.reference.is_value else None
    rows = [_ranked(each, choice.measure, places, above) for each in page.ranked]
    rows += [_unranked(row, choice.measure) for row in (*page.partial, *page.missing)]
    return Table(_("Ranking: %(indicator)s") % {"indicator": _title(choice)}, columns, rows, about)


def _ranked(
    each: RankedRow, measure: Measure, places: dict[Fraction, int], above: Fraction | None
) -> list[Cell]:
    """Differences are numbers too: points for rates, places for ranks."""
    row, moved = each.row, each.movement
    value = row.value or Fraction(0)
    own = places.get(value, measure.decimals)
    return [
        *(each.rank_text, row.unit.name, row.unit.code, figure_cell(row, measure, own)),
        *(figures.unit_word(measure.unit), *_parts(row), Exact(each.to_best, own)),
        None if above is None or measure.is_rank else Exact(value - above, own),
        Exact(moved.difference, measure.decimals) if moved else None,
        _relative(value, moved) if moved and not measure.is_rank else None,
        *(row.coverage_text, "; ".join(row.notes), yes(row.is_illustrative)),
    ]


def _relative(value: Fraction, moved: Movement) -> Cell:
    """The change in per cent of the value before; nothing where that was 0."""
    before = value - moved.difference
    return Exact(moved.difference * 100 / abs(before), 2) if before else None


def _unranked(row: UnitRow, measure: Measure) -> list[Cell]:
    return [
        *("", row.unit.name, row.unit.code, row.said, figures.unit_word(measure.unit), *_parts(row)),
        *(None, None, None, None, row.coverage_text, "; ".join(row.notes), yes(row.is_illustrative)),
    ]


def compared_table(choice: Choice, page: Comparison) -> Table:
    """Chosen units over time: one column each, the newest period first; made-up figures by their units."""
    columns = [_("Period"), *(unit.name for unit in page.units), _("Illustrative data")]
    rows: list[list[Cell]] = [
        [
            row.period_text,
            *(figure_cell(cell, choice.measure) for cell in row.cells),
            _made_up(row.cells),
        ]
        for row in page.rows
    ]
    illustrative = sum(cell.is_illustrative for row in page.rows for cell in row.cells)
    about = [choice_words(choice), measured_in(choice.measure), *illustrative_about(illustrative)]
    title = _("Over time: %(indicator)s") % {"indicator": _title(choice)}
    return Table(title, columns, rows, [line for line in about if line])


def _made_up(cells: Iterable[UnitRow | None]) -> str:
    """The units whose figures of the row are made up."""
    return "; ".join(cell.unit.name for cell in cells if cell is not None and cell.is_illustrative)


def measured_in(measure: Measure) -> str:
    """The unit of measure in words, where there is one."""
    word = figures.unit_word(measure.unit)
    return f"{_('Unit of measure')}: {word}" if word else ""


def series_table(page: SeriesPage) -> Table:
    """One unit's series: restated where there were mergers, and as every unit reported then."""
    own = page.lineage.unit
    restated = [_("%(unit)s, restated") % {"unit": own.place_name}] if page.has_mergers else []
    columns = [
        *(_("Period"), *restated, _("Numerator"), _("Denominator")),
        *(_("%(unit)s, as reported") % {"unit": _dated(unit, page)} for unit in page.lineage.units),
        *(_("Notes"), _("Illustrative data")),
    ]
    rows = [_series_row(row, page) for row in page.rows]
    choice = page.choice
    indicator = choice.indicator
    words = [own.name, indicator.code if indicator else "", figures.level(choice.level, choice.tier)]
    about = [" · ".join(word for word in words if word), measured_in(choice.measure)]
    about += illustrative_about(sum(bool(row[-1]) for row in rows))
    title = f"{_title(choice)}, {own.name}"
    return Table(title, columns, rows, [line for line in about if line])


def _dated(unit: Unit, page: SeriesPage) -> str:
    """A unit and its successor may have one name: their days tell them apart, as on the page."""
    if unit.valid_to:
        return f"{unit.name} ({_('until %(day)s') % {'day': figures.day(unit.valid_to)}})"
    if unit.valid_from and page.has_mergers:
        return f"{unit.name} ({_('from %(day)s') % {'day': figures.day(unit.valid_from)}})"
    return unit.name


def _series_row(row: SeriesRow, page: SeriesPage) -> list[Cell]:
    measure = page.choice.measure
    shown = row.restated if page.has_mergers else next(iter(row.cells), None)
    cells: list[Cell] = [row.period_text]
    notes = list(shown.notes) if shown else []
    if page.has_mergers:
        if row.restated is not None:
            cells.append(figure_cell(row.restated, measure))
        else:
            cells.append(_("Not comparable") if row.why else _("No data"))
        if row.why:
            notes.append(row.why_text)
    cells += _parts(shown) if shown is not None else [None, None]
    cells += [figure_cell(cell, measure) if cell is not None else figures.ABSENT for cell in row.cells]
    made_up = _made_up([*row.cells, *([row.restated] if page.has_mergers else [])])
    return [*cells, "; ".join(dict.fromkeys(notes)), "; ".join(dict.fromkeys(made_up.split("; ")))]
