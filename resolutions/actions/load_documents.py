"""Loading the documents that set targets. All is checked before anything is written."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from provinces.bulk import Count, bring_up_to_date, keyed
from provinces.datafiles import Column, DataFileError, Row, choice_of, iso_date, read_rows, refuse
from provinces.models import Unit
from resolutions.models import Document, DocumentKind, DocumentLink, normalise_number

DATA = Path(__file__).parent.parent / "data"

Key = tuple[str, str, date]
"""Issuer, normalised number, date: a number alone names several documents."""

_KEY_COLUMNS = [
    Column("issuer", required=True, longest=200),
    Column("number", required=True, longest=60),
    Column("issued_on", required=True, parse=iso_date),
]
_DOCUMENT_COLUMNS = [
    *_KEY_COLUMNS,
    Column("kind", required=True, parse=choice_of(*DocumentKind.values)),
    Column("unit_ref", required=True),
    Column("title_vi", required=True, longest=500),
    Column("title_en", required=True, longest=500),
    Column("implements"),
    Column("replaces"),
    Column("valid_from", required=True, parse=iso_date),
]
_NOTE_COLUMNS = [*_KEY_COLUMNS, Column("note_vi", required=True), Column("note_en", required=True)]
_FIELDS = [
    *("issuer", "number", "number_normalised", "issued_on", "kind", "unit_id", "title_vi", "title_en"),
    *("valid_from", "note_vi", "note_en"),
]


def parse_keys(cell: str) -> list[Key]:
    """The documents a cell names, as issuer|number|date;issuer|number|date. Raises ValueError with words."""
    return [_parse_key(each.strip()) for each in cell.split(";") if each.strip()]


def _parse_key(text: str) -> Key:
    parts = [part.strip() for part in text.split("|")]
    if len(parts) != 3 or not all(parts):
        raise ValueError(
            gettext("“%(cell)s” names no document; write issuer|number|2025-01-09.") % {"cell": text}
        )
    return parts[0], normalise_number(parts[1]), iso_date(parts[2])


def documents_by_key() -> dict[Key, Document]:
    return keyed(Document.objects.all(), "issuer", "number_normalised", "issued_on")


@transaction.atomic
def load_documents(*, folder: Path = DATA) -> dict[str, Count]:
    """Bring the documents, their notes and their links to what the files in the folder say.

    Answers how many rows of each kind were created and updated. A document or link the files no longer have
    stays: targets may stand on it. Raises DataFileErrors, having written nothing. Call it after `load_units`.
    """
    errors: list[DataFileError] = []
    rows = read_rows(
        folder / "documents.csv", _DOCUMENT_COLUMNS, unique=["issuer", "number", "issued_on"], errors=errors
    )
    notes = read_rows(
        folder / "document_notes.csv", _NOTE_COLUMNS, unique=["issuer", "number", "issued_on"], errors=errors
    )
    refuse(errors)

    by_key: dict[Key, Row] = {}
    for row in rows:
        other = by_key.setdefault(_key(row), row)
        if other is not row:
            errors.append(_repeats(row, other))
    units = keyed(Unit.objects.filter(ref__in={row["unit_ref"] for row in rows}), "ref")
    for row in rows:
        errors.extend(_mistakes(row, by_key, units))
    errors.extend(row.unknown("number") for row in notes if _key(row) not in by_key)
    refuse(errors)

    notes_by_key = {_key(row): row for row in notes}
    documents = {key: _document(row, notes_by_key.get(key), units) for key, row in by_key.items()}
    count = bring_up_to_date(documents, documents_by_key(), fields=_FIELDS)
    return {"documents": count, "document links": _store_links(by_key, documents)}


def _key(row: Row) -> Key:
    return row["issuer"], normalise_number(row["number"]), row["issued_on"]


def _repeats(row: Row, other: Row) -> DataFileError:
    return row.error(
        "number",
        gettext("“%(key)s” stands on line %(line)d already.") % {"key": row["number"], "line": other.line},
    )


def _mistakes(row: Row, known: Mapping[Key, Row], units: Mapping[str, Unit]) -> Iterator[DataFileError]:
    if row["unit_ref"] not in units:
        yield row.unknown("unit_ref")
    for column in DocumentLink.Relation.values:
        try:
            others = parse_keys(row[column])
        except ValueError as problem:
            yield row.error(column, str(problem))
            continue
        if any(other not in known for other in others):
            yield row.unknown(column)
        if _key(row) in others:
            yield row.error(column, gettext("A document cannot be linked to itself."))


def _document(row: Row, note: Row | None, units: Mapping[str, Unit]) -> Document:
    return Document(
        issuer=row["issuer"],
        number=row["number"],
        number_normalised=normalise_number(row["number"]),
        issued_on=row["issued_on"],
        kind=row["kind"],
        unit_id=units[row["unit_ref"]].pk,
        title_vi=row["title_vi"],
        title_en=row["title_en"],
        valid_from=row["valid_from"],
        note_vi=note["note_vi"] if note else "",
        note_en=note["note_en"] if note else "",
    )


def _store_links(rows: Mapping[Key, Row], documents: Mapping[Key, Document]) -> Count:
    wanted = {
        (documents[key].pk, relation, documents[other].pk): DocumentLink(
            document=documents[key], relation=relation, other=documents[other]
        )
        for key, row in rows.items()
        for relation in DocumentLink.Relation.values
        for other in parse_keys(row[relation])
    }
    stored = keyed(DocumentLink.objects.all(), "document_id", "relation", "other_id")
    return bring_up_to_date(wanted, stored, fields=[])
