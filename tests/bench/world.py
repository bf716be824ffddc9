"""Generated national data: 34 provinces × 60 indicators and targets × 20 quarters, 15 bodies a province.

Made by the database itself, with the same numbers every time.
"""

from __future__ import annotations

import datetime

from django.db import connection, transaction

from accounts.models import User
from indicators.actions.load_periods import load_periods
from indicators.models import (
    DefinitionLevel,
    Indicator,
    IndicatorDefinition,
    Period,
    PeriodKind,
    Target,
    TargetRevision,
)
from indicators.models.targets import row_sort_key
from provinces.models import Tier, Unit
from resolutions.models import Document, DocumentKind
from tests.factories.units import make_agency, make_unit, nation

PROVINCES = 34
COMMUNES = 10
AGENCIES = 5
INDICATORS = 60
FIRST_YEAR, LAST_YEAR = 2022, 2026
# Five years of quarters: 20 periods.
FIRST_DAY = datetime.date(2022, 1, 1)


def build() -> int:
    """Fill an empty database; returns the number of measurements."""
    load_periods(years=range(FIRST_YEAR, LAST_YEAR + 1))
    Period.objects.exclude(kind=PeriodKind.QUARTER).delete()
    author = User.objects.create(username="bench-entry")
    approver = User.objects.create(username="bench-approval")
    whole = nation()
    provinces = []
    for number in range(PROVINCES):
        province = make_unit(Tier.PROVINCE, parent=whole)
        provinces.append(province)
        for _ in range(COMMUNES):
            make_unit(Tier.COMMUNE, parent=province)
        for number in range(AGENCIES):
            make_agency(province, f"so-{number}")
    indicators = [make_indicator(number) for number in range(INDICATORS)]
    for province in provinces:
        make_plan(province, indicators)
    with connection.cursor() as cursor:
        with transaction.atomic():
            cursor.execute(OBLIGATIONS)
            cursor.execute(MEASUREMENTS)
            cursor.execute(VERSIONS, [author.pk, author.pk, approver.pk])
            cursor.execute(NEXT_IDS)
        cursor.execute("SELECT COUNT(*) FROM indicators_measurement")
        (cells,) = cursor.fetchone()
        cursor.execute("VACUUM ANALYZE")
    return int(cells)


def make_indicator(number: int) -> Indicator:
    """Two rates out of three, flows and stocks, levels that add up and levels that do not."""
    is_rate = number % 3 != 2
    indicator = Indicator.objects.create(code=f"B-{number:02d}", name_vi=f"Chỉ số {number}")
    definition = IndicatorDefinition.objects.create(
        indicator=indicator,
        unit_of_measure="%" if is_rate else "hồ sơ",
        value_type="rate" if is_rate else "count",
        decimals=2 if is_rate else 0,
        direction="higher",
        measure_mode="flow" if number % 2 else "stock",
        pooling="ratio_of_sums" if is_rate else "sum",
        levels_relate="nested" if number % 5 == 0 else "disjoint",
        frequency="quarter",
        coverage_floor_percent=80 if is_rate else 100,
        numerator_within_denominator=is_rate,
        ratio_factor=100,
    )
    DefinitionLevel.objects.bulk_create(
        DefinitionLevel(definition=definition, level=level) for level in ("province", "commune", "total")
    )
    return indicator


def make_plan(province: Unit, indicators: list[Indicator]) -> None:
    document = Document.objects.create(
        issuer=f"UBND {province.name}",
        number="01/KH-UBND",
        issued_on=FIRST_DAY,
        kind=DocumentKind.PLAN,
        unit=province,
        title_vi="Kế hoạch đo hiệu năng",
        valid_from=FIRST_DAY,
    )
    targets = Target.objects.bulk_create(
        Target(
            document=document,
            unit=province,
            code=str(number + 1),
            sort_key=row_sort_key(str(number + 1)),
            indicator=indicator,
            level="total",
            counts_from=FIRST_DAY,
        )
        for number, indicator in enumerate(indicators)
    )
    TargetRevision.objects.bulk_create(
        TargetRevision(
            target=target,
            document=document,
            effective_on=FIRST_DAY,
            rule="at_least",
            threshold=80 if target.indicator.code[-1] not in "258" else 40_000,
            baseline=20,
            baseline_on=datetime.date(2021, 12, 31),
            due_on=datetime.date(LAST_YEAR, 12, 31),
        )
        for target in targets
    )


OBLIGATIONS = """
    INSERT INTO indicators_obligation (unit_id, agency_id, indicator_id, level, frequency)
    SELECT unit.id, NULL::bigint, indicator.id, 'commune', 'quarter'
    FROM provinces_unit AS unit CROSS JOIN indicators_indicator AS indicator WHERE unit.tier = 'commune'
    UNION ALL
    SELECT agency.unit_id, agency.id, indicator.id, 'province', 'quarter'
    FROM provinces_agency AS agency CROSS JOIN indicators_indicator AS indicator
"""
# One cell in 97 is missing, so that coverage has something to say. A cell and its version have one id, so
# that neither has to be updated afterwards; NEXT_IDS tells the database where new ones go on.
NUMBERS = """
    WITH numbered AS (
        SELECT owed.unit_id, owed.agency_id, owed.indicator_id, owed.level, period.id AS period_id,
               definition.id AS definition_id, definition.pooling,
               row_number() OVER (ORDER BY period.id, owed.id) AS id
        FROM indicators_obligation AS owed
        JOIN indicators_period AS period ON period.kind = 'quarter'
        JOIN indicators_indicatordefinition AS definition ON definition.indicator_id = owed.indicator_id
    ), cell AS (
        SELECT numbered.*,
               CASE WHEN id % 97 = 0 THEN 'missing' ELSE 'value' END AS answer,
               CASE WHEN id % 97 = 0 THEN 'not_collected' ELSE '' END AS missing_reason,
               CASE WHEN pooling = 'ratio_of_sums' AND id % 97 <> 0
                    THEN 10000 * (400 + (id * 7919) % 500) END AS numerator,
               CASE WHEN pooling = 'ratio_of_sums' AND id % 97 <> 0
                    THEN 10000 * (1000 + (id * 104729) % 300) END AS denominator,
               CASE WHEN pooling = 'sum' AND id % 97 <> 0 THEN 10000 * ((id * 31) % 5000) END AS value
        FROM numbered
    )
"""
MEASUREMENTS = f"""
    INSERT INTO indicators_measurement (id, unit_id, agency_id, indicator_id, level, period_id, definition_id,
        answer, missing_reason, numerator, denominator, value, qualifier, provenance, approved_version_id,
        working_version_id, updated_at)
    {NUMBERS}
    SELECT id, unit_id, agency_id, indicator_id, level, period_id, definition_id, answer, missing_reason,
        numerator, denominator, value, 'official', 'reported', id, id, now()
    FROM cell
"""  # noqa: S608 (fixed text)
VERSIONS = """
    INSERT INTO indicators_measurementversion (id, measurement_id, number, state, definition_id, answer,
        missing_reason, numerator, denominator, value, qualifier, provenance, is_capped, note, reason,
        via, warnings, justification, entered_by_id, entered_at, submitted_by_id, submitted_at,
        approved_by_id, approved_at)
    SELECT id, id, 1, 'approved', definition_id, answer, missing_reason, numerator, denominator, value,
        qualifier, provenance, numerator IS NOT NULL, '', '', 'form', '[]', '', %s, now(),
        %s, now(), %s, now()
    FROM indicators_measurement
"""
NEXT_IDS = """
    SELECT setval(pg_get_serial_sequence('indicators_measurement', 'id'), MAX(id)),
        setval(pg_get_serial_sequence('indicators_measurementversion', 'id'), MAX(id))
    FROM indicators_measurement
"""
