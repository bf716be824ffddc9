"""Files that prove a figure."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.files import KeptFile, removed_with_reason
from indicators.models.reports import Measurement


class Evidence(KeptFile):
    """One file on a cell."""

    measurement = models.ForeignKey(Measurement, models.PROTECT, related_name="evidence")

    class Meta(KeptFile.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            removed_with_reason("evidence_removed_with_reason"),
            models.UniqueConstraint(
                name="evidence_once_on_a_cell",
                fields=["measurement", "sha256"],
                condition=Q(removed_at__isnull=True),
            ),
        ]
