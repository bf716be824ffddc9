"""Where a client may call from: ranges as they are typed, kept and compared; proxies that are believed."""

import pytest
from django.core.exceptions import ValidationError
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

from accounts.actions import change_client
from accounts.addresses import MOST_RANGES, parse_ranges
from accounts.models import ApiClient, ApiToken

URL = "/api/v1/units/"


# --- As they are typed --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        (" \n ", ""),
        ("10.1.0.0/16", "10.1.0.0/16"),
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7/32", "192.0.2.7"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("2001:db8:0:0::1", "2001:db8::1"),
        ("10.0.0.0/8, 2001:db8::/32;192.0.2.1\n10.0.0.0/8", "10.0.0.0/8 2001:db8::/32 192.0.2.1"),
    ],
)
def test_ranges_are_kept_in_one_spelling(typed, kept):
    assert parse_ranges(typed) == kept
    assert parse_ranges(kept) == kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("10.1.0.0/33", "10.1.0.0/33"),
        ("10.1/16", "10.1/16"),
        ("portal.gov.vn", "portal.gov.vn"),
        ("10.1.2.3/16", "10.1.0.0/16"),
        ("2001:db8::1/32", "2001:db8::/32"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("::/0", "::/0"),
        ("fe80::1%eth0/64", "fe80::1%eth0/64"),
        ("<b>", "<b>"),
    ],
)
def test_range_that_is_none_is_named(typed, words):
    with pytest.raises(ValidationError) as refused:
        parse_ranges(typed)
    assert words in refused.value.messages[0]


def test_every_wrong_range_is_named_at_once():
    with pytest.raises(ValidationError) as refused:
        parse_ranges("10.0.0.0/8 x y")
    assert len(refused.value.messages) == 2


def test_ranges_are_not_endless():
    many = [f"10.0.{n}.0/24" for n in range(MOST_RANGES + 1)]
    assert len(parse_ranges(" ".join(many[:-1])).split()) == MOST_RANGES
    with pytest.raises(ValidationError):
        parse_ranges(" ".join(many))


# --- As they are compared -----------------------------------------------------------------------------------
def call(token, address, **headers):
    return APIClient().get(URL, HTTP_AUTHORIZATION=f"Bearer {token}", REMOTE_ADDR=address, **headers)


@pytest.mark.parametrize(
    ("ranges", "address", "code"),
    [
        ("", "203.0.113.9", 200),
        ("10.1.0.0/16", "10.1.255.255", 200),
        ("10.1.0.0/16", "10.2.0.0", 403),
        ("192.0.2.7", "192.0.2.7", 200),
        ("192.0.2.7", "192.0.2.8", 403),
        ("192.0.2.0/24 10.0.0.0/8", "10.9.9.9", 200),
        ("2001:db8::/32", "2001:db8:ffff::1", 200),
        ("2001:db8::/32", "2001:db9::1", 403),
        ("2001:db8::/32", "10.0.0.1", 403),
        ("10.0.0.0/8", "::ffff:10.0.0.1", 200),
        ("10.0.0.0/8", "::10.0.0.1", 403),
        ("10.0.0.0/8", "", 403),
        ("10.0.0.0/8", "not an address", 403),
        ("", "not an address", 200),
    ],
)
def test_call_from_an_address(ranges, address, code, api_client, api_token):
    ApiClient.objects.update(addresses=ranges)
    answer = call(api_token, address)
    assert answer.status_code == code
    if code == 403:
        assert "address_not_allowed" in answer.text


@pytest.fixture
def behind(settings):
    """So many proxies of our own stand in front."""

    def stand(number):
        settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": number}
        assert number == api_settings.NUM_PROXIES

    return stand


@pytest.mark.parametrize(
    ("proxies", "forwarded", "code"),
    [
        (0, "10.0.0.1", 403),  # nobody of ours wrote it
        (1, "10.0.0.1", 200),
        (1, "10.0.0.1, 203.0.113.9", 403),  # the caller wrote the first one
        (1, "203.0.113.9, 10.0.0.1", 200),
        (2, "10.0.0.1, 192.168.0.1", 200),
        (2, "10.0.0.1, 203.0.113.9, 192.168.0.1", 403),
        (1, "10.0.0.1:51234", 200),
        (1, "[2001:db8::1]:443", 200),
        (1, "2001:db8::1", 200),
    ],
)
def test_address_is_told_by_trusted_proxies_alone(proxies, forwarded, code, behind, api_client, api_token):
    behind(proxies)
    ApiClient.objects.update(addresses="10.0.0.0/8 2001:db8::/32")
    assert call(api_token, "192.168.0.1", HTTP_X_FORWARDED_FOR=forwarded).status_code == code


def test_change_of_the_ranges_holds_at_once(api_client, api_token):
    assert call(api_token, "203.0.113.9").status_code == 200
    change_client(client=api_client, addresses="10.0.0.0/8")
    assert call(api_token, "203.0.113.9").status_code == 403


def test_refused_address_is_not_the_last_use(api_client, api_token):
    ApiClient.objects.update(addresses="10.0.0.0/8")
    call(api_token, "203.0.113.9")
    assert ApiToken.objects.get().last_used_at is None
    call(api_token, "10.0.0.9")
    assert ApiToken.objects.get().last_used_from == "10.0.0.9"


def test_last_use_from_something_that_is_no_address(api_token):
    assert call(api_token, "unix:").status_code == 200
    token = ApiToken.objects.get()
    assert token.last_used_at is not None
    assert token.last_used_from is None


def test_log_names_the_client_but_no_address_and_no_token(api_client, api_token, caplog):
    ApiClient.objects.update(addresses="10.0.0.0/8")
    call(api_token, "203.0.113.9")
    assert str(api_client.pk) in caplog.text
    assert "203.0.113.9" not in caplog.text
    assert api_token not in caplog.text
