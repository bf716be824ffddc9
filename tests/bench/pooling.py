"""Pooling and judging against a hand-written INSERT … SELECT of the same roll-ups on the same tables."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection, transaction
from django.utils import timezone

from indicators.engine.dialect import take_recompute_lock
from indicators.engine.queue import recompute_everything
from indicators.engine.recompute import Counts, recompute
from indicators.engine.roll_ups import CONTENT, KEY, Scope, pool
from indicators.engine.scopes import work_of
from indicators.models import Job, Period
from provinces.models import Unit

COLUMNS = ", ".join((*KEY, *CONTENT))

# What a good SQL author would write who knows this very data: bodies into levels, levels into totals,
# provinces into the nation. It has no scope, writes no change feed and compares nothing with what is there.
LEVELS = """
    INSERT INTO handwritten (indicator_id, period_id, unit_id, level, definition_id, basis, answer,
        numerator, denominator, value, owing, reporting, not_applicable, is_illustrative, is_preliminary,
        version, computed_at)
    SELECT owed.indicator_id, period.id, COALESCE(agency.unit_id, body.parent_id), owed.level,
        definition.id, 'as_reported',
        CASE WHEN COUNT(*) FILTER (WHERE cell.answer = 'value') = 0 THEN 'missing' ELSE 'value' END,
        CASE WHEN definition.pooling = 'ratio_of_sums' THEN SUM(cell.numerator) END,
        CASE WHEN definition.pooling = 'ratio_of_sums' THEN SUM(cell.denominator) END,
        CASE WHEN definition.pooling = 'sum' THEN SUM(cell.value) END,
        COUNT(*), COUNT(*) FILTER (WHERE cell.answer = 'value'), 0, false, false, 1, now()
    FROM indicators_obligation AS owed
    JOIN indicators_period AS period ON period.kind = owed.frequency
    JOIN indicators_indicatordefinition AS definition ON definition.indicator_id = owed.indicator_id
    JOIN provinces_unit AS body ON body.id = owed.unit_id
    LEFT JOIN provinces_agency AS agency ON agency.id = owed.agency_id
    LEFT JOIN indicators_measurement AS cell
      ON cell.unit_id = owed.unit_id AND cell.indicator_id = owed.indicator_id
     AND cell.period_id = period.id AND cell.level = owed.level
     AND COALESCE(cell.agency_id, 0) = COALESCE(owed.agency_id, 0)
    GROUP BY owed.indicator_id, period.id, COALESCE(agency.unit_id, body.parent_id), owed.level,
        definition.id, definition.pooling
"""
TOTALS = """
    INSERT INTO handwritten (indicator_id, period_id, unit_id, level, definition_id, basis, answer,
        numerator, denominator, value, owing, reporting, not_applicable, is_illustrative, is_preliminary,
        version, computed_at)
    SELECT pooled.indicator_id, pooled.period_id, pooled.unit_id, 'total', pooled.definition_id,
        'as_reported', CASE WHEN SUM(reporting) = 0 THEN 'missing' ELSE 'value' END,
        SUM(pooled.numerator), SUM(pooled.denominator), SUM(pooled.value), SUM(owing), SUM(reporting), 0,
        false, false, 1, now()
    FROM handwritten AS pooled
    JOIN indicators_indicatordefinition AS definition ON definition.id = pooled.definition_id
    WHERE definition.levels_relate = 'disjoint' OR pooled.level = 'commune'
    GROUP BY pooled.indicator_id, pooled.period_id, pooled.unit_id, pooled.definition_id
"""
NATION = """
    INSERT INTO handwritten (indicator_id, period_id, unit_id, level, definition_id, basis, answer,
        numerator, denominator, value, owing, reporting, not_applicable, is_illustrative, is_preliminary,
        version, computed_at)
    SELECT pooled.indicator_id, pooled.period_id, province.parent_id, pooled.level, pooled.definition_id,
        'as_reported', CASE WHEN SUM(reporting) = 0 THEN 'missing' ELSE 'value' END,
        SUM(pooled.numerator), SUM(pooled.denominator), SUM(pooled.value), SUM(owing), SUM(reporting), 0,
        false, false, 1, now()
    FROM handwritten AS pooled JOIN provinces_unit AS province ON province.id = pooled.unit_id
    GROUP BY pooled.indicator_id, pooled.period_id, province.parent_id, pooled.level, pooled.definition_id
"""


REFERENCES = {
    "unit": "provinces_unit",
    "indicator": "indicators_indicator",
    "period": "indicators_period",
    "definition": "indicators_indicatordefinition",
}
# The plan this statement is fastest with, in the memory the portal allows itself for a recompute.
BEST_PLAN = ("SET LOCAL work_mem = '128MB'", "SET LOCAL enable_nestloop = off")


def seconds(action: Callable[..., object], *arguments: object) -> float:
    started = time.perf_counter()
    action(*arguments)
    return time.perf_counter() - started


def run_sql(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def prepare() -> None:
    """A table for the hand-written statement with the very indexes and constraints of the real one."""
    run_sql(
        "CREATE TABLE handwritten (LIKE indicators_rollup INCLUDING ALL)",
        *(
            f"ALTER TABLE handwritten ADD FOREIGN KEY ({column}_id) REFERENCES {table} (id) "
            "DEFERRABLE INITIALLY DEFERRED"
            for column, table in REFERENCES.items()
        ),
    )


def clear() -> None:
    run_sql("TRUNCATE indicators_rollup, indicators_attainment, accounts_change, handwritten")


def hand_written() -> None:
    run_sql(*BEST_PLAN, LEVELS, TOTALS, NATION)


def pool_all() -> None:
    with transaction.atomic():
        take_recompute_lock()
        pool(Scope(), timezone.now())


def differing_rows() -> int:
    """Rows in one table and not, to the letter, in the other; the figure is void unless this is 0."""
    with connection.cursor() as cursor:
        cursor.execute(f"""
            SELECT COUNT(*) FROM (
                (SELECT {COLUMNS} FROM indicators_rollup EXCEPT SELECT {COLUMNS} FROM handwritten)
                UNION ALL
                (SELECT {COLUMNS} FROM handwritten EXCEPT SELECT {COLUMNS} FROM indicators_rollup)
            ) AS different
        """)  # noqa: S608 (our own columns)
        (different,) = cursor.fetchone()
    return int(different)


def edit_one_quarter(province: Unit, quarter: Period) -> None:
    """Move every count of one province and quarter, so that the small task has all its rows to write."""
    run_sql(
        f"UPDATE indicators_measurement SET numerator = numerator + 10000 FROM provinces_unit AS unit "  # noqa: S608
        f"WHERE unit.id = unit_id AND unit.province_id = {province.pk} AND period_id = {quarter.pk} "
        f"AND numerator < denominator"
    )


def one_quarter(province: Unit, quarter: Period) -> Counts:
    return recompute(work_of(Job(unit=province, period=quarter)))


def measure(rounds: int) -> dict[str, list[float]]:
    """Seconds of each task, interleaved: hand-written, pooling, the whole task, one province and quarter."""
    prepare()
    provinces = list(Unit.objects.of_tier("province").order_by("pk"))
    quarter = Period.objects.get(code="2026-Q3")
    taken: dict[str, list[float]] = {name: [] for name in ("hand_written", "pooling", "whole", "one_quarter")}
    for number in range(rounds):
        clear()
        taken["hand_written"].append(seconds(hand_written))
        taken["pooling"].append(seconds(pool_all))
        different = differing_rows()
        if different:
            raise SystemExit(f"void: {different} roll-ups differ from the hand-written ones")
        clear()
        taken["whole"].append(seconds(recompute_everything))
        run_sql("ANALYZE indicators_rollup, indicators_attainment")
        province = provinces[number]
        edit_one_quarter(province, quarter)
        print(f"  round {number + 1} of {rounds} …", flush=True)
        taken["one_quarter"].append(seconds(one_quarter, province, quarter))
    return taken
