"""Files of an event: programmes, slides, minutes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.files import KeptFile, removed_with_reason
from events.models.events import Event


class EventFile(KeptFile):
    """One file of an event, open to whoever sees the event."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="files")

    class Meta(KeptFile.Meta):
        verbose_name = _("file of an event")
        verbose_name_plural = _("files of events")
        constraints = [
            removed_with_reason("event_file_removed_with_reason"),
            models.UniqueConstraint(
                name="event_file_once", fields=["event", "sha256"], condition=Q(removed_at__isnull=True)
            ),
        ]
