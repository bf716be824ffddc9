"""Writing reference data in bulk: create what is new, update what differs, delete nothing."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

_BATCH = 2000


class Count(NamedTuple):
    created: int = 0
    updated: int = 0

    def __add__(self, other: object) -> "Count":
        if not isinstance(other, Count):
            return NotImplemented
        return Count(self.created + other.created, self.updated + other.updated)


def keyed(rows: QuerySet[M], *names: str) -> dict[Any, M]:
    """The stored rows by one attribute, or by a tuple of several."""
    if len(names) == 1:
        return {getattr(row, names[0]): row for row in rows}
    return {tuple(getattr(row, name) for name in names): row for row in rows}


def bring_up_to_date(wanted: Mapping[Any, M], stored: Mapping[Any, M], *, fields: Sequence[str]) -> Count:
    """Make the stored rows equal the wanted ones in `fields` (attribute names); every wanted row gets its pk.

    A second run writes nothing. Updates come before creations, so that a row that closes makes room for its
    follower under a constraint on open rows.
    """
    new: list[M] = []
    changed: list[M] = []
    for key, row in wanted.items():
        old = stored.get(key)
        if old is None:
            new.append(row)
            continue
        row.pk = old.pk
        if any(getattr(old, name) != getattr(row, name) for name in fields):
            changed.append(row)
    for some, write in ((changed, _update), (new, _create)):
        if some:
            write(some, fields)
    return Count(len(new), len(changed))


def _update(rows: Sequence[Model], fields: Sequence[str]) -> None:
    # bulk_update wants field names where getattr reads columns: parent for parent_id.
    names = [field.name for field in rows[0]._meta.concrete_fields if field.attname in fields]
    type(rows[0])._base_manager.bulk_update(rows, names, batch_size=200)


def _create(rows: Sequence[Model], fields: Sequence[str]) -> None:
    type(rows[0])._base_manager.bulk_create(rows, batch_size=_BATCH)
