"""Pages of a list by keyset: page 1,000 begins where page 999 ended, and costs what page 1 costs."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from provinces.reading.parameters import MAX_LIMIT, Asked, address_of_next, asked_of
from provinces.reading.sources import ModelRows, Source

LIMIT_WORDS = (
    "How many rows to answer, 1 to 1000; 100 unless given. CSV and NDJSON give every row unless it is given."
)
CURSOR_WORDS = (
    "Where to go on: taken from `next` as it is. It holds for this list with these filters, for as long as "
    "the list exists."
)
COUNT_WORDS = "Whether to count all rows that the filters leave and you may see; only in JSON."


class KeysetPagination(BasePagination):
    """`limit` rows from a `cursor` on; `count` only where it is asked for."""

    asked: Asked
    following: str | None
    count: int | None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The rows of one page. `queryset` may be a `Source`."""
        source: Source = queryset if hasattr(queryset, "read") else ModelRows(queryset)
        rows = self.page(source, request, view)
        source.complete(rows)
        return rows

    def page(self, source: Source, request: Request, view: Any) -> list[Any]:
        self.asked = asked = asked_of(request, source.order)
        rows = source.read(asked.after, asked.limit + 1)
        if not rows and asked.after is None:
            refuser = view if hasattr(view, "refuse_unknown") else getattr(view, "filterset", None)
            if refuser is not None:
                refuser.refuse_unknown()
        self.following = None
        if len(rows) > asked.limit:
            rows.pop()
            self.following = address_of_next(source.place(rows[-1]), request, source.order)
        self.count = source.count() if asked.is_counted else None
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        answer = {"limit": self.asked.limit, "next": self.following, "results": data}
        return Response({"count": self.count, **answer} if self.asked.is_counted else answer)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["limit", "next", "results"],
            "properties": {
                "count": {
                    "type": "integer",
                    "minimum": 0,
                    "description": "All rows that the filters leave and you may see; with `count=true`.",
                },
                "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT},
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "Address of the following page; null on the last.",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        def parameter(name: str, words: str, schema: dict[str, Any]) -> dict[str, Any]:
            return {"name": name, "in": "query", "required": False, "description": words, "schema": schema}

        return [
            parameter("limit", LIMIT_WORDS, {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}),
            parameter("cursor", CURSOR_WORDS, {"type": "string", "minLength": 1}),
            parameter("count", COUNT_WORDS, {"type": "boolean"}),
        ]
