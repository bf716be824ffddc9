"""The order of a list, and where in it a page begins: by the values of the order, never by counting rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import BooleanField, F, Field, Func, Model, Q, QuerySet, Value

PK = ("pk", "-pk", "id", "-id")


class _RowAfter(Func):
    """`(a, b) > (x, y)`: one range of an index on both databases."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, columns: Sequence[Any], values: Sequence[Any], sign: str) -> None:
        super().__init__(*columns, *values)
        self.sign = sign

    def as_sql(self, compiler: Any, connection: Any, *_any: Any, **_extra: Any) -> Any:
        parts = [compiler.compile(each) for each in self.source_expressions]
        half = len(parts) // 2
        left, right = (", ".join(sql for sql, _p in side) for side in (parts[:half], parts[half:]))
        return f"({left}) {self.sign} ({right})", [each for _sql, params in parts for each in params]


@dataclass(frozen=True)
class Order:
    """Names as `order_by` takes them. The last is the primary key, so that no two rows stand level."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any, Any]) -> Order:
        """The order a queryset is in. An order that is not total would lose rows between two pages."""
        names: Any = rows.query.order_by
        if not names or any(not isinstance(each, str) for each in names) or names[-1] not in PK:
            raise ImproperlyConfigured(f"a list is ordered by names of columns, the last one pk: {names}")
        return cls(tuple(names))

    @property
    def columns(self) -> list[str]:
        return [name.lstrip("-") for name in self.names]

    def values(self, row: Model) -> list[Any]:
        """Where a row stands."""
        return [attrgetter(name.replace("__", "."))(row) for name in self.columns]

    def after(self, rows: QuerySet[Any, Any], values: Sequence[Any]) -> QuerySet[Any, Any]:
        """The rows behind that place."""
        if len(self.names) == 1:
            return rows.filter(self._behind(0, values))
        if len({name.startswith("-") for name in self.names}) > 1:
            return rows.filter(self._step_by_step(values))
        fields = [_field(rows.model, name) for name in self.columns]
        given = [
            Value(field.to_python(value), output_field=field)
            for field, value in zip(fields, values, strict=True)
        ]
        sign = "<" if self.names[0].startswith("-") else ">"
        return rows.filter(_RowAfter([F(name) for name in self.columns], given, sign))

    def _step_by_step(self, values: Sequence[Any]) -> Q:
        """Where one column rises and another falls: behind in the first, or level there and behind in the
        second, and so on; the first column bounds it all."""
        first = self.names[0]
        bound = Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": values[0]})
        found = Q()
        level = Q()
        for place, name in enumerate(self.columns):
            found |= level & self._behind(place, values)
            level &= Q(**{name: values[place]})
        return bound & found

    def _behind(self, place: int, values: Sequence[Any]) -> Q:
        name = self.names[place]
        return Q(**{f"{name.lstrip('-')}__{'lt' if name.startswith('-') else 'gt'}": values[place]})


def _field(model: type[Model], path: str) -> Field[Any, Any]:
    *way, last = path.split("__")
    for name in way:
        model = model._meta.get_field(name).related_model  # type: ignore[assignment]
    field: Any = model._meta.pk if last == "pk" else model._meta.get_field(last)
    return field
