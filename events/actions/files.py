"""Files of an event: kept, and taken off again."""

from __future__ import annotations

from typing import BinaryIO

from django.core.files import File
from django.db import transaction

from accounts.actions.files import add_file, take_off
from accounts.actions.traces import audit
from accounts.models import User
from events.actions.keeping import lock_event
from events.models import Event, EventFile
from indicators.entry.reading import plain_text


@transaction.atomic
def attach_file(*, event: Event, by: User, file: File | BinaryIO, name: str = "") -> EventFile:
    """Put a file on the event. Raises FileRefused for one that is not accepted or there already."""
    event = lock_event(event)
    row: EventFile = add_file(event.files, file=file, by=by, name=name)
    audit(by, "event.file_attached", row, event.unit, after={"name": row.name, "sha256": row.sha256})
    return row


@transaction.atomic
def remove_file(*, file: EventFile, by: User, reason: str) -> EventFile:
    """Take it off; its name and hash stay. Raises FileRefused without a reason."""
    event, reason = lock_event(file.event), plain_text(reason)
    file = take_off(file, by=by, reason=reason)
    audit(by, "event.file_removed", file, event.unit, before={"name": file.name}, reason=reason)
    return file
