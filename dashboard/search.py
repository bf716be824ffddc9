"""Searching documents, targets, tasks and events: every word, without diacritics, the likeliest first.

A document's very number comes first, then titles that begin so, titles with the words beside each other,
titles with all the words, then the rest; the newest first within each.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Greatest, RowNumber, StrIndex, Substr
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy

from accounts.permissions import Principal
from events.models import Event, EventPoint
from indicators.filters import SAID_OF_TARGETS
from indicators.models import Target
from provinces.models import Tier
from provinces.names import fold
from provinces.searching import (
    Folded,
    begins_with,
    folded,
    folded_first,
    has_word,
    has_words,
    marked,
    words_in,
    words_of,
)
from resolutions.models import Document, Task, normalise_number

SHOWN = 5
ON_A_PAGE = 25
LONGEST = 200
_BEFORE, _AROUND = 60, 220

KINDS = {
    "document": gettext_lazy("Documents"),
    "target": gettext_lazy("Targets"),
    "task": gettext_lazy("Tasks"),
    "event": gettext_lazy("Events"),
}


@dataclass(frozen=True)
class Hit:
    kind: str
    row: Any
    title: SafeString
    label: SafeString
    """What it is known by: a document's number, a target's code."""
    excerpt: SafeString | str = ""


@dataclass
class Hits:
    """What was found of one kind; `total` counts all of it."""

    kind: str
    hits: list[Hit] = field(default_factory=list)
    total: int = 0

    @property
    def name(self) -> str:
        return str(KINDS[self.kind])

    @property
    def has_more(self) -> bool:
        return self.total > len(self.hits)


@dataclass(frozen=True)
class Asked:
    """A search, read: what was typed, its words, and how many rows of it are passed over."""

    text: str
    words: list[str]
    start: int = 0
    most: int = SHOWN

    @property
    def begins(self) -> str:
        return fold(self.text)

    @property
    def number(self) -> str:
        return fold(normalise_number(self.text))


def read(text: str, *, start: int = 0, most: int = SHOWN) -> Asked:
    text = text.replace("\0", " ")[:LONGEST]
    return Asked(text, words_of(text), start, most)


def search(who: Principal, asked: Asked, kind: str = "") -> list[Hits]:
    """The hits of each kind, or of one; in three queries at most."""
    if not asked.words:
        return []
    if kind:
        return [_FINDERS[kind](who, asked)]
    return [_documents(who, asked), _targets(who, asked), *_tasks_and_events(who, asked)]


def _rank(asked: Asked, titles: Sequence[str], *exact: Q) -> Case:
    """0 for the very thing, 1 and 2 where a title begins with or has what was typed, 3 all its words."""
    beginning = (begins_with(title, asked.begins) for title in titles)
    typed = (has_word(title, asked.begins) for title in titles)
    whole = (has_words(title, asked.words) for title in titles)
    return Case(
        *(When(each, then=Value(0)) for each in exact),
        *(When(each, then=Value(1)) for each in beginning),
        *(When(each, then=Value(2)) for each in typed),
        *(When(each, then=Value(3)) for each in whole),
        default=Value(4),
        output_field=IntegerField(),
    )


def _each_word(words: Iterable[str], *fields: str) -> Q:
    """Every word, each in any of the folded fields."""
    found = Q()
    for word in words:
        anywhere = Q()
        for name in fields:
            anywhere |= has_word(name, word)
        found &= anywhere
    return found


def _counted(rows: QuerySet[Any], asked: Asked, *order: Any) -> QuerySet[Any]:
    """One page of the rows, each with the number of them all."""
    found = rows.annotate(total=Window(Count("pk"))).order_by(*order)
    return found[asked.start : asked.start + asked.most]


def _hits(kind: str, rows: Iterable[Any], made: Callable[[Any], Hit]) -> Hits:
    found = list(rows)
    return Hits(kind, [made(row) for row in found], found[0].total if found else 0)


WIDEST_FIRST = (
    Case(
        *(When(unit__tier=tier, then=Value(place)) for place, tier in enumerate(Tier.values)),
        output_field=IntegerField(),
    ),
)


# --- Documents ----------------------------------------------------------------------------------------------
def _documents(who: Principal, asked: Asked) -> Hits:
    """Reference data: open to everybody who signs in."""
    around = Greatest(StrIndex(F("words__folded"), Value(asked.words[0])) - _BEFORE, Value(1))
    rows = (
        Document.objects.select_related("unit")
        .annotate(
            said=folded("number_normalised", "number", "title_vi", "title_en", "issuer"),
            heading=Folded("title_vi"),
            heading_en=Folded("title_en"),
            folded_number=Folded("number_normalised"),
            long_text=Coalesce(F("words__folded"), Value(""), output_field=TextField()),
            excerpt=Substr(F("words__text"), around, _AROUND, output_field=TextField()),
        )
        .annotate(rank=_rank(asked, ("heading", "heading_en"), Q(folded_number=asked.number)))
        .filter(_each_word(asked.words, "said", "long_text") | Q(folded_number=asked.number))
    )
    found = _counted(rows, asked, "rank", "-issued_on", *WIDEST_FIRST, "pk")
    return _hits("document", found, lambda row: _document(row, asked.words))


def _document(row: Any, words: Sequence[str]) -> Hit:
    """With the title in the other language, or a piece of the text, where a word stands nowhere else."""
    seen = f"{row.number}\n{row.title}\n{row.issuer}"
    excerpt: SafeString | str = _elsewhere(seen, (row.title_vi, row.title_en), words)
    if not excerpt and row.excerpt and not words_in(seen, words):
        excerpt = format_html("… {} …", marked(" ".join(row.excerpt.split()), words))
    return Hit("document", row, marked(row.title, words), marked(row.number, words), excerpt)


def _elsewhere(seen: str, others: Iterable[str], words: Sequence[str]) -> SafeString | str:
    """The first other text that has every word, where what is shown anyway has not."""
    if words_in(seen, words):
        return ""
    return next((marked(other, words) for other in others if words_in(other, words)), "")


# --- Targets ------------------------------------------------------------------------------------------------
def _targets(who: Principal, asked: Asked) -> Hits:
    """A target before its copies in the units below."""
    rows = (
        Target.objects.visible_to(who)
        .select_related("document", "unit__parent", "unit__province", "indicator")
        .annotate(
            said=folded(*SAID_OF_TARGETS),
            heading=folded_first("name_vi", "indicator__name_vi"),
            heading_en=folded_first("name_en", "indicator__name_en"),
            indicator_code=Folded(F("indicator__code")),
            is_copy=Case(When(linked_to__isnull=True, then=Value(0)), default=Value(1)),
        )
        .annotate(
            rank=_rank(asked, ("heading", "heading_en"), Q(indicator_code=asked.begins), Q(code=asked.text))
        )
        .filter(_each_word(asked.words, "said"))
    )
    found = _counted(rows, asked, "rank", "is_copy", "-document__issued_on", "unit", "sort_key", "pk")
    return _hits("target", found, lambda row: _target(row, asked.words))


def _target(row: Target, words: Sequence[str]) -> Hit:
    """With the name it was found by, where another one is shown."""
    indicator = row.indicator
    names = [row.name_vi, row.name_en]
    if indicator is not None:
        names += [f"{indicator.code} {name}" for name in (indicator.name_vi, indicator.name_en)]
    excerpt = _elsewhere(f"{row.code}\n{row.name}", names, words)
    return Hit("target", row, marked(row.name, words), marked(row.code, words), excerpt)


# --- Tasks and events ---------------------------------------------------------------------------------------
class Dated(NamedTuple):
    """A task or an event as the list of hits shows it."""

    kind: str
    pk: int
    title_vi: str
    title_en: str
    unit: str
    day: datetime.date
    rank: int
    place: int
    total: int

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" and self.title_en else self.title_vi


def _tasks_and_events(who: Principal, asked: Asked) -> list[Hits]:
    """Both in one query: they are shown by the same few words."""
    both = _of_tasks(who, asked).union(_of_events(who, asked), all=True)
    rows = sorted((Dated(*row) for row in both), key=lambda row: (row.kind, row.place))
    return [_dated(kind, rows, asked.words) for kind in ("task", "event")]


def _dated(kind: str, rows: Iterable[Dated], words: Sequence[str]) -> Hits:
    found = [row for row in rows if row.kind == kind]
    hits = [Hit(kind, row, marked(row.title, words), marked("", words)) for row in found]
    return Hits(kind, hits, found[0].total if found else 0)


def _of_tasks(who: Principal, asked: Asked) -> QuerySet[Any]:
    rows = Task.objects.visible_to(who).annotate(
        said=folded("title_vi", "title_en", "product"), day=F("due_on")
    )
    return _shown_by_day("task", rows, asked, lambda words: _each_word(words, "said"))


def _of_events(who: Principal, asked: Asked) -> QuerySet[Any]:
    rows = Event.objects.visible_to(who).annotate(
        said=folded("title_vi", "title_en", "outcomes_vi", "outcomes_en"), day=F("starts_on")
    )
    return _shown_by_day("event", rows, asked, _said_or_noted)


def _said_or_noted(words: Iterable[str]) -> Q:
    """Every word in the event itself or in one of the points noted of it."""
    told = EventPoint.objects.filter(event=OuterRef("pk")).order_by()
    points = told.annotate(told=folded("text_vi", "text_en", "note_vi", "note_en"))
    found = Q()
    for word in words:
        found &= has_word("said", word) | Q(Exists(points.filter(has_word("told", word))))
    return found


def _shown_by_day(
    kind: str, rows: QuerySet[Any], asked: Asked, said_in: Callable[[Iterable[str]], Q]
) -> QuerySet[Any]:
    found = (
        rows.order_by()
        .annotate(heading=Folded("title_vi"), heading_en=Folded("title_en"))
        .filter(said_in(asked.words))
        .annotate(rank=_rank(asked, ("heading", "heading_en")))
        .annotate(
            kind_=Value(kind, CharField()),
            row=Window(RowNumber(), order_by=[F("rank").asc(), F("day").desc(), F("pk").asc()]),
            total=Window(Count("pk")),
        )
        .filter(row__gt=asked.start, row__lte=asked.start + asked.most)
    )
    return found.values_list(
        *("kind_", "pk", "title_vi", "title_en", "unit__name", "day", "rank", "row", "total")
    )


def _only(kind: str) -> Callable[[Principal, Asked], Hits]:
    rows_of = {"task": _of_tasks, "event": _of_events}[kind]

    def find(who: Principal, asked: Asked) -> Hits:
        rows = sorted((Dated(*row) for row in rows_of(who, asked)), key=lambda row: row.place)
        return _dated(kind, rows, asked.words)

    return find


_FINDERS = {"document": _documents, "target": _targets, "task": _only("task"), "event": _only("event")}
