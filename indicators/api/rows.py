"""Long lists, read as plain tuples: no model and no serializer per row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, F, Model
from django.db.models.expressions import RawSQL
from rest_framework.request import Request

from accounts.permissions import Principal, reach
from accounts.prepared import PAGE, Prepared
from provinces.dates import today
from provinces.filters import refuse_unreadable
from provinces.reading.parameters import PAGING, SHOWING
from provinces.reading.renderers import Row
from provinces.reading.sources import Source
from provinces.reading.views import Reading

M = TypeVar("M", bound=Model)


class Found:
    """The rows a request may see and asked for, by `id`.

    What is only shown is joined to the rows of one page, so that choosing them stays cheap.
    """

    order: tuple[str, ...] = ("pk",)

    def __init__(self, chosen: Any, shown: Prepared, place_of_pk: int = 0) -> None:
        self.shown = shown
        self.place_of_pk = place_of_pk
        try:
            self.text, self.params = chosen.order_by().values(chosen_id=F("pk")).query.sql_with_params()
        except EmptyResultSet:
            self.text = ""

    def count(self) -> int:
        if not self.text:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({self.text}) chosen", self.params)  # noqa: S608
            number: int = cursor.fetchone()[0]
            return number

    def read(self, after: Sequence[Any] | None, size: int) -> list[tuple[Any, ...]]:
        if not self.text:
            return []
        # Both databases look through the inner query: the condition becomes a range of the index of `id`.
        behind, params = ("", []) if after is None else ("WHERE chosen_id > %s ", list(after))
        page = f"SELECT chosen_id FROM ({self.text}) chosen {behind}ORDER BY chosen_id LIMIT %s"  # noqa: S608
        # Worked out once, even where PostgreSQL takes a table that was just filled for an empty one.
        once = "MATERIALIZED " if connection.vendor == "postgresql" else ""
        text = f"WITH page AS {once}({page}) SELECT chosen_id FROM page"  # noqa: S608
        return self.shown.rows([*self.params, *params, size], page=text)

    def place(self, row: tuple[Any, ...]) -> list[Any]:
        return [row[self.place_of_pk]]

    def tag(self, rows: list[Any]) -> str:
        """Empty: the rows are read in one query, and the tag is made of the bytes."""
        return ""

    def complete(self, rows: list[Any]) -> None:
        """Everything was read."""


# The texts of what was asked for lately, with their parameters; emptied when it is full.
KEPT = 512
_kept: dict[Any, Found] = {}


class RowsViewSet(Reading[M]):
    """A list and a detail of what the asker may see, by `id`.

    `serializer_class` only describes what `as_json` writes; `columns` has the primary key, as `pk` or `id`.
    """

    lookup_value_regex = "[0-9]{1,18}"
    resource: ClassVar[str] = ""
    """What the change feed calls one of them; empty where it does not tell of them."""
    follows_reach: ClassVar[bool] = False
    """Whether `visible_to` follows from the asker's `reach` and the day alone. Then the query is built once
    for all who have the same reach and ask for the same, as whoever reads page after page does."""
    columns: ClassVar[Sequence[str]]
    numbers: ClassVar[Mapping[str, Expression]]
    as_json: Callable[[tuple[Any, ...]], Row]
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

    def chosen(self) -> Source:
        if not self.follows_reach:
            return super().chosen()
        given = self.request.query_params
        free = (*PAGING, *SHOWING)
        asked = tuple((name, *values) for name, values in given.lists() if name not in free)
        who: Any = self.request.user
        key = (type(self), connection.vendor, reach(who), today(), asked)
        found = _kept.get(key)
        if found is None:
            found = self.source(self.filter_queryset(self.get_queryset()))
            if len(_kept) >= KEPT:
                _kept.clear()
            _kept[key] = found
        else:
            kind: Any = self.filterset_class  # type: ignore[attr-defined]
            filters: Mapping[str, Any] = kind.base_filters
            several = [name for name, each in filters.items() if getattr(each, "takes_several", False)]
            refuse_unreadable(given, known=[*filters, *free], several=several)
        return found

    def source(self, rows: Any) -> Found:
        columns = list(self.columns)
        return Found(rows, self.shown, columns.index("pk") if "pk" in columns else columns.index("id"))

    def written(self, rows: list[Any]) -> list[Row]:
        as_json = type(self).as_json
        return [as_json(row) for row in rows]

    @classmethod
    def json_of(cls, who: Principal, ids: Sequence[int], request: Request) -> dict[int, dict[str, Any]]:  # noqa: ARG003
        """Of these ids those that `who` may see, each as its own address answers it; in one query."""
        rows: Any = cls.queryset
        found = Found(rows.visible_to(who).filter(pk__in=ids), cls.shown)
        shown = [cls.as_json(row) for row in found.read(None, len(ids))]
        return {each["id"]: each for each in shown}
