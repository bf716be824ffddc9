"""Who owes what in the demonstration: one obligation for every line of figures and every body of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from config.demo.files import EACH, Series
from config.demo.world import Span, World, calendar_start, common
from indicators.models import Obligation, PeriodKind
from provinces.models import Agency, Unit

_KEY = ("unit_id", "agency_id", "indicator_id", "level", "frequency", "valid_from")


def load_obligations(series: Sequence[Series], world: World) -> int:
    """Write the obligations that are not there yet; one a person has ended stays ended."""
    wanted = {tuple(getattr(row, name) for name in _KEY): row for row in _obligations(series, world)}
    known = Obligation.objects.filter(unit__in={row.unit_id for row in wanted.values()})
    for key in known.values_list(*_KEY):
        wanted.pop(key, None)
    Obligation.objects.bulk_create(wanted.values(), batch_size=2000)
    return len(wanted)


def _obligations(series: Sequence[Series], world: World) -> Iterator[Obligation]:
    for row in series:
        unit, indicator = world.units[row.unit], world.indicators[row.indicator]
        frequency = PeriodKind.YEAR if row.is_yearly else PeriodKind.QUARTER
        start = max(calendar_start(row.first), unit.valid_from or date.min)
        owing: list[tuple[Unit, Agency | None, Agency | None, Span]]
        if row.bodies == EACH:
            owing = [(body.unit, body.agency, None, body.life) for body in world.bodies(row.unit, row.level)]
        else:
            owing = [(unit, None, owner, span) for owner, span in world.owners(indicator, unit)]
        for of, agency, filer, life in owing:
            span = common((start, unit.valid_to), life)
            if span is not None:
                yield Obligation(
                    unit=of,
                    agency=agency,
                    indicator=indicator,
                    level=row.level,
                    frequency=frequency,
                    filed_by=filer,
                    valid_from=span[0],
                    valid_to=span[1],
                )
