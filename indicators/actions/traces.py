"""The traces of a change of set-up: the audit entry, the change feed, and numbers as text for both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from accounts.models import AuditEntry, Change, User
from provinces.models import Unit


def leave_trace(
    *,
    action: str,
    subject: Model,
    operation: str,
    by: User,
    unit: Unit | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write who did what to ``subject``; in the change feed it is named by its model."""
    name = str(subject._meta.model_name)
    AuditEntry.objects.create(
        actor=by,
        action=f"{name}.{action}",
        subject_type=name,
        subject_id=str(subject.pk),
        unit=unit,
        before=before,
        after=after,
        reason=reason,
    )
    Change.objects.create(resource=name, object_id=subject.pk, operation=operation)


def as_text(row: Model, fields: Iterable[str]) -> dict[str, Any]:
    """Fields of a row for the audit trail: exact numbers and days as text."""
    return {name: _plain(getattr(row, name)) for name in fields}


def _plain(value: Any) -> str | int | bool | None:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
