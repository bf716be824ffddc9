"""Saying who owes which figure, and from when on no longer."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.audit import Operation
from indicators.actions.jobs import mark_all_stale, mark_stale
from indicators.actions.traces import Trace, as_text, leave_trace, leave_traces
from indicators.models import Indicator, Obligation
from indicators.models.jobs import JobPriority
from provinces.models import Agency, Unit

_AUDITED = (
    *("unit_id", "agency_id", "indicator_id", "level", "frequency"),
    *("valid_from", "valid_to", "due_on", "filed_by_id"),
)
_BATCH = 500


@transaction.atomic
def add_obligation(
    *,
    unit: Unit,
    indicator: Indicator,
    level: str,
    frequency: str,
    by: User,
    agency: Agency | None = None,
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
    due_on: datetime.date | None = None,
    filed_by: Agency | None = None,
) -> Obligation:
    """A unit, or one agency of it for its own part, owes a figure from a day to a day (both included).

    Raises ValidationError, naming the field, where the body owes it already on one of these days.
    """
    obligation = Obligation(
        unit=unit,
        agency=agency,
        indicator=indicator,
        level=level,
        frequency=frequency,
        valid_from=valid_from,
        valid_to=valid_to,
        due_on=due_on,
        filed_by=filed_by,
    )
    _check(obligation)
    obligation.save(force_insert=True)
    _trace("add", obligation, by, operation=Operation.CREATED, after=as_text(obligation, _AUDITED))
    return obligation


@transaction.atomic
def end_obligation(
    *, obligation: Obligation, valid_to: datetime.date, by: User, reason: str = ""
) -> Obligation:
    """Nothing is owed after this day. Raises ValidationError for a day before the obligation began."""
    obligation = Obligation.objects.select_for_update().get(pk=obligation.pk)
    before = as_text(obligation, _AUDITED)
    obligation.valid_to = valid_to
    _check(obligation)
    obligation.save(update_fields=["valid_to"])
    after = as_text(obligation, _AUDITED)
    _trace("end", obligation, by, operation=Operation.UPDATED, before=before, after=after, reason=reason)
    return obligation


Ending = tuple[Obligation, datetime.date | None]


@transaction.atomic
def change_obligations(*, new: Sequence[Obligation], ended: Sequence[Ending], by: User) -> None:
    """Many at once, checked by the caller: new ones, and another last day (None: open) of stored ones.

    A body that owes a figure twice on one day is refused by the database for open obligations alone.
    """
    traces = []
    for obligation, last in ended:
        before = as_text(obligation, _AUDITED)
        obligation.valid_to = last
        after = as_text(obligation, _AUDITED)
        traces.append(Trace("end", obligation, Operation.UPDATED, obligation.unit, before, after))
    # What closes makes room, under the constraints on open rows, for what opens.
    for is_open in (False, True):
        some = [each for each, last in ended if (last is None) == is_open]
        Obligation.objects.bulk_update(some, ["valid_to"], batch_size=_BATCH)
    Obligation.objects.bulk_create(new, batch_size=_BATCH)
    traces += [
        Trace("add", each, Operation.CREATED, each.unit, after=as_text(each, _AUDITED)) for each in new
    ]
    leave_traces(traces, by=by)
    touched = [*new, *(each for each, _last in ended)]
    mark_all_stale((each.unit_id, each.indicator_id) for each in touched)


def _trace(action: str, obligation: Obligation, by: User, **trace: Any) -> None:
    leave_trace(action=action, subject=obligation, by=by, unit=obligation.unit, **trace)
    mark_stale(unit=obligation.unit, indicator=obligation.indicator, priority=JobPriority.CHANGE)


def _check(obligation: Obligation) -> None:
    start, end = obligation.valid_from, obligation.valid_to
    if start is not None and end is not None and end < start:
        raise ValidationError({"valid_to": _("The last day is before the first.")})
    if (obligation.frequency == "once") != (obligation.due_on is not None):
        raise ValidationError({"due_on": _("A figure owed once, and only such a one, has its own due day.")})
    for name in ("agency", "filed_by"):
        body = getattr(obligation, name)
        if body is not None and body.unit_id != obligation.unit_id:
            raise ValidationError({name: _("This agency belongs to another unit.")})
    obligation.clean_fields()
    # Two additions for one unit at once act one after the other, so that each sees the other's row.
    Unit.objects.select_for_update().get(pk=obligation.unit_id)
    for other in _of_the_same_body(obligation):
        if _overlap(obligation, other):
            message = _("This is owed already from %(start)s to %(end)s; end that obligation first.")
            days = {"start": _day(other.valid_from), "end": _day(other.valid_to)}
            raise ValidationError({"valid_from": message % days})


def _of_the_same_body(obligation: Obligation) -> list[Obligation]:
    names = ("unit", "agency", "indicator", "level", "frequency")
    same = Obligation.objects.filter(**{name: getattr(obligation, name) for name in names})
    return list(same.exclude(pk=obligation.pk))


def _overlap(one: Obligation, other: Obligation) -> bool:
    first, last = datetime.date.min, datetime.date.max
    return (one.valid_from or first) <= (other.valid_to or last) and (other.valid_from or first) <= (
        one.valid_to or last
    )


def _day(day: datetime.date | None) -> str:
    return "…" if day is None else day.strftime("%d/%m/%Y")
