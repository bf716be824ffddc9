"""The sheet of obligations: who owes which figure from when on, and until when."""

from __future__ import annotations

import datetime
from collections.abc import Hashable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from indicators.actions.obligations import Ending
from indicators.models import Indicator, Level, Obligation, PeriodKind, Pooling
from indicators.workbooks.plans import Found
from indicators.workbooks.setup_cells import QUOTED, choice_of, code_of, day_of, span_words
from indicators.workbooks.setup_roles import agency_of, unit_of
from indicators.workbooks.setup_sheets import Line
from indicators.workbooks.setup_spans import Asked, check_days, check_life, check_overlaps, match
from indicators.workbooks.setup_world import World
from provinces.models import Dated, Tier

# 202/2025/QH15: there has been no district tier since 01/07/2025.
LAST_OF_DISTRICTS = datetime.date(2025, 6, 30)
# Rules §1: a level speaks of the bodies of that tier inside the unit, or of the whole unit.
_LEVELS = {
    Tier.NATION: frozenset(Level),
    Tier.PROVINCE: frozenset(Level),
    Tier.DISTRICT: frozenset({Level.DISTRICT, Level.COMMUNE, Level.TOTAL}),
    Tier.COMMUNE: frozenset({Level.COMMUNE, Level.TOTAL}),
}
_OF_AGENCIES = frozenset({Level.PROVINCE, Level.TOTAL})


@dataclass
class Obligations:
    new: list[Obligation] = field(default_factory=list)
    ended: list[Ending] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)


def check_obligations(lines: list[Line], world: World) -> Obligations:
    asked = [one for line in lines if (one := _read(line, world)) is not None]
    left = match(asked, world.obligations, _body)
    for one in asked:
        if one.stored is not None:
            _check_fixed(one)
        if one.is_changed:
            _check(one)
    check_overlaps(asked, left, _body)
    obligations = Obligations()
    for one in asked:
        if one.is_changed and one.line.is_sound:
            _keep(one, obligations)
    return obligations


def _read(line: Line, world: World) -> Asked[Obligation] | None:
    """The obligation a row asks for; None where a cell of it cannot be read."""
    line.subject = " · ".join(filter(None, [code_of(line, "indicator"), code_of(line, "unit")]))
    unit = unit_of(line, world)
    agency = agency_of(line, "agency", unit, world)
    indicator = _indicator(line, world)
    level = choice_of(line, "level", Level)
    frequency = choice_of(line, "frequency", PeriodKind)
    first, last = day_of(line, "first_day"), day_of(line, "last_day")
    filed_by = agency_of(line, "filed_by", unit, world)
    due_on = day_of(line, "due_day")
    if unit is None or indicator is None or not line.is_sound:
        return None
    row = Obligation(
        unit=unit,
        agency=agency,
        indicator=indicator,
        level=level,
        frequency=frequency,
        valid_from=first,
        valid_to=last,
        filed_by=filed_by,
        due_on=due_on,
    )
    words = [indicator.code, Level(level).label, PeriodKind(frequency).label]
    line.subject = " · ".join(map(str, [*words, agency.label if agency else unit.name]))
    return Asked(line, row)


def _indicator(line: Line, world: World) -> Indicator | None:
    code = code_of(line, "indicator")
    if not code:
        line.problem("indicator", "indicator.missing", _("Choose the indicator from the reference lists."))
    elif code not in world.indicators:
        message = _("There is no indicator “%(code)s”; choose one from the reference lists.")
        line.problem("indicator", "indicator.unknown", message % {"code": code[:QUOTED]})
    return world.indicators.get(code)


def _body(row: Obligation) -> Hashable:
    return row.unit_id, row.agency_id, row.indicator_id, row.level, row.frequency


def _check_fixed(one: Asked[Obligation]) -> None:
    """Only the last day of an obligation changes: what was owed stays on record."""
    stored = one.stored
    assert stored is not None  # noqa: S101 (asked before)
    for column, name in (("filed_by", "filed_by_id"), ("due_day", "due_on")):
        if one.line.has(column) and getattr(stored, name) != getattr(one.row, name):
            message = _(
                "This cannot change any more. Put it back, give this row a last day, and write a new row "
                "that begins after it."
            )
            one.line.problem(column, f"{column}.fixed", message)


def _check(one: Asked[Obligation]) -> None:
    line, row = one.line, one.row
    check_days(line, row)
    check_life(line, "unit", row, row.unit)
    check_life(line, "agency", row, row.agency)
    check_life(line, "filed_by", row, row.filed_by)
    _check_level(line, row)
    _check_definition(line, row)
    if row.frequency == PeriodKind.ONCE and row.due_on is None:
        message = _("A figure owed once has its due day; write it as 15/07/2026.")
        line.problem("due_day", "due_day.missing", message)
    elif row.frequency != PeriodKind.ONCE and row.due_on is not None:
        message = _("Only a figure owed once has a due day of its own; empty this cell.")
        line.problem("due_day", "due_day.not_wanted", message)
    if row.agency is not None and row.filed_by is not None:
        message = _("An agency files its own part itself; empty this cell.")
        line.problem("filed_by", "filed_by.not_wanted", message)


def _check_level(line: Line, row: Obligation) -> None:
    fitting = _LEVELS[Tier(row.unit.tier)]
    if row.agency is not None:
        fitting &= _OF_AGENCIES
    if row.level not in fitting:
        words = ", ".join(str(each.label) for each in Level if each in fitting)
        message = _("This body owes no figures at this level; write one of: %(words)s.")
        line.problem("level", "level.not_of_this_body", message % {"words": words})
    elif row.level == Level.DISTRICT and (row.valid_to is None or row.valid_to > LAST_OF_DISTRICTS):
        message = _("There is no district level since 01/07/2025; end this row on 30/06/2025 or earlier.")
        line.problem("level", "level.no_districts", message)


def _check_definition(line: Line, row: Obligation) -> None:
    """The indicator is defined, and counted at this level, on at least one of the days."""
    defined = [each for each in row.indicator.definitions.all() if _meet(each, row)]
    if not defined:
        message = _("This indicator has no definition on these days; correct the days or the indicator.")
        line.problem("indicator", "indicator.not_then", message)
    elif all(each.pooling == Pooling.COMPUTED for each in defined):
        message = _("The portal computes this indicator itself; delete this row.")
        line.problem("indicator", "indicator.computed", message)
    else:
        levels = {each.level for one in defined for each in one.levels.all() if _meet(each, row)}
        if row.level not in levels:
            words = ", ".join(str(each.label) for each in Level if each in levels) or "–"
            message = _("On these days this indicator is not counted at this level, but at: %(words)s.")
            line.problem("level", "level.not_of_this_indicator", message % {"words": words})


def _meet(one: Dated, other: Dated) -> bool:
    first, last = datetime.date.min, datetime.date.max
    return (one.valid_from or first) <= (other.valid_to or last) and (other.valid_from or first) <= (
        one.valid_to or last
    )


def _keep(one: Asked[Obligation], obligations: Obligations) -> None:
    new = span_words(one.row.valid_from, one.row.valid_to)
    if one.stored is None:
        obligations.new.append(one.row)
        new = " · ".join(filter(None, [new, one.row.filed_by.label if one.row.filed_by else ""]))
        told = one.line.difference(
            "indicator", "obligation.new", message=_("new obligation"), old="", new=new
        )
    else:
        obligations.ended.append((one.stored, one.row.valid_to))
        old = span_words(one.stored.valid_from, one.stored.valid_to)
        told = one.line.difference(
            "last_day", "obligation.ended", message=_("other last day"), old=old, new=new
        )
    obligations.found.append(told)
