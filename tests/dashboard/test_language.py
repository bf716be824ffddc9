"""Pages speak Vietnamese until the reader switches; programs choose by their header."""

import pytest

LOGIN = "/accounts/login/"


@pytest.mark.parametrize("address", [LOGIN, "/api/docs/"])
@pytest.mark.parametrize("asked", ["", "en", "en-US,en;q=0.9", "fr"])
def test_page_speaks_vietnamese_whatever_the_browser_asks(client, db, address, asked):
    page = client.get(address, headers={"Accept-Language": asked})
    assert page["Content-Language"] == "vi"
    assert '<html lang="vi"' in page.content.decode()


def test_page_follows_the_readers_switch(client, db):
    client.post("/i18n/setlang/", {"language": "en", "next": LOGIN})
    assert '<html lang="en"' in client.get(LOGIN).content.decode()


def test_page_ignores_a_language_nobody_offers(client, db):
    client.cookies["django_language"] = "xx"
    assert client.get(LOGIN)["Content-Language"] == "vi"


def test_page_is_cached_by_cookie_and_not_by_header(client, db):
    vary = client.get(LOGIN)["Vary"]
    assert "Cookie" in vary
    assert "Accept-Language" not in vary


def test_program_chooses_by_its_header(client, db):
    answer = client.get("/api/v1/units/?unknown=1", headers={"Accept-Language": "en"})
    assert answer["Content-Language"] == "en"
