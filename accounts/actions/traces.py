"""The audit row of a change to people, roles and partner systems."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from accounts.models import AuditEntry, User
from provinces.models import Unit


def audit(by: User | None, action: str, subject: Model, unit: Unit | None, **words: Any) -> None:
    """Write who did what; ``words`` are ``before``, ``after`` and ``reason``."""
    entry(by, action, subject, unit, **words).save(force_insert=True)


def entry(by: User | None, action: str, subject: Model, unit: Unit | None, **words: Any) -> AuditEntry:
    """The row itself, for whoever writes many at once."""
    return AuditEntry(
        actor=by,
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        unit=unit,
        **words,
    )
