"""Many rows like one: for tests in which only their number counts."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

_number = itertools.count(1)


def next_number() -> int:
    """Another number with every call, for what must be unique."""
    return next(_number)


def copies(row: Any, number: int, /, **changed: Callable[[int], Any] | Sequence[Any]) -> list[Any]:
    """`number` rows like this one, in one statement; `changed` gives the value of a column for each, as a
    list or by its place."""
    plain = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }

    def of(place: int) -> dict[str, Any]:
        return {name: value(place) if callable(value) else value[place] for name, value in changed.items()}

    model = type(row)
    made: list[Any] = model._base_manager.bulk_create(
        [model(**plain | of(place)) for place in range(number)], batch_size=500
    )
    return made
