"""Queries that run with every API request, compiled once.

Building the text of a query takes Django longer than the database takes to answer a short one. Where the text
never changes, it is built once a process and only its parameters are given anew.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Row = tuple[Any, ...]
R = TypeVar("R")


class Prepared:
    """A `values_list` query whose text is fixed, for the default database.

    `make` builds it, with any values where parameters will stand.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self.make = make
        self.compiled: dict[str, tuple[str, Any, Any]] = {}

    def rows(self, params: Sequence[Any], *, page: str = "") -> list[Row]:
        """The rows for these parameters; `page` is SQL that takes the place of `PAGE` in the text."""
        if connection.vendor not in self.compiled:
            self.compiled[connection.vendor] = self._compile()
        text, compiler, converters = self.compiled[connection.vendor]
        with connection.cursor() as cursor:
            cursor.execute(text.replace(PAGE, page) if page else text, params)
            found: list[Row] = cursor.fetchall()
        if not converters:
            return found
        return [tuple(row) for row in compiler.apply_converters(found, converters)]

    def _compile(self) -> tuple[str, Any, Any]:
        compiler = self.make().query.get_compiler(connection=connection)
        text, _params = compiler.as_sql()
        # SQLite has no types for moments and booleans; PostgreSQL needs no conversion.
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        return text, compiler, converters


PAGE = "/* page */"


class PreparedQuerySet(Generic[R]):
    """A QuerySet whose text is fixed but for its parameters, built once a process and then only executed.

    `make(*shape, **parameters)` builds it. What is in `shape` decides the text (how many ids there are, which
    they are) and is kept apart; the parameters are whole numbers, days or texts, each of them compared with a
    column as it is. One that Django would turn into something else before comparing (a year into two days, a
    text into a pattern) cannot stand here, and is refused at the first use.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, R]], **kinds: type) -> None:
        self.make = make
        self.kinds = kinds
        self._compiled = lru_cache(maxsize=256)(self._compile)

    def rows(self, *shape: Hashable, **parameters: Any) -> list[R]:
        """The rows for these parameters; the same objects as the plain QuerySet gives."""
        rows, compiler, text, places = self._compiled(connection.vendor, *shape)
        if not text:
            return list(self.make(*shape, **parameters))
        adapted = {name: _adapted(value) for name, value in parameters.items()}
        bound = tuple(adapted[place.name] if isinstance(place, _Place) else place for place in places)
        mine = copy.copy(compiler)
        mine.connection = connection
        mine.as_sql = lambda *_args, **_words: (text, bound)
        found = rows.all()
        found.query.get_compiler = lambda *_args, **_words: mine  # type: ignore[method-assign]
        return list(found)

    def _compile(self, vendor: str, *shape: Hashable) -> tuple[QuerySet[Any, R], Any, str, tuple[Any, ...]]:
        stand_ins = {name: _STAND_INS[kind](place) for place, (name, kind) in enumerate(self.kinds.items())}
        names = {_adapted(value): _Place(name) for name, value in stand_ins.items()}
        rows = self.make(*shape, **stand_ins)
        compiler = rows.query.get_compiler(connection=connection)
        try:
            text, params = compiler.as_sql()
        except EmptyResultSet:
            # Nobody's reach, for one; or a stand-in that is too large for its column. The plain query knows.
            return rows, compiler, "", ()
        places = tuple(names.get(each, each) if isinstance(each, Hashable) else each for each in params)
        if lost := set(self.kinds) - {each.name for each in places if isinstance(each, _Place)}:
            raise ValueError(f"not a plain parameter of the query: {', '.join(sorted(lost))}")
        return rows, compiler, text, places


class _Place:
    """Where a parameter stands in a compiled query."""

    def __init__(self, name: str) -> None:
        self.name = name


# Values that no query holds by itself, so that they are found again among its parameters.
_STAND_INS: dict[type, Callable[[int], Any]] = {
    int: lambda place: 9_100_000_000_000_000_000 + place,
    datetime.date: lambda place: datetime.date(1001, 1, 1 + place),
    str: lambda place: f"\ue000stand-in {place}",
}


def _adapted(value: Any) -> Any:
    """A parameter as the database's own driver takes it."""
    return connection.ops.adapt_datefield_value(value) if isinstance(value, datetime.date) else value
