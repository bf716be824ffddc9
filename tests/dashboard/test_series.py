"""The page of a series: what is said of each period, and who may read it."""

from typing import Any

import pytest

from tests.dashboard.reading import card, words
from tests.factories.cells import calendar, owe, recompute_all, report
from tests.factories.results import make_indicator
from tests.factories.units import BEFORE_MERGER, make_unit, merge


@pytest.fixture
def merged(places: Any) -> Any:
    """Figures of Khánh Hòa before and after, and of Ninh Thuận before."""
    old = make_unit("province", ref="P56", name="Tỉnh Khánh Hòa", valid_to=BEFORE_MERGER)
    merge(old, into=places.khanh_hoa)
    calendar(2025)
    indicator = make_indicator()
    for unit, code, figure in (
        (old, "2025-Q2", "9/10"),
        (places.ninh_thuan, "2025-Q2", "100/1000"),
        (places.khanh_hoa, "2025-Q3", "80/100"),
        (places.ninh_thuan, "2025-Q1", "40/100"),
    ):
        report(unit, indicator, code, "total", figure)
    for unit in (old, places.ninh_thuan, places.khanh_hoa):
        owe(unit, indicator)
    recompute_all()
    return indicator


@pytest.fixture
def line_of(reads: Any, merged: Any) -> Any:
    """The words of the table's row of a period."""

    def line_of(period: str, **asked: str) -> str:
        answer = reads.get("/series/", {"unit": "P56-2025", "indicator": merged.code, **asked})
        said = card(answer, "series-table")
        return said[said.index(period) :]

    return line_of


def test_restated_figure_stands_beside_both_reported_ones(line_of: Any) -> None:
    assert line_of("Quý II/2025").startswith("Quý II/2025 10,79 %")
    row = line_of("Quý II/2025").split("Quý I/2025")[0]
    assert "109/1.010" in row
    assert "90,00 %" in row
    assert "10,00 %" in row


def test_period_that_does_not_compare_says_why(line_of: Any) -> None:
    row = line_of("Quý I/2025")
    assert "Không so sánh được" in row
    assert "Tỉnh Khánh Hòa" in row
    assert "40,00 %" in row


def test_predecessor_leads_on_to_its_successor(reads: Any, merged: Any) -> None:
    answer = reads.get("/series/", {"unit": "P58", "indicator": merged.code})
    assert 'href="?unit=P56-2025' in answer.content.decode()
    assert "10,00 %" in card(answer, "series-table")


def test_chart_has_its_table_and_a_title(reads: Any, merged: Any) -> None:
    html = reads.get("/series/", {"unit": "P56-2025", "indicator": merged.code}).content.decode()
    assert '<title id="series-title">' in html
    assert 'aria-labelledby="series-table"' in html


def test_neighbour_reads_the_series_of_a_province(signed_in: Any, neighbour: Any, merged: Any) -> None:
    answer = signed_in(neighbour).get("/series/", {"unit": "P56-2025", "indicator": merged.code})
    assert "10,79 %" in words(answer)
    assert "900/1.000" not in words(answer)


def test_commune_of_another_province_is_not_found(signed_in: Any, neighbour: Any, places: Any) -> None:
    assert signed_in(neighbour).get("/series/", {"unit": places.phan_rang.ref}).status_code == 404


def test_unit_without_figures_stays_whole(reads: Any, places: Any) -> None:
    assert reads.get("/series/", {"unit": places.phan_rang.ref}).status_code == 200
