"""The approver's page, the history and opening again."""

from datetime import timedelta

import pytest
from django.test import Client

from indicators.actions import reviewing
from indicators.models import Measurement, MeasurementVersion, Report
from tests.entry.conftest import PERIOD


@pytest.fixture
def sent(enter, place, reporter):
    enter("DI-01", numerator="9", denominator="10", note="theo sổ")
    enter("DI-02", value="12")
    enter("DI-03", value="1,5")
    reviewing.submit_report(place=place, by=reporter)
    return place


@pytest.fixture
def address(place):
    return f"/reports/{place.unit.ref}/{PERIOD}/review/"


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def waiting():
    return list(MeasurementVersion.objects.filter(state="submitted").values_list("pk", flat=True))


def test_page_shows_what_waits(sent, approver, address):
    page = signed_in(approver).get(address).text
    assert page.count('name="version"') == 3
    assert "90,00\u00a0%" in page
    assert "theo sổ" in page


def test_reporter_sees_but_cannot_decide(sent, reporter, address):
    client = signed_in(reporter)
    assert 'name="version"' not in client.get(address).text
    assert client.post(address, {"version": waiting(), "action": "approve"}).status_code == 404


def test_approver_returns_one_and_approves_the_rest(sent, approver, address):
    client = signed_in(approver)
    one, *rest = waiting()
    assert (
        client.post(address, {"version": [one], "action": "return", "reason": "Xem lại"}).status_code == 302
    )
    assert client.post(address, {"version": rest, "action": "approve"}).status_code == 302
    assert Measurement.objects.exclude(answer="unanswered").count() == 2
    assert Report.objects.get().state == "returned"


def test_reason_that_no_browser_sends_is_kept_without_what_cannot_be_stored(sent, approver, address):
    """PostgreSQL refuses a NUL in a text, and the page would end in an error."""
    client, one = signed_in(approver), waiting()[0]
    wanted = {"version": [one], "action": "return", "reason": " Xem\0 lại "}
    assert client.post(address, wanted).status_code == 302
    assert MeasurementVersion.objects.get(pk=one).reason == "Xem lại"


def test_return_without_reason_keeps_the_choice(sent, approver, address):
    one = waiting()[0]
    page = signed_in(approver).post(address, {"version": [one], "action": "return"})
    assert page.status_code == 422
    assert f'value="{one}" aria-label="DI-01" checked' in page.text
    assert len(waiting()) == 3


@pytest.mark.parametrize("chosen", [[], ["x"], ["999999"], ["9" * 30]])
def test_nothing_valid_chosen_changes_nothing(sent, approver, address, chosen):
    assert signed_in(approver).post(address, {"version": chosen, "action": "approve"}).status_code == 422
    assert len(waiting()) == 3


@pytest.mark.parametrize("person", ["neighbour", "outsider"])
@pytest.mark.parametrize("page", ["", "review/", "history/", "reopen/"])
def test_strangers_find_nothing(request, place, person, page):
    client = signed_in(request.getfixturevalue(person))
    assert client.get(f"/reports/{place.unit.ref}/{PERIOD}/{page}").status_code == 404


def test_history_shows_decisions(sent, approver, reporter, address):
    reviewing.approve_cells(place=sent, version_ids=waiting(), by=approver)
    page = signed_in(reporter).get(address.replace("review", "history"))
    assert page.status_code == 200
    assert page.text.count("DI-0") == 3
    assert "9/10" in page.text


def test_locked_report_is_opened_again_by_the_approver(sent, approver, reporter, address, pin_today):
    reviewing.approve_cells(place=sent, version_ids=waiting(), by=approver)
    page = address.replace("review", "reopen")
    assert signed_in(approver).get(page).status_code == 404
    day = sent.locks_after + timedelta(days=1)
    pin_today(day)
    assert signed_in(reporter).get(page).status_code == 404
    client = signed_in(approver)
    assert client.get(page).status_code == 200
    assert client.post(page, {"until": "xx", "reason": "Sửa"}).status_code == 422
    until = (day + timedelta(days=5)).strftime("%d/%m/%Y")
    assert client.post(page, {"until": until, "reason": "Sửa"}).status_code == 302
    assert Report.objects.get().reopened_until == day + timedelta(days=5)


def test_approved_figure_is_withdrawn_with_a_reason(sent, approver, reporter, address):
    page = address.replace("review/", "withdraw/DI-02/commune/")
    client = signed_in(approver)
    assert client.get(page).status_code == 404
    reviewing.approve_cells(place=sent, version_ids=waiting(), by=approver)
    assert signed_in(reporter).get(page).status_code == 404
    assert "12" in client.get(page).text
    assert client.post(page, {"reason": " "}).status_code == 422
    assert client.post(page, {"reason": "Nhầm đơn vị"}).status_code == 302
    cell = Measurement.objects.get(indicator__code="DI-02")
    assert (cell.answer, cell.approved_version) == ("unanswered", None)
    assert Report.objects.get().state == "draft"
    assert "Nhầm đơn vị" in client.get(address.replace("review", "history")).text
