"""Signing in with a real browser under the real Content-Security-Policy."""

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import get_user_model

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def complaints(page: "Page") -> list[str]:
    """What the console complains about: violations of the policy, script errors, missing files."""
    found: list[str] = []

    def keep(message: "ConsoleMessage") -> None:
        if message.type == "error":
            found.append(message.text)

    page.on("console", keep)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def test_sign_in_page_keeps_to_the_policy(live_server: Any, page: "Page", complaints: list[str]) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    assert page.locator("html").get_attribute("lang") == "vi"
    assert complaints == []


def test_sign_in_by_hand(live_server: Any, page: "Page") -> None:
    person = get_user_model().objects.create_user("nguyen", password="a long enough word")
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("input[name=login]").fill("nguyen")
    page.locator("input[name=password]").fill("a long enough word")
    page.locator("form:has(input[name=password]) [type=submit]").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    person.refresh_from_db()
    assert person.last_login is not None


def test_sign_in_with_a_wrong_password_stays_and_says_so(live_server: Any, page: "Page") -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("input[name=login]").fill("nobody")
    page.locator("input[name=password]").fill("wrong")
    page.locator("form:has(input[name=password]) [type=submit]").click()
    page.locator("[role=alert], .alert, .errorlist, .invalid-feedback").first.wait_for()
    assert "/accounts/login/" in page.url
