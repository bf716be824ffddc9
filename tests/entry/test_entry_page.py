"""The entry page as a plain form, and the address its script saves at."""

import json
import re

import pytest
from django.test import Client

from indicators.models import Indicator, MeasurementVersion, Period, Report
from tests.entry.conftest import PERIOD, owed_indicator
from tests.factories.results import make_measurement


@pytest.fixture
def address(place):
    return f"/reports/{place.unit.ref}/{PERIOD}/"


@pytest.fixture
def browser(reporter):
    client = Client()
    client.force_login(reporter)
    return client


FULL = {
    "DI-01:commune-numerator": "9",
    "DI-01:commune-denominator": "10",
    "DI-02:commune-value": "1.234",
    "DI-03:commune-answer": "missing",
    "DI-03:commune-missing_reason": "late_source",
    "results": "Đạt",
}


def test_page_shows_what_is_owed(browser, address):
    page = browser.get(address)
    assert page.status_code == 200
    for code in ("DI-01", "DI-02", "DI-03"):
        assert code in page.text


def test_form_saves_figures_and_words(browser, address):
    answer = browser.post(address, FULL)
    assert answer.status_code == 302
    assert MeasurementVersion.objects.filter(state="draft", via="form").count() == 3
    assert Report.objects.get().results == "Đạt"
    assert 'value="1.234"' in browser.get(address).text


def test_refused_figure_keeps_what_was_typed(browser, address):
    answer = browser.post(address, FULL | {"DI-02:commune-value": "12,5"})
    assert answer.status_code == 422
    assert 'value="12,5"' in answer.text
    assert MeasurementVersion.objects.count() == 2


def test_form_sends_the_report(browser, address):
    assert browser.post(address, FULL | {"submit": "1"}).status_code == 302
    assert Report.objects.get().state == "submitted"


def test_incomplete_report_is_not_sent(browser, address):
    answer = browser.post(address, {"DI-02:commune-value": "3", "submit": "1"})
    assert answer.status_code == 422
    assert Report.objects.get().state == "draft"


@pytest.mark.parametrize("person", ["approver", "leader", "neighbour", "outsider"])
def test_only_who_reports_there_may_save(request, person, address):
    client = Client()
    client.force_login(request.getfixturevalue(person))
    assert client.post(address, FULL).status_code == 404
    assert client.post(f"{address}cells/", "{}", content_type="application/json").status_code == 404
    assert not MeasurementVersion.objects.exists()


def send(browser, address, *cells, via="form"):
    body = json.dumps({"via": via, "cells": cells})
    return browser.post(f"{address}cells/", body, content_type="application/json")


def cell(code, **fields):
    return {"indicator": code, "level": "commune", "base": 0} | fields


def test_saved_cell_is_echoed_as_understood(browser, address):
    told = send(browser, address, cell("DI-01", numerator="5233", denominator="7001")).json()
    one = told["cells"][0]
    assert (one["state"], one["echo"]["numerator"], one["echo"]["denominator"]) == ("saved", "5.233", "7.001")
    assert one["result"] == "74,75\u00a0%"
    assert (told["progress"]["answered"], told["progress"]["owed"]) == (1, 3)


def test_ambiguous_number_names_both_readings(browser, address):
    told = send(browser, address, cell("DI-03", value="98.902")).json()["cells"][0]
    assert told["state"] == "refused"
    assert "98902" in told["findings"][0]["message"]
    assert "98,9020" in told["findings"][0]["message"]


def test_conflict_shows_the_other_value(browser, address, enter, approver):
    enter("DI-02", value="12", by=approver)
    told = send(browser, address, cell("DI-02", value="13")).json()["cells"][0]
    assert (told["state"], told["echo"]["value"], told["by"]) == ("conflict", "12", "approver")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"cells": []}',
        '{"cells": [1]}',
        '{"cells": [{"indicator": 5, "level": "x"}]}',
        '{"cells": [{"indicator": "DI-01", "level": "commune", "base": "1"}]}',
        '{"cells": [{"indicator": "DI-01", "level": "commune", "by": "me"}]}',
        '{"via": "api", "cells": [{}]}',
        '{"via": "workbook", "cells": [{"indicator": "DI-02", "level": "commune", "value": "1"}]}',
        '{"cells": [{"indicator": "DI-02", "level": "commune", "value": "1", "exact": "x"}]}',
        '{"cells": [{"indicator": "DI-02", "level": "commune", "value": "1", "note": "\\ud800"}]}',
        '{"cells": [{"indicator": "DI-02", "level": "commune", "value": "1", "note": "\\u0000"}]}',
        '{"cells": [], "words": {"results": "x"}}',
        "[" * 200_000,
    ],
)
def test_unreadable_request_is_refused(browser, address, body):
    answer = browser.post(f"{address}cells/", body, content_type="application/json")
    assert answer.status_code == 400
    assert "error" in answer.json()


def test_one_cell_twice_is_refused_and_the_others_stand(browser, address):
    told = send(
        browser, address, cell("DI-02", value="1"), cell("DI-02", value="2"), cell("DI-03", value="3")
    )
    assert [each["state"] for each in told.json()["cells"]] == ["refused", "refused", "saved"]
    assert told.json()["cells"][0]["findings"][0]["code"] == "repeated"


def test_words_are_saved_without_figures(browser, address):
    words = {"results": "Đạt", "difficulties": "", "causes": "", "proposals": ""}
    body = json.dumps({"cells": [], "words": words})
    assert browser.post(f"{address}cells/", body, content_type="application/json").status_code == 200
    assert Report.objects.get().results == "Đạt"


def test_character_that_cannot_be_stored_is_left_out(browser, address):
    note = {"DI-02:commune-value": "3", "DI-02:commune-note": "a\0b", "results": "c\0d"}
    assert browser.post(address, note).status_code == 302
    assert (MeasurementVersion.objects.get().note, Report.objects.get().results) == ("ab", "cd")


def test_stored_warning_is_told_again(browser, address, enter):
    enter("DI-02", value="3")
    MeasurementVersion.objects.update(warnings=["outlier"])
    assert "field-warning" in browser.get(address).text


def why(page, code):
    """How a row shows the field of the justification: not at all, or with its marks."""
    row = page.text.split(f'data-row="{code}:commune"')[1].split("</tbody>")[0]
    mark = re.search(r'entry-why([^"]*)" data-why( hidden)?', row)
    assert f'name="{code}:commune-justification"' in row
    if mark[2]:
        return "hidden"
    return " ".join(["shown", *mark[1].split(), *(["open"] if "<details open>" in row else [])])


def test_justification_is_asked_for_only_where_something_is_to_justify(browser, address, enter):
    enter("DI-02", value="3")
    enter("DI-03", value="3", justification="theo Nghị quyết mới")
    page = browser.get(address)
    assert [why(page, code) for code in ("DI-01", "DI-02", "DI-03")] == ["hidden", "hidden", "shown"]
    MeasurementVersion.objects.update(warnings=["outlier"])
    page = browser.get(address)
    assert [why(page, code) for code in ("DI-02", "DI-03")] == ["shown is-needed open", "shown"]


@pytest.fixture
def changed(office):
    """DI-01 had another denominator in the quarter before; a change by more than a tenth is warned of."""
    indicator = Indicator.objects.get(code="DI-01")
    indicator.definitions.update(denominator_change_percent=10)
    before = Period.objects.get(code="2026-Q2")
    make_measurement(office.phan_rang, indicator, before, level="commune", numerator=1, denominator=100)


@pytest.mark.parametrize(("send_it", "code"), [({}, 302), ({"submit": "1"}, 422)])
def test_form_that_draws_a_warning_comes_back_with_the_field(browser, address, changed, send_it, code):
    answer = browser.post(address, FULL | send_it)
    assert answer.status_code == code
    page = answer if code == 422 else browser.get(address)
    assert why(page, "DI-01") == "shown is-needed open"
    assert (
        browser.post(address, FULL | {"DI-01:commune-justification": "x", "submit": "1"}).status_code == 302
    )
    assert why(browser.get(address), "DI-01") == "shown"


def test_who_may_only_read_is_told_so(browser, address, approver):
    client = Client()
    client.force_login(approver)
    words = "số liệu do người nhập liệu"
    assert words in client.get(address).text
    assert words not in browser.get(address).text


@pytest.mark.parametrize("count", [2, 60])
def test_page_opens_in_few_queries(office, browser, address, count, django_assert_max_num_queries):
    for number in range(count):
        owed_indicator(office, f"Q-{number:02}", value_type="count", pooling="sum")
    with django_assert_max_num_queries(12):
        assert browser.get(address).status_code == 200
