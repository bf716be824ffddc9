"""Which agency does a work from when to when, as ministries and departments merge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from provinces.models import Agency, AgencySuccession, Share


@dataclass(frozen=True)
class Stretch:
    """An agency's time with a work, both days included; None is open."""

    agency: Agency
    start: date | None
    end: date | None


class Follower:
    """Follows whole successions of agencies; they are read once."""

    def __init__(self) -> None:
        rows = AgencySuccession.objects.filter(share=Share.WHOLE).select_related("successor__kind")
        self._next = {row.predecessor_id: row for row in rows}

    def follow(self, agency: Agency, *, since: date | None) -> list[Stretch]:
        """Who does the agency's work from that day on: itself, then whoever it went to as a whole."""
        found, start = [], since
        while succession := self._next.get(agency.pk):
            if since is None or succession.effective_on > since:
                found.append(Stretch(agency, start, succession.effective_on - timedelta(days=1)))
                start = succession.effective_on
            agency = succession.successor
        return [*found, Stretch(agency, start, agency.valid_to)]
