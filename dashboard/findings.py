"""What a leader should know about the quality of the figures on the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from dashboard.asked import Measure, measure_of
from dashboard.rows import Row
from indicators import figures
from indicators.figures import Number
from indicators.models import Level, Period, Qualifier
from indicators.quality import Difference, differences
from provinces.models import Unit


@dataclass(frozen=True)
class Finding:
    """One doubt about one figure: what it is about, in words, and the target's page where there is one."""

    name: str
    text: str
    target: int | None = None


def findings_of(unit: Unit, period: Period, rows: Iterable[Row]) -> list[Finding]:
    """Reported figures that pooling contradicts, then incomplete ones, then those not final; one query."""
    listed = list(rows)
    return [
        *(_of_difference(each, listed) for each in differences(unit, period)),
        *(_partial(row) for row in listed if row.attainment.is_partial),
        *(_not_final(row) for row in listed if row.attainment.qualifier != Qualifier.OFFICIAL),
    ]


def _of_difference(found: Difference, rows: list[Row]) -> Finding:
    indicator = found.measurement.indicator
    measure = measure_of(found.roll_up.definition)
    row = next(
        (
            each
            for each in rows
            if each.target.indicator_id == indicator.pk and each.target.level == found.level
        ),
        None,
    )
    text = gettext("Reported %(reported)s, but its own bodies add up to %(pooled)s") % {
        "reported": _told(found.reported, found.pooled, measure),
        "pooled": _told(found.pooled, found.reported, measure),
    }
    place = figures.level(found.level, found.unit.tier)
    return Finding(f"{indicator.name} ({place})", text, row.target.pk if row else None)


def _told(value: Number | None, other: Number | None, measure: Measure) -> str:
    """With as many digits as it takes to see that the two differ."""
    places = measure.decimals
    while places < 8 and other is not None and measure.text(value, places) == measure.text(other, places):
        places += 2
    return measure.text(value, places)


def _partial(row: Row) -> Finding:
    judged = row.attainment
    text = gettext("Incomplete: %(reporting)d of %(owing)d bodies have reported") % {
        "reporting": judged.reporting or 0,
        "owing": judged.owing or 0,
    }
    return Finding(_named(row), text, row.target.pk)


def _not_final(row: Row) -> Finding:
    estimate = row.attainment.qualifier == Qualifier.ESTIMATE
    text = gettext("An estimate, not measured yet") if estimate else gettext("Preliminary, may still change")
    return Finding(_named(row), text, row.target.pk)


def _named(row: Row) -> str:
    """With the level: the same indicator is often asked at several."""
    return row.target.name if row.target.level == Level.TOTAL else f"{row.target.name} ({row.place})"
