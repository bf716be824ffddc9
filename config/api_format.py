"""How the API reads a list's parameters and chooses the form of an answer: strict in, exact out.

What a list's rows are, in which order and form, stands in `provinces/reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from provinces.filters import refuse_unreadable
from provinces.reading.paging import KeysetPagination
from provinces.reading.parameters import MAX_LIMIT, PAGING, SHOWING
from provinces.reading.renderers import OrjsonRenderer

__all__ = [
    "MAX_LIMIT",
    "KeysetPagination",
    "Negotiation",
    "OrjsonRenderer",
    "StrictFilterBackend",
]

WEIGHT = re.compile(r"([01])(?:\.([0-9]{0,3}))?")


class StrictFilterBackend(DjangoFilterBackend):
    """Refuses parameters it does not know: a misspelt filter must not answer with everything."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        filterset = self.get_filterset(request, queryset, view)
        # Of the class: the filterset itself has built only those that were asked for.
        filters = type(filterset).base_filters if filterset is not None else {}
        known = list(filters)
        several = {name for name in known if getattr(filters[name], "takes_several", False)}
        refuse_unreadable(request.query_params, known=_known(view, known), several=several)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise translate_validation(filterset.errors)
        view.filterset = filterset
        return filterset.qs


def _known(view: Any, filters: list[str]) -> list[str]:
    showing = SHOWING if hasattr(view, "shape") else ()
    if getattr(view, "action", "list") == "list":
        return [*filters, *PAGING, *showing]
    return [*getattr(view, "detail_parameters", ()), *showing]


class Negotiation(BaseContentNegotiation):
    """The form that is asked for most, by the weights of the Accept header; 406 where there is none."""

    def select_parser(self, request: Any, parsers: Iterable[Any]) -> Any:
        kind = (request.content_type or "").split(";")[0].strip().lower()
        return next((each for each in parsers if each.media_type in (kind, "*/*")), None)

    def select_renderer(
        self, request: Any, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        header = request.META.get("HTTP_ACCEPT", "")
        first = next(iter(renderers))
        if header in ("", "*/*", first.media_type):
            return first, first.media_type
        kinds = {each.media_type: each for each in renderers}
        wanted = _preferred(header, list(kinds))
        if wanted is None:
            raise NotAcceptable(available_renderers=list(renderers))
        return kinds[wanted], wanted


def _preferred(header: str, kinds: list[str]) -> str | None:
    """The kind with the greatest weight (RFC 9110, 12.5.1): of the ranges that a kind matches the closest one
    counts; of kinds with the same weight the first is taken."""
    ranges = [_range(each) for each in header.split(",")]

    def weight(kind: str) -> int:
        found = [(close, q) for name, q in ranges if (close := _closeness(name, kind))]
        return max(found)[1] if found else 0

    best = max(kinds, key=weight)
    return best if weight(best) else None


def _range(text: str) -> tuple[str, int]:
    """A media range and its weight in thousandths."""
    name, *parameters = [each.strip().lower() for each in text.split(";")]
    for each in parameters:
        if each.startswith("q="):
            found = WEIGHT.fullmatch(each[2:])
            return name, int(found[1] + (found[2] or "").ljust(3, "0")) if found else 0
    return name, 1000


def _closeness(name: str, kind: str) -> int:
    if name == kind:
        return 3
    if name == f"{kind.split('/')[0]}/*":
        return 2
    return 1 if name == "*/*" else 0
