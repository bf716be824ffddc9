"""Pages that set units side by side ask as much of the database for two of them as for two hundred."""

from typing import Any

import pytest

from indicators.models import Attainment, Measurement, MeasurementVersion, Target, TargetRevision
from tests.dashboard.test_queries import queries_of
from tests.factories.results import make_document, make_indicator, make_measurement, make_period, make_target
from tests.factories.units import make_unit

SIZES = (2, 20, 200)
HEAT_AT_MOST = 8
OTHERS_AT_MOST = 15


def communes_with_figures(places: Any, indicator: Any, number: int) -> list[Any]:
    """So many communes of Khánh Hòa, each with a figure in two periods a year apart."""
    units = [make_unit("commune", parent=places.khanh_hoa) for _each in range(number)]
    pattern = make_measurement(
        units[0], indicator, make_period("2026-Q3"), level="commune", numerator="1", denominator="2"
    )
    version = pattern.approved_version
    for period in (make_period("2026-Q3"), make_period("2025-Q3")):
        rest = [unit for unit in units if (unit.pk, period.pk) != (units[0].pk, pattern.period_id)]
        cells = Measurement.objects.bulk_create(
            Measurement(
                unit=unit,
                indicator=indicator,
                level="commune",
                period=period,
                definition=pattern.definition,
            )
            for unit in rest
        )
        versions = MeasurementVersion.objects.bulk_create(
            MeasurementVersion(
                measurement=cell,
                number=1,
                definition=pattern.definition,
                answer="value",
                state=version.state,
                entered_by=version.entered_by,
                submitted_by=version.submitted_by,
                submitted_at=version.submitted_at,
                approved_by=version.approved_by,
                approved_at=version.approved_at,
                numerator=1,
                denominator=2,
            )
            for cell in cells
        )
        for cell, made in zip(cells, versions, strict=True):
            cell.answer, cell.numerator, cell.denominator, cell.approved_version = "value", 1, 2, made
        Measurement.objects.bulk_update(cells, ["answer", "numerator", "denominator", "approved_version"])
    return units


@pytest.mark.parametrize("address", ["/map/", "/compare/"])
def test_map_and_ranking_ask_the_same_at_any_size(reads: Any, places: Any, address: str) -> None:
    indicator = make_indicator()
    asked = []
    for number in SIZES:
        units = communes_with_figures(places, indicator, number) if number == SIZES[0] else None
        if units is None:
            other = make_indicator()
            communes_with_figures(places, other, number)
            indicator = other
        asked.append(queries_of(reads, address, unit="P56-2025", indicator=indicator.code))
    assert len(set(asked)) == 1, asked
    assert asked[0] <= OTHERS_AT_MOST


def test_comparison_over_time_asks_the_same_for_two_as_for_six(reads: Any, places: Any) -> None:
    indicator = make_indicator()
    units = communes_with_figures(places, indicator, 6)
    asked = [
        queries_of(
            reads,
            "/compare/",
            unit="P56-2025",
            indicator=indicator.code,
            pick=[unit.ref for unit in units[:number]],
        )
        for number in (2, 6)
    ]
    assert len(set(asked)) == 1, asked
    assert asked[0] <= OTHERS_AT_MOST


def test_series_asks_the_same_for_two_periods_as_for_twenty(reads: Any, places: Any) -> None:
    indicator = make_indicator()
    asked = []
    for years in (range(2025, 2026), range(2019, 2025)):
        for year in years:
            for quarter in (1, 2, 3, 4):
                make_measurement(
                    places.khanh_hoa,
                    indicator,
                    make_period(f"{year}-Q{quarter}"),
                    numerator="1",
                    denominator="2",
                )
        asked.append(queries_of(reads, "/series/", unit="P56-2025", indicator=indicator.code))
    assert len(set(asked)) == 1, asked
    assert asked[0] <= OTHERS_AT_MOST


def results(units: list[Any], indicators: list[Any], periods: list[Any]) -> None:
    """A target of every unit on every indicator, judged in every period."""
    document = make_document(units[0])
    pattern = make_target(units[0], indicators[0], document).revisions.get()
    targets = Target.objects.bulk_create(
        Target(
            document=document,
            unit=unit,
            indicator=indicator,
            code=f"y{place}",
            sort_key=f"y{place:04}",
            level="total",
            counts_from="2022-01-01",
        )
        for unit in units
        for place, indicator in enumerate(indicators)
    )
    revisions = TargetRevision.objects.bulk_create(
        TargetRevision(
            target=target,
            document=document,
            effective_on=pattern.effective_on,
            due_on=pattern.due_on,
            rule="at_least",
            threshold=90,
        )
        for target in targets
    )
    Attainment.objects.bulk_create(
        Attainment(
            target=target,
            period=period,
            revision=revision,
            status="met",
            met=True,
            counts=True,
            is_due=True,
            is_overdue=False,
            value=95,
            assessed_on=period.assessed_on,
            judged_on=period.assessed_on,
            rules_version="1",
        )
        for target, revision in zip(targets, revisions, strict=True)
        for period in periods
    )


@pytest.mark.parametrize("by", ["units", "periods"])
def test_heat_map_asks_at_most_eight_times_at_any_size(reads: Any, places: Any, by: str) -> None:
    indicators = [make_indicator() for _each in range(20)]
    period = make_period("2026-Q3")
    asked = []
    for number in SIZES:
        units = [make_unit("commune", parent=places.khanh_hoa) for _each in range(min(number, 60))]
        results([places.khanh_hoa, *units], indicators[: min(number, 20)], [period])
        asked.append(queries_of(reads, "/heat/", unit="P56-2025", by=by, period="2026-Q3"))
    assert len(set(asked)) == 1, asked
    assert asked[0] <= HEAT_AT_MOST
