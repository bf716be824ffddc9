"""How everything is computed is open to everybody."""

from indicators.engine.rules import RULES_VERSION
from indicators.models.results import Status
from tests.dashboard.reading import words


def test_rules_are_open_without_signing_in(client, db):
    page = client.get("/rules/")
    assert page.status_code == 200
    assert f"phiên bản {RULES_VERSION}" in words(page)


def test_rules_name_every_state(client, db):
    html = client.get("/rules/").content.decode()
    assert [status for status in Status.values if f"chip is-{status.replace('_', '-')}" not in html] == []


def test_rules_speak_english(client, db):
    client.cookies["django_language"] = "en"
    assert "17 of 23 is 73.91 %." in words(client.get("/rules/"))


def test_stranger_on_an_open_page_may_sign_in(client, db):
    assert 'href="/accounts/login/"' in client.get("/rules/").content.decode()
