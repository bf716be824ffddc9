"""Editions as files: the rows of one from its frozen content alone, and the list of them."""

import csv
import io

import pytest

from indicators.models import Attainment
from tests.editions.conftest import tamper
from tests.factories.editions import make_edition
from tests.factories.results import make_period

pytestmark = pytest.mark.django_db


def rows_of(answer):
    assert answer["Content-Type"].startswith("text/csv"), answer["Content-Type"]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_rows_are_exact_and_those_outside_the_count_stand_last(coordinates, close):
    rows = rows_of(coordinates.get(f"/editions/{close().pk}/", {"export": "csv"}))
    first = next(row for row in rows if row["Chỉ tiêu"] == "Văn bản điện tử")
    assert (first["Kết quả"], first["Tử số"], first["Mẫu số"], first["Trạng thái"]) == (
        *("98.9", "989", "1000", "Vượt"),
    )
    assert [row["Tính vào tổng"] for row in rows] == ["có"] * 3 + ["không"] * 2


def test_rows_stay_as_frozen_whatever_became_of_the_figures(coordinates, close):
    edition = close()
    before = coordinates.get(f"/editions/{edition.pk}/", {"export": "csv"}).content
    Attainment.objects.update(numerator=1, denominator=2, status="missed", met=False)
    assert coordinates.get(f"/editions/{edition.pk}/", {"export": "csv"}).content == before


def test_illustrative_rows_say_so(coordinates, close):
    rows = rows_of(coordinates.get(f"/editions/{close().pk}/", {"export": "csv"}))
    assert [row["Kết quả"] for row in rows if row["Dữ liệu minh họa"]] == ["146587"]


def test_not_applicable_target_has_words_for_a_result(coordinates, close):
    rows = rows_of(coordinates.get(f"/editions/{close().pk}/", {"export": "csv"}))
    [none] = [row for row in rows if row["Trạng thái"] == "Không áp dụng"]
    assert not none["Kết quả"].isdecimal()


def test_tampered_edition_is_not_exported(coordinates, close):
    edition = close()
    tamper(edition)
    answer = coordinates.get(f"/editions/{edition.pk}/", {"export": "csv"})
    assert answer.status_code == 500
    assert answer["Content-Type"].startswith("text/html")


def test_list_is_exported_whole_and_narrowed_to_the_unit(coordinates, places):
    for year in range(1900, 2005):
        make_edition(places.khanh_hoa, make_period(str(year)))
    make_edition(places.ninh_thuan, make_period("2023"))
    rows = rows_of(coordinates.get("/editions/", {"unit": "P56-2025", "export": "csv"}))
    assert len(rows) == 105
    assert {row["Đơn vị"] for row in rows} == {"Tỉnh Khánh Hòa"}
    assert {row["Trạng thái"] for row in rows} == {"Hiện hành"}


def test_public_page_offers_no_file(client, close, settings):
    settings.PUBLIC_EDITIONS = True
    close()
    assert "export=" not in client.get("/public/P58/2023/").content.decode()
