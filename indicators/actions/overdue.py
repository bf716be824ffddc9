"""Telling webhooks of reports that were not sent by their due day."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction

from accounts.actions.hooks import Happening, emit_many
from accounts.models import HookEvent
from accounts.models.webhooks import HookKind
from indicators.actions.cells import lock_reports
from indicators.actions.telling import told_of
from indicators.entry.places import Place
from indicators.models import Report
from indicators.reminders import SENT, owing_late
from provinces.dates import today

_BATCH = 200
_MARK = "report.overdue:"


def tell_overdue(day: datetime.date | None = None) -> int:
    """Tell of each such report once; answers how many are new.

    What was missed for longer than the reminders look back is no news any more.
    """
    places = _untold(owing_late(day or today()))
    return sum(_tell(places[start : start + _BATCH]) for start in range(0, len(places), _BATCH))


def _untold(places: Sequence[Place]) -> list[Place]:
    rows = Report.objects.filter(period__in={place.period.pk for place in places})
    ids = {(each.unit_id, each.agency_id, each.period_id): each.pk for each in rows}
    keys = HookEvent.objects.filter(once__startswith=_MARK).values_list("once", flat=True)
    told = set(keys)
    return [place for place in places if f"{_MARK}{ids.get(place.key, 0)}" not in told]


@transaction.atomic
def _tell(places: Sequence[Place]) -> int:
    # A report that nobody has begun has no row yet; what is told of it needs its id.
    lock_reports(places)
    reports = [(place, place.report) for place in places if place.report is not None]
    return emit_many(
        [
            Happening(
                HookKind.REPORT_OVERDUE,
                "report",
                report.pk,
                place.unit.pk,
                {**told_of(report, place), "due_on": place.due_on.isoformat() if place.due_on else None},
                once=f"{_MARK}{report.pk}",
            )
            for place, report in reports
            if report.state not in SENT
        ]
    )
