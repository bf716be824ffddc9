"""Objects of the API as their own address shows them, many at once: what the change feed tells of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar


class Represented:
    """Part of a viewset whose objects the change feed tells of.

    `resource` is their name in the feed, in the singular. What `get_queryset` gives for `retrieve` is what
    the asker may see.
    """

    resource: ClassVar[str] = ""

    @classmethod
    def json_of(cls, who: Any, ids: Sequence[int], request: Any) -> dict[int, dict[str, Any]]:  # noqa: ARG003
        """Of these ids those that `who`, the asker of the request, may see: each as `retrieve` answers it.

        In a number of queries that does not grow with the ids.
        """
        view: Any = cls()
        view.request, view.format_kwarg, view.args, view.kwargs = request, None, (), {}
        view.action = "retrieve"
        rows = list(view.to_represent(view.get_queryset().filter(pk__in=ids)))
        shown = view.written(rows)
        return {row.pk: json for row, json in zip(rows, shown, strict=True)}

    def to_represent(self, rows: Any) -> Any:
        """The rows with whatever else `retrieve` reads for them."""
        return rows
