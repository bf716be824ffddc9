"""The files of a document and its text, as coordinators keep them."""

from __future__ import annotations

import unicodedata
from typing import Any, BinaryIO

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from accounts.actions.files import add_file, take_off
from accounts.actions.traces import audit
from accounts.models import User
from resolutions.models import Document, DocumentFile, DocumentText

LONGEST_TEXT = 500_000


@transaction.atomic
def attach(*, document: Document, by: User, file: File | BinaryIO, name: str = "") -> DocumentFile:
    """Put a file on the document. The caller has asked whether ``by`` keeps it.

    Raises FileRefused for a file that is not accepted or is there already.
    """
    document = Document.objects.select_for_update(of=("self",)).select_related("unit").get(pk=document.pk)
    kept: DocumentFile = add_file(document.files, file=file, by=by, name=name)
    audit(by, "document.file_attached", document, document.unit, after=_told(kept))
    return kept


@transaction.atomic
def remove(*, file: DocumentFile, by: User, reason: str) -> DocumentFile:
    """Take a file off; its name and hash stay in the history. Raises FileRefused without a reason."""
    file = take_off(file, by=by, reason=reason)
    unit = file.document.unit
    audit(by, "document.file_removed", file.document, unit, before=_told(file), reason=file.removal_reason)
    return file


@transaction.atomic
def keep_text(*, document: Document, text: str, by: User) -> None:
    """Keep the words of the document for reading and searching; nothing but blanks takes them away."""
    document = Document.objects.select_for_update(of=("self",)).select_related("unit").get(pk=document.pk)
    text = unicodedata.normalize("NFC", text.replace("\0", "").replace("\r\n", "\n")).strip()
    stored = DocumentText.objects.filter(document=document).first()
    if text == (stored.text if stored else ""):
        return
    before = {"letters": len(stored.text) if stored else 0}
    if not text and stored is not None:
        stored.delete()
    else:
        kept = stored or DocumentText(document=document)
        kept.text, kept.kept_by, kept.kept_at = text, by, timezone.now()
        kept.save()
    audit(by, "document.text_kept", document, document.unit, before=before, after={"letters": len(text)})


def _told(file: DocumentFile) -> dict[str, Any]:
    return {"name": file.name, "size": file.size, "sha256": file.sha256}
