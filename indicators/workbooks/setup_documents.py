"""The sheet of documents: which are new. What is in the portal already is changed on its page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import units_coordinated_by
from indicators.workbooks.plans import Found
from indicators.workbooks.setup_cells import QUOTED, choice_of, day_of, short_text_of, text_of
from indicators.workbooks.setup_roles import unit_of
from indicators.workbooks.setup_sheets import Line
from indicators.workbooks.setup_world import World
from provinces.models import Unit
from resolutions.actions.documents import Said, enter_document
from resolutions.actions.load_documents import parse_keys
from resolutions.keeping import documents_for
from resolutions.models import Document, DocumentKind, DocumentLink, normalise_number

_COLUMN_OF = {"kind": "document_kind"}


def enter_documents(lines: list[Line], world: World) -> list[Found]:
    """Enter what is new, row after row, so that a row may name one above it; mistakes stand in the lines.

    Runs in a transaction that the caller undoes where nothing is to be written.
    """
    kept = units_kept(world) if lines else set()
    return [found for line in lines for found in _enter(line, world, kept)]


def _enter(line: Line, world: World, kept: set[int]) -> list[Found]:
    line.subject = text_of(line, "number")
    unit = kept_unit_of(line, world, kept)
    said = _said(line, world)
    if unit is None or said is None or not line.is_sound:
        return []
    stored = Document.objects.filter(
        issuer=said.issuer, number_normalised=normalise_number(said.number), issued_on=said.issued_on
    ).first()
    if stored is not None:
        _check_same(line, stored, said, unit)
        return []
    try:
        with transaction.atomic():
            enter_document(unit=unit, said=said, by=world.by)
    except ValidationError as refused:
        tell(line, refused, _COLUMN_OF)
        return []
    new = f"{said.issuer} · {said.issued_on:%d/%m/%Y}"
    return [line.difference("number", "document.new", message=_("new document"), old="", new=new)]


def _said(line: Line, world: World) -> Said | None:
    number, issuer = short_text_of(line, "number", 60), short_text_of(line, "issuer", 200)
    title, english = short_text_of(line, "title_vi", 500), short_text_of(line, "title_en", 500)
    for column, text in (("number", number), ("issuer", issuer), ("title_vi", title)):
        if not text:
            line.problem(column, f"{column}.missing", _("This cell is empty; fill it in."))
    kind = choice_of(line, "document_kind", DocumentKind)
    issued_on, valid_from = needed_day(line, "issued_on"), needed_day(line, "valid_from")
    valid_to = day_of(line, "valid_to")
    implements, replaces = _linked(line, "implements", world), _linked(line, "replaces", world)
    if issued_on is None or valid_from is None or not line.is_sound:
        return None
    return Said(
        issuer=issuer,
        number=number,
        issued_on=issued_on,
        kind=kind,
        title_vi=title,
        title_en=english,
        valid_from=valid_from,
        valid_to=valid_to,
        implements=implements,
        replaces=replaces,
    )


def _linked(line: Line, column: str, world: World) -> list[Document]:
    """The documents a cell names by their keys, of those that the form offers as well."""
    text = text_of(line, column)
    try:
        keys = parse_keys(text)
    except ValueError as problem:
        line.problem(column, f"{column}.invalid", str(problem))
        return []
    found = []
    for issuer, number, day in keys:
        known = documents_for(world.by).filter(issuer=issuer, number_normalised=number, issued_on=day)
        document = known.first()
        if document is None:
            message = _("There is no document “%(key)s” in the portal or in a row above.")
            line.problem(column, f"{column}.unknown", message % {"key": f"{issuer}|{number}"[:QUOTED]})
        else:
            found.append(document)
    return found


def _check_same(line: Line, stored: Document, said: Said, unit: Unit) -> None:
    """A row that the portal knows stays as it is."""
    names = ("kind", "title_vi", "title_en", "valid_from", "valid_to")
    differs = {_COLUMN_OF.get(name, name): getattr(stored, name) != getattr(said, name) for name in names}
    linked = set(stored.links.values_list("relation", "other"))
    for relation in DocumentLink.Relation.values:
        named = {(relation, other.pk) for other in getattr(said, relation)}
        differs[relation] = named != {link for link in linked if link[0] == relation}
    for column, is_other in differs.items():
        if line.has(column) and is_other:
            message = _(
                "This document is in the portal already. Put the cell back, and change it on its page."
            )
            line.problem(column, "document.fixed", message)
    if stored.unit_id != unit.pk:
        line.problem("unit", "document.fixed", _("This document belongs to another unit in the portal."))


def kept_unit_of(line: Line, world: World, kept: set[int]) -> Unit | None:
    """The unit a row names, for whoever keeps its documents and targets."""
    unit = unit_of(line, world)
    if unit is not None and unit.pk not in kept:
        message = _("Documents and targets of this unit are entered by its coordinator.")
        line.problem("unit", "unit.not_kept", message)
        return None
    return unit


def units_kept(world: World) -> set[int]:
    """Of the units the workbook names, those whose documents the person keeps."""
    named = [unit.pk for unit in world.units.values()]
    return set(units_coordinated_by(world.by).filter(pk__in=named).values_list("pk", flat=True))


def needed_day(line: Line, column: str) -> Any:
    day = day_of(line, column)
    if day is None and not text_of(line, column):
        line.problem(column, f"{column}.missing", _("Write the day as 15/07/2026 (day/month/year)."))
    return day


def tell(line: Line, refused: ValidationError, columns: dict[str, str]) -> None:
    """What an action refused, in the cells it speaks of."""
    by_field = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
    for name, messages in by_field.items():
        name = name.partition("[")[0]
        column = columns.get(name, name)
        for message in messages:
            line.problem(column, f"{column or 'row'}.refused", message)
