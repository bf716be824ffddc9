"""The files of a document and its text, as coordinators keep them."""

from __future__ import annotations

import unicodedata
from typing import Any, BinaryIO

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.traces import audit
from accounts.files import FileRefused, keep
from accounts.models import User
from resolutions.models import Document, DocumentFile, DocumentText

LONGEST_TEXT = 500_000


@transaction.atomic
def attach(*, document: Document, by: User, file: File | BinaryIO, name: str = "") -> DocumentFile:
    """Put a file on the document. The caller has asked whether ``by`` keeps it.

    Raises FileRefused for a file that is not accepted or is there already.
    """
    document = Document.objects.select_for_update(of=("self",)).select_related("unit").get(pk=document.pk)
    accepted = keep(file, name)
    if document.files.kept().filter(sha256=accepted.sha256).exists():
        raise FileRefused(_("This very file is attached already."))
    kept = DocumentFile.objects.create(
        document=document,
        name=accepted.name,
        content_type=accepted.content_type,
        size=accepted.size,
        sha256=accepted.sha256,
        uploaded_by=by,
    )
    audit(by, "document.file_attached", document, document.unit, after=_told(kept))
    return kept


@transaction.atomic
def remove(*, file: DocumentFile, by: User, reason: str) -> DocumentFile:
    """Take a file off; its name and hash stay in the history. Raises FileRefused without a reason."""
    if not reason.strip():
        raise FileRefused(_("Say why the file is removed."))
    rows = DocumentFile.objects.select_for_update(of=("self",)).select_related("document__unit")
    file = rows.get(pk=file.pk)
    if file.removed_at is not None:
        raise FileRefused(_("This file was removed already."))
    file.removed_by, file.removed_at, file.removal_reason = by, timezone.now(), reason.strip()
    file.save(update_fields=["removed_by", "removed_at", "removal_reason"])
    unit = file.document.unit
    audit(by, "document.file_removed", file.document, unit, before=_told(file), reason=reason.strip())
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
