"""The scoreboard: every judged row, narrowed and sorted, the same on the page, in files and in the API."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from docx import Document

from indicators.models import Provenance
from indicators.models.results import Status
from tests.dashboard.reading import card, words
from tests.factories.results import make_document
from tests.factories.units import make_agency

BOARD = "/scoreboard/"
PAGE = {"unit": "P58", "period": "2023"}


def names(answer):
    """The targets of the page in their order, by their names."""
    return [row.target.name for row in answer.context["page"].listed.every]


def test_every_counting_row_opens_its_target(reads, judge):
    made = [judge(status) for status in ("met", "missed", "on_track")]
    html = reads.get(BOARD, PAGE).content.decode()
    rows = html[html.index('id="rows"') :]
    assert all(rows.count(f"/targets/{each.target_id}/?period=2023") == 1 for each in made)


def test_overdue_target_is_listed_outside_the_count(reads, judge):
    judge("met")
    judge("missed", name_vi="Việc cũ", counts=False, is_overdue=True)
    page = reads.get(BOARD, PAGE)
    assert "1/1 chỉ tiêu đạt và vượt" in card(page, "rows-title")
    assert "Việc cũ" in card(page, "overdue-title")
    assert "Việc cũ" not in card(page, "rows-title")


def test_not_applicable_target_is_listed_outside_the_count(reads, judge):
    judge("met")
    judge("not_applicable", name_vi="Không có biển")
    page = reads.get(BOARD, PAGE)
    assert "Không có biển" in card(page, "not-applicable-title")
    assert "Không có biển" not in card(page, "rows-title")


def test_no_data_says_why(reads, judge):
    judge("no_data", missing_reason="late_source")
    assert "Nguồn số liệu chậm" in card(reads.get(BOARD, PAGE), "rows-title")


def test_incomplete_figure_says_how_many_reported(reads, judge):
    judge("no_data", is_partial=True, value=Decimal("70"), owing=65, reporting=12)
    assert "chưa đủ: 12/65 đơn vị" in card(reads.get(BOARD, PAGE), "rows-title")


def test_illustrative_result_is_marked(reads, judge):
    judge("met", value=Decimal(95), provenance=Provenance.ILLUSTRATIVE)
    page = reads.get(BOARD, PAGE)
    assert "Dữ liệu minh họa 1 kết quả" in card(page, "rows-title")
    assert "95,00 % (Dữ liệu minh họa)" in card(page, "rows-title")


def test_illustrative_threshold_is_marked(reads, judge):
    judged = judge("met", value=Decimal(95))
    judged.target.revisions.update(threshold_provenance=Provenance.ILLUSTRATIVE)
    page = reads.get(BOARD, PAGE)
    assert "≥ 90 % (Dữ liệu minh họa)" in card(page, "rows-title")


# --- Narrowed
@pytest.fixture
def board(judge, places):
    """Six rows that differ in all that narrows, by their names."""
    health, police = make_agency(places.ninh_thuan, "so-y-te"), make_agency(places.ninh_thuan, "cong-an")
    other = make_document(places.ninh_thuan, "99/KH-UBND", issued_on=date(2023, 5, 1))
    made = {
        "Chữ ký số": judge("met", value=95, pillar="NL", owner=health, level="commune"),
        "Phủ sóng": judge("missed", value=30, pillar="HT", owner=police),
        "Hồ sơ": judge("at_risk", value=60, pillar="NL", owner=police, document=other),
        "Đào tạo": judge("no_data", pillar="HT", level="commune", document=other),
        "Ân nghĩa": judge("missed", value=80, owner=health, counts=False, is_overdue=True),
        "Biển": judge("not_applicable", owner_note="Các xã ven biển"),
    }
    for name, judged in made.items():
        type(judged.target).objects.filter(pk=judged.target.pk).update(name_vi=name, name_en=f"en {name}")
    return made | {"document": other, "health": health, "police": police}


CHOICES = [
    ({}, {"Chữ ký số", "Phủ sóng", "Hồ sơ", "Đào tạo", "Ân nghĩa", "Biển"}),
    ({"level": "commune"}, {"Chữ ký số", "Đào tạo"}),
    ({"pillar": "NL"}, {"Chữ ký số", "Hồ sơ"}),
    ({"owner": "police"}, {"Phủ sóng", "Hồ sơ"}),
    ({"document": "document"}, {"Hồ sơ", "Đào tạo"}),
    ({"status": ["missed"]}, {"Phủ sóng", "Ân nghĩa"}),
    ({"status": ["met", "no_data"]}, {"Chữ ký số", "Đào tạo"}),
    ({"counts": "false"}, {"Ân nghĩa", "Biển"}),
    ({"counts": "true", "status": ["missed"]}, {"Phủ sóng"}),
    ({"q": "chu ky"}, {"Chữ ký số"}),
    ({"q": "dao"}, {"Đào tạo"}),
    ({"q": "SÓNG phủ"}, {"Phủ sóng"}),
    ({"q": "en bien"}, {"Biển"}),
    ({"owner": "police", "status": ["at_risk"], "q": "ho so"}, {"Hồ sơ"}),
]


@pytest.fixture
def asked(board):
    """A choice with the numbers and references that only the database knows."""

    def asked(choice):
        found = dict(choice)
        if "document" in found:
            found["document"] = board["document"].pk
        if "owner" in found:
            found["owner"] = board[found["owner"]].ref
        return PAGE | found

    return asked


@pytest.mark.parametrize(("choice", "expected"), CHOICES)
def test_choice_gives_the_same_rows_on_the_page_in_the_file_and_in_the_api(
    reads, board, asked, choice, expected
):
    query = asked(choice)
    page = names(reads.get(BOARD, query))
    file = reads.get(BOARD, query | {"export": "csv"})
    listed = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    api = reads.get("/api/v1/attainments/", query).json()["results"]
    by_pk = {judged.pk: name for name, judged in board.items() if hasattr(judged, "counts")}
    assert set(page) == expected
    assert [row["Chỉ tiêu"] for row in listed] == page
    assert {by_pk[row["id"]] for row in api} == expected


def test_sums_are_of_every_state_whichever_is_looked_at(reads, board, asked):
    page = reads.get(BOARD, asked({"status": ["missed"]}))
    assert "1/4 chỉ tiêu đạt và vượt" in card(page, "rows-title")
    states = {each.status: each.number for each in page.context["page"].states}
    assert states == {"met": 1, "at_risk": 1, "missed": 1, "no_data": 1}
    assert "tổng 4 ngoài phép đếm 2 2/6 dòng" in card(page, "rows-title")


def test_state_is_turned_on_and_off_by_its_link(reads, board, asked):
    states = {
        each.status: each.query
        for each in reads.get(BOARD, asked({"status": ["missed"]})).context["page"].states
    }
    assert states["missed"] == []
    assert states["met"] == ["missed", "met"]


def test_choice_that_fits_nothing_here_is_let_go(reads, board, judge, places):
    judge("met", unit=places.khanh_hoa, name_vi="Một mình")
    choice = {"unit": "P56-2025", "period": "2023", "document": board["document"].pk, "owner": "x"}
    choice |= {"level": "commune", "pillar": "NL", "status": ["missed", "nonsense"], "counts": "false"}
    assert names(reads.get(BOARD, choice)) == ["Một mình"]


def test_words_nothing_says_show_the_way_back(reads, board):
    page = reads.get(BOARD, PAGE | {"q": "không có ở đây"})
    assert "Không có chỉ tiêu nào phù hợp với lựa chọn này" in words(page)
    assert 'href="?unit=P58&amp;period=2023"' in page.content.decode()


@pytest.mark.parametrize("text", ["\0", "%", "'", "x" * 5000, "﷽" * 300, "\ud83d", "((", "&sort=1"])
def test_words_that_make_no_sense_are_words(reads, board, text):
    query = PAGE | {"q": text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")}
    assert reads.get(BOARD, query).status_code == 200


# --- In order
ORDERED = [
    ({}, ["Chữ ký số", "Phủ sóng", "Hồ sơ", "Đào tạo", "Ân nghĩa", "Biển"]),
    # The Vietnamese alphabet: Đ after C, before H.
    ({"sort": "name"}, ["Chữ ký số", "Đào tạo", "Hồ sơ", "Phủ sóng", "Ân nghĩa", "Biển"]),
    ({"sort": "name", "desc": "1"}, ["Phủ sóng", "Hồ sơ", "Đào tạo", "Chữ ký số", "Ân nghĩa", "Biển"]),
    ({"sort": "status"}, ["Phủ sóng", "Hồ sơ", "Đào tạo", "Chữ ký số", "Ân nghĩa", "Biển"]),
    ({"sort": "status", "desc": "1"}, ["Chữ ký số", "Đào tạo", "Hồ sơ", "Phủ sóng", "Ân nghĩa", "Biển"]),
    # The met one first, then the nearest; what has no figure last in either direction.
    ({"sort": "plan"}, ["Chữ ký số", "Hồ sơ", "Phủ sóng", "Đào tạo", "Ân nghĩa", "Biển"]),
    ({"sort": "plan", "desc": "1"}, ["Phủ sóng", "Hồ sơ", "Chữ ký số", "Đào tạo", "Ân nghĩa", "Biển"]),
    # Công an, Sở Y tế, nobody.
    ({"sort": "owner"}, ["Phủ sóng", "Hồ sơ", "Chữ ký số", "Đào tạo", "Ân nghĩa", "Biển"]),
    ({"sort": "nonsense"}, ["Chữ ký số", "Phủ sóng", "Hồ sơ", "Đào tạo", "Ân nghĩa", "Biển"]),
]


@pytest.mark.parametrize(("order", "expected"), ORDERED)
def test_rows_stand_in_the_order_asked_for_those_outside_the_count_last(reads, board, order, expected):
    assert names(reads.get(BOARD, PAGE | order)) == expected


def test_rows_are_sorted_by_their_due_day(reads, judge):
    for name, due in (("Sau", "2030-12-31"), ("Trước", "2023-06-30"), ("Giữa", "2025-12-31")):
        judge("on_track", name_vi=name).target.revisions.update(due_on=due)
    assert names(reads.get(BOARD, PAGE | {"sort": "due"})) == ["Trước", "Giữa", "Sau"]
    assert names(reads.get(BOARD, PAGE | {"sort": "due", "desc": "1"})) == ["Sau", "Giữa", "Trước"]


def test_heading_says_how_the_list_is_sorted_and_turns_it_round(reads, board):
    html = reads.get(BOARD, PAGE | {"sort": "due"}).content.decode()
    assert 'aria-sort="ascending"><a href="?unit=P58&amp;period=2023&amp;sort=due&amp;desc=1"' in html
    html = reads.get(BOARD, PAGE | {"sort": "due", "desc": "1"}).content.decode()
    assert 'aria-sort="descending"><a href="?unit=P58&amp;period=2023&amp;sort=due"' in html
    assert "aria-sort" not in reads.get(BOARD, PAGE).content.decode()


def test_every_state_has_a_place_in_the_order(reads, judge):
    for status in Status.values:
        judge(status)
    found = [row.status for row in reads.get(BOARD, PAGE | {"sort": "status"}).context["page"].listed.every]
    assert found == [
        *("missed", "worsening", "off_track", "at_risk", "no_data", "in_progress", "on_track"),
        *("exceeded", "met", "not_due", "not_applicable"),
    ]


# --- From the overview and back
def test_overview_leads_to_its_lists(reads, board, places):
    html = reads.get("/", PAGE).content.decode()
    assert f"{BOARD}?unit=P58&amp;period=2023&amp;status=missed&amp;status=at_risk" not in html
    for more in ("", "&amp;pillar=NL", f"&amp;owner={board['police'].ref}"):
        assert f'href="{BOARD}?unit=P58&amp;period=2023{more}"' in html
    assert f'href="{BOARD}?unit=P58&amp;period=2023#overdue"' in html


def test_all_the_unmet_stand_in_the_scoreboard(reads, judge):
    for _each in range(9):
        judge("missed")
        judge("at_risk")
    judge("met")
    page = reads.get("/", PAGE)
    link = f"{BOARD}?unit=P58&period=2023&status=missed&status=at_risk&sort=status"
    assert link.replace("&", "&amp;") in page.content.decode()
    assert "12 trong 18, xem tất cả" in card(page, "unmet")
    assert len(names(reads.get(link))) == 18


def test_what_was_chosen_last_opens_again_and_stays_in_every_link(reads, judge, board):
    reads.get("/", PAGE | {"document": board["document"].pk})
    page = reads.get(BOARD)
    assert names(page) == ["Hồ sơ", "Đào tạo"]
    html = page.content.decode()
    assert f"?unit=P58&amp;document={board['document'].pk}&amp;period=2023" in html
    # A link that names something else keeps the unit, and one that takes the filter off takes it off.
    assert names(reads.get(BOARD, {"status": "no_data"})) == ["Đào tạo"]
    assert 'href="?unit=P58&amp;period=2023"' in html


# --- On paper
def read_word(answer):
    assert answer["Content-Disposition"] == (
        'attachment; filename="chi-tieu-cua-tinh-ninh-thuan-nam-2023.docx"'
    )
    return Document(io.BytesIO(answer.content))


def test_word_document_holds_the_rows_of_the_page(reads, board, asked):
    query = asked({"status": ["missed", "at_risk"], "sort": "status"})
    made = read_word(reads.get(BOARD, query | {"export": "docx"}))
    head, *lines = [[cell.text for cell in row.cells] for row in made.tables[0].rows]
    assert head == ["TT", "Chỉ tiêu", "Cơ quan chủ trì", "Kế hoạch", "Kết quả", "Còn thiếu", "Trạng thái"]
    assert [line[1].split("\n")[0] for line in lines] == ["Phủ sóng", "Hồ sơ", "Ân nghĩa"]
    assert [cell.replace("\u00a0", " ") for cell in lines[0][2:]] == [
        *("cong-an Ninh Thuận", "≥ 90 %", "30,00 %", "60,00 điểm %", "Không đạt"),
    ]
    assert "ngoài phép đếm" in lines[2][1]
    said = " ".join(each.text for each in made.paragraphs).replace("\u00a0", " ")
    assert "1/4 chỉ tiêu đạt và vượt" in said
    assert "Lọc theo Không đạt, Có nguy cơ: 3/6 dòng" in said
    assert "minh họa" not in said


def test_word_document_marks_what_is_made_up(reads, judge):
    judge("met", value=Decimal(95), provenance=Provenance.ILLUSTRATIVE, name_vi="Một")
    made = read_word(reads.get(BOARD, PAGE | {"export": "docx"}))
    assert "minh họa" in " ".join(each.text for each in made.paragraphs)
    assert "minh họa" in made.tables[0].rows[1].cells[1].text


def test_word_document_bears_what_xml_cannot(reads, judge):
    judge("met", name_vi="Một\x01 <b>&amp;\ufffe")
    made = read_word(reads.get(BOARD, PAGE | {"export": "docx"}))
    assert made.tables[0].rows[1].cells[1].text.startswith("Một <b>&amp;")


def test_page_offers_word_beside_the_spreadsheets(reads, judge):
    judge("met")
    assert "?unit=P58&amp;period=2023&amp;export=docx" in reads.get(BOARD, PAGE).content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "docx"])
def test_file_of_nothing_is_a_file_that_says_so(reads, board, kind):
    answer = reads.get(BOARD, PAGE | {"q": "không có ở đây", "export": kind})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith(f'.{kind}"')
    if kind == "docx":
        said = " ".join(each.text for each in read_word(answer).paragraphs)
        assert "0/6 dòng" in said


def test_file_says_each_choice_by_its_name_once(reads, board, asked):
    choice = {"owner": "police", "level": "total", "pillar": "HT"}
    made = read_word(reads.get(BOARD, asked(choice) | {"export": "docx"}))
    [said] = [each.text for each in made.paragraphs if each.text.startswith("Lọc theo")]
    assert said.split(":")[0].count(",") == 2
    assert "cong-an Ninh Thuận" in said
    assert "Toàn tỉnh" in said


# --- Who may see it
def test_stranger_is_sent_to_sign_in(client, judge):
    judge("met")
    assert client.get(BOARD, PAGE).status_code == 302


def test_commune_of_another_province_is_not_found(signed_in, neighbour, judge, places):
    judge("met", unit=places.loi_hai)
    assert signed_in(neighbour).get(BOARD, {"unit": places.loi_hai.ref}).status_code == 404
