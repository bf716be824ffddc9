"""Writing in bulk: reference data (create what is new, update what differs, delete nothing), and new rows."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import orjson
from django.db import connection
from django.db.models import JSONField, Model, QuerySet
from django.dispatch import Signal

M = TypeVar("M", bound=Model)

_BATCH = 2000
_WORTH_A_COPY = 200
_WORTH_COUNTING = 2000
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


rows_written = Signal()
"""Rows of reference data were written in bulk: `created`, `updated` and `deleted` ones of the `sender`, their
model. Saving in bulk tells nobody by itself."""


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
    if new or changed:
        model = type((new or changed)[0])
        if len(new) >= _WORTH_COUNTING:
            know_size(model._meta.db_table)
        rows_written.send(sender=model, created=new, updated=changed, deleted=[])
    return Count(len(new), len(changed))


def _update(rows: Sequence[Model], fields: Sequence[str]) -> None:
    # bulk_update wants field names where getattr reads columns: parent for parent_id.
    names = [field.name for field in rows[0]._meta.concrete_fields if field.attname in fields]
    type(rows[0])._base_manager.bulk_update(rows, names, batch_size=200)


def _create(rows: Sequence[Model], fields: Sequence[str]) -> None:
    type(rows[0])._base_manager.bulk_create(rows, batch_size=_BATCH)


def know_size(*tables: str) -> None:
    """Tell PostgreSQL's planner how much is in these tables now; without a name, in all.

    It knows nothing of what the same transaction wrote, and may compare every row with every other. Plans
    kept from when there was less, those of foreign keys' checks among them, are made anew.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(tables)}")


def reserve(model: type[Model], count: int) -> list[int]:
    """Ids for so many new rows, which nobody else gets. Needs a transaction."""
    table, key = model._meta.db_table, model._meta.pk.attname
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(sequence, [table, key, count])
            return [row[0] for row in cursor.fetchall()]
        # One writer at a time, and AUTOINCREMENT goes on after the largest id that was ever given.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or [0])[0]
        return list(range(last + 1, last + count + 1))


def insert_values(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows given as the values of their columns by attribute name, the same names in each.

    Columns that are not named are null or counted up. No object is made of a row, `save()` is not called and
    no signal is sent. On PostgreSQL many rows go in by COPY, several times faster than by INSERT.
    """
    if connection.vendor == "postgresql" and len(rows) >= _WORTH_A_COPY:
        _copy(model, rows)
    else:
        model._base_manager.bulk_create([model(**row) for row in rows], batch_size=_BATCH)


def _copy(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in rows[0]]
    asked = [_preparing(field) for field in fields]
    lines = io.StringIO()
    for row in rows:
        cells = [
            _as_copied(prepare(value) if prepare and value is not None else value)
            for value, prepare in zip(row.values(), asked, strict=True)
        ]
        lines.write("\t".join(cells))
        lines.write("\n")
    lines.seek(0)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN", lines)


def _preparing(field: Any) -> Callable[[Any], Any] | None:
    """How a value becomes that of the column: Django's own fields hold it already, but for JSON."""
    if isinstance(field, JSONField):
        return lambda value: orjson.dumps(value).decode()
    is_own = type(field).__module__.startswith("django.db.models.fields")
    return None if is_own else field.get_prep_value


def _as_copied(value: Any) -> str:
    """A value as the text form of COPY wants it."""
    if value is None:
        return r"\N"
    if not isinstance(value, str):
        return str(value)
    # Looking is several times cheaper than translating, and most texts are codes.
    is_plain = "\\" not in value and "\n" not in value and "\t" not in value and "\r" not in value
    return value if is_plain else value.translate(_ESCAPED)
