"""Where the rows of a list come from, batch by batch, and how it is told whether they have changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import chain
from typing import Any, Protocol

from django.db.models import (
    F,
    ForeignObjectRel,
    Func,
    Model,
    Prefetch,
    QuerySet,
    TextField,
    Value,
    prefetch_related_objects,
)

from provinces.reading.orders import Order


class Source(Protocol):
    """The rows that a request may see and asked for, in their order."""

    @property
    def order(self) -> tuple[str, ...]: ...

    def count(self) -> int: ...

    def read(self, after: Sequence[Any] | None, size: int) -> list[Any]:
        """At most so many rows, those behind a place where one is given."""

    def place(self, row: Any) -> list[Any]:
        """Where a row stands."""

    def tag(self, rows: list[Any]) -> str:
        """A digest of all that is shown of the rows; empty where reading that would be as dear as showing."""

    def complete(self, rows: list[Any]) -> None:
        """Reads what is shown with the rows and was not read yet."""


class ModelRows:
    """The rows of a queryset as objects, with what it says is read along with them."""

    def __init__(self, rows: Any) -> None:
        self.found: QuerySet[Any, Any] = rows.prefetch_related(None)
        self.along: tuple[Any, ...] = rows._prefetch_related_lookups
        self._order = Order.of(rows)
        self.order = self._order.names

    def count(self) -> int:
        return self.found.count()

    def read(self, after: Sequence[Any] | None, size: int) -> list[Any]:
        rows = self.found if after is None else self._order.after(self.found, after)
        return list(rows[:size])

    def place(self, row: Model) -> list[Any]:
        return self._order.values(row)

    def tag(self, rows: list[Any]) -> str:
        steps = list(_related(self.found.model, [row.pk for row in rows], self.along)) if rows else []
        if len(steps) < 2:
            # Reading it takes one query, as does the digest.
            return ""
        first, *others = [_as_text(place, each) for place, each in enumerate(chain.from_iterable(steps))]
        texts = sorted(text for (text,) in first.union(*others, all=True))
        return sha256("\n".join([*(_said(row) for row in rows), *texts]).encode()).hexdigest()

    def complete(self, rows: list[Any]) -> None:
        if self.along:
            prefetch_related_objects(rows, *self.along)


def _said(row: Model) -> str:
    """All that was read of a row, with the rows read along in the same query."""
    cached = row._state.fields_cache
    own = [(name, value) for name, value in sorted(row.__dict__.items()) if name != "_state"]
    return repr([own, [(name, _said(each)) for name, each in sorted(cached.items()) if each is not None]])


class _RowText(Func):
    """A row's columns as one text, so that rows of different tables fit in one query."""

    output_field = TextField()

    def as_sql(self, compiler: Any, connection: Any, *_any: Any, **_extra: Any) -> Any:
        parts = [compiler.compile(each) for each in self.source_expressions]
        if connection.vendor == "sqlite":
            text = " || ',' || ".join(f"quote({sql})" for sql, _params in parts)
        else:
            text = f"CAST(ROW({', '.join(sql for sql, _params in parts)}) AS text)"
        return text, [each for _sql, params in parts for each in params]


def _as_text(place: int, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    columns = list(_columns(rows.model, rows.query.select_related, ""))
    bare = rows.select_related(None).prefetch_related(None).order_by()
    text = _RowText(Value(str(place)), *(F(each) for each in columns))
    return bare.annotate(_text=text).values_list("_text")


def _columns(model: type[Model], along: Any, path: str) -> Iterator[str]:
    yield from (f"{path}{field.attname}" for field in model._meta.concrete_fields)
    for name, deeper in along.items() if isinstance(along, dict) else ():
        related: Any = model._meta.get_field(name).related_model
        yield from _columns(related, deeper, f"{path}{name}__")


def _related(model: type[Model], parents: Any, lookups: Sequence[Any]) -> Iterator[list[QuerySet[Any, Any]]]:
    """The rows that the lookups read along, for each step of them."""
    steps: dict[str, tuple[QuerySet[Any, Any] | None, list[Any]]] = {}
    for lookup in lookups:
        path = lookup.prefetch_through if isinstance(lookup, Prefetch) else lookup
        queryset = lookup.queryset if isinstance(lookup, Prefetch) else None
        name, _sep, rest = path.partition("__")
        found, deeper = steps.get(name, (None, []))
        if rest:
            deeper = [*deeper, rest if queryset is None else Prefetch(rest, queryset)]
        else:
            found = queryset
        steps[name] = (found, deeper)
    for name, (queryset, deeper) in steps.items():
        rows, *links = _step(model, name, parents, queryset)
        yield [rows, *links]
        further = [*rows._prefetch_related_lookups, *deeper]
        yield from _related(rows.model, rows.order_by().values("pk"), further)


def _step(model: type[Model], name: str, parents: Any, queryset: Any) -> list[Any]:
    """The rows at the other end of a relation, and of a relation of many to many also those that link."""
    field: Any = model._meta.get_field(name)
    rows = field.related_model._default_manager.all() if queryset is None else queryset
    if field.many_to_many:
        forward = not isinstance(field, ForeignObjectRel)
        relation = field if forward else field.field
        here, there = relation.m2m_field_name(), relation.m2m_reverse_field_name()
        if not forward:
            here, there = there, here
        links = relation.remote_field.through._default_manager.filter(**{f"{here}__in": parents})
        return [rows.filter(pk__in=links.order_by().values(there)), links]
    if isinstance(field, ForeignObjectRel):
        return [rows.filter(**{f"{field.field.name}__in": parents})]
    holders = model._default_manager.filter(pk__in=parents).order_by()
    return [rows.filter(pk__in=holders.values(field.attname))]
