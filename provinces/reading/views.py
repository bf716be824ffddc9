"""Viewsets whose lists and details are read alike: pages, chosen fields, three forms, 304 if unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, ClassVar, TypeVar

import orjson
from django.conf import settings
from django.db.models import Model
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from provinces.dates import today
from provinces.reading.conditions import is_known, not_modified
from provinces.reading.paging import KeysetPagination
from provinces.reading.parameters import Asked, address_of_next, asked_of, fields_of, yes_or_no
from provinces.reading.renderers import CsvRenderer, NdjsonRenderer, OrjsonRenderer, Row, RowRenderer
from provinces.reading.sources import ModelRows, Source

M = TypeVar("M", bound=Model)

# In a class with a method `list` the type has no name of its own.
Names = list[str]
Found = list[Any]
Rows = list[Row]

BATCH = 500
LABEL = "_label"


class Reading(GenericViewSet[M]):
    """Answers `list` and `retrieve`. A subclass says where rows come from and how they are written."""

    renderer_classes = [OrjsonRenderer, CsvRenderer, NdjsonRenderer]
    detail_parameters: ClassVar[Sequence[str]] = ()
    """Filters that a detail takes as well."""
    _described: ClassVar[dict[type, tuple[Names, dict[str, dict[Any, Any]]]]] = {}

    def source(self, rows: Any) -> Source:
        raise NotImplementedError

    def written(self, rows: Found) -> Rows:
        """Each row with all its fields, in the order of the serializer."""
        raise NotImplementedError

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        shape = self.shape()
        source = self.chosen()
        if isinstance(request.accepted_renderer, RowRenderer):
            return self._stream(source, request, shape)
        paginator: Any = self.paginator
        if not isinstance(paginator, KeysetPagination):
            return Response(shape.of(self._all(source)))
        rows = paginator.page(source, request, self)
        tag = self._tag(source, rows, shape.names, paginator.following, paginator.count)
        return unchanged(request, tag) or tagged(
            paginator.get_paginated_response(shape.of(self._written(source, rows))), tag
        )

    def chosen(self) -> Source:
        """The rows that the asker may see and the filters leave."""
        return self.source(self.filter_queryset(self.get_queryset()))

    def refuse_unknown(self) -> None:
        """Nothing was found: perhaps a unit or period was misspelt. A list that finds something cannot be."""
        if not hasattr(self, "filterset"):
            self.filter_queryset(self.get_queryset())
        if hasattr(self, "filterset"):
            self.filterset.refuse_unknown()

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        shape = self.shape()
        rows = self.filter_queryset(self.get_queryset())
        source = self.source(rows.filter(**{self.lookup_field: self.kwargs[self.lookup_field]}))
        found = source.read(None, 1)
        if not found:
            raise Http404
        tag = self._tag(source, found, shape.names)
        return unchanged(request, tag) or tagged(Response(shape.of(self._written(source, found))[0]), tag)

    def shape(self) -> Shape:
        """Which fields are shown; 400 where one that was asked for is not known."""
        names, labels = self.described()
        asked = fields_of(self.request, names)
        wanted = labels if yes_or_no(self.request, "labels") else {}
        return Shape(asked, wanted, asked or names)

    def described(self) -> tuple[Names, dict[str, dict[Any, Any]]]:
        """The fields of a row, and the words of those that are codes. They depend on the code alone."""
        serializer = self.get_serializer_class()
        if serializer not in self._described:
            describing: Any = serializer()
            fields = describing.fields
            self._described[serializer] = (
                list(fields),
                {
                    name: dict(field.flatchoices if hasattr(field, "flatchoices") else field.choices)
                    for name, field in fields.items()
                    if isinstance(field, serializers.ChoiceField)
                },
            )
        return self._described[serializer]

    def _written(self, source: Source, rows: Found) -> Rows:
        source.complete(rows)
        return self.written(rows)

    def _all(self, source: Source) -> Rows:
        return [row for rows in self._batches(source, None, None) for row in self._written(source, rows)]

    def _tag(self, source: Source, rows: Found, *more: Any) -> str:
        """A strong tag from what is shown, for answers that are dear to write; empty for the others, whose
        tag is made of their bytes."""
        told = source.tag(rows)
        if not told:
            return ""
        request = self.request
        kind = request.accepted_renderer.media_type
        # With the host, which addresses within the answer begin with.
        address = request.build_absolute_uri()
        parts = [settings.VERSION, address, kind, get_language(), today().isoformat(), told, *more]
        return f'"{sha256(orjson.dumps(parts)).hexdigest()[:40]}"'

    def _stream(self, source: Source, request: Request, shape: Shape) -> HttpResponseBase:
        """Every row the filters leave, batch by batch. What can be refused is refused before it begins."""
        if "count" in request.query_params:
            words = _("Only JSON has a count.")
            raise ValidationError({"count": ValidationError(words, "invalid").detail})
        asked = asked_of(request, source.order)
        size = asked.limit + 1 if asked.is_limited else BATCH
        first = source.read(asked.after, size)
        if not first and asked.after is None:
            self.refuse_unknown()
        links = {}
        if asked.is_limited and len(first) > asked.limit:
            first.pop()
            following = address_of_next(source.place(first[-1]), request, source.order)
            links["Link"] = f'<{following}>; rel="next"'
        renderer: Any = request.accepted_renderer
        if request.method == "HEAD":
            # A server would read the whole list to throw it away.
            return HttpResponse(content_type=renderer.content_type, headers=links)
        return StreamingHttpResponse(
            self._lines(renderer, shape, source, first, asked),
            content_type=renderer.content_type,
            headers=links,
        )

    def _lines(
        self, renderer: RowRenderer, shape: Shape, source: Source, first: Found, asked: Asked
    ) -> Iterator[bytes]:
        language = get_language() or settings.LANGUAGE_CODE

        def lines() -> Iterator[bytes]:
            yield renderer.head(shape.names)
            for rows in self._batches(source, first, 0 if asked.is_limited else BATCH):
                # The rows are written when the request, and with it its language, is over.
                with override(language):
                    written = renderer.rows(shape.of(self._written(source, rows)))
                yield written

        return lines()

    @staticmethod
    def _batches(source: Source, first: Found | None, size: int | None) -> Iterator[Found]:
        """`size` rows at a time, from the first ones on where they were read already; 0 for those alone."""
        rows = source.read(None, size or BATCH) if first is None else first
        step = BATCH if size is None else size
        while rows:
            place = source.place(rows[-1])
            is_full = len(rows) >= step > 0
            yield rows
            rows = source.read(place, step) if is_full else []


class ReadViewSet(Reading[M]):
    """A list and a detail of the rows of a queryset, written by `serializer_class`."""

    def source(self, rows: Any) -> Source:
        return ModelRows(rows)

    def written(self, rows: Found) -> Rows:
        serializer: Any = self.get_serializer(rows, many=True)
        return list(serializer.data)


class Shape:
    """The fields of the answer: those asked for, and beside each code its word where labels are wanted."""

    def __init__(
        self, asked: Sequence[str] | None, labels: dict[str, dict[Any, Any]], shown: Sequence[str]
    ) -> None:
        self.asked = asked
        self.labels = labels
        self.names = [each for name in shown for each in self._both(name)]

    def _both(self, name: str) -> list[str]:
        return [name, f"{name}{LABEL}"] if name in self.labels else [name]

    def of(self, rows: list[Row]) -> list[Row]:
        if self.labels:
            return [dict(self._labelled(row)) for row in rows]
        if self.asked is None:
            return rows
        asked = self.asked
        return [{name: row[name] for name in asked} for row in rows]

    def _labelled(self, row: Row) -> Iterator[tuple[str, Any]]:
        for name in self.asked or row:
            yield name, row[name]
            if name in self.labels:
                value = row[name]
                word = self.labels[name].get(value)
                yield f"{name}{LABEL}", None if word is None else str(word)


def unchanged(request: Request, tag: str) -> HttpResponse | None:
    """304 where the asker has what would be answered."""
    return not_modified(tag) if tag and is_known(tag, request.META) else None


def tagged(response: Response, tag: str) -> Response:
    if tag:
        response["ETag"] = tag
    return response
