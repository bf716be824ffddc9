"""Files of an event: kept, and taken off again."""

from __future__ import annotations

from typing import BinaryIO

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.traces import audit
from accounts.files import keep
from accounts.models import User
from events.actions.keeping import EventError, lock_event
from events.models import Event, EventFile


@transaction.atomic
def attach_file(*, event: Event, by: User, file: File | BinaryIO, name: str = "") -> EventFile:
    """Put a file on the event. Raises FileRefused for one that is not accepted, EventError for one twice."""
    event = lock_event(event)
    accepted = keep(file, name)
    if event.files.kept().filter(sha256=accepted.sha256).exists():
        raise EventError(_("This very file is attached already."))
    row = EventFile.objects.create(
        event=event,
        name=accepted.name,
        content_type=accepted.content_type,
        size=accepted.size,
        sha256=accepted.sha256,
        uploaded_by=by,
    )
    audit(by, "event.file_attached", row, event.unit, after={"name": row.name, "sha256": row.sha256})
    return row


@transaction.atomic
def remove_file(*, file: EventFile, by: User, reason: str) -> EventFile:
    """Take it off; its name and hash stay. Raises EventError without a reason."""
    event = lock_event(file.event)
    file = EventFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if file.removed_at is not None:
        raise EventError(_("This file was removed already."))
    if not reason.strip():
        raise EventError(_("Say why the file is removed."))
    file.removed_by, file.removed_at, file.removal_reason = by, timezone.now(), reason.strip()
    file.save(update_fields=["removed_by", "removed_at", "removal_reason"])
    audit(by, "event.file_removed", file, event.unit, before={"name": file.name}, reason=reason.strip())
    return file
