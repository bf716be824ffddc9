"""A leader asks why a target is in danger; its owner answers; both stand on the target's page."""

from datetime import date
from decimal import Decimal

import pytest
from django.core import mail

from accounts.models import AuditEntry, Role
from indicators.actions import explaining
from indicators.actions.reporting import ReportingError
from indicators.explanation_letters import send_letters
from indicators.models import Explanation
from tests.cast import make_person
from tests.dashboard.reading import card, words
from tests.factories.results import make_attainment, make_document, make_indicator, make_period, make_target

DUE = date(2026, 11, 30)


@pytest.fixture
def missed(places):
    """A target of Khánh Hòa that its department of science owns and misses."""
    plan = make_document(places.khanh_hoa, "10/KH-UBND")
    target = make_target(
        places.khanh_hoa, make_indicator("CQ-03"), plan, threshold="100", owner=places.department
    )
    return make_attainment(target, make_period("2025"), status="missed", value=Decimal("97.22"))


@pytest.fixture
def owner(places):
    return make_person(
        "owner", Role.REPORTER, agency=places.department, email="so@example.vn", full_name="Lê Thị Sở"
    )


@pytest.fixture
def asked(missed, leader):
    return explaining.ask(judged=missed, by=leader, question="Vì sao chưa đạt?", due_on=DUE, figure="97,22 %")


def address(judged):
    return f"/targets/{judged.target_id}/ask/{judged.period.code}/"


def page(judged):
    return f"/targets/{judged.target_id}/?period={judged.period.code}"


def test_leader_asks_from_the_target_page(reads, missed, owner):
    assert address(missed) in reads.get(page(missed)).content.decode()
    form = reads.get(address(missed))
    assert "Lê Thị Sở" in words(form)
    sent = reads.post(address(missed), {"question": "Vì sao chưa đạt?", "due_on": "30/11/2026"})
    assert sent.status_code == 302
    found = Explanation.objects.get()
    assert (found.question, found.due_on, found.status, found.figure) == (
        *("Vì sao chưa đạt?", DUE, "missed"),
        "97,22\u00a0%",
    )
    assert AuditEntry.objects.filter(action="explanation.ask", subject_id=str(found.pk)).exists()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"question": " ", "due_on": "30/11/2026"}, "id_question"),
        ({"question": "Vì sao?", "due_on": "20/11/2026"}, "Hạn trả lời là hôm nay hoặc sau hôm nay."),
        ({"question": "Vì sao?", "due_on": "31/02/2026"}, "id_due_on"),
    ],
)
def test_bad_request_is_told_and_nothing_is_written(reads, missed, sent, told):
    refused = reads.post(address(missed), sent)
    assert refused.status_code == 422
    assert told in refused.content.decode()
    assert not Explanation.objects.exists()


def test_owner_finds_the_request_in_their_work_and_answers(signed_in, asked, owner):
    theirs = signed_in(owner)
    assert "Vì sao chưa đạt?" in card(theirs.get("/reports/"), "asked")
    answered = theirs.post(f"/explanations/{asked.pk}/", {"answer": "Thiếu chữ ký số ở hai xã."})
    assert answered.status_code == 302
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == ("Thiếu chữ ký số ở hai xã.", owner)
    assert "Vì sao chưa đạt?" not in words(theirs.get("/reports/"))


def test_answer_stands_on_the_target_page(reads, asked, owner, missed):
    explaining.answer(explanation=asked, by=owner, words="Thiếu chữ ký số ở hai xã.")
    found = card(reads.get(page(missed)), "explanations-title")
    assert "Vì sao chưa đạt?" in found
    assert "Thiếu chữ ký số ở hai xã. Lê Thị Sở" in found


def test_one_request_at_a_time(asked, missed, leader):
    with pytest.raises(ReportingError):
        explaining.ask(judged=missed, by=leader, question="Còn nữa?", due_on=DUE, figure="")


def test_met_target_is_not_explained(reads, places):
    target = make_target(places.khanh_hoa, make_indicator("CQ-04"))
    met = make_attainment(target, make_period("2025"), status="met", value=Decimal(100))
    assert address(met) not in reads.get(page(met)).content.decode()
    assert reads.post(address(met), {"question": "Vì sao?", "due_on": "30/11/2026"}).status_code == 422


def test_who_asked_takes_the_request_back(reads, asked, owner):
    reads.post(f"/explanations/{asked.pk}/withdraw/")
    asked.refresh_from_db()
    assert asked.withdrawn_at is not None
    with pytest.raises(ReportingError):
        explaining.answer(explanation=asked, by=owner, words="Muộn rồi.")


def test_neighbour_neither_asks_nor_reads(signed_in, neighbour, missed, asked):
    theirs = signed_in(neighbour)
    assert theirs.get(page(missed)).status_code == 200
    assert "Vì sao chưa đạt?" not in words(theirs.get(page(missed)))
    assert theirs.get(address(missed)).status_code == 404
    assert theirs.get(f"/explanations/{asked.pk}/").status_code == 404


def test_leader_of_another_commune_does_not_answer(signed_in, places, asked):
    theirs = signed_in(make_person("r", Role.REPORTER, places.phan_rang))
    assert theirs.post(f"/explanations/{asked.pk}/", {"answer": "Tôi trả lời thay."}).status_code == 404


def test_coordinator_asks_about_targets_of_the_province(signed_in, coordinator, missed):
    assert signed_in(coordinator).get(address(missed)).status_code == 200


def test_reporter_does_not_ask(signed_in, owner, missed):
    assert signed_in(owner).get(address(missed)).status_code == 404


def test_owner_is_told_once_and_again_when_late(asked, owner, pin_today):
    assert [send_letters(), send_letters()] == [1, 0]
    assert "Vì sao chưa đạt?" in mail.outbox[0].body
    assert mail.outbox[0].to == ["so@example.vn"]
    pin_today(date(2026, 12, 1))
    assert [send_letters(), send_letters()] == [1, 0]
    assert mail.outbox[0].subject != mail.outbox[1].subject


def test_asker_is_told_of_the_answer(asked, owner, leader):
    leader.email = "lanhdao@example.vn"
    leader.save()
    explaining.answer(explanation=asked, by=owner, words="Thiếu chữ ký số.")
    assert send_letters() == 1
    assert mail.outbox[0].to == ["lanhdao@example.vn"]
    assert "Thiếu chữ ký số." in mail.outbox[0].body


def test_target_page_asks_for_explanations_in_one_query(
    reads, asked, missed, owner, django_assert_max_num_queries
):
    reads.get(page(missed))
    with django_assert_max_num_queries(26):
        reads.get(page(missed))
