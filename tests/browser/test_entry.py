"""The entry grid in a real browser: what is typed is saved, kept, told apart and never lost."""

import time

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts.models import Role
from indicators.actions.entering import CellInput, save_cells
from indicators.entry.places import place_or_404
from indicators.models import (
    Indicator,
    IndicatorDefinition,
    MeasurementVersion,
    Period,
    Report,
)
from tests.browser.entering import fill, paste, saved, stored, value
from tests.cast import make_person
from tests.factories.results import make_measurement

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_undo_takes_back_a_pasted_block(visit, address, reporter):
    page = visit(reporter, address)
    paste(page, '[name="E-10:commune-value"]', "5\n6")
    expect(page.locator('[data-row="E-11:commune"] [data-save]')).to_have_text("đã lưu")
    paste(page, '[name="E-10:commune-value"]', "7\n8")
    expect(page.locator('[name="E-11:commune-value"]')).to_have_value("8")
    page.keyboard.press("Control+z")
    expect(page.locator('[name="E-10:commune-value"]')).to_have_value("5")
    expect(page.locator('[name="E-11:commune-value"]')).to_have_value("6")


def test_ended_session_keeps_what_was_typed(visit, address, reporter):
    page = visit(reporter, address)
    page.context.clear_cookies(name="sessionid")
    page.fill('[name="E-10:commune-value"]', "5")
    page.keyboard.press("Enter")
    expect(page.locator("[data-line]")).to_contain_text("Đăng nhập lại")
    page = visit(reporter, address)
    expect(page.locator('[data-row="E-10:commune"] [data-save]')).to_have_text("đã lưu")
    assert stored() == 1


def test_two_people_see_both_figures(visit, address, reporter, places):
    page = visit(reporter, address)
    other = make_person("other", Role.REPORTER, places.phan_rang)
    place = place_or_404(other, places.phan_rang.ref, "2026-Q3")
    given = CellInput(indicator="E-10", level="commune", value="7")
    save_cells(place=place, inputs=[given], by=other, via="form")
    page.fill('[name="E-10:commune-value"]', "5")
    page.keyboard.press("Enter")
    row = page.locator('[data-row="E-10:commune"]')
    expect(row.locator("[data-conflict]")).to_contain_text("other")
    expect(row.locator("[data-conflict]")).to_contain_text("7")
    expect(page.locator('[name="E-10:commune-value"]')).to_have_value("5")
    row.get_by_role("button", name="Giữ số của tôi").click()
    expect(row.locator("[data-save]")).to_have_text("đã lưu")
    assert [int(each.value) for each in MeasurementVersion.objects.order_by("number")] == [7, 5]


def test_own_edit_on_its_way_is_no_conflict(visit, address, reporter):
    page = visit(reporter, address)
    held = []
    page.route("**/cells/", lambda route: held.append(route) if not held else route.continue_())
    fill(page, "E-10", "5")
    fill(page, "E-10", "6")
    held[0].continue_()
    expect(saved(page, "E-10")).to_have_text("đã lưu")
    expect(page.locator('[data-row="E-10:commune"] [data-conflict]')).to_be_empty()
    page.reload()
    expect(value(page, "E-10")).to_have_value("6")
    assert stored() == 2


def test_nothing_typed_is_lost_on_reload(visit, address, reporter):
    page = visit(reporter, address)
    fill(page, "E-00", "77", "numerator")
    fill(page, "E-10", "1,234")
    expect(page.locator('[data-row="E-10:commune"] [data-found]')).to_contain_text("hai cách")
    expect(page.locator("[data-progress]")).to_contain_text("1 lỗi")
    page.fill("#word-results", "Đã làm")
    page.keyboard.press("Tab")
    expect(saved(page, "E-00")).to_contain_text("chưa đủ số")
    page.wait_for_timeout(500)
    assert Report.objects.get().results == "Đã làm"
    page.reload()
    expect(value(page, "E-00", "numerator")).to_have_value("77")
    expect(value(page, "E-10")).to_have_value("1,234")
    expect(page.locator('[data-row="E-10:commune"] [data-found]')).to_contain_text("hai cách")
    expect(page.locator("#word-results")).to_have_value("Đã làm")


def test_undo_in_words_leaves_the_figures(visit, address, reporter):
    page = visit(reporter, address)
    for text in ("5", "6"):
        fill(page, "E-10", text)
        expect(saved(page, "E-10")).to_have_text("đã lưu")
    page.focus("#word-results")
    page.keyboard.type("abc")
    page.keyboard.press("Control+z")
    expect(value(page, "E-10")).to_have_value("6")


def test_block_goes_at_once_and_says_what_found_no_cell(visit, address, reporter):
    page = visit(reporter, address)
    sent = []
    page.on("request", lambda each: sent.append(each.post_data) if each.url.endswith("cells/") else None)
    paste(page, '[name="E-10:commune-value"]', '"1\n"\n2\n3')
    expect(saved(page, "E-12")).to_have_text("đã lưu")
    assert len(sent) == 1
    assert [value(page, f"E-1{n}").input_value() for n in range(3)] == ["1", "2", "3"]
    paste(page, '[name="E-28:commune-value"]', "1\n2\n3\n4")
    expect(page.locator("[data-line]")).to_contain_text("2 giá trị")


def test_refused_request_is_not_called_a_cut_line(visit, address, reporter):
    page = visit(reporter, address)
    page.route("**/cells/", lambda route: route.fulfill(status=404, body="x"))
    fill(page, "E-10", "5")
    expect(page.locator("[data-line]")).to_contain_text("không còn quyền")
    page.unroute("**/cells/")
    broken = '"indicator":"E-11"'
    page.route(
        "**/cells/",
        lambda route: route.fulfill(status=500) if broken in route.request.post_data else route.continue_(),
    )
    paste(page, '[name="E-11:commune-value"]', "1\n2")
    expect(saved(page, "E-12")).to_have_text("đã lưu")
    expect(saved(page, "E-11")).to_contain_text("không lưu được")


def test_warning_unfolds_the_field_that_answers_it(visit, address, reporter, places):
    IndicatorDefinition.objects.filter(indicator__code="E-00").update(denominator_change_percent=10)
    before = {"level": "commune", "numerator": 1, "denominator": 100}
    make_measurement(
        places.phan_rang, Indicator.objects.get(code="E-00"), Period.objects.get(code="2026-Q2"), **before
    )
    page = visit(reporter, address)
    why = value(page, "E-00", "justification")
    page.locator('[data-row="E-00:commune"] summary').click()
    expect(value(page, "E-00", "note")).to_be_visible()
    expect(why).to_be_hidden()
    page.locator('[data-row="E-00:commune"] summary').click()
    value(page, "E-00", "numerator").fill("9")
    value(page, "E-00", "denominator").fill("10")
    page.keyboard.press("Tab")
    expect(why).to_be_visible()
    expect(page.locator('[data-row="E-00:commune"] .entry-needed')).to_be_visible()
    expect(saved(page, "E-00")).to_have_text("đã lưu, cần giải trình")
    # The keyboard stays on the fold, and its next step is the field that opened.
    page.keyboard.press("Tab")
    page.keyboard.type("Số dân tăng")
    page.keyboard.press("Tab")
    expect(saved(page, "E-00")).to_have_text("đã lưu")
    expect(page.locator('[data-row="E-00:commune"] .entry-needed')).to_be_hidden()
    assert MeasurementVersion.objects.get(state="draft", number=2).justification == "Số dân tăng"


@pytest.mark.parametrize(("choice", "kept"), [("Giữ số của tôi", [7, 5]), ("Lấy số của người kia", [7])])
def test_conflict_is_decided_without_javascript(
    chromium, live_server, address, reporter, places, choice, kept
):
    context = chromium.new_context(java_script_enabled=False, locale="vi-VN")
    client = Client()
    client.force_login(reporter)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + address)
    other = make_person("other", Role.REPORTER, places.phan_rang, full_name="Trần Thị Ba")
    place = place_or_404(other, places.phan_rang.ref, "2026-Q3")
    given = CellInput(indicator="E-10", level="commune", value="7", note="theo sổ")
    save_cells(place=place, inputs=[given], by=other, via="form")
    value(page, "E-10").fill("5")
    value(page, "E-11").fill("1.000")
    page.get_by_role("button", name="Lưu", exact=True).click()
    pick = page.locator('[data-row="E-10:commune"] fieldset')
    for words in ("Trần Thị Ba", "7", "theo sổ", "5"):
        expect(pick).to_contain_text(words)
    page.get_by_label(choice).check()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("Đã lưu")
    expect(pick).to_have_count(0)
    expect(value(page, "E-10")).to_have_value(str(kept[-1]))
    of_row = MeasurementVersion.objects.filter(measurement__indicator__code="E-10")
    assert [int(each.value) for each in of_row.order_by("number")] == kept
    assert stored() == len(kept) + 1
    context.close()


def test_conflict_of_the_plain_form_is_taken_over_by_the_script(visit, address, reporter, places):
    page = visit(reporter, address)
    other = make_person("other", Role.REPORTER, places.phan_rang)
    place = place_or_404(other, places.phan_rang.ref, "2026-Q3")
    given = CellInput(indicator="E-10", level="commune", value="7")
    save_cells(place=place, inputs=[given], by=other, via="form")
    fill(page, "E-10", "5")
    expect(page.locator('[data-row="E-10:commune"] [data-conflict] button')).to_have_count(2)
    page.get_by_role("button", name="Gửi duyệt").click()
    expect(page.locator(".messages")).to_contain_text("Một số số liệu chưa được lưu")
    row = page.locator('[data-row="E-10:commune"]')
    row.get_by_role("button", name="Lấy số của người kia").click()
    expect(value(page, "E-10")).to_have_value("7")
    expect(row.locator("fieldset")).to_have_count(0)
    assert stored() == 1


@pytest.fixture
def lost(visit, address, reporter):
    """A page whose first figure, 5, was stored while its answer got lost."""
    page = visit(reporter, address)

    def lose(route):
        route.fetch()
        route.abort()

    page.route("**/cells/", lose)
    fill(page, "E-10", "5")
    expect(saved(page, "E-10")).to_have_text("chờ kết nối")
    page.unroute("**/cells/")
    assert stored() == 1
    return page


def values(code: str) -> list[int]:
    versions = MeasurementVersion.objects.filter(measurement__indicator__code=code).order_by("number")
    return [int(each.value or 0) for each in versions]


@pytest.mark.parametrize("reloads", [False, True])
def test_lost_answer_is_no_conflict_with_oneself(lost, reloads):
    if reloads:
        lost.context.set_offline(True)
    fill(lost, "E-10", "6")
    if reloads:
        lost.context.set_offline(False)
        lost.reload()
    expect(saved(lost, "E-10")).to_have_text("đã lưu")
    expect(value(lost, "E-10")).to_have_value("6")
    expect(lost.locator('[data-row="E-10:commune"] [data-conflict]')).to_be_empty()
    assert values("E-10") == [5, 6]


def test_own_figure_of_another_tab_is_not_overwritten(lost, reporter, places):
    place = place_or_404(reporter, places.phan_rang.ref, "2026-Q3")
    given = CellInput(indicator="E-10", level="commune", value="8", base=1)
    save_cells(place=place, inputs=[given], by=reporter, via="form")
    fill(lost, "E-10", "6")
    expect(lost.locator('[data-row="E-10:commune"] [data-conflict]')).to_contain_text("8")
    expect(value(lost, "E-10")).to_have_value("6")
    assert values("E-10") == [5, 8]


def test_answer_while_the_page_is_left_loses_nothing(visit, address, reporter):
    page = visit(reporter, address)
    sending = []
    page.route("**/cells/", lambda route: sending.append(route))
    with page.expect_request("**/cells/"):
        fill(page, "E-10", "5")

    def drawn_before_the_answer(route):
        drawn = route.fetch()
        sending[0].continue_()
        while not stored():
            time.sleep(0.05)
        time.sleep(0.5)
        route.fulfill(response=drawn)

    page.route(f"**{address}", drawn_before_the_answer, times=1)
    page.evaluate("setTimeout(() => location.reload(), 0)")
    page.wait_for_event("load")
    page.unroute("**/cells/")
    expect(value(page, "E-10")).to_have_value("5")
    page.reload()
    expect(value(page, "E-10")).to_have_value("5")
    assert values("E-10") == [5]
