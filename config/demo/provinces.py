"""A few figures of every other province, so that maps and rankings of the country show something.

Made up and marked so. Each line of provinces.csv is an indicator with the rates (hundredths of its unit) that
the provinces had about the third quarters of 2025 and 2026, how far they lie apart, and how large a middling
denominator is; a line without rates is a rank. `target` is the row of 03/NQ-CP that all of them are given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from accounts.actions.changes import Noted, note_changes
from accounts.models.audit import Operation
from config.demo import files
from config.demo.figures import Entry
from config.demo.numbers import chance, climb
from config.demo.paths import APPROVED
from config.demo.plan import NATIONAL
from config.demo.world import PROVINCE, Body, NothingToStandOn, World
from indicators.actions.loader_accounts import loader_accounts
from indicators.actions.reporting import ApprovedCell, load_approved
from indicators.models import (
    Answer,
    MissingReason,
    Obligation,
    PeriodKind,
    Provenance,
    Target,
    TargetRevision,
)
from provinces.datafiles import Row
from provinces.models import Tier, Unit
from resolutions.models import Document

QUARTERS = ("2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")
RANKED = "2025"
SINCE = date(2025, 7, 1)
_BASELINE_ON = date(2025, 6, 30)
_GROWTH_BEFORE = 3
# One of so many figures of the last quarter is missing, for a map without gaps would be no map to learn from.
_ONE_MISSING_IN = 40


def other_provinces() -> list[Unit]:
    return list(Unit.objects.of_tier(Tier.PROVINCE).valid_on(SINCE).exclude(ref=PROVINCE).in_code_order())


def province_entries(world: World) -> list[Entry]:
    """The figures of the other provinces, each filed by the province itself."""
    cells = _cells(files.provinces(), other_provinces(), world)
    return [Entry(cell.unit.ref, cell, APPROVED, Body(cell.unit)) for cell in cells]


def load_provinces(entries: Sequence[Entry], world: World) -> dict[str, int]:
    """Obligations, figures and targets of the other provinces that are not there yet."""
    units, rows = other_provinces(), files.provinces()
    entering, approving = loader_accounts()
    return {
        "obligations of other provinces": _load_obligations(rows, units, world),
        "figures of other provinces": load_approved(
            [each.cell for each in entries], entered_by=entering, approved_by=approving
        ),
        "targets of other provinces": _load_targets(rows, units),
    }


def _load_obligations(rows: list[Row], units: list[Unit], world: World) -> int:
    key = ("unit_id", "indicator_id", "level", "frequency", "valid_from")
    wanted = {}
    for row in rows:
        for unit in units:
            each = Obligation(
                unit=unit,
                indicator=world.indicators[row["indicator"]],
                level=row["level"],
                frequency=PeriodKind.QUARTER if row["first"] else PeriodKind.YEAR,
                valid_from=SINCE,
            )
            wanted[tuple(getattr(each, name) for name in key)] = each
    for known in Obligation.objects.filter(unit__in=units).values_list(*key):
        wanted.pop(known, None)
    Obligation.objects.bulk_create(wanted.values(), batch_size=2000)
    return len(wanted)


def _cells(rows: list[Row], units: list[Unit], world: World) -> Iterator[ApprovedCell]:
    for row in rows:
        if not row["first"]:
            yield from _ranks(row, units, world)
            continue
        for unit in units:
            for code, rate in zip(QUARTERS, _rates(row, unit), strict=True):
                yield ApprovedCell(
                    indicator=world.indicators[row["indicator"]],
                    unit=unit,
                    level=row["level"],
                    period=world.periods[code],
                    provenance=Provenance.ILLUSTRATIVE,
                    **_answer(row, unit, code, rate, world),
                )


def _rates(row: Row, unit: Unit) -> list[int]:
    """Rates that climb, or fall, evenly around the common path; near or far from it by the province."""
    dice = chance("province", unit.ref, row["indicator"])
    first = row["first"] + dice.randint(-row["spread"], row["spread"])
    last = row["last"] + dice.randint(-row["spread"], row["spread"])
    if row["last"] >= row["first"]:
        last = min(max(last, first), 10_000)
    return climb(first, last, len(QUARTERS))


def _answer(row: Row, unit: Unit, code: str, rate: int, world: World) -> dict:
    dice = chance("province", unit.ref, row["indicator"], code)
    if code == QUARTERS[-1] and dice.randint(1, _ONE_MISSING_IN) == 1:
        return {"answer": Answer.MISSING, "missing_reason": MissingReason.LATE_SOURCE}
    size = row["size"] * chance("size of", unit.ref).randint(60, 240) // 100
    definition = world.definitions.on(world.indicators[row["indicator"]], world.periods[code].assessed_on)
    hundredths = 100 * definition.ratio_factor
    return {"numerator": (size * rate + hundredths // 2) // hundredths, "denominator": size}


def _ranks(row: Row, units: list[Unit], world: World) -> Iterator[ApprovedCell]:
    """Every place but the one that Khánh Hòa holds."""
    places = [place for place in range(1, row["size"] + 1) if place != _own_place(row)]
    chance("ranks", row["indicator"]).shuffle(places)
    for unit, place in zip(units, places, strict=False):
        yield ApprovedCell(
            indicator=world.indicators[row["indicator"]],
            unit=unit,
            level=row["level"],
            period=world.periods[RANKED],
            value=place,
            out_of=row["size"],
            provenance=Provenance.ILLUSTRATIVE,
        )


def _own_place(row: Row) -> int:
    own = next(each for each in files.series() if (each.unit, each.indicator) == (PROVINCE, row["indicator"]))
    return int(own.path)


def _load_targets(rows: list[Row], units: list[Unit]) -> int:
    """Linked copies of the national targets, with a baseline of each province's own."""
    document = next((each for each in Document.objects.all() if each.key == NATIONAL[1]), None)
    if document is None:
        raise NothingToStandOn(f"The document {NATIONAL[1]} is not there yet: run load_reference first.")
    given = {row["target"]: row for row in rows if row["target"]}
    national = Target.objects.filter(document=document, unit__tier=Tier.NATION, code__in=given)
    same = ("code", "sort_key", "indicator_id", "level", "name_vi", "name_en", "counts_from")
    made, revisions = [], []
    for target in national.prefetch_related("revisions").order_by("pk"):
        known = set(Target.objects.filter(linked_to=target).values_list("unit_id", flat=True))
        first = target.revisions.order_by("number")[0]
        for unit in units:
            if unit.pk in known:
                continue
            fields = {name: getattr(target, name) for name in same}
            copy = Target(unit=unit, document=document, linked_to=target, **fields)
            made.append(copy)
            rate = _rates(given[target.code], unit)[0] / Decimal(100) - _GROWTH_BEFORE
            revisions.append(
                TargetRevision(
                    target=copy,
                    document=document,
                    effective_on=first.effective_on,
                    due_on=first.due_on,
                    rule=first.rule,
                    threshold=first.threshold,
                    baseline=rate,
                    baseline_on=_BASELINE_ON,
                    baseline_provenance=Provenance.ILLUSTRATIVE,
                )
            )
    Target.objects.bulk_create(made)
    TargetRevision.objects.bulk_create(revisions)
    note_changes(Noted("target", target.pk, Operation.CREATED, target.unit_id) for target in made)
    return len(made)
