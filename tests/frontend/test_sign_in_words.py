"""Signing in, out and changing a password says nothing in English on a Vietnamese page."""

import pytest

from tests.cast import make_person
from tests.dashboard.reading import words

pytestmark = pytest.mark.django_db

SECRET = "a password of tests"


@pytest.fixture
def person(client):
    make_person("officer")
    return client.post("/accounts/login/", {"login": "officer", "password": SECRET}, follow=True)


def test_sign_in_greets_nobody(person):
    assert "Successfully" not in person.content.decode()
    assert 'class="messages"' not in person.content.decode()


def test_sign_out_says_nothing_in_english(client, person):
    html = client.post("/accounts/logout/", follow=True).content.decode()
    assert "signed out" not in html


def test_changed_password_is_said_in_vietnamese(client, person):
    new = "mot mat khau khac 2026"
    sent = {"oldpassword": SECRET, "password1": new, "password2": new}
    assert "Đã đổi mật khẩu." in words(client.post("/accounts/password/change/", sent, follow=True))
