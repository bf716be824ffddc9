"""The published edition of the demonstration: Ninh Thuận 2023, closed by its successor's coordinator."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.models import User
from dashboard.actions.editions import close_edition
from dashboard.models import Edition
from indicators.models import Period
from indicators.scoreboards import jobs_touching
from provinces.models import Unit

_UNIT, _PERIOD, _COORDINATOR = "P58", "2023", "coordinator"
_NOTE = "Chốt số liệu năm 2023 để người mới xem thử (dữ liệu minh họa)."


def load_editions(people: Mapping[str, User]) -> int:
    """Close it once; how many editions were made. The figures of 2023 came without reports.

    Beside a worker that is still computing none is made; the next run makes it.
    """
    unit, period = Unit.objects.get(ref=_UNIT), Period.objects.get(code=_PERIOD)
    is_published = Edition.objects.filter(unit=unit, period=period).exists()
    if is_published or jobs_touching(unit, period).exists():
        return 0
    close_edition(unit=unit, period=period, by=people[_COORDINATOR], reason=_NOTE, confirmed=True)
    return 1
