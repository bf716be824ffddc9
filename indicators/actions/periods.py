"""Changing the days of a reporting period."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.changes import Noted, note_changes
from accounts.models import User
from accounts.models.audit import Operation
from indicators.actions.jobs import mark_stale
from indicators.actions.traces import as_text, leave_trace
from indicators.engine.queue import queue_judging
from indicators.models import Body, Period, PeriodDueDay, PeriodKind, Report
from indicators.models.jobs import JobPriority
from indicators.tasks import ring
from provinces.dates import today

_DAYS = ("starts_on", "cutoff_on", "assessed_on")


@transaction.atomic
def change_period(
    *,
    period: Period,
    by: User,
    starts_on: datetime.date | None = None,
    cutoff_on: datetime.date | None = None,
    assessed_on: datetime.date | None = None,
    due_days: Mapping[str, datetime.date] | None = None,
    reason: str = "",
) -> Period:
    """Change the days of a period that has not begun, and due days that have not passed.

    ``due_days`` gives the new last day per kind of body; what is not given stays. Raises ValidationError,
    naming the field, and changes nothing then.
    """
    period = Period.objects.select_for_update().get(pk=period.pk)
    days = {row.body: row for row in period.due_days.all()}
    before = _audited(period, days)
    asked = {"starts_on": starts_on, "cutoff_on": cutoff_on, "assessed_on": assessed_on}
    changed = {name: day for name, day in asked.items() if day is not None and day != getattr(period, name)}
    _check_days(period, changed)
    for name, day in changed.items():
        setattr(period, name, day)
    due = {
        body: day for body, day in (due_days or {}).items() if body not in days or days[body].due_on != day
    }
    _check_due_days(period, due, days)
    if not changed and not due:
        return period
    period.save(update_fields=list(_DAYS))
    for body, day in due.items():
        days[body] = PeriodDueDay.objects.update_or_create(
            period=period, body=body, defaults={"due_on": day}
        )[0]
    leave_trace(
        action="change",
        subject=period,
        operation=Operation.UPDATED,
        by=by,
        before=before,
        after=_audited(period, days),
        reason=reason,
    )
    if due:
        # A report tells its due day.
        filed = Report.objects.filter(period=period).values_list("pk", "unit_id")
        note_changes(Noted("report", pk, Operation.UPDATED, unit) for pk, unit in filed.iterator())
    if "assessed_on" in changed:
        # Who owes a figure is asked of the period's last day.
        mark_stale(period=period, priority=JobPriority.CHANGE)
    queue_judging(JobPriority.CHANGE)
    transaction.on_commit(ring)
    return period


def _check_days(period: Period, changed: Mapping[str, datetime.date]) -> None:
    if changed and period.starts_on <= today():
        name = next(iter(changed))
        raise ValidationError({name: _("The period has begun; only due days to come can still change.")})
    if "assessed_on" in changed and period.kind != PeriodKind.CAMPAIGN:
        raise ValidationError({"assessed_on": _("A regular period is judged at its calendar end.")})
    start, cutoff, end = (changed.get(name, getattr(period, name)) for name in _DAYS)
    if cutoff < start:
        raise ValidationError({"cutoff_on": _("The data cut-off is before the first day.")})
    if end < cutoff:
        raise ValidationError({"assessed_on": _("The period would be judged before its data cut-off.")})


def _check_due_days(
    period: Period, due: Mapping[str, datetime.date], known: Mapping[str, PeriodDueDay]
) -> None:
    for body, day in due.items():
        if body not in Body.values:
            raise ValidationError({"due_days": _("There is no kind of body “%(body)s”.") % {"body": body}})
        words = {"body": Body(body).label, "day": day.strftime("%d/%m/%Y")}
        if day < period.cutoff_on:
            message = _("%(body)s: the due day %(day)s is before the data cut-off.")
            raise ValidationError({"due_days": message % words})
        old = known[body].due_on if body in known else None
        if day < today() or (old is not None and old < today()):
            message = _("%(body)s: a due day that has passed cannot change, nor a new one lie in the past.")
            raise ValidationError({"due_days": message % words})


def _audited(period: Period, days: Mapping[str, PeriodDueDay]) -> dict[str, object]:
    due = {body: row.due_on.isoformat() for body, row in sorted(days.items())}
    return {**as_text(period, _DAYS), "due_days": due}
