"""Figures of many units as rows: exact values with their words, for pages, exports and the API alike."""

from __future__ import annotations

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

PLACES_MORE = 6


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
        return self.unit.place_name

    @property
    def said(self) -> str:
        """The figure in one phrase, whatever its state: for a title, a label or a cell."""
        if self.state == PARTIAL:
            return gettext("%(value)s, incomplete: %(coverage)s") % {
                "value": self.text,
                "coverage": self.coverage_text,
            }
        return self.text if self.is_value else self.reason_text


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
    units: Iterable[Unit], found: Mapping[Key, UnitFigure], period_id: int, measure: Measure
) -> list[UnitRow]:
    """One row a unit in the order given, with as many decimals as keep different values apart."""
    listed = list(units)
    known = [found.get((unit.pk, period_id)) for unit in listed]
    places = places_apart([each.number for each in known if each and each.number is not None], measure)
    return [unit_row(unit, figure, measure, places) for unit, figure in zip(listed, known, strict=True)]


def places_apart(values: Iterable[Fraction], measure: Measure) -> int:
    """Decimals with which two different values are not printed alike, as far as six more show it."""
    different = set(values)
    for places in range(measure.decimals, measure.decimals + PLACES_MORE):
        if len({rounded(each, places) for each in different}) == len(different):
            return places
    return measure.decimals
