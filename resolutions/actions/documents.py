"""Entering documents and changing what is said of them; each change leaves a row in the audit trail."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.changes import note_change, note_changes
from accounts.actions.traces import audit
from accounts.models import User
from accounts.models.audit import Operation
from provinces.models import Unit
from resolutions.models import Document, DocumentLink, normalise_number
from resolutions.noticed import naming

_IMPLEMENTS, _REPLACES = DocumentLink.Relation.IMPLEMENTS, DocumentLink.Relation.REPLACES
_FIELDS = (
    *("issuer", "number", "issued_on", "kind", "title_vi", "title_en"),
    *("valid_from", "valid_to", "note_vi", "note_en"),
)


@dataclass(frozen=True, kw_only=True)
class Said:
    """All that is said of a document, and the documents it is linked to."""

    issuer: str
    number: str
    issued_on: datetime.date
    kind: str
    title_vi: str
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    title_en: str = ""
    note_vi: str = ""
    note_en: str = ""
    implements: Collection[Document] = ()
    replaces: Collection[Document] = ()


@transaction.atomic
def enter_document(*, unit: Unit, said: Said, by: User) -> Document:
    """A new document of the unit. The caller has asked whether ``by`` keeps the unit's documents.

    Raises ValidationError, naming the field, for one that is there already and for days or links that
    contradict each other.
    """
    document = Document(unit=unit)
    _take(document, said)
    document.save(force_insert=True)
    _link(document, said)
    note_change("document", document.pk, Operation.CREATED, unit.pk)
    audit(by, "document.entered", document, unit, after=_told(document))
    return document


@transaction.atomic
def change_document(*, document: Document, said: Said, by: User) -> Document:
    """Say something else of the document; its unit stays. Raises ValidationError as `enter_document` does."""
    document = Document.objects.select_for_update(of=("self",)).select_related("unit").get(pk=document.pk)
    before, key = _told(document), document.key
    _take(document, said)
    document.save()
    _link(document, said)
    after = _told(document)
    if after == before:
        return document
    note_change("document", document.pk, Operation.UPDATED, document.unit_id)
    if document.key != key:
        note_changes(naming(document))
    audit(by, "document.changed", document, document.unit, before=before, after=after)
    return document


def _take(document: Document, said: Said) -> None:
    for name in _FIELDS:
        setattr(document, name, getattr(said, name))
    document.number_normalised = normalise_number(document.number)
    document.clean_fields(exclude=["unit"])
    if document.valid_to is not None and document.valid_to < document.valid_from:
        raise ValidationError({"valid_to": _("The last day is before the first.")})
    same = Document.objects.filter(
        issuer=document.issuer, number_normalised=document.number_normalised, issued_on=document.issued_on
    ).exclude(pk=document.pk)
    if same.exists():
        message = _("This document is in the portal already: same issuer, number and day of issue.")
        raise ValidationError({"number": message})
    _check_links(document, said)


def _check_links(document: Document, said: Said) -> None:
    for name in ("implements", "replaces"):
        others: Collection[Document] = getattr(said, name)
        if any(other.pk == document.pk for other in others):
            raise ValidationError({name: _("A document cannot be linked to itself.")})
    for other in said.replaces:
        if other.issued_on > document.issued_on:
            message = _("%(number)s was issued later, so that it cannot be replaced by this document.")
            raise ValidationError({"replaces": message % {"number": other.number}})
    if document._state.adding:
        return
    back = DocumentLink.objects.filter(other=document, document__in=[each.pk for each in said.implements])
    turned = back.filter(relation=_IMPLEMENTS).select_related("document").first()
    if turned is not None:
        message = _("%(number)s implements this document; two documents do not implement each other.")
        raise ValidationError({"implements": message % {"number": turned.document.number}})


def _link(document: Document, said: Said) -> None:
    wanted = {
        *((_IMPLEMENTS.value, other.pk) for other in said.implements),
        *((_REPLACES.value, other.pk) for other in said.replaces),
    }
    stored = {(link.relation, link.other_id): link for link in document.links.all()}
    for key in stored.keys() - wanted:
        stored[key].delete()
    DocumentLink.objects.bulk_create(
        DocumentLink(document=document, relation=relation, other_id=other)
        for relation, other in sorted(wanted - stored.keys())
    )


def _told(document: Document) -> dict[str, Any]:
    told = {name: str(getattr(document, name) or "") for name in _FIELDS}
    links = DocumentLink.objects.filter(document=document).order_by("relation", "other_id")
    return told | {"links": [f"{link.relation} {link.other.key}" for link in links.select_related("other")]}
