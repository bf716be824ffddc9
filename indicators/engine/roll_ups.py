"""Pooling in SQL: roll-ups across bodies, across levels and across mergers (attainment rules §2, §8).

SQL only sums; rules.py judges. The statements run unchanged on PostgreSQL and SQLite. Each pass stages
what it finds and then writes only the rows that differ, so that a second run writes nothing.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection

from indicators.engine.dialect import differs, empty_stage, member, write_and_note
from provinces.bulk import know_size

STAGED = "staged_roll_up"
# From here on a wrong guess of the planner costs more than counting.
MANY = 200
KEY = ("indicator_id", "period_id", "unit_id", "level")
CONTENT = (
    "definition_id",
    "basis",
    "answer",
    "numerator",
    "denominator",
    "value",
    "owing",
    "reporting",
    "not_applicable",
    "is_illustrative",
    "is_preliminary",
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is pooled: ids of units (with all that read them), indicators, periods; None means all."""

    units: frozenset[int] | None = None
    indicators: frozenset[int] | None = None
    periods: frozenset[int] | None = None


# What one contributing row adds: a cell, or a roll-up of a smaller unit. A rate without numerator and
# denominator does not pool (nor a count written as a ratio), so it counts as not reporting, and a total over
# it cannot be made.
DOES_NOT_POOL = "(definition.pooling = 'ratio_of_sums') <> (cell.numerator IS NOT NULL)"
CELL_COLUMNS = f"""
    CASE WHEN cell.answer = 'missing' AND cell.missing_reason = 'not_applicable' THEN 0 ELSE 1 END AS owing,
    CASE WHEN cell.answer = 'nothing_arose' OR (cell.answer = 'value' AND NOT ({DOES_NOT_POOL}))
         THEN 1 ELSE 0 END AS reporting,
    CASE WHEN cell.answer = 'missing' AND cell.missing_reason = 'not_applicable' THEN 1 ELSE 0 END
        AS not_applicable,
    CASE WHEN cell.answer = 'value' AND {DOES_NOT_POOL} THEN 1 ELSE 0 END AS unpoolable,
    cell.numerator, cell.denominator, cell.value,
    CASE WHEN cell.provenance = 'illustrative' AND cell.answer <> 'unanswered' THEN 1 ELSE 0 END
        AS is_illustrative,
    CASE WHEN cell.qualifier <> 'official' AND cell.answer <> 'unanswered' THEN 1 ELSE 0 END
        AS is_preliminary
"""
ROLL_UP_COLUMNS = """
    pooled.owing, CASE WHEN pooled.answer = 'not_comparable' THEN 0 ELSE pooled.reporting END AS reporting,
    pooled.not_applicable,
    CASE WHEN pooled.answer = 'not_comparable' THEN 1 ELSE 0 END AS unpoolable,
    pooled.numerator, pooled.denominator, pooled.value,
    CASE WHEN pooled.is_illustrative THEN 1 ELSE 0 END AS is_illustrative,
    CASE WHEN pooled.is_preliminary THEN 1 ELSE 0 END AS is_preliminary
"""
POOLS = "definition.pooling IN ('ratio_of_sums', 'sum', 'all_true')"
VALID = "({0}.valid_from IS NULL OR {0}.valid_from <= {1}) AND ({0}.valid_to IS NULL OR {0}.valid_to >= {1})"
DEFINITION = f"""
    JOIN indicators_indicatordefinition AS definition
      ON definition.indicator_id = {{0}}.indicator_id AND {POOLS}
     AND {VALID.format("definition", "period.assessed_on")}
"""
# The cell of an obligation. Where the unit's own cell says nothing and a roll-up exists, the roll-up counts.
# The scope is repeated for the cells: across an outer join the planner would read and sort all of them.
OWED_CELL = f"""
    FROM indicators_obligation AS owed
    JOIN indicators_period AS period
      ON period.kind = owed.frequency AND {VALID.format("owed", "period.assessed_on")}
    {DEFINITION.format("owed")}
    JOIN provinces_unit AS body
      ON body.id = owed.unit_id AND {VALID.format("body", "period.assessed_on")}
    LEFT JOIN provinces_agency AS agency ON agency.id = owed.agency_id
    LEFT JOIN indicators_measurement AS cell
      ON cell.unit_id = owed.unit_id AND cell.indicator_id = owed.indicator_id
     AND cell.period_id = period.id AND cell.level = owed.level
     AND COALESCE(cell.agency_id, 0) = COALESCE(owed.agency_id, 0) {{of_cells}}
"""
AGENCY_VALID = f"(agency.id IS NULL OR ({VALID.format('agency', 'period.assessed_on')}))"
OWN_CELL_COUNTS = """
    (owed.agency_id IS NOT NULL OR cell.answer IN ('value', 'nothing_arose') OR NOT EXISTS (
        SELECT 1 FROM indicators_rollup AS known
        WHERE known.unit_id = owed.unit_id AND known.indicator_id = owed.indicator_id
          AND known.level = owed.level AND known.period_id = period.id AND known.owing > 0))
"""
NO_OWN_CELL = f"""
    NOT EXISTS (
        SELECT 1 FROM indicators_measurement AS own
        JOIN indicators_period AS own_period ON own_period.id = own.period_id
        JOIN indicators_obligation AS own_owed
          ON own_owed.unit_id = own.unit_id AND own_owed.indicator_id = own.indicator_id
         AND own_owed.level = own.level AND own_owed.agency_id IS NULL
         AND own_owed.frequency = own_period.kind
         AND {VALID.format("own_owed", "own_period.assessed_on")}
        WHERE own.unit_id = pooled.unit_id AND own.indicator_id = pooled.indicator_id
          AND own.level = pooled.level AND own.period_id = pooled.period_id AND own.agency_id IS NULL
          AND own.answer IN ('value', 'nothing_arose'))
"""  # noqa: S608
SUMS = """
    SUM(owing) AS owing, SUM(reporting) AS reporting, SUM(not_applicable) AS not_applicable,
    MAX(unpoolable) AS unpoolable, SUM(numerator) AS numerator, SUM(denominator) AS denominator,
    CASE WHEN pooling = 'all_true' THEN MIN(value) ELSE SUM(value) END AS value,
    MAX(is_illustrative) AS is_illustrative, MAX(is_preliminary) AS is_preliminary
"""


def stage(select: str, params: list[Any]) -> None:
    columns = ", ".join((*KEY, *CONTENT))
    empty_stage(STAGED, f"SELECT {columns} FROM indicators_rollup")  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {STAGED} ({columns}) {select}", params)
        if cursor.rowcount > MANY:
            know_size(STAGED)


def finish(grouped: str, basis: str) -> str:
    """From grouped sums to the content of a roll-up: which answer they give, numbers only with a value."""
    return f"""
        SELECT indicator_id, period_id, unit_id, level, definition_id, '{basis}', answer,
               CASE WHEN answer = 'value' AND pooling = 'ratio_of_sums' THEN COALESCE(numerator, 0) END,
               CASE WHEN answer = 'value' AND pooling = 'ratio_of_sums' THEN COALESCE(denominator, 0) END,
               CASE WHEN answer = 'value' AND pooling = 'sum' THEN COALESCE(value, 0)
                    WHEN answer = 'value' AND pooling = 'all_true' THEN value END,
               owing, reporting, not_applicable, is_illustrative = 1, is_preliminary = 1
        FROM (SELECT grouped.*,
                CASE WHEN is_comparable = 0 THEN 'not_comparable'
                     WHEN owing = 0 THEN 'not_applicable'
                     WHEN reporting = 0 THEN 'missing'
                     WHEN pooling = 'all_true' AND value IS NULL THEN 'missing'
                     ELSE 'value' END AS answer
              FROM ({grouped}) AS grouped) AS answered
    """  # noqa: S608 (fixed text only)


def stage_levels(tier: str, scope: Scope) -> None:
    """Each level of the units of one tier, from the agencies and the smaller units that owe it."""
    cells, cell_scope = cells_in(scope)
    of_owed, owed_params = conditions(
        scope, unit="parent.id", indicator="owed.indicator_id", period="period.id"
    )
    of_roll_ups, roll_up_params = conditions(
        scope, unit="parent.id", indicator="pooled.indicator_id", period="pooled.period_id"
    )
    # A nation also adds up the totals of its provinces; elsewhere a total comes from the levels.
    levels = "1 = 1" if tier == "nation" else "{0}.level <> 'total'"
    grouped = f"""
        SELECT indicator_id, period_id, unit_id, level, definition_id, pooling, {SUMS},
               1 AS is_comparable
        FROM (
            SELECT owed.indicator_id, period.id AS period_id, parent.id AS unit_id, owed.level,
                   definition.id AS definition_id, definition.pooling, {CELL_COLUMNS}
            {cells}
            JOIN provinces_unit AS parent
              ON parent.id = CASE WHEN owed.agency_id IS NULL THEN body.parent_id ELSE body.id END
             AND parent.tier = %s
            WHERE {levels.format("owed")} AND {AGENCY_VALID} AND {OWN_CELL_COUNTS} {of_owed}
            UNION ALL
            SELECT pooled.indicator_id, pooled.period_id, parent.id, pooled.level,
                   definition.id, definition.pooling, {ROLL_UP_COLUMNS}
            FROM indicators_rollup AS pooled
            JOIN provinces_unit AS child ON child.id = pooled.unit_id
            JOIN provinces_unit AS parent ON parent.id = child.parent_id AND parent.tier = %s
            JOIN indicators_indicatordefinition AS definition
              ON definition.id = pooled.definition_id AND {POOLS}
            WHERE pooled.basis = 'as_reported' AND {levels.format("pooled")} AND {NO_OWN_CELL} {of_roll_ups}
        ) AS contributions
        GROUP BY indicator_id, period_id, unit_id, level, definition_id, pooling
    """  # noqa: S608
    stage(finish(grouped, "as_reported"), [*cell_scope, tier, *owed_params, tier, *roll_up_params])


def stage_totals(tier: str, scope: Scope) -> None:
    """The whole unit from its levels: all of them where disjoint, the lowest one owed where nested.

    Where one of them does not pool there is no total; its row says so, and still owes to the unit above.
    """
    cells, cell_scope = cells_in(scope)
    of_owed, owed_params = conditions(
        scope, unit="body.id", indicator="owed.indicator_id", period="period.id"
    )
    of_roll_ups, roll_up_params = conditions(
        scope, unit="pooled.unit_id", indicator="pooled.indicator_id", period="pooled.period_id"
    )
    depth = "CASE {0}.level WHEN 'commune' THEN 1 WHEN 'district' THEN 2 ELSE 3 END AS depth"
    grouped = f"""
        SELECT indicator_id, period_id, unit_id, 'total' AS level, definition_id, pooling, {SUMS},
               CASE WHEN MAX(unpoolable) = 0 THEN 1 ELSE 0 END AS is_comparable
        FROM (
            SELECT levels.*,
                   MIN(depth) OVER (PARTITION BY indicator_id, period_id, unit_id) AS lowest
            FROM (
                SELECT owed.indicator_id, period.id AS period_id, body.id AS unit_id,
                       definition.id AS definition_id, definition.pooling, definition.levels_relate,
                       {depth.format("owed")}, {CELL_COLUMNS}
                {cells}
                WHERE owed.agency_id IS NULL AND owed.level <> 'total' AND body.tier = %s
                  AND {OWN_CELL_COUNTS} {of_owed}
                UNION ALL
                SELECT pooled.indicator_id, pooled.period_id, pooled.unit_id,
                       definition.id, definition.pooling, definition.levels_relate,
                       {depth.format("pooled")}, {ROLL_UP_COLUMNS}
                FROM indicators_rollup AS pooled
                JOIN provinces_unit AS body ON body.id = pooled.unit_id AND body.tier = %s
                JOIN indicators_indicatordefinition AS definition
                  ON definition.id = pooled.definition_id AND {POOLS}
                WHERE pooled.basis = 'as_reported' AND pooled.level <> 'total' AND {NO_OWN_CELL} {of_roll_ups}
            ) AS levels
        ) AS ranked
        WHERE levels_relate = 'disjoint' OR depth = lowest
        GROUP BY indicator_id, period_id, unit_id, definition_id, pooling
    """  # noqa: S608
    stage(finish(grouped, "as_reported"), [*cell_scope, tier, *owed_params, tier, *roll_up_params])


def stage_restated(scope: Scope) -> None:
    """Figures of successors before they existed: the sum of whole predecessors, else not comparable.

    A predecessor that was split, that has no figure, or whose figure does not pool makes the restated
    one not comparable: it is never guessed.
    """
    cells, cell_scope = cells_in(scope)
    of_owed, owed_params = conditions(
        scope, unit="succession.successor_id", indicator="owed.indicator_id", period="period.id"
    )
    of_roll_ups, roll_up_params = conditions(
        scope, unit="succession.successor_id", indicator="pooled.indicator_id", period="pooled.period_id"
    )
    before = "period.assessed_on < succession.effective_on"
    # A unit that took another one in while it lived on has figures of its own for the time before.
    unborn = """
        JOIN provinces_unit AS successor
          ON successor.id = succession.successor_id AND successor.valid_from > period.assessed_on
    """
    whole = "CASE WHEN succession.share = 'whole' THEN 1 ELSE 0 END AS is_whole"
    grouped = f"""
        SELECT indicator_id, period_id, unit_id, level, definition_id, pooling, {SUMS},
               CASE WHEN MIN(is_whole) = 1 AND MAX(unpoolable) = 0
                     AND COUNT(DISTINCT predecessor_id) = (
                         SELECT COUNT(*) FROM provinces_unitsuccession AS sibling
                         WHERE sibling.successor_id = contributions.unit_id)
                    THEN 1 ELSE 0 END AS is_comparable
        FROM (
            SELECT owed.indicator_id, period.id AS period_id, succession.successor_id AS unit_id, owed.level,
                   definition.id AS definition_id, definition.pooling, {whole},
                   succession.predecessor_id, {CELL_COLUMNS}
            {cells}
            JOIN provinces_unitsuccession AS succession
              ON succession.predecessor_id = body.id AND {before}
            {unborn}
            WHERE owed.agency_id IS NULL AND {OWN_CELL_COUNTS} {of_owed}
            UNION ALL
            SELECT pooled.indicator_id, pooled.period_id, succession.successor_id, pooled.level,
                   definition.id, definition.pooling, {whole}, succession.predecessor_id, {ROLL_UP_COLUMNS}
            FROM indicators_rollup AS pooled
            JOIN indicators_period AS period ON period.id = pooled.period_id
            JOIN provinces_unitsuccession AS succession
              ON succession.predecessor_id = pooled.unit_id AND {before}
            {unborn}
            JOIN indicators_indicatordefinition AS definition
              ON definition.id = pooled.definition_id AND {POOLS}
            WHERE pooled.basis = 'as_reported' AND {NO_OWN_CELL} {of_roll_ups}
        ) AS contributions
        GROUP BY indicator_id, period_id, unit_id, level, definition_id, pooling
    """  # noqa: S608
    stage(finish(grouped, "restated"), [*cell_scope, *owed_params, *roll_up_params])


def stage_plan_share(scope: Scope) -> None:
    """The share of plan targets met (TC-02), from the scoreboards; targets on it never count themselves."""
    condition, params = conditions(
        scope, unit="target.unit_id", indicator="definition.indicator_id", period="period.id"
    )
    select = f"""
        SELECT definition.indicator_id, period.id, target.unit_id, 'total', definition.id,
               'as_reported', 'value',
               10000 * SUM(CASE WHEN judged.status IN ('met', 'exceeded') THEN 1 ELSE 0 END),
               10000 * COUNT(*), NULL, 1, 1, 0,
               MAX(CASE WHEN judged.provenance = 'illustrative' THEN 1 ELSE 0 END) = 1, 1 = 0
        FROM indicators_attainment AS judged
        JOIN indicators_target AS target ON target.id = judged.target_id
        JOIN indicators_period AS period ON period.id = judged.period_id
        JOIN indicators_indicatordefinition AS definition
          ON definition.pooling = 'computed' AND {VALID.format("definition", "period.assessed_on")}
        WHERE judged.counts {condition}
        GROUP BY definition.indicator_id, period.id, target.unit_id, definition.id
    """  # noqa: S608
    stage(select, params)


def cells_in(scope: Scope) -> tuple[str, list[Any]]:
    """What is owed with its cells, and the parameters that stand there first."""
    narrowed = Scope(indicators=scope.indicators, periods=scope.periods)
    text, params = conditions(
        narrowed, unit="cell.unit_id", indicator="cell.indicator_id", period="cell.period_id"
    )
    return OWED_CELL.format(of_cells=text), params


def conditions(scope: Scope, *, unit: str, indicator: str, period: str) -> tuple[str, list[Any]]:
    text, params = "", []
    for column, ids in ((unit, scope.units), (indicator, scope.indicators), (period, scope.periods)):
        condition, values = member(column, ids)
        text += condition
        params += values
    return text, params


def write_staged(scope: Scope, kept: str, moment: datetime.datetime) -> int:
    """Write the staged rows that differ and drop those of ``kept`` no longer found; returns how many."""
    stamp = connection.ops.adapt_datetimefield_value(moment)
    columns = ", ".join((*KEY, *CONTENT))
    same_key = " AND ".join(f"staged.{name} = roll_up.{name}" for name in KEY)
    updates = ", ".join(f"{name} = excluded.{name}" for name in CONTENT)
    old = "(" + ", ".join(f"indicators_rollup.{name}" for name in CONTENT) + ")"
    new = "(" + ", ".join(f"excluded.{name}" for name in CONTENT) + ")"
    in_scope, params = conditions(
        scope, unit="roll_up.unit_id", indicator="roll_up.indicator_id", period="roll_up.period_id"
    )
    gone = f"""
        FROM indicators_rollup AS roll_up
        WHERE {kept} {in_scope}
          AND NOT EXISTS (SELECT 1 FROM {STAGED} AS staged WHERE {same_key})
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO accounts_change (resource, object_id, operation, at, unit_id)
            SELECT 'rollup', roll_up.id, 'deleted', %s, roll_up.unit_id {gone}
            """,
            [stamp, *params],
        )
        deleted = cursor.rowcount
        if deleted:
            cursor.execute(
                f"DELETE FROM indicators_rollup WHERE id IN (SELECT roll_up.id {gone})",  # noqa: S608
                params,
            )
        upsert = f"""
            INSERT INTO indicators_rollup ({columns}, version, computed_at)
            SELECT {columns}, 1, %s FROM {STAGED} WHERE 1 = 1
            ON CONFLICT ({", ".join(KEY)}) DO UPDATE
            SET {updates}, version = indicators_rollup.version + 1, computed_at = excluded.computed_at
            WHERE {differs(old, new)}
            RETURNING id, version, unit_id
        """  # noqa: S608
    written = write_and_note("rollup", upsert, [stamp], stamp)
    if written > MANY:
        # The next pass reads these rows in the same transaction.
        know_size("indicators_rollup")
    return deleted + written


COMPUTED = """roll_up.definition_id IN (
    SELECT id FROM indicators_indicatordefinition WHERE pooling = 'computed')"""
OF_TIER = "roll_up.unit_id IN (SELECT id FROM provinces_unit WHERE tier = '{0}')"


def pool(scope: Scope, stamp: datetime.datetime) -> int:
    """Pool everything in scope, smaller units first; returns the number of rows written or dropped."""
    written = 0
    for tier in ("district", "province", "nation"):
        as_reported = f"roll_up.basis = 'as_reported' AND {OF_TIER.format(tier)} AND NOT {COMPUTED}"
        stage_levels(tier, scope)
        levels = as_reported if tier == "nation" else f"{as_reported} AND roll_up.level <> 'total'"
        written += write_staged(scope, levels, stamp)
        if tier != "nation":
            stage_totals(tier, scope)
            written += write_staged(scope, f"{as_reported} AND roll_up.level = 'total'", stamp)
    stage_restated(scope)
    written += write_staged(scope, "roll_up.basis = 'restated'", stamp)
    return written


def pool_plan_share(scope: Scope, stamp: datetime.datetime) -> int:
    """Compute the share of plan targets met for the units and periods in scope."""
    stage_plan_share(scope)
    return write_staged(scope, COMPUTED, stamp)
