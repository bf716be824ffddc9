"""The entry page sent as a plain form: what somebody changed in it, and which figure they let stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from indicators.entry.grid import TYPED, echo, is_count
from indicators.entry.reading import CellInput
from indicators.entry.rows import EntryRow
from indicators.models import Answer, MeasurementVersion, Qualifier

MINE, THEIRS = "mine", "theirs"
LONGEST = 4000


def changed_cells(posted: Mapping[str, str], rows: Iterable[EntryRow]) -> dict[str, CellInput]:
    """The cells that were changed, by key, as they were typed; in at most one query.

    A form sends every cell of the page. One that still reads as the page showed it is no edit: else whatever
    a colleague saved meanwhile would stand against it. Nor is one whose conflict was decided for the other
    figure. A decision for one's own figure builds on the version it was decided against and on no later one.
    """
    listed = list(rows)
    typed = {row.key: _cell(posted, row) for row in listed}
    shown = _shown(listed, typed)
    return {
        key: given
        for key, given in typed.items()
        if posted.get(f"{key}-choice") != THEIRS and not _reads_as(posted, key, given, shown.get(key))
    }


def said_in(posted: Mapping[str, str], name: str) -> str:
    """Text that a database can hold. Forms write a new line as two characters, which is no edit."""
    return posted.get(name, "").replace("\0", "").replace("\r\n", "\n")[:LONGEST]


def _cell(posted: Mapping[str, str], row: EntryRow) -> CellInput:
    texts: dict[str, Any] = {name: said_in(posted, f"{row.key}-{name}") for name in TYPED}
    texts["qualifier"] = texts["qualifier"] or Qualifier.OFFICIAL.value
    is_decided = posted.get(f"{row.key}-choice") == MINE
    base = posted.get(f"{row.key}-theirs" if is_decided else f"{row.key}-base", "")
    return CellInput(
        indicator=row.indicator.code,
        level=row.level,
        base=int(base) if base.isdecimal() and len(base) < 9 else None,
        **texts,
    )


def _shown(rows: Iterable[EntryRow], typed: Mapping[str, CellInput]) -> dict[str, dict[str, str]]:
    """The texts each cell had on the page, by key: those of the version it builds on."""
    shown, older = {}, {}
    for row in rows:
        base, working = typed[row.key].base, row.working
        if base is None:
            continue
        if base == 0 or (working is not None and base == working.number):
            shown[row.key] = echo(working if base else None, is_count(row))
        elif row.cell is not None:
            older[row.cell.pk, base] = row
    if older:
        cells, numbers = zip(*older, strict=True)
        for version in MeasurementVersion.objects.filter(measurement__in=cells, number__in=numbers):
            found = older.get((version.measurement_id, version.number))
            if found is not None:
                shown[found.key] = echo(version, is_count(found))
    return shown


def _reads_as(posted: Mapping[str, str], key: str, given: CellInput, shown: dict[str, str] | None) -> bool:
    """Whether the fields the form has still hold what was shown; a figure is the answer it leaves blank."""
    if shown is None:
        return False
    if shown["answer"] == Answer.VALUE:
        shown = shown | {"answer": ""}
    return all(getattr(given, name) == shown[name] for name in TYPED if f"{key}-{name}" in posted)
