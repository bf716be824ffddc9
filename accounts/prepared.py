"""Queries that run with every API request, compiled once.

Building the text of a query takes Django longer than the database takes to answer a short one. Where the text
never changes, it is built once a process and only its parameters are given anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Row = tuple[Any, ...]


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
