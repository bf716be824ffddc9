"""Figures of many units as rows: exact values with their words, for pages, exports and the API alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext

from dashboard.asked import Measure
from indicators import figures
from indicators.engine.display import rounded
from indicators.unit_figures import MISSING, NOT_APPLICABLE, PARTIAL, VALUE, Key, UnitFigure
from provinces.models import Unit

MORE_FOR_ALL = 2
MOST_MORE = 8


@dataclass(frozen=True)
class UnitRow:
    """One unit's figure; `value` and the numbers are exact, the texts are in the reader's language."""

    unit: Unit
    state: str
    value: Fraction | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    owing: int = 0
    reporting: int = 0
    text: str = ""
    numerator_text: str = ""
    denominator_text: str = ""
    coverage_text: str = ""
    reason: str = ""
    reason_text: str = ""
    notes: tuple[str, ...] = ()
    is_illustrative: bool = False

    @property
    def is_value(self) -> bool:
        return self.state == VALUE

    @property
    def short(self) -> str:
        return short_name(self.unit)

    @property
    def said(self) -> str:
        """The figure in one phrase, whatever its state: for a title, a label or a cell."""
        if self.state == PARTIAL:
            return gettext("%(value)s, incomplete: %(coverage)s") % {
                "value": self.text,
                "coverage": self.coverage_text,
            }
        return self.text if self.is_value else self.reason_text


def short_name(unit: Unit) -> str:
    """The name without its kind, as short as it is written on maps: "Khánh Hòa", "TP Hồ Chí Minh"."""
    return unit.place_name.replace("Thành phố ", "TP ")


def unit_row(unit: Unit, figure: UnitFigure | None, measure: Measure, places: int | None = None) -> UnitRow:
    """The row of a unit; without a figure it is missing, for nobody owes or has reported one."""
    if figure is None:
        return UnitRow(unit, MISSING, reason="no_figure", reason_text=gettext("No data"), text=figures.ABSENT)
    is_shown = figure.state in (VALUE, PARTIAL) and figure.number is not None
    parts = is_shown and figure.is_open and figure.numerator is not None
    reason = figure.reason or (NOT_APPLICABLE if figure.state == NOT_APPLICABLE else "")
    return UnitRow(
        unit,
        figure.state if is_shown or figure.state == NOT_APPLICABLE else MISSING,
        figure.number if is_shown else None,
        figure.numerator if parts else None,
        figure.denominator if parts else None,
        figure.owing,
        figure.reporting,
        figure_text(figure, measure, places) if is_shown else figures.ABSENT,
        figures.number(figure.numerator) if parts and figure.numerator is not None else "",
        figures.number(figure.denominator) if parts and figure.denominator is not None else "",
        coverage(figure) if figure.is_pooled else "",
        "" if is_shown else reason or "unanswered",
        "" if is_shown else figures.missing(reason or "unanswered"),
        tuple(_notes(figure)) if is_shown else (),
        figure.is_illustrative,
    )


def coverage(figure: UnitFigure) -> str:
    """`3/65 đơn vị`: bodies reporting of bodies owing."""
    return gettext("%(reporting)s/%(owing)s bodies") % {
        "reporting": figures.number(figure.reporting),
        "owing": figures.number(figure.owing),
    }


def figure_text(figure: UnitFigure, measure: Measure, places: int | None = None) -> str:
    if figure.number is None:
        return figures.ABSENT
    if measure.is_rank and figure.out_of:
        return figures.of(figure.number, figure.out_of)
    return measure.text(figure.number, places)


def _notes(figure: UnitFigure) -> Iterable[str]:
    if figure.is_restated:
        yield gettext("restated to today's units")
    if figure.qualifier == "preliminary":
        yield gettext("preliminary")
    elif figure.qualifier == "estimate":
        yield gettext("estimate")


def unit_rows(
    units: Iterable[Unit],
    found: Mapping[Key, UnitFigure],
    period_id: int,
    measure: Measure,
    *,
    apart: bool = False,
) -> list[UnitRow]:
    """One row a unit in the order given; `apart` prints different values with different digits."""
    listed = list(units)
    known = [found.get((unit.pk, period_id)) for unit in listed]
    values = [each.number for each in known if each and each.is_value and each.number is not None]
    places = places_apart(values, measure.decimals) if apart else {}
    return [
        unit_row(unit, figure, measure, places.get(figure.number) if figure and figure.number else None)
        for unit, figure in zip(listed, known, strict=True)
    ]


def common_places(values: Iterable[Fraction], least: int) -> int:
    """Decimals that tell all values apart, if two more than usual do; else those two."""
    different = set(values)
    for places in range(least, least + MORE_FOR_ALL):
        if len({rounded(each, places) for each in different}) == len(different):
            return places
    return least + MORE_FOR_ALL


def places_apart(values: Iterable[Fraction], least: int) -> dict[Fraction, int]:
    """The decimals of each value: the common ones, and more only where two would still be printed alike."""
    different = set(values)
    common = common_places(different, least)
    found = dict.fromkeys(different, common)
    for places in range(common + 1, least + MOST_MORE + 1):
        printed = Counter(rounded(each, places - 1) for each in different)
        alike = {each for each in different if printed[rounded(each, places - 1)] > 1}
        found |= dict.fromkeys(alike, places)
    return found
