"""Which row of a document's list a line of the workbook speaks of, and what the portal has of it.

A row is known by its document, its unit and its number in the document: a document from above gives the same
number to several units.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from indicators.models import Target, TargetPart, TargetRevision
from indicators.workbooks.setup_cells import QUOTED, short_text_of, text_of
from indicators.workbooks.setup_documents import kept_unit_of
from indicators.workbooks.setup_sheets import Line
from indicators.workbooks.setup_world import World
from provinces.models import Unit
from resolutions.actions.load_documents import Key, parse_keys
from resolutions.models import Document


class RowKey(NamedTuple):
    document: Key
    unit: int
    code: str


@dataclass(frozen=True)
class Place:
    """What a line says of the row it speaks of: what cannot be read is None or "", and a problem."""

    document: Key | None
    unit: Unit | None
    code: str

    @property
    def key(self) -> RowKey | None:
        if self.document is None or self.unit is None or not self.code:
            return None
        return RowKey(self.document, self.unit.pk, self.code)


def place_of(line: Line, world: World, kept: set[int]) -> Place:
    code = short_text_of(line, "code", 20)
    line.subject = code
    unit = kept_unit_of(line, world, kept)
    if not code:
        line.problem("code", "code.missing", _("Write the row's number in the document's list."))
    document = _document_of(line)
    if unit is not None and document is not None:
        # As it is written, not as it is matched.
        number = text_of(line, "document").split("|")[1].strip()
        line.subject = f"{number} · {code} · {unit.name}"
    return Place(document, unit, code)


def _document_of(line: Line) -> Key | None:
    try:
        keys = parse_keys(text_of(line, "document"))
    except ValueError as problem:
        line.problem("document", "document.invalid", str(problem))
        return None
    if len(keys) != 1:
        no_document(line)
        return None
    return keys[0]


def no_document(line: Line) -> None:
    message = _("There is no document “%(key)s” in the portal or on the sheet of documents.")
    line.problem("document", "document.unknown", message % {"key": text_of(line, "document")[:QUOTED]})


@dataclass
class Register:
    """The documents and rows that the lines name, as the portal has them; new ones join as they are made."""

    documents: dict[Key, Document] = field(default_factory=dict)
    targets: dict[RowKey, Target] = field(default_factory=dict)
    has_strays: bool = False
    """Whether a part does not say readably which row it belongs to."""


def read_register(places: Iterable[Place], codes: Iterable[str] = ()) -> Register:
    """All that is named, in a number of queries that does not depend on the lines.

    ``codes`` are the headings they name besides.
    """
    listed = [each for each in places if each.document is not None]
    keys = {each.document for each in listed if each.document is not None}
    if not keys:
        return Register()
    documents = Document.objects.filter(
        issuer__in={key[0] for key in keys}, number_normalised__in={key[1] for key in keys}
    ).select_related("unit")
    by_key = {
        key: each
        for each in documents
        if (key := (each.issuer, each.number_normalised, each.issued_on)) in keys
    }
    rows = Target.objects.filter(
        document__in=by_key.values(),
        unit__in={each.unit.pk for each in listed if each.unit is not None},
        code__in={each.code for each in listed} | set(codes),
    )
    asked = with_revisions(rows.select_related("parent", "indicator", "owner"))
    of_document = {each.pk: key for key, each in by_key.items()}
    found = {RowKey(of_document[row.document_id], row.unit_id, row.code): row for row in asked}
    return Register(by_key, found)


def with_revisions(rows: QuerySet[Target]) -> QuerySet[Target]:
    """The rows with all they ever asked, the last first, its parts and milestones along."""
    parts = Prefetch("parts", TargetPart.objects.select_related("indicator").order_by("position"))
    revisions = TargetRevision.objects.order_by("target", "-effective_on", "-number")
    return rows.prefetch_related(Prefetch("revisions", revisions.prefetch_related(parts, "milestones")))


def last_of(row: Target) -> TargetRevision | None:
    """What the row asks last; read from what `with_revisions` has brought."""
    return next(iter(row.revisions.all()), None)


def check_fixed(line: Line, stored: dict[str, object], said: dict[str, object]) -> None:
    """A row that the portal knows stays as it is: each cell that says otherwise is a problem."""
    for name, value in said.items():
        if line.has(name) and stored[name] != value:
            line.problem(name, "target.fixed", fixed())


def fixed() -> str:
    return _(
        "This target is in the portal already, and a workbook does not change it. Put the cell back; what it "
        "asks is revised by the form on its page, where the document and the day are named."
    )
