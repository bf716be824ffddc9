"""Long lists, read as plain tuples: no model and no serializer per row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from django.db.models import Expression, Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.permissions import first_or_404

M = TypeVar("M", bound=Model)


class RowsViewSet(GenericViewSet[M]):
    """A list and a detail of what the asker may see. `serializer_class` only describes what `as_json` writes.

    Joins to what is shown are made after filtering and counting, so that the count stays cheap.
    """

    lookup_value_regex = "[0-9]{1,18}"
    columns: ClassVar[Sequence[str]]
    numbers: ClassVar[Mapping[str, Expression]]
    as_json: ClassVar[Callable[[tuple[Any, ...]], dict[str, Any]]]

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.visible_to(self.request.user)

    def as_rows(self, found: QuerySet[M]) -> QuerySet[M, tuple[Any, ...]]:
        return found.annotate(**self.numbers).values_list(*self.columns)

    def list(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        as_json = type(self).as_json
        return self.get_paginated_response([as_json(row) for row in rows])

    def retrieve(self, request: Request, pk: str) -> Response:
        row = first_or_404(self.as_rows(self.get_queryset().filter(pk=pk)))
        return Response(type(self).as_json(row))
