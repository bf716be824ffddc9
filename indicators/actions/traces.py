"""The traces of a change of set-up: the audit entry, the change feed, and numbers as text for both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Model

from accounts.actions.changes import Noted, note_changes
from accounts.models import AuditEntry, User
from provinces.models import Unit

_BATCH = 500


class Trace(NamedTuple):
    """What was done to one row: the action in a word, the row, and what the change feed calls it."""

    action: str
    subject: Model
    operation: str
    unit: Unit | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    reason: str = ""


def leave_trace(*, by: User, **trace: Any) -> None:
    """Write who did what to one row; the other arguments are those of a `Trace`."""
    leave_traces([Trace(**trace)], by=by)


def leave_traces(traces: Iterable[Trace], *, by: User) -> None:
    """Write who did what to each subject; in the change feed it is named by its model."""
    entries, noted = [], []
    for each in traces:
        name = str(each.subject._meta.model_name)
        entries.append(
            AuditEntry(
                actor=by,
                action=f"{name}.{each.action}",
                subject_type=name,
                subject_id=str(each.subject.pk),
                unit=each.unit,
                before=each.before,
                after=each.after,
                reason=each.reason,
            )
        )
        noted.append(Noted(name, each.subject.pk, each.operation, each.unit.pk if each.unit else None))
    AuditEntry.objects.bulk_create(entries, batch_size=_BATCH)
    note_changes(noted)


def as_text(row: Model, fields: Iterable[str]) -> dict[str, Any]:
    """Fields of a row for the audit trail: exact numbers and days as text."""
    return {name: _plain(getattr(row, name)) for name in fields}


def _plain(value: Any) -> str | int | bool | None:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
