"""The list of documents: who issued what, whether it is in force, how much it asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.permissions import Principal
from dashboard.choosing import OptionGroup, grouped
from indicators.models import Target
from indicators.workbooks.setup_cells import QUOTED, read_day
from provinces.dates import today
from provinces.models import Unit
from resolutions.filters import DocumentFilterSet
from resolutions.models import Document, DocumentKind, Task
from resolutions.models.tasks import TaskStanding

ON_A_PAGE = 40

IN_FORCE, COMING, ENDED = "in_force", "coming", "ended"
VALIDITY = {
    IN_FORCE: (pgettext_lazy("a document", "In force"), "met"),
    COMING: (pgettext_lazy("a document", "Not in force yet"), "not-due"),
    ENDED: (pgettext_lazy("a document", "Out of force"), "no-data"),
}


@dataclass(frozen=True)
class Validity:
    """Whether a document holds on a day, with its word and its colour."""

    code: str

    @property
    def word(self) -> str:
        return str(VALIDITY[self.code][0])

    @property
    def css(self) -> str:
        return VALIDITY[self.code][1]


def validity_of(document: Document, day: date) -> Validity:
    if document.valid_from > day:
        return Validity(COMING)
    ended = document.valid_to is not None and document.valid_to < day
    return Validity(ENDED if ended else IN_FORCE)


@dataclass(frozen=True)
class Line:
    document: Document
    validity: Validity
    targets: int
    tasks: int
    overdue_tasks: int


@dataclass(frozen=True)
class DocumentList:
    lines: list[Line]
    page: Page[Document]
    errors: list[str]
    unit_groups: list[OptionGroup]
    kinds: list[tuple[str, Any]]
    is_narrowed: bool


_NARROWS = ("unit", "kind", "on", "number")


def document_list(who: Principal, asked: Mapping[str, str], number: str) -> DocumentList:
    """The documents the filters leave, the newest first; a filter that cannot be read narrows nothing.

    Documents are open to everybody signed in; what is counted of them is what the reader may see.
    """
    chosen = {name: value for name in _NARROWS if (value := asked.get(name, "").strip())}
    rows, errors = _narrowed(chosen)
    page = Paginator(rows, ON_A_PAGE).get_page(number)
    shown = list(page)
    targets = _count(Target.objects.visible_to(who).leaves(), shown)
    tasks = _count(Task.objects.visible_to(who), shown)
    day = today()
    overdue = (
        _count(Task.objects.visible_to(who).standing_in([TaskStanding.OVERDUE], day), shown) if tasks else {}
    )
    lines = [
        Line(
            each,
            validity_of(each, day),
            targets.get(each.pk, 0),
            tasks.get(each.pk, 0),
            overdue.get(each.pk, 0),
        )
        for each in shown
    ]
    return DocumentList(
        lines=lines,
        page=page,
        errors=errors,
        unit_groups=grouped(_issuing().in_name_order()),
        kinds=list(DocumentKind.choices),
        is_narrowed=bool(chosen),
    )


def _narrowed(chosen: dict[str, str]) -> tuple[QuerySet[Document], list[str]]:
    """The rows, and what could not be read; a day is written as officials do, or as addresses do."""
    every = Document.objects.for_list()
    if "on" in chosen:
        day = read_day(chosen["on"])
        if day is None:
            message = _("“%(text)s” is no day; write it as 15/07/2026 (day/month/year).")
            return every, [message % {"text": chosen["on"][:QUOTED]}]
        chosen = chosen | {"on": day.isoformat()}
    filters = DocumentFilterSet(chosen, every)
    if filters.errors:
        return every, [str(each) for found in filters.errors.values() for each in found]
    return filters.qs, []


def _issuing() -> Any:
    return Unit.objects.filter(Exists(Document.objects.filter(unit=OuterRef("pk"))))


def _count(rows: QuerySet[Any], documents: list[Document]) -> dict[int, int]:
    found = rows.filter(document__in=[each.pk for each in documents]).order_by()
    return dict(found.values_list("document").annotate(number=Count("pk")))
