"""Reports by the names that programs give them, many at once."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Role
from accounts.permissions import Principal, reach, reach_as
from indicators.entry.places import Place, agencies_within
from indicators.models import Period, Report
from provinces.models import Agency, Unit

Key = tuple[str, str, str]
"""The references of a unit and of an agency ("" for the unit itself), and the code of a period."""


def places_named(who: Principal, keys: Iterable[Key], *roles: Role) -> dict[Key, Place]:
    """Of these reports those that somebody may read, or in which they hold one of the roles.

    As `place_or_404` for each, in at most six queries however many they are.
    """
    seen = reach_as(who, *roles) if roles else reach(who)
    wanted = set(keys)
    periods = {
        each.code: each
        for each in Period.objects.prefetch_related("due_days").filter(
            code__in={period for _unit, _agency, period in wanted}
        )
    }
    units = Unit.objects.with_places().filter(
        seen.cells("pk"), ref__in={unit for unit, agency, _period in wanted if not agency}
    )
    agencies = Agency.objects.with_names().filter(
        agencies_within(seen), ref__in={agency for _unit, agency, _period in wanted if agency}
    )
    bodies: dict[tuple[str, str], tuple[Unit, Agency | None]] = {
        **{(each.ref, ""): (each, None) for each in units},
        **{(each.unit.ref, each.ref): (each.unit, each) for each in agencies},
    }
    found = {
        key: Place(*bodies[key[:2]], periods[key[2]])
        for key in wanted
        if key[:2] in bodies and key[2] in periods
    }
    _add_reports(found.values())
    return found


def _add_reports(places: Iterable[Place]) -> None:
    by_key = {place.key: place for place in places}
    if not by_key:
        return
    rows = Report.objects.filter(
        unit__in={unit for unit, _agency, _period in by_key},
        period__in={period for _unit, _agency, period in by_key},
    )
    for report in rows:
        place = by_key.get((report.unit_id, report.agency_id, report.period_id))
        if place is not None:
            place.report = report
