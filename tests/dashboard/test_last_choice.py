"""What a leader last looked at opens again by itself; never an old period, never what they may not see."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from tests.dashboard.reading import words
from tests.factories.results import make_attainment, make_document, make_period, make_target

CHOSEN = {"unit": "P58", "level": "total"}


def test_last_unit_opens_again(reads, judge):
    judge("met")
    reads.get("/", CHOSEN)
    assert "Tỉnh Ninh Thuận" in words(reads.get("/"), 'id="headline"', "</h1>")


def test_document_and_level_are_kept_too(reads, judge, places, leader):
    other = make_document(places.ninh_thuan)
    judge("met")
    judge("met", document=other)
    reads.get("/", CHOSEN | {"document": other.pk})
    leader.refresh_from_db()
    assert leader.last_overview == f"unit=P58&document={other.pk}&level=total"
    assert "1/1" in words(reads.get("/"), 'id="headline"', "</h1>")


def test_period_is_always_the_latest(reads, places, plan):
    target = make_target(places.ninh_thuan, document=plan)
    for period in ("2022", "2023"):
        make_attainment(target, make_period(period), status="met")
    reads.get("/", CHOSEN | {"period": "2022"})
    assert "Năm 2023" in words(reads.get("/"), 'id="headline"', "</h1>")


def test_choice_out_of_reach_is_let_go(reads, judge, places, leader):
    judge("met")
    reads.get("/", {"unit": places.phan_rang.ref})
    Membership.objects.filter(user=leader).update(unit=places.dak_lak)
    answer = reads.get("/")
    assert answer.status_code == 200
    assert "Phường Phan Rang" not in words(answer, 'id="content"')


def test_unit_that_may_not_be_seen_is_not_kept(reads, leader, places):
    assert reads.get("/", {"unit": places.ea_kao.ref}).status_code == 404
    leader.refresh_from_db()
    assert leader.last_overview == ""


def test_same_choice_is_written_once(reads, judge):
    judge("met")
    reads.get("/", CHOSEN)
    again = []
    for _each in range(2):
        with CaptureQueriesContext(connection) as asked:
            reads.get("/", CHOSEN)
        again.append([query["sql"] for query in asked if query["sql"].startswith("UPDATE")])
    assert again == [[], []]
