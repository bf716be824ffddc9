"""How everything is computed, in words every reader can follow."""

from indicators.engine.rules import RULES_VERSION
from indicators.models.results import Status
from tests.dashboard.reading import words


def test_rules_name_their_version(reads):
    assert f"phiên bản {RULES_VERSION}" in words(reads.get("/rules/"))


def test_rules_name_every_state(reads):
    html = reads.get("/rules/").content.decode()
    assert [status for status in Status.values if f"chip is-{status.replace('_', '-')}" not in html] == []


def test_rules_speak_english(reads):
    reads.cookies["django_language"] = "en"
    assert "17 of 23 is 73.91 %." in words(reads.get("/rules/"))


def test_rules_are_for_people_who_are_signed_in(client, db):
    assert client.get("/rules/")["Location"].startswith("/accounts/login/")


def test_stranger_on_an_open_page_may_sign_in(client, db):
    assert 'href="/accounts/login/"' in client.get("/api/docs/").content.decode()
