"""How the API reads a list's parameters and writes its answers: strict in, exact out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from provinces.filters import refuse_unreadable

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
MAX_OFFSET = 10**9
PAGING = ("limit", "offset")


class OrjsonRenderer(BaseRenderer):
    """JSON; decimals as text, days and moments in ISO 8601, moments in UTC."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, context: Any = None) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: Any) -> str:
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} has no form in JSON")


class StrictFilterBackend(DjangoFilterBackend):
    """Refuses parameters it does not know: a misspelt filter must not answer with everything."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        filterset = self.get_filterset(request, queryset, view)
        known = list(filterset.base_filters) if filterset is not None else []
        several = {name for name in known if getattr(filterset.base_filters[name], "takes_several", False)}
        refuse_unreadable(request.query_params, known=[*known, *PAGING], several=several)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise translate_validation(filterset.errors)
        view.filterset = filterset
        return filterset.qs


class LimitPagination(LimitOffsetPagination):
    """`limit` rows from `offset` on, with the `count` of all."""

    default_limit = DEFAULT_LIMIT
    max_limit = MAX_LIMIT
    limit_query_description = "How many rows to answer, 1 to 1000; 100 unless given."
    offset_query_description = "How many rows to leave out at the start; 0 unless given."

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.limit = self.get_limit(request)
        self.offset = self.get_offset(request)
        self.count = self.get_count(queryset)
        if not self.count and hasattr(view, "filterset"):
            # Nothing found: perhaps a unit or period was misspelt. A list that finds something cannot be.
            view.filterset.refuse_unknown()
        if self.offset >= self.count:
            return []
        return list(queryset[self.offset : self.offset + self.limit])

    def get_limit(self, request: Request) -> int:
        return _whole_number(request, "limit", DEFAULT_LIMIT, least=1, most=MAX_LIMIT)

    def get_offset(self, request: Request) -> int:
        return _whole_number(request, "offset", 0, least=0, most=MAX_OFFSET)

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "count": self.count,
                "limit": self.limit,
                "offset": self.offset,
                "next": self.get_next_link(),
                "previous": self.get_previous_link(),
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        whole = {"type": "integer", "minimum": 0}
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "limit", "offset", "next", "previous", "results"],
            "properties": {
                "count": whole | {"description": "All rows that the filters leave and you may see."},
                "limit": whole,
                "offset": whole,
                "next": link,
                "previous": link,
                "results": schema,
            },
        }


def _whole_number(request: Request, name: str, default: int, *, least: int, most: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 12 and least <= int(text) <= most):
        words = _("Give a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
        raise ValidationError({name: ValidationError(words, "invalid").detail})
    return int(text)
