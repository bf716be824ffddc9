"""The heat map: which results share a row, what cells say, and how sums add up."""

from typing import Any

import pytest
from django.utils.translation import gettext

from dashboard.heat_map import HeatMap, heat_map
from tests.dashboard.reading import words
from tests.factories.results import make_attainment, make_indicator, make_period, make_target
from tests.factories.units import make_unit


@pytest.fixture
def heat(leader: Any, places: Any) -> Any:
    def heat(**asked: str) -> HeatMap:
        return heat_map(leader, {"unit": "P56-2025", **asked})

    return heat


def judged(unit: Any, indicator: Any = None, status: str = "met", **fields: Any) -> Any:
    target = {name: fields.pop(name) for name in ("linked_to", "level", "name_vi") if name in fields}
    period = fields.pop("period", None)
    return make_attainment(make_target(unit, indicator, **target), period, status=status, **fields)


def test_targets_on_one_indicator_and_level_share_a_row(heat: Any, places: Any) -> None:
    indicator = make_indicator()
    judged(places.phan_rang, indicator, "met")
    judged(places.cam_ranh, indicator, "missed")
    page = heat()
    assert len(page.rows) == 1
    assert {
        column.label: cell.status for column, cell in zip(page.columns, page.rows[0].cells, strict=True)
    } == {
        "Phan Rang": "met",
        "Cam Ranh": "missed",
    }


def test_copies_of_one_target_share_a_row_whatever_their_indicator(heat: Any, places: Any) -> None:
    parent = make_target(places.khanh_hoa, make_indicator())
    judged(places.phan_rang, make_indicator(), linked_to=parent)
    judged(places.cam_ranh, make_indicator(), linked_to=parent)
    assert len(heat().rows) == 1


def test_own_target_stands_among_the_copies_on_its_indicator(heat: Any, places: Any) -> None:
    indicator = make_indicator()
    parent = make_target(places.khanh_hoa, indicator)
    judged(places.phan_rang, indicator, linked_to=parent)
    judged(places.cam_ranh, indicator)
    assert [[cell is not None for cell in row.cells] for row in heat().rows] == [[True, True]]


def test_own_target_beside_a_copy_of_the_same_unit_has_its_row(heat: Any, places: Any) -> None:
    indicator = make_indicator()
    parent = make_target(places.khanh_hoa, indicator)
    judged(places.phan_rang, indicator, "met", linked_to=parent)
    judged(places.phan_rang, indicator, "missed")
    assert sorted(row.cells[0].status for row in heat().rows) == ["met", "missed"]


def test_levels_are_kept_apart(heat: Any, places: Any) -> None:
    indicator = make_indicator()
    judged(places.phan_rang, indicator, level="commune")
    judged(places.cam_ranh, indicator, level="total")
    page = heat()
    assert len(page.rows) == 2
    assert [cell is None for row in page.rows for cell in row.cells].count(True) == 2


def test_second_target_of_a_unit_on_the_same_indicator_is_not_lost(heat: Any, places: Any) -> None:
    indicator = make_indicator()
    judged(places.phan_rang, indicator, "met")
    judged(places.phan_rang, indicator, "missed")
    assert [row.cells[0].status for row in heat().rows] == ["met", "missed"]


def test_legend_adds_up_to_the_cells(heat: Any, places: Any) -> None:
    for status in ("met", "exceeded", "missed", "no_data", "not_applicable"):
        judged(places.phan_rang, None, status)
    page = heat()
    assert page.total == 5
    assert dict(page.counts)["not_applicable"] == 1


def test_sums_count_only_what_counts(heat: Any, places: Any) -> None:
    indicator = make_indicator()
    judged(places.phan_rang, indicator, "met")
    judged(places.cam_ranh, indicator, "missed", counts=False, is_overdue=True)
    page = heat()
    assert (page.rows[0].met, page.rows[0].total) == (1, 1)


def test_units_without_a_target_are_counted_not_drawn(heat: Any, places: Any) -> None:
    judged(places.phan_rang)
    page = heat()
    assert [column.label for column in page.columns] == ["Phan Rang"]
    assert page.without_target == 1


def test_provinces_of_the_nation_are_columns(heat: Any, places: Any) -> None:
    indicator = make_indicator()
    for unit in (places.khanh_hoa, places.dak_lak):
        judged(unit, indicator, period=make_period("2026"))
    assert [column.label for column in heat(unit="VN", period="2026").columns] == ["Đắk Lắk", "Khánh Hòa"]


def test_ended_unit_is_no_column_of_a_later_period(heat: Any, places: Any) -> None:
    indicator = make_indicator()
    judged(places.ninh_thuan, indicator, period=make_period("2026"))
    judged(places.khanh_hoa, indicator, period=make_period("2026"))
    assert [column.label for column in heat(unit="VN", period="2026").columns] == ["Khánh Hòa"]


def test_periods_of_one_unit_run_from_the_oldest(heat: Any, places: Any) -> None:
    target = make_target(places.khanh_hoa, make_indicator())
    for code, status in (("2026-Q2", "met"), ("2025-Q4", "missed"), ("2026-Q1", "at_risk")):
        make_attainment(target, make_period(code), status=status)
    page = heat(by="periods")
    assert [column.label for column in page.columns] == ["Quý IV/2025", "Quý I/2026", "Quý II/2026"]
    assert [cell.status for cell in page.rows[0].cells] == ["missed", "at_risk", "met"]


def test_quarters_and_years_are_not_mixed(heat: Any, places: Any) -> None:
    target = make_target(places.khanh_hoa, make_indicator())
    for code in ("2025", "2025-Q4"):
        make_attainment(target, make_period(code))
    assert [column.label for column in heat(by="periods").columns] == ["Quý IV/2025"]
    assert [column.label for column in heat(by="periods", kind="year").columns] == ["Năm 2025"]


def test_cell_leads_to_its_target_and_says_state_and_value(reads: Any, places: Any) -> None:
    cell = judged(places.phan_rang, make_indicator(), "missed", numerator=85, denominator=100)
    html = reads.get("/heat/", {"unit": "P56-2025"}).content.decode()
    assert f'href="/targets/{cell.target_id}/?period=2023"' in html
    assert 'aria-label="Phường Phan Rang: Không đạt, 85,00\u00a0%"' in html
    # Colour is never alone: the icon of the state stands in the cell.
    assert "#missed" in html


def test_partial_cell_says_so(heat: Any, places: Any) -> None:
    judged(places.phan_rang, make_indicator(), "no_data", numerator=1, denominator=2, is_partial=True)
    assert gettext("Incomplete") in heat().rows[0].cells[0].label


def test_communes_of_another_province_are_not_columns(heat: Any, places: Any) -> None:
    judged(places.ea_kao)
    assert heat(unit="P66-2025").columns == []


def test_unit_out_of_reach_is_not_found(reads: Any, places: Any) -> None:
    judged(places.ea_kao)
    assert reads.get("/heat/", {"unit": places.ea_kao.ref}).status_code == 404


def test_page_without_any_result_stays_whole(reads: Any, places: Any) -> None:
    answer = reads.get("/heat/")
    assert answer.status_code == 200
    assert "Chưa có kết quả" in words(answer)


def test_very_long_name_stays_whole(reads: Any, places: Any) -> None:
    unit = make_unit("commune", parent=places.khanh_hoa, name="Xã " + "Rất Dài " * 11)
    judged(unit, None, name_vi="Tỷ lệ " + "rất dài " * 45)
    assert "rất dài" in words(reads.get("/heat/", {"unit": "P56-2025"}))


def test_names_in_cells_are_escaped(reads: Any, places: Any) -> None:
    unit = make_unit("commune", parent=places.khanh_hoa, name='Xã "><b>Đậm')
    judged(unit)
    html = reads.get("/heat/", {"unit": "P56-2025"}).content.decode()
    assert "<b>Đậm" not in html
    assert "&quot;&gt;&lt;b&gt;Đậm" in html
