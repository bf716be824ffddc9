"""What is kept of a document: its files, and its text for the search."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.files import KeptFile, removed_with_reason
from provinces.searching import same_length
from resolutions.models.documents import Document


class DocumentFile(KeptFile):
    """One file of a document: the signed copy, an annex."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="files")

    class Meta(KeptFile.Meta):
        verbose_name = _("file of a document")
        verbose_name_plural = _("files of documents")
        constraints = [
            removed_with_reason("document_file_removed_with_reason"),
            models.UniqueConstraint(
                name="document_file_once",
                fields=["document", "sha256"],
                condition=Q(removed_at__isnull=True),
            ),
        ]


class DocumentText(models.Model):
    """The words of a document, with their folded copy: both have the same length, so places are the same."""

    document = models.OneToOneField(Document, models.CASCADE, related_name="words")
    text = models.TextField(_("text"))
    folded = models.TextField(editable=False)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("text of a document")
        verbose_name_plural = _("texts of documents")

    def __str__(self) -> str:
        return self.text[:80]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.text = unicodedata.normalize("NFC", self.text)
        self.folded = same_length(self.text)
        super().save(*args, **kwargs)
