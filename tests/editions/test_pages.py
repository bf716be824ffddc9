"""The pages of editions, read as a person reads them."""

import hashlib
import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import Edition
from indicators.models import Attainment, Job
from tests.dashboard.reading import card, words
from tests.dashboard.test_queries import fill
from tests.editions.conftest import tamper
from tests.factories.editions import make_edition
from tests.factories.results import make_period
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db
CLOSE = "/editions/close/?unit=P58&period=2023"


@pytest.fixture
def page(coordinates, close):
    """The page of the first edition."""
    edition = close(reason="Chốt năm 2023", confirmed=True)
    return lambda: coordinates.get(f"/editions/{edition.pk}/")


# --- One edition -------------------------------------------------------------------------------------------
def test_headline_with_all_states_adding_up(page):
    found = card(page(), "headline")
    assert "2 /3 chỉ tiêu đạt và vượt 66,67 %" in found
    for state in ("Vượt 1", "Đạt 1", "Không đạt 1", "Đúng tiến độ 0", "Chưa đến kỳ 0", "tổng 3"):
        assert state in found


def test_breakdowns_by_document_pillar_and_owner(page, plan):
    found = words(page(), 'id="edition"')
    assert "Theo văn bản 09-NQ/TU 1/2" in card(page(), "by-document")
    assert "Trụ cột I 1/2" in found
    assert f"{plan.owner.label} 1/2" in found


def test_rows_stand_under_their_documents(page):
    found = card(page(), "rows-title")
    assert found.index("09-NQ/TU") < found.index("Văn bản điện tử") < found.index("Chữ ký số")
    assert "98,90 % ≥ 90 % Vượt" in found
    assert "97,22 % ≥ 100 % Không đạt" in found
    assert "146.587 (Dữ liệu minh họa) địa chỉ" in found


def test_what_stands_outside_the_count_is_shown_apart(page):
    assert "Quá hạn" in card(page(), "overdue-title")
    assert "Không áp dụng" in card(page(), "not-applicable-title")


def test_bars_are_drawn_for_measured_rows(page):
    html = page().content.decode()
    assert (
        html.count('class="target-bar') == html[html.index('id="edition"') :].count('class="target-bar') == 4
    )


def test_narratives_of_approved_reports_are_shown(page):
    found = card(page(), "narratives")
    assert "Tỉnh Ninh Thuận Kết quả thực hiện Đã làm xong" in found
    assert "Mưa bão" in found
    assert "Chưa duyệt" not in found


def test_digest_with_how_to_check_it(page):
    edition = Edition.objects.get()
    found = card(page(), "check-title")
    assert edition.digest in found
    assert "sha256sum edition-P58-2023-1.json" in found


def test_who_closed_it_when_and_why(page, coordinator):
    found = words(page(), 'class="edition-head"', 'class="columns"')
    assert f"người chốt: {coordinator}" in found
    assert "Bản công bố số 1 · Năm 2023 · Tỉnh Ninh Thuận" in found
    assert "Chốt năm 2023" in found


def test_download_is_the_stored_bytes(page, coordinates):
    edition = Edition.objects.get()
    answer = coordinates.get(f"/editions/{edition.pk}/content.json")
    assert answer.content == edition.raw
    assert hashlib.sha256(answer.content).hexdigest() == edition.digest
    assert answer["Content-Type"] == "application/json"
    assert 'filename="edition-P58-2023-1.json"' in answer["Content-Disposition"]


def test_page_reads_nothing_but_its_bytes(page, plan):
    before = words(page(), 'id="edition"', "</article>")
    Attainment.objects.filter(pk=plan.met.pk).update(numerator=1, status="missed", met=False)
    type(plan.unit).objects.filter(pk=plan.unit.pk).update(name="Tỉnh Khác")
    assert words(page(), 'id="edition"', "</article>") == before


def test_superseded_edition_leads_to_the_newest(corrected, coordinates):
    first, second = corrected
    old = words(coordinates.get(f"/editions/{first.pk}/"), 'class="superseded"', "</p>")
    assert "Bản công bố số 2" in old
    assert f'href="/editions/{second.pk}/"' in coordinates.get(f"/editions/{first.pk}/").content.decode()
    assert "superseded" not in coordinates.get(f"/editions/{second.pk}/").content.decode()


def test_correction_shows_its_reason_and_its_differences(corrected, coordinates):
    found = card(coordinates.get(f"/editions/{corrected[1].pk}/"), "correction")
    assert "Đính chính bản công bố số 1 5 điểm khác" in found
    assert "Sở Y tế đính chính số liệu" in found
    assert "2 Chữ ký số trạng thái Không đạt Đạt" in found
    assert "kết quả 97,22 % (7.001/7.201) 100,00 % (7.201/7.201)" in found


def test_tampered_edition_shouts_and_shows_no_figure(page, coordinates):
    edition = Edition.objects.get()
    tamper(edition)
    for address in (f"/editions/{edition.pk}/", f"/editions/{edition.pk}/content.json"):
        answer = coordinates.get(address)
        assert answer.status_code == 500
        assert "Bản công bố này không còn khớp mã băm" in card(answer, "alarm")
        assert "66,67" not in answer.content.decode()


def test_correction_of_a_tampered_edition_says_that_nothing_can_be_compared(corrected, coordinates):
    tamper(corrected[0])
    found = card(coordinates.get(f"/editions/{corrected[1].pk}/"), "correction")
    assert "không thể nêu các điểm khác" in found


# --- The list ----------------------------------------------------------------------------------------------
def test_list_names_every_edition_the_newest_first(corrected, coordinates):
    found = card(coordinates.get("/editions/"), "list-title")
    assert found.index("Bản công bố số 2") < found.index("Bản công bố số 1")
    assert "3/3 (Dữ liệu minh họa)" in found
    assert "Hiện hành" in found
    assert "Đã được thay thế" in found


def test_list_of_one_unit(corrected, coordinates, places):
    make_edition(places.dak_lak, make_period("2023"))
    assert "Đắk Lắk" in card(coordinates.get("/editions/"), "list-title")
    assert "Đắk Lắk" not in card(coordinates.get("/editions/", {"unit": "P58"}), "list-title")


def test_list_without_editions_says_so(coordinates):
    assert "Chưa có bản công bố" in words(coordinates.get("/editions/"))


def test_coordinator_is_offered_ended_periods_with_results(corrected, coordinates, plan):
    html = coordinates.get("/editions/").content.decode()
    assert 'value="P58/2023"' in html
    assert "Ninh Thuận (đến năm 2025) · Năm 2023 · đã có bản số 2" in html


def test_nobody_else_is_offered_to_close(corrected, client, leader):
    client.force_login(leader)
    assert 'action="/editions/close/"' not in client.get("/editions/").content.decode()
    page = client.get(f"/editions/{corrected[1].pk}/").content.decode()
    assert "/editions/close/" not in page


# --- Closing -----------------------------------------------------------------------------------------------
def test_preview_shows_what_would_be_frozen(plan, coordinates):
    answer = coordinates.get(CLOSE)
    assert "2 /3 chỉ tiêu đạt và vượt" in card(answer, "headline")
    assert "Đã làm xong" in card(answer, "narratives")
    assert not Edition.objects.exists()


def test_preview_warns_of_reports_that_are_not_approved(owing, coordinates):
    found = words(coordinates.get(CLOSE), 'class="awaited"', "</form>")
    assert "1 báo cáo chưa được duyệt" in found
    assert "Huyện Thuận Bắc · Nháp" in found


def test_closing_with_a_tick_for_what_is_not_approved(owing, coordinates):
    seen = coordinates.get(CLOSE).context["now"].digest
    refused = coordinates.post(CLOSE, {"seen": seen})
    assert refused.status_code == 422
    assert "xin xác nhận vẫn chốt" in words(refused)
    done = coordinates.post(CLOSE, {"seen": seen, "confirmed": "on", "is_internal": "on"})
    edition = Edition.objects.get()
    assert done["Location"] == f"/editions/{edition.pk}/"
    assert (edition.digest, edition.is_internal) == (seen, True)


def test_preview_says_why_it_cannot_be_closed(plan, coordinates, pin_today):
    Job.objects.create(unit=plan.unit, period=plan.period)
    pin_today(date(2023, 12, 31))
    html = coordinates.get(CLOSE).content.decode()
    assert "Kỳ chưa kết thúc" in html
    assert "đang được tính" in html
    assert '<button class="button button-main"' not in html
    assert coordinates.post(CLOSE, {"confirmed": "on"}).status_code == 422
    assert not Edition.objects.exists()


def test_figures_that_changed_after_the_preview_are_shown_again(plan, coordinates):
    seen = coordinates.get(CLOSE).context["now"].digest
    Attainment.objects.filter(pk=plan.missed.pk).update(numerator=7201, status="met", met=True)
    refused = coordinates.post(CLOSE, {"seen": seen})
    assert "Số liệu đã thay đổi từ lúc xem trước" in words(refused)
    assert "3 /3 chỉ tiêu đạt và vượt" in card(refused, "headline")
    assert coordinates.post(CLOSE, {"seen": refused.context["now"].digest}).status_code == 302


def test_correction_is_previewed_with_its_differences(plan, close, coordinates):
    close()
    Attainment.objects.filter(pk=plan.missed.pk).update(numerator=7201, status="met", met=True)
    answer = coordinates.get(CLOSE)
    assert "2 Chữ ký số trạng thái Không đạt Đạt" in card(answer, "differences")
    refused = coordinates.post(CLOSE, {"reason": " "})
    assert "Cần ghi lý do đính chính bản công bố số 1" in words(refused)
    coordinates.post(CLOSE, {"reason": "Đính chính"})
    assert Edition.objects.get(number=2).reason == "Đính chính"


def test_only_the_coordinator_sends(plan, client, leader):
    client.force_login(leader)
    assert client.post(CLOSE, {"confirmed": "on"}).status_code == 404
    assert not Edition.objects.exists()


def test_address_with_a_character_that_no_database_holds_is_no_error(plan, coordinates):
    for address in ("/editions/close/?unit=%00&period=2023", "/editions/close/?unit=P58&period=%00"):
        assert coordinates.get(address).status_code == 404


# --- The overview ------------------------------------------------------------------------------------------
def test_overview_leads_to_the_newest_edition(corrected, coordinates):
    answer = coordinates.get("/", {"unit": "P58", "period": "2023"})
    assert "Bản công bố số 2 ngày" in card(answer, "headline")
    assert f'href="/editions/{corrected[1].pk}/"' in answer.content.decode()


def test_overview_without_an_edition_says_nothing_of_one(plan, coordinates):
    assert "Bản công bố số" not in words(coordinates.get("/", {"unit": "P58", "period": "2023"}))


# --- Queries -----------------------------------------------------------------------------------------------
def counted(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_list_asks_the_same_for_2_20_and_200_editions(coordinates, places):
    counts = set()
    for more in (2, 18, 180):
        first = 1 + Edition.objects.count()
        for number in range(first, first + more):
            make_edition(places.khanh_hoa, make_period("2023"), number)
        counts.add(counted(coordinates, "/editions/"))
    assert len(counts) == 1
    assert max(counts) <= 12


def test_page_asks_the_same_for_2_20_and_200_targets(coordinates, close):
    counts = set()
    for number in (2, 20, 200):
        unit = make_unit("province")
        fill(unit, number)
        edition = close(unit=unit, period=make_period("2023-Q4"))
        assert len(json.loads(edition.raw)["targets"]) == number
        counts.add(counted(coordinates, f"/editions/{edition.pk}/"))
    assert len(counts) == 1
    assert max(counts) <= 9
