"""What every answer carries, and what stands open without signing in."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
LOGIN = "/accounts/login/"


def policy(header: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in header.split(";"))


@pytest.fixture
def person() -> object:
    return get_user_model().objects.create_user("nguyen", password="a long enough word")


@pytest.mark.parametrize("path", [LOGIN, "/healthz", "/no-such-page"])
def test_policy_strict_on(client: Client, path: str) -> None:
    header = client.get(path)["Content-Security-Policy"]
    found = policy(header)
    assert {name: found[name] for name in STRICT} == STRICT
    assert "unsafe" not in header


def test_headers_of_a_page(client: Client) -> None:
    page = client.get(LOGIN)
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["X-Frame-Options"] == "DENY"
    assert page["Referrer-Policy"] == "same-origin"
    assert page["Cross-Origin-Opener-Policy"] == "same-origin"


def test_sign_in_page_answers_in_vietnamese_whatever_the_browser_asks(client: Client) -> None:
    assert client.get(LOGIN)["Content-Language"] == "vi"
    assert client.get(LOGIN, headers={"Accept-Language": "en"})["Content-Language"] == "vi"


def test_sign_in_opens_a_session(client: Client, person: object) -> None:
    answer = client.post(LOGIN, {"login": "nguyen", "password": "a long enough word"})
    assert answer.status_code == 302
    assert "_auth_user_id" in client.session


def test_sign_in_is_throttled(client: Client, person: object) -> None:
    cache.clear()
    for _attempt in range(5):
        client.post(LOGIN, {"login": "nguyen", "password": "wrong"})
    client.post(LOGIN, {"login": "nguyen", "password": "a long enough word"})
    assert "_auth_user_id" not in client.session


def test_sign_up_is_closed(client: Client) -> None:
    client.post(
        "/accounts/signup/",
        {"username": "intruder", "password1": "a long enough word", "password2": "a long enough word"},
    )
    assert not get_user_model().objects.filter(username="intruder").exists()


def test_admin_signs_in_through_the_throttled_page(client: Client) -> None:
    answer = client.get("/admin/login/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(LOGIN)


def test_password_hash_is_argon2_first() -> None:
    from config import settings as real

    assert real.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def addresses(
    patterns: list[URLPattern | URLResolver], prefix: str = "/"
) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, here)
        else:
            yield here, pattern


def test_sign_in_required_everywhere_but_here() -> None:
    """A new address that is open to everybody has to be named in this list."""
    # Django's and allauth's own pages know for themselves; the API's views are tested with the API.
    elsewhere = ("/accounts/", "/admin/", "/api/")
    opened = {
        address
        for address, pattern in addresses(get_resolver().url_patterns)
        if not getattr(pattern.callback, "login_required", True) and not address.startswith(elsewhere)
    }
    # The public site of editions is a 404 unless PUBLIC_EDITIONS is set.
    public = {"/public/", "/public/<str:unit>/<str:period>/"}
    # A calendar program does not sign in; it knows the secret in the address.
    calendar = "/calendar/<str:secret>.ics"
    assert opened == {"/healthz", "/i18n/setlang/", calendar, *public}
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
