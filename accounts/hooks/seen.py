"""Which events a partner system may be told of: those whose objects it may read."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import ApiClient, HookEvent
from accounts.permissions import reach
from provinces.models import Unit

# Editions are results; what bodies report, and the figures in it, are cells.
_RESULTS = {"edition"}


def visible_to(client: ApiClient, events: Iterable[HookEvent]) -> set[int]:
    """The ids of those that the client may see; at most one query for each of the two circles."""
    listed = list(events)
    seen = reach(client)
    if seen.everything:
        return {each.pk for each in listed}
    found = {each.pk for each in listed if each.unit_id is None and seen.is_official}
    for is_result in (False, True):
        asked = [each for each in listed if (each.resource in _RESULTS) == is_result and each.unit_id]
        if asked:
            allowed = seen.results("") if is_result else seen.cells("pk")
            units = Unit.objects.filter(allowed, pk__in={each.unit_id for each in asked})
            near = set(units.values_list("pk", flat=True))
            found |= {each.pk for each in asked if each.unit_id in near}
    return found
