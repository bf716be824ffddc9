"""Logs are one JSON object a line and hold no personal data."""

import json
import logging
import sys

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from config.logging import JsonFormatter


def line_of(record: logging.LogRecord) -> dict[str, object]:
    text = JsonFormatter().format(record)
    assert "\n" not in text
    return json.loads(text)


def test_log_line_of_an_error_keeps_the_traceback_on_one_line() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        record = logging.LogRecord("portal", logging.ERROR, __file__, 1, "it %s", ("failed",), sys.exc_info())
    line = line_of(record)
    assert line["message"] == "it failed"
    assert line["level"] == "error"
    assert "ValueError: broken" in str(line["traceback"])


def test_address_of_a_calendar_stands_in_no_line_of_the_log() -> None:
    secret = "/calendar/kL9-a_Zq.ics"
    try:
        raise ValueError(f"no such thing: {secret}?x=1")
    except ValueError:
        words = ("Internal Server Error: %s", (secret,))
        record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, *words, sys.exc_info())
    text = JsonFormatter().format(record)
    assert "kL9" not in text
    assert "/calendar/…" in text


@pytest.mark.django_db
def test_request_line_tells_number_and_path_but_no_person(caplog: pytest.LogCaptureFixture) -> None:
    person = get_user_model().objects.create_user(
        "nguyen.van.a", email="a@example.vn", password="secret word"
    )
    client = Client()
    client.force_login(person)
    with caplog.at_level(logging.INFO, logger="portal.request"):
        client.get("/admin/?q=private", headers={"Cookie": "", "User-Agent": "a phone"})
        client.post("/accounts/login/", {"login": "nguyen.van.a", "password": "typed secret"})
    lines = [JsonFormatter().format(record) for record in caplog.records if record.name == "portal.request"]
    assert len(lines) == 2
    first = json.loads(lines[0])
    assert (first["method"], first["path"]) == ("GET", "/admin/")
    assert isinstance(first["ms"], int)
    for private in ("nguyen", "example.vn", "private", "a phone", "typed secret", "127.0.0.1"):
        assert private not in "".join(lines)


@pytest.mark.django_db
def test_request_id_of_a_proxy_is_kept(client: Client) -> None:
    assert (
        client.get("/healthz", headers={"X-Request-ID": "0123456789abcdef"})["X-Request-ID"]
        == "0123456789abcdef"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["short", 'a" , "level": "error', "x" * 65])
def test_request_id_that_is_none_is_replaced(client: Client, given: str) -> None:
    found = client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"]
    assert found != given
    assert len(found) == 32
