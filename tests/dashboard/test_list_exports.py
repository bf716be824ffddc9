"""Each list as a file: what its page shows, narrowed as it is; missing is a word, never zero."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from python_calamine import CalamineWorkbook

from indicators.models import PeriodDueDay
from tests.dashboard.test_queries import queries_of
from tests.factories.cells import owe
from tests.factories.results import (
    make_attainment,
    make_indicator,
    make_measurement,
    make_period,
    make_target,
)
from tests.factories.units import BEFORE_MERGER, make_unit, merge

KHANH_HOA = {"unit": "P56-2025"}


def rows_of(answer: HttpResponse) -> list[dict[str, str]]:
    assert answer["Content-Type"].startswith("text/csv"), answer["Content-Type"]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def rate(unit: Any, indicator: Any, figure: str, code: str = "2026-Q3", **fields: Any) -> None:
    numerator, denominator = figure.split("/")
    make_measurement(
        unit,
        indicator,
        make_period(code),
        level="commune",
        numerator=numerator,
        denominator=denominator,
        **fields,
    )


@pytest.fixture
def signatures(places: Any) -> Any:
    """Phan Rang at a third, Cam Ranh at zero (made up), a third commune without a figure."""
    indicator = make_indicator("CK-01")
    type(indicator).objects.filter(pk=indicator.pk).update(name_vi="Chữ ký số")
    rate(places.phan_rang, indicator, "1/3")
    rate(places.cam_ranh, indicator, "0/8", provenance="illustrative")
    make_unit("commune", parent=places.khanh_hoa, name="Xã Vạn Hưng")
    return indicator


def asked(indicator: Any, **more: Any) -> dict[str, Any]:
    return {**KHANH_HOA, "indicator": indicator.code, **more}


# --- Map
def test_map_is_exported_with_exact_figures_and_words_for_what_is_missing(
    reads: Any, signatures: Any
) -> None:
    rows = {row["Đơn vị"]: row for row in rows_of(reads.get("/map/", asked(signatures, export="csv")))}
    assert rows["Phường Phan Rang"]["Kết quả"] == "33.333333333333"
    assert (rows["Phường Phan Rang"]["Tử số"], rows["Phường Phan Rang"]["Mẫu số"]) == ("1", "3")
    assert rows["Phường Cam Ranh"]["Kết quả"] == "0"
    assert rows["Xã Vạn Hưng"]["Kết quả"] == "Chưa có số liệu"


def test_map_rows_say_which_figures_are_made_up(reads: Any, signatures: Any) -> None:
    rows = rows_of(reads.get("/map/", asked(signatures, export="csv")))
    made_up = {row["Đơn vị"] for row in rows if row["Dữ liệu minh họa"]}
    assert made_up == {"Phường Cam Ranh"}


def test_map_rows_stand_in_the_order_of_the_page(reads: Any, signatures: Any) -> None:
    for more, first in (({"desc": "1"}, "Phường Phan Rang"), ({}, "Phường Cam Ranh")):
        rows = rows_of(reads.get("/map/", asked(signatures, sort="value", export="csv", **more)))
        assert rows[0]["Đơn vị"] == first


def test_map_workbook_names_what_is_measured(reads: Any, signatures: Any) -> None:
    answer = reads.get("/map/", asked(signatures, export="xlsx"))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert sheet[0][0] == "Chữ ký số"
    assert "Tỉnh Khánh Hòa" in sheet[1][0]
    assert "Quý III/2026" in sheet[1][0]
    assert "minh họa" in sheet[2][0]


# --- Ranking and chosen units
def test_ranking_is_exported_with_the_unranked_last(reads: Any, signatures: Any) -> None:
    rows = rows_of(reads.get("/compare/", asked(signatures, export="csv")))
    assert [(row["Thứ hạng"], row["Đơn vị"]) for row in rows] == [
        ("1", "Phường Phan Rang"),
        ("2", "Phường Cam Ranh"),
        ("", "Xã Vạn Hưng"),
    ]
    assert rows[2]["Kết quả"] == "Chưa có số liệu"


def test_chosen_units_are_exported_over_time(reads: Any, places: Any, signatures: Any) -> None:
    rate(places.phan_rang, signatures, "1/8", "2025-Q3")
    picks = [places.phan_rang.ref, places.cam_ranh.ref]
    page = asked(signatures, pick=picks, export="csv", list="over-time")
    newest, before = rows_of(reads.get("/compare/", page))
    assert (newest["Kỳ"], newest["Phường Phan Rang"], newest["Phường Cam Ranh"]) == (
        "Quý III/2026",
        "33.333333333333",
        "0",
    )
    assert newest["Dữ liệu minh họa"] == "Phường Cam Ranh"
    assert (before["Phường Phan Rang"], before["Phường Cam Ranh"]) == ("12.5", "Chưa có số liệu")


def test_differences_of_a_ranking_are_exact_numbers(reads: Any, places: Any, signatures: Any) -> None:
    rate(places.phan_rang, signatures, "1/4", "2025-Q3")
    first, second, none = rows_of(reads.get("/compare/", asked(signatures, export="csv")))
    assert (first["So với tốt nhất"], second["So với tốt nhất"]) == ("0", "-33.333333333333")
    assert first["So với cùng kỳ"] == "8.333333333333"
    assert first["Mức tăng, giảm tương đối, %"] == "33.333333333333"
    assert none["So với tốt nhất"] == second["So với cùng kỳ"] == ""


# --- Series
def test_units_of_one_name_are_told_apart_by_their_days(reads: Any, places: Any) -> None:
    old = make_unit("province", ref="P56", name="Tỉnh Khánh Hòa", valid_to=BEFORE_MERGER)
    merge(old, into=places.khanh_hoa)
    indicator = make_indicator()
    for unit, code in ((old, "2025-Q2"), (places.khanh_hoa, "2025-Q3")):
        make_measurement(unit, indicator, make_period(code), numerator="1", denominator="2")
    newest, before = rows_of(reads.get("/series/", asked(indicator, export="csv")))
    assert newest["Tỉnh Khánh Hòa (từ 01/07/2025), theo báo cáo"] == "50"
    assert before["Tỉnh Khánh Hòa (đến 30/06/2025), theo báo cáo"] == "50"
    assert before["Khánh Hòa, quy về đơn vị hiện nay"] == "Không so sánh được"


def test_series_is_exported_as_reported(reads: Any, places: Any, signatures: Any) -> None:
    rate(places.phan_rang, signatures, "1/8", "2025-Q3")
    page = {"unit": places.phan_rang.ref, "indicator": signatures.code, "export": "csv"}
    newest, before = rows_of(reads.get("/series/", page))
    assert (newest["Kỳ"], newest["Tử số"], newest["Mẫu số"]) == ("Quý III/2026", "1", "3")
    assert before["Phường Phan Rang, theo báo cáo"] == "12.5"


# --- Heat map
@pytest.fixture
def judged_communes(places: Any) -> Any:
    period, indicator = make_period("2026-Q3"), make_indicator()
    for unit, status, number in ((places.phan_rang, "met", 97), (places.cam_ranh, "no_data", None)):
        target = make_target(unit, indicator, name_vi="Phủ sóng")
        make_attainment(target, period, status=status, value=number, provenance="illustrative")
    make_attainment(make_target(places.phan_rang, make_indicator(), name_vi="Khác"), period, status="missed")
    return period


def test_heat_map_is_exported_with_the_words_of_its_cells(reads: Any, judged_communes: Any) -> None:
    first, second, sums = rows_of(reads.get("/heat/", KHANH_HOA | {"by": "units", "export": "csv"}))
    assert first["Phường Phan Rang"].startswith("Đạt, 97")
    assert first["Phường Phan Rang"].endswith("(Dữ liệu minh họa)")
    assert first["Phường Cam Ranh"].startswith("Chưa có số liệu")
    assert "0" not in first["Phường Cam Ranh"]
    assert second["Phường Cam Ranh"] == "không có chỉ tiêu này"
    assert sums["Phường Phan Rang"] == "1 trên 2"


def test_heat_map_by_periods_is_exported_narrowed_as_shown(
    reads: Any, places: Any, judged_communes: Any
) -> None:
    page = {"unit": places.cam_ranh.ref, "by": "periods", "export": "csv"}
    [row, _sums] = rows_of(reads.get("/heat/", page))
    assert row["Chỉ tiêu"] == "Phủ sóng"
    assert "Quý III/2026" in row


# --- Target and overview
@pytest.fixture
def reported(places: Any) -> Any:
    """A target of Ninh Thuận with what its commune reported."""
    indicator = make_indicator()
    make_measurement(
        places.loi_hai, indicator, make_period("2023"), level="commune", numerator="90", denominator="100"
    )
    target = make_target(places.ninh_thuan, indicator, level="commune")
    return make_attainment(target, make_period("2023"), value=90)


def test_cells_of_bodies_are_exported_to_whom_the_page_shows_them(reads: Any, reported: Any) -> None:
    page = {"list": "cells", "export": "csv"}
    [row] = rows_of(reads.get(f"/targets/{reported.target_id}/", page))
    assert (row["Đơn vị báo cáo"], row["Tử số"], row["Mẫu số"], row["Số liệu"]) == (
        "Xã Lợi Hải",
        "90",
        "100",
        "90",
    )


def test_cells_of_bodies_are_not_exported_to_others(signed_in: Any, neighbour: Any, reported: Any) -> None:
    page = {"list": "cells", "export": "csv"}
    answer = signed_in(neighbour).get(f"/targets/{reported.target_id}/", page)
    assert answer.status_code == 200
    assert rows_of(answer) == []


def test_late_bodies_are_exported(reads: Any, places: Any, judge: Any) -> None:
    indicator, period = make_indicator(), make_period("2026-Q3")
    owe(places.phan_rang, indicator, "commune", frequency="quarter")
    PeriodDueDay.objects.filter(period=period).delete()
    PeriodDueDay.objects.create(period=period, body="commune", due_on=date(2026, 10, 16))
    judge("met", unit=places.khanh_hoa, period=period)
    page = KHANH_HOA | {"period": "2026-Q3", "list": "late", "export": "csv"}
    [row] = rows_of(reads.get("/", page))
    assert row["Đơn vị báo cáo"] == "Phường Phan Rang"
    assert (row["Hạn báo cáo"], row["Số ngày trễ"]) == ("2026-10-16", "36")


# --- What all share
@pytest.mark.parametrize("address", ["/map/", "/compare/", "/series/", "/heat/"])
def test_file_asks_no_more_of_the_database_than_its_page(
    reads: Any, signatures: Any, judged_communes: Any, address: str
) -> None:
    page = queries_of(reads, address, **asked(signatures))
    assert queries_of(reads, address, **asked(signatures, export="csv")) <= page


@pytest.mark.parametrize("address", ["/map/", "/compare/", "/series/", "/heat/"])
def test_page_offers_its_list_with_its_filters(
    reads: Any, places: Any, signatures: Any, judged_communes: Any, address: str
) -> None:
    asked_for = asked(signatures, unit=places.phan_rang.ref)
    html = reads.get(address, asked_for).content.decode()
    assert f"?unit={places.phan_rang.ref}&amp;indicator={signatures.code}&amp;export=xlsx" in html


def test_page_without_a_list_offers_no_file(reads: Any, places: Any) -> None:
    assert "export=xlsx" not in reads.get("/map/", KHANH_HOA).content.decode()
