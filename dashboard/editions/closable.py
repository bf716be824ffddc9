"""What the list of editions offers: units to look at, and periods that may be closed."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from accounts.permissions import Principal
from dashboard.choosing import Option, OptionGroup, in_order, period_text
from dashboard.models import Edition
from dashboard.permissions import units_closed_by
from indicators.models import Attainment, Period, PeriodKind
from provinces.dates import today
from provinces.models import Unit

CLOSED_KINDS = (PeriodKind.QUARTER, PeriodKind.YEAR)


def units_with_editions(user: Principal, chosen: Unit | None) -> list[Option]:
    """Units of which the person may read an edition, in the order of names; and the one looked at."""
    published = Edition.objects.visible_to(user).order_by().values("unit")
    units = list(Unit.objects.filter(pk__in=published).in_name_order())
    if chosen is not None and chosen not in units:
        units.append(chosen)
    return [Option(unit.ref, unit.name) for unit in units]


def closable(user: Principal) -> list[OptionGroup]:
    """Ended quarters and years with results, of the provinces the person closes; the newest first.

    Three queries, and none of them for whoever closes nothing.
    """
    units = list(units_closed_by(user).in_name_order())
    if not units:
        return []
    judged = set(
        Attainment.objects.filter(
            target__unit__in=units, period__kind__in=CLOSED_KINDS, period__assessed_on__lt=today()
        )
        .order_by()
        .values_list("target__unit", "period")
        .distinct()
    )
    periods = in_order(Period.objects.filter(pk__in={period for _unit, period in judged}))
    numbers: dict[tuple[int, int], int] = {}
    closed = Edition.objects.filter(unit__in=units).order_by("number")
    for unit_id, period_id, number in closed.values_list("unit", "period", "number"):
        numbers[unit_id, period_id] = number
    groups = []
    for unit in units:
        options = list(_options(unit, periods, judged, numbers))
        if options:
            groups.append(OptionGroup(_named(unit, unit.name), options))
    return groups


def _named(unit: Unit, name: str) -> str:
    """Two provinces called Khánh Hòa followed each other: the one that ended says so."""
    if unit.valid_to is None:
        return name
    return gettext("%(unit)s (until %(year)d)") % {"unit": name, "year": unit.valid_to.year}


def _options(
    unit: Unit,
    periods: Iterable[Period],
    judged: set[tuple[int, int]],
    numbers: dict[tuple[int, int], int],
) -> Iterable[Option]:
    for period in periods:
        if (unit.pk, period.pk) not in judged:
            continue
        text = f"{_named(unit, unit.place_name)} · {period_text(period)}"
        number = numbers.get((unit.pk, period.pk))
        if number is not None:
            text = gettext("%(period)s · edition no. %(number)d") % {"period": text, "number": number}
        yield Option(f"{unit.ref}/{period.code}", text)
