"""A document between those it implements and replaces and those that do so to it: places of a small drawing.

Three rows: above what it implements, in the middle what it replaces, itself and what replaces it, below what
implements it. Whole numbers of a drawing of fixed size; every link also stands in the list beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from resolutions.models import Document, DocumentLink

WIDTH, HEIGHT = 120, 46
_ACROSS, _DOWN, _EDGE = 34, 40, 2
MOST = 3
"""Documents of one row, as many as fit a card; the list beside it names all of them."""
_IMPLEMENTS, _REPLACES = DocumentLink.Relation.IMPLEMENTS, DocumentLink.Relation.REPLACES


@dataclass
class Related:
    """What a document has to do with others, each list the newest first."""

    implements: list[Document]
    implemented_by: list[Document]
    replaces: list[Document]
    replaced_by: list[Document]
    between: list[tuple[int, str, int]]
    """Links among the others: the newer, how, the older."""

    def __bool__(self) -> bool:
        return bool(self.implements or self.implemented_by or self.replaces or self.replaced_by)


@dataclass(frozen=True)
class Node:
    document: Document
    x: int
    y: int
    is_this: bool = False

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def number_y(self) -> int:
        return self.y + 19

    @property
    def day_y(self) -> int:
        return self.y + 36

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def height(self) -> int:
        return HEIGHT


@dataclass(frozen=True)
class Edge:
    """An arrow from the document that implements or replaces to the other one."""

    relation: str
    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True)
class Graph:
    width: int
    height: int
    nodes: list[Node]
    edges: list[Edge]
    left_out: int


def related_to(document: Document) -> Related:
    """In two queries."""
    links = DocumentLink.objects.filter(Q(document=document) | Q(other=document))
    found = Related([], [], [], [], [])
    sides = {
        (True, _IMPLEMENTS): found.implements,
        (False, _IMPLEMENTS): found.implemented_by,
        (True, _REPLACES): found.replaces,
        (False, _REPLACES): found.replaced_by,
    }
    for link in links.select_related("document__unit", "other__unit"):
        is_own = link.document_id == document.pk
        sides[is_own, DocumentLink.Relation(link.relation)].append(link.other if is_own else link.document)
    for side in sides.values():
        side.sort(key=lambda each: (-each.issued_on.toordinal(), each.number, each.pk))
    others = {each.pk for side in sides.values() for each in side}
    if len(others) > 1:
        among = DocumentLink.objects.filter(document__in=others, other__in=others)
        found.between = list(among.order_by("pk").values_list("document_id", "relation", "other_id"))
    return found


def graph_of(document: Document, related: Related) -> Graph | None:
    """Where each stands; none where it stands alone."""
    if not related:
        return None
    placed: set[int] = {document.pk}
    above = _some(related.implements, placed)
    left, right = _some(related.replaces, placed, 1), _some(related.replaced_by, placed, 1)
    below = _some(related.implemented_by, placed)
    rows = [row for row in (above, [*left, document, *right], below) if row]
    widest = max(len(row) for row in rows)
    width = widest * WIDTH + (widest - 1) * _ACROSS + 2 * _EDGE
    nodes: dict[int, Node] = {}
    for line, row in enumerate(rows):
        start = (width - len(row) * WIDTH - (len(row) - 1) * _ACROSS) // 2
        for place, each in enumerate(row):
            x, y = start + place * (WIDTH + _ACROSS), _EDGE + line * (HEIGHT + _DOWN)
            nodes[each.pk] = Node(each, x, y, each.pk == document.pk)
    links = [
        *((document.pk, _IMPLEMENTS.value, each.pk) for each in related.implements),
        *((each.pk, _IMPLEMENTS.value, document.pk) for each in related.implemented_by),
        *((document.pk, _REPLACES.value, each.pk) for each in related.replaces),
        *((each.pk, _REPLACES.value, document.pk) for each in related.replaced_by),
        *related.between,
    ]
    edges = [
        _edge(nodes[one], relation, nodes[other])
        for one, relation, other in dict.fromkeys(links)
        if one in nodes and other in nodes and _is_clear(nodes[one], nodes[other])
    ]
    everything = {
        each.pk
        for side in (related.implements, related.implemented_by, related.replaces, related.replaced_by)
        for each in side
    }
    height = len(rows) * HEIGHT + (len(rows) - 1) * _DOWN + 2 * _EDGE
    return Graph(width, height, list(nodes.values()), edges, len(everything - nodes.keys()))


def _some(documents: Iterable[Document], placed: set[int], most: int = MOST) -> list[Document]:
    """The first that have no place yet, in the order of their days from left to right."""
    chosen = [each for each in documents if each.pk not in placed][:most]
    placed.update(each.pk for each in chosen)
    return sorted(chosen, key=lambda each: (each.issued_on, each.number, each.pk))


def _is_clear(one: Node, other: Node) -> bool:
    """Whether a line between them runs over no third: neighbours of a row, or rows beside each other."""
    if one.y == other.y:
        return abs(one.x - other.x) <= WIDTH + _ACROSS
    return abs(one.y - other.y) <= HEIGHT + _DOWN


def _edge(one: Node, relation: str, other: Node) -> Edge:
    if one.y == other.y:
        middle = one.y + HEIGHT // 2
        if one.x < other.x:
            return Edge(relation, one.x + WIDTH, middle, other.x - 4, middle)
        return Edge(relation, one.x, middle, other.x + WIDTH + 4, middle)
    if one.y > other.y:
        return Edge(relation, one.middle, one.y, other.middle, other.y + HEIGHT + 4)
    return Edge(relation, one.middle, one.y + HEIGHT, other.middle, other.y - 4)
