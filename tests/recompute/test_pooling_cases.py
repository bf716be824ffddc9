"""Pooling across bodies and across levels, and coverage: attainment rules §2, case by case."""

from datetime import date
from typing import Any

import pytest

from indicators.models import Indicator, Period, RollUp
from indicators.quality import Difference, differences
from provinces.models import Unit
from tests.factories.cells import agencies, calendar, owe, pooled, recompute_all, report, shown
from tests.factories.results import make_indicator
from tests.factories.units import make_agency, make_unit, nation

pytestmark = pytest.mark.django_db
Q3 = "2025-Q3"
SUM: dict[str, Any] = {"value_type": "count", "pooling": "sum", "unit_of_measure": "hồ sơ"}


def contradictions() -> list[Difference]:
    """Of every unit and period."""
    return [
        each
        for unit in Unit.objects.all()
        for period in Period.objects.all()
        for each in differences(unit, period)
    ]


@pytest.fixture(autouse=True)
def periods(db: None) -> None:
    calendar(2025)


def province_of(figures: list[str | None], indicator: Indicator, **fields: Any) -> Unit:
    """A province whose communes owe the indicator and reported these figures; None reported nothing."""
    province = make_unit("province")
    for figure in figures:
        commune = make_unit("commune", parent=province, **fields)
        owe(commune, indicator, "commune")
        if figure is not None:
            report(commune, indicator, Q3, "commune", figure)
    return province


@pytest.mark.parametrize(
    ("definition", "figures", "expected"),
    [
        # A mean of the two percentages would be 50 %; pooled it is 10.8 %.
        ({}, ["9/10", "100/1000"], "109/1010"),
        (SUM, ["3", "4.25"], "7.25"),
        ({**SUM, "measure_mode": "flow"}, ["3", "nothing_arose"], "3"),
        ({"measure_mode": "flow"}, ["9/10", "nothing_arose"], "9/10"),
        ({"measure_mode": "flow"}, ["nothing_arose", "nothing_arose"], "0/0"),
        ({}, ["9/10", "not_applicable"], "9/10"),
        ({}, ["not_applicable", "not_applicable"], "not_applicable"),
        ({}, ["not_collected", None], "missing"),
        (SUM, ["0", "0"], "0"),
        (SUM, ["3", "9/10"], "3"),
        # A percentage without its two numbers does not pool: it is not a part of the sum.
        ({}, ["9/10", "95.5"], "9/10"),
        ({}, ["90.5", "95.5"], "missing"),
        ({"value_type": "boolean", "pooling": "all_true"}, ["1", "1"], "1"),
        ({"value_type": "boolean", "pooling": "all_true"}, ["1", "0"], "0"),
        ({"value_type": "boolean", "pooling": "all_true"}, ["1", None], "1"),
        ({"value_type": "rank", "pooling": "none"}, ["1", "2"], "none"),
        ({"value_type": "index", "pooling": "none"}, ["0.71", "0.69"], "none"),
        ({"value_type": "judgement", "pooling": "none"}, ["1", "1"], "none"),
    ],
)
def test_bodies_pool(definition: dict[str, Any], figures: list[str | None], expected: str) -> None:
    indicator = make_indicator(**definition)
    province = province_of(figures, indicator)

    recompute_all()

    assert shown(pooled(province, indicator, Q3, "commune")) == expected


@pytest.mark.parametrize(
    ("figures", "owing", "reporting", "not_applicable"),
    [
        (["9/10", "1/10"], 2, 2, 0),
        (["9/10", None], 2, 1, 0),
        (["9/10", "not_collected"], 2, 1, 0),
        (["9/10", "late_source"], 2, 1, 0),
        (["9/10", "system_fault"], 2, 1, 0),
        # Not applicable leaves the owing; nothing arose counts as reported; a lone percentage does not pool.
        (["9/10", "not_applicable"], 1, 1, 1),
        (["9/10", "nothing_arose"], 2, 2, 0),
        (["9/10", "95.5"], 2, 1, 0),
    ],
)
def test_coverage_counts(figures: list[str | None], owing: int, reporting: int, not_applicable: int) -> None:
    indicator = make_indicator(measure_mode="flow")
    province = province_of(figures, indicator)

    recompute_all()

    found = pooled(province, indicator, Q3, "commune")
    assert found is not None
    assert (found.owing, found.reporting, found.not_applicable) == (owing, reporting, not_applicable)


def test_khanh_hoa_third_quarter_of_2025() -> None:
    """90.5 % at the agencies and 95.5 % at the communes, yet 137 884 of 147 818 = 93.28 %."""
    indicator = make_indicator()
    khanh_hoa = make_unit("province")
    for agency, figure in zip(
        agencies(khanh_hoa, ["so-khcn", "so-nv"]), ("30000/33000", "35640/39530"), strict=True
    ):
        owe(khanh_hoa, indicator, "province", agency=agency)
        report(agency, indicator, Q3, "province", figure)
    for figure in ("40000/42000", "32244/33288"):
        commune = make_unit("commune", parent=khanh_hoa)
        owe(commune, indicator, "commune")
        report(commune, indicator, Q3, "commune", figure)

    recompute_all()

    assert shown(pooled(khanh_hoa, indicator, Q3, "province")) == "65640/72530"  # 90.50 %
    assert shown(pooled(khanh_hoa, indicator, Q3, "commune")) == "72244/75288"  # 95.96 %
    assert shown(pooled(khanh_hoa, indicator, Q3)) == "137884/147818"  # 93.28 %


def test_bodies_are_those_valid_on_the_last_day() -> None:
    """A commune, an agency or an obligation that ended the day before does not owe; one ending on it does."""
    indicator = make_indicator()
    province = make_unit("province")
    last, before = date(2025, 9, 30), date(2025, 9, 29)
    for end in (before, last):
        commune = make_unit("commune", parent=province, valid_to=end)
        owe(commune, indicator, "commune")
        report(commune, indicator, Q3, "commune", "1/2")
        commune = make_unit("commune", parent=province)
        owe(commune, indicator, "commune", valid_to=end)
        report(commune, indicator, Q3, "commune", "10/20")
        agency = make_agency(province, f"kind-{end.day}", valid_to=end)
        owe(province, indicator, "province", agency=agency)
        report(agency, indicator, Q3, "province", "100/200")

    recompute_all()

    communes = pooled(province, indicator, Q3, "commune")
    assert communes is not None
    assert (shown(communes), communes.owing) == ("11/22", 2)
    of_agencies = pooled(province, indicator, Q3, "province")
    assert of_agencies is not None
    assert (shown(of_agencies), of_agencies.owing) == ("100/200", 1)


def test_bodies_that_owe_nothing_are_not_pooled() -> None:
    indicator = make_indicator()
    province = province_of(["9/10"], indicator)
    report(make_unit("commune", parent=province), indicator, Q3, "commune", "1/10")

    recompute_all()

    assert shown(pooled(province, indicator, Q3, "commune")) == "9/10"


def test_two_generations_of_districts_pool_up_to_the_province() -> None:
    indicator = make_indicator()
    province = make_unit("province")
    for figure in ("1/2", "3/4"):
        district = make_unit("district", parent=province)
        owe(district, indicator, "district")
        report(district, indicator, Q3, "district", figure)
        for _commune in range(2):
            commune = make_unit("commune", parent=district)
            owe(commune, indicator, "commune")
            report(commune, indicator, Q3, "commune", "10/20")

    recompute_all()

    assert shown(pooled(district, indicator, Q3, "commune")) == "20/40"
    assert shown(pooled(district, indicator, Q3)) == "23/44"
    assert shown(pooled(province, indicator, Q3, "district")) == "4/6"
    assert shown(pooled(province, indicator, Q3, "commune")) == "40/80"
    assert shown(pooled(province, indicator, Q3)) == "44/86"


def nested_and_disjoint(relate: str, *, communes: bool = True, districts: bool = True) -> str:
    indicator = make_indicator(levels_relate=relate)
    province = make_unit("province")
    owe(province, indicator, "province")
    report(province, indicator, Q3, "province", "100/200")
    district = make_unit("district", parent=province)
    if districts:
        owe(district, indicator, "district")
        report(district, indicator, Q3, "district", "10/20")
    if communes:
        commune = make_unit("commune", parent=district)
        owe(commune, indicator, "commune")
        report(commune, indicator, Q3, "commune", "1/2")
    recompute_all()
    return shown(pooled(province, indicator, Q3))


def test_total_of_disjoint_levels_is_their_sum() -> None:
    assert nested_and_disjoint("disjoint") == "111/222"


def test_total_of_nested_levels_is_the_lowest_tier_owed() -> None:
    assert nested_and_disjoint("nested") == "1/2"
    assert nested_and_disjoint("nested", communes=False) == "10/20"
    assert nested_and_disjoint("nested", communes=False, districts=False) == "100/200"


def test_total_is_not_made_where_a_level_owed_does_not_pool() -> None:
    """98.90 / 96.52 / 94.89 are three levels of one indicator; no total follows from them."""
    indicator = make_indicator()
    province = province_of(["9/10"], indicator)
    owe(province, indicator, "province")
    report(province, indicator, Q3, "province", "98.9")

    recompute_all()

    assert shown(pooled(province, indicator, Q3, "commune")) == "9/10"
    assert shown(pooled(province, indicator, Q3)) in ("none", "not_comparable")


def test_total_misses_what_a_level_has_not_reported() -> None:
    indicator = make_indicator()
    province = province_of(["9/10"], indicator)
    owe(province, indicator, "province")

    recompute_all()

    total = pooled(province, indicator, Q3)
    assert total is not None
    assert (shown(total), total.owing, total.reporting) == ("9/10", 2, 1)


def test_reported_level_counts_before_the_pooled_one() -> None:
    indicator = make_indicator()
    province = province_of(["9/10", "8/10"], indicator)
    owe(province, indicator, "commune")
    report(province, indicator, Q3, "commune", "18/20")

    recompute_all()

    assert shown(pooled(province, indicator, Q3, "commune")) == "17/20", "what pools is kept beside it"
    assert shown(pooled(province, indicator, Q3)) == "18/20"
    assert shown(pooled(nation(), indicator, Q3, "commune")) == "18/20"
    [found] = contradictions()
    assert (found.unit, found.level, found.period.code) == (province, "commune", Q3)
    assert (str(found.reported), str(found.pooled)) == ("90", "85")


@pytest.mark.parametrize("figure", ["17/20", "85", "85.00"])
def test_reported_level_that_agrees_is_no_finding(figure: str) -> None:
    indicator = make_indicator()
    province = province_of(["9/10", "8/10"], indicator)
    owe(province, indicator, "commune")
    report(province, indicator, Q3, "commune", figure)

    recompute_all()

    assert contradictions() == []


def test_reported_level_printed_rounded_is_no_finding() -> None:
    """93.28 as printed agrees with 137 884 of 147 818; 93.29 does not."""
    for printed, findings in (("93.28", 0), ("93.29", 1)):
        indicator = make_indicator()
        province = province_of(["137884/147818"], indicator)
        owe(province, indicator, "commune")
        report(province, indicator, Q3, "commune", printed)
        recompute_all()
        assert len(contradictions()) == findings


def test_reported_level_beside_too_few_reports_is_no_finding() -> None:
    indicator = make_indicator(coverage_floor_percent=80)
    province = province_of(["9/10", None], indicator)
    owe(province, indicator, "commune")
    report(province, indicator, Q3, "commune", "18/20")

    recompute_all()

    assert contradictions() == []


def test_level_the_unit_left_unanswered_is_pooled_upwards() -> None:
    indicator = make_indicator()
    province = province_of(["9/10"], indicator)
    owe(province, indicator, "commune")
    report(province, indicator, Q3, "commune", "not_collected")

    recompute_all()

    at_nation = pooled(nation(), indicator, Q3, "commune")
    assert at_nation is not None
    assert (shown(at_nation), at_nation.owing, at_nation.reporting) == ("9/10", 1, 1)


def test_nation_pools_provinces_level_by_level() -> None:
    indicator = make_indicator()
    for figure in ("9/10", "100/1000"):
        province = province_of([figure], indicator)
        [agency] = agencies(province, ["so-khcn"])
        owe(province, indicator, "province", agency=agency)
        report(agency, indicator, Q3, "province", "1/2")

    recompute_all()

    assert shown(pooled(nation(), indicator, Q3, "province")) == "2/4"
    assert shown(pooled(nation(), indicator, Q3, "commune")) == "109/1010"
    assert shown(pooled(nation(), indicator, Q3)) == "111/1014"


def test_nation_counts_totals_that_provinces_report_themselves() -> None:
    indicator = make_indicator(**SUM)
    for figure in ("3", "4", None):
        province = make_unit("province")
        owe(province, indicator, "total")
        if figure is not None:
            report(province, indicator, Q3, "total", figure)

    recompute_all()

    total = pooled(nation(), indicator, Q3)
    assert total is not None
    assert (shown(total), total.owing, total.reporting) == ("7", 3, 2)


def test_nation_misses_the_total_of_a_province_whose_levels_do_not_pool() -> None:
    """A figure of the nation never looks complete while a province is not in it."""
    indicator = make_indicator()
    province_of(["9/10"], indicator)
    other = province_of(["9/10"], indicator)
    owe(other, indicator, "province")
    report(other, indicator, Q3, "province", "98.9")

    recompute_all()

    total = pooled(nation(), indicator, Q3)
    assert total is not None
    assert total.reporting < total.owing


def test_qualifier_and_origin_of_one_body_mark_the_whole() -> None:
    indicator = make_indicator()
    province = province_of(["9/10", None], indicator)
    commune = make_unit("commune", parent=province)
    owe(commune, indicator, "commune")
    report(commune, indicator, Q3, "commune", "1/2", qualifier="estimate", provenance="illustrative")

    recompute_all()

    found = RollUp.objects.get(unit=province, indicator=indicator, level="commune", period__code=Q3)
    assert (found.is_preliminary, found.is_illustrative) == (True, True)
