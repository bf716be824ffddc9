"""Documents in the change feed, as loaders write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.actions.changes import Noted
from accounts.models.audit import Operation
from accounts.noticing import Objects, follow, of
from resolutions.models import Document, DocumentLink


def connect() -> None:
    follow(Document, "document")
    follow(Document, "document", _linked_to)
    follow(DocumentLink, "document", of("document"))


def _linked_to(rows: Sequence[Any]) -> Objects:
    """The documents that name one of these by its key."""
    links = DocumentLink.objects.filter(other__in=[row.pk for row in rows])
    return [(pk, None) for pk in links.values_list("document_id", flat=True)]


def naming(document: Document) -> list[Noted]:
    """The documents that name this one by its key, which may be new."""
    return [Noted("document", pk, Operation.UPDATED) for pk, _unit in _linked_to([document])]
