"""Long lists, read as plain tuples: no model and no serializer per row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, Model
from django.db.models.expressions import RawSQL
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.permissions import HIDDEN
from accounts.prepared import PAGE, Prepared

M = TypeVar("M", bound=Model)


class Found:
    """The rows a request may see and asked for. Compiled once for both counting and reading a page.

    What is only shown is joined to the rows of one page, so that the count stays cheap.
    """

    def __init__(self, chosen: Any, shown: Prepared) -> None:
        self.shown = shown
        try:
            self.text, self.params = chosen.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            self.text = ""

    def count(self) -> int:
        if not self.text:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({self.text}) chosen", self.params)  # noqa: S608
            number: int = cursor.fetchone()[0]
            return number

    def __getitem__(self, page: slice) -> list[tuple[Any, ...]]:
        if not self.text:
            return []
        text = f"SELECT * FROM ({self.text}) chosen ORDER BY 1 LIMIT %s OFFSET %s"  # noqa: S608
        params = [*self.params, page.stop - page.start, page.start]
        return self.shown.rows(params, page=text)


class RowsViewSet(GenericViewSet[M]):
    """A list and a detail of what the asker may see, by `id`.

    `serializer_class` only describes what `as_json` writes.
    """

    lookup_value_regex = "[0-9]{1,18}"
    columns: ClassVar[Sequence[str]]
    numbers: ClassVar[Mapping[str, Expression]]
    as_json: Callable[[tuple[Any, ...]], dict[str, Any]]
    shown: ClassVar[Prepared]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.shown = Prepared(
            lambda: (
                cls.queryset.filter(pk__in=RawSQL(PAGE, ()))  # type: ignore[union-attr]  # noqa: S611
                .annotate(**cls.numbers)
                .values_list(*cls.columns)
                .order_by("pk")
            )
        )

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.visible_to(self.request.user)

    def list(self, request: Request) -> Response:
        found: Any = Found(self.filter_queryset(self.get_queryset()), self.shown)
        rows: Any = self.paginate_queryset(found)
        as_json = type(self).as_json
        return self.get_paginated_response([as_json(row) for row in rows])

    def retrieve(self, request: Request, pk: str) -> Response:
        found = Found(self.get_queryset().filter(pk=pk), self.shown)[0:1]
        if not found:
            raise Http404(HIDDEN)
        return Response(type(self).as_json(found[0]))
