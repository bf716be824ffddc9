"""Ranks, ties and what stands apart; the reference is the pooled figure, never a mean."""

from fractions import Fraction
from typing import Any

import pytest

from dashboard.compared import compared
from dashboard.measured import choice_of
from dashboard.ranking import Ranking, ranking_of, ranks_of
from dashboard.unit_rows import places_apart
from tests.dashboard.reading import card, words
from tests.factories.cells import calendar, owe, recompute_all, report
from tests.factories.results import make_indicator, make_measurement, make_period
from tests.factories.units import make_unit

# Pure ranks.


@pytest.mark.parametrize(
    ("values", "lower", "ranks"),
    [
        ([90, 80, 80, 70], False, [1, 2, 2, 4]),
        ([90, 80, 80, 70], True, [4, 2, 2, 1]),
        ([5, 5, 5], False, [1, 1, 1]),
        ([], False, []),
    ],
)
def test_equal_values_share_a_rank_and_count(values: list[int], lower: bool, ranks: list[int]) -> None:
    assert ranks_of(list(map(Fraction, values)), lower_is_better=lower) == ranks


def test_rank_goes_by_the_exact_value_not_by_the_rounded_one() -> None:
    values = [Fraction(1, 3), Fraction(333_333, 1_000_000), Fraction(2, 6)]
    assert ranks_of(values, lower_is_better=False) == [1, 3, 1]


def test_values_printed_alike_get_more_digits_until_they_differ() -> None:
    places = places_apart([Fraction(90), Fraction(899_999, 10_000), Fraction(50)], 2)
    assert places[Fraction(899_999, 10_000)] > 2
    assert places_apart([Fraction(90), Fraction(50)], 2) == {Fraction(90): 2, Fraction(50): 2}


# The page.


@pytest.fixture
def ranked(leader: Any, places: Any) -> Any:
    """The ranking of the communes of Khánh Hòa by an indicator."""

    def ranked(indicator: Any, **asked: str) -> Ranking:
        choice = choice_of(leader, {"unit": "P56-2025", "indicator": indicator.code, **asked})
        assert choice is not None
        return ranking_of(leader, choice)

    return ranked


def rate(unit: Any, indicator: Any, figure: str, code: str = "2026-Q3") -> None:
    numerator, denominator = figure.split("/")
    make_measurement(
        unit, indicator, make_period(code), level="commune", numerator=numerator, denominator=denominator
    )


def commune(places: Any, name: str) -> Any:
    return make_unit("commune", parent=places.khanh_hoa, name=f"Xã {name}")


def test_ties_are_written_with_an_equals_sign_and_the_next_rank_counts_them(places: Any, ranked: Any) -> None:
    indicator = make_indicator()
    for name, figure in (("A", "9/10"), ("B", "80/100"), ("C", "8/10"), ("D", "7/10")):
        rate(commune(places, name), indicator, figure)
    page = ranked(indicator)
    assert [(each.rank_text, each.row.short) for each in page.ranked] == [
        ("1", "A"),
        ("2=", "B"),
        ("2=", "C"),
        ("4", "D"),
    ]


def test_lowest_comes_first_where_lower_is_better(places: Any, ranked: Any) -> None:
    indicator = make_indicator(direction="lower")
    for name, figure in (("A", "9/10"), ("B", "2/10")):
        rate(commune(places, name), indicator, figure)
    page = ranked(indicator)
    assert [each.row.short for each in page.ranked] == ["B", "A"]
    assert page.ranked[1].to_best == 70


def test_zero_is_ranked_and_missing_stands_apart_with_its_reason(places: Any, ranked: Any) -> None:
    indicator = make_indicator()
    rate(commune(places, "A"), indicator, "0/10")
    late = commune(places, "B")
    make_measurement(
        late,
        indicator,
        make_period("2026-Q3"),
        level="commune",
        answer="missing",
        missing_reason="system_fault",
    )
    page = ranked(indicator)
    assert [(each.row.short, each.row.text) for each in page.ranked] == [("A", "0,00\u00a0%")]
    assert {row.short: row.reason_text for row in page.missing}["B"] == "Lỗi hệ thống"


def test_partial_units_stand_apart_with_their_coverage(leader: Any, places: Any) -> None:
    indicator = make_indicator(coverage_floor_percent=80)
    calendar(2026)
    for unit in (places.phan_rang, places.cam_ranh, places.ea_kao):
        owe(unit, indicator, "commune")
    report(places.phan_rang, indicator, "2026-Q3", "commune", "9/10")
    report(places.ea_kao, indicator, "2026-Q3", "commune", "5/10")
    recompute_all()
    choice = choice_of(leader, {"indicator": indicator.code, "level": "commune", "period": "2026-Q3"})
    assert choice is not None
    page = ranking_of(leader, choice)
    assert [each.row.short for each in page.ranked] == ["Đắk Lắk"]
    assert [(row.short, row.coverage_text) for row in page.partial] == [("Khánh Hòa", "1/2 đơn vị")]


def test_reference_is_the_pooled_figure_not_the_mean(places: Any, ranked: Any) -> None:
    indicator = make_indicator()
    calendar(2026)
    for unit, figure in ((places.phan_rang, "9/10"), (places.cam_ranh, "100/1000")):
        owe(unit, indicator, "commune")
        report(unit, indicator, "2026-Q3", "commune", figure)
    recompute_all()
    page = ranked(indicator, period="2026-Q3")
    assert page.reference is not None
    assert page.reference.value == Fraction(109 * 100, 1010)
    assert page.ranked[0].to_reference_text == "+79,21\u00a0điểm\u00a0%"


def test_change_on_last_year_is_said_twice(places: Any, ranked: Any) -> None:
    indicator = make_indicator()
    unit = commune(places, "A")
    rate(unit, indicator, "8774/10000", "2025-Q3")
    rate(unit, indicator, "9722/10000")
    moved = ranked(indicator, period="2026-Q3").ranked[0].movement
    assert moved is not None
    assert (moved.text, moved.relative, moved.tone) == ("+9,48\u00a0điểm\u00a0%", "+10,80\u00a0%", "good")


def test_falling_is_good_where_lower_is_better(places: Any, ranked: Any) -> None:
    indicator = make_indicator(direction="lower")
    unit = commune(places, "A")
    rate(unit, indicator, "9/10", "2025-Q3")
    rate(unit, indicator, "5/10")
    moved = ranked(indicator, period="2026-Q3").ranked[0].movement
    assert moved is not None
    assert (moved.tone, moved.icon) == ("good", "down")


def test_page_shows_the_three_groups(reads: Any, places: Any) -> None:
    indicator = make_indicator()
    rate(places.phan_rang, indicator, "9/10")
    answer = reads.get("/compare/", {"unit": "P56-2025", "indicator": indicator.code})
    assert "Phường Phan Rang" in card(answer, "ranking")
    assert "Phường Cam Ranh Chưa có số liệu" in card(answer, "missing")


# Chosen units over time.


@pytest.fixture
def over_time(leader: Any, places: Any) -> Any:
    indicator = make_indicator()
    for code, figure in (("2026-Q1", "5/10"), ("2026-Q3", "7/10")):
        rate(places.phan_rang, indicator, figure, code)
    rate(places.cam_ranh, indicator, "6/10", "2026-Q2")
    choice = choice_of(leader, {"unit": "P56-2025", "indicator": indicator.code, "period": "2026-Q3"})
    assert choice is not None

    def over_time(*refs: str) -> Any:
        return compared(leader, choice, list(refs))

    return over_time


def test_two_chosen_units_make_a_chart_with_its_table(over_time: Any, places: Any) -> None:
    found = over_time(places.phan_rang.ref, places.cam_ranh.ref)
    assert [row.period.code for row in found.rows] == ["2026-Q3", "2026-Q2", "2026-Q1"]
    assert [[cell.value for cell in row.cells] for row in found.rows] == [[70, None], [None, 60], [50, None]]
    assert [len(line.points) for line in found.chart.lines] == [2, 1]


def test_line_is_broken_where_a_period_has_no_figure(over_time: Any, places: Any) -> None:
    found = over_time(places.phan_rang.ref, places.cam_ranh.ref)
    assert found.chart.lines[0].strokes == []


def test_one_unit_is_not_compared(over_time: Any, places: Any) -> None:
    assert over_time(places.phan_rang.ref) is None


def test_stranger_among_the_chosen_is_passed_over(over_time: Any, places: Any) -> None:
    assert over_time(places.phan_rang.ref, places.ea_kao.ref) is None


def test_no_more_than_six_units_are_compared(leader: Any, places: Any) -> None:
    indicator = make_indicator()
    units = [commune(places, f"N{each}") for each in range(8)]
    for unit in units:
        rate(unit, indicator, "1/2")
    choice = choice_of(leader, {"unit": "P56-2025", "indicator": indicator.code})
    assert choice is not None
    found = compared(leader, choice, [unit.ref for unit in units])
    assert found is not None
    assert len(found.units) == 6


def test_chosen_units_stay_ticked(reads: Any, places: Any) -> None:
    indicator = make_indicator()
    for unit in (places.phan_rang, places.cam_ranh):
        rate(unit, indicator, "1/2")
    asked = {"unit": "P56-2025", "indicator": indicator.code}
    answer = reads.get("/compare/", {**asked, "pick": [places.phan_rang.ref, places.cam_ranh.ref]})
    assert answer.content.decode().count(" checked>") == 2
    assert "Quý III/2026" in words(answer, 'aria-labelledby="compared"', "</section>")
