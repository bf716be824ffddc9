"""How often a client may call: counted per client, told in every answer, and never a reason to fail."""

import re
import socket
import time
import timeit

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.test import APIClient

from accounts import rates
from accounts.actions import create_client
from accounts.models import ApiClient
from tests.cast import make_token

URL = "/api/v1/units/"


@pytest.fixture(autouse=True)
def awake():
    """A cache that failed in one test is asked again in the next."""
    rates._Counter.rests_until = 0.0


@pytest.fixture(autouse=True)
def one_window(monkeypatch):
    """The clock of the counter stands still, so that no test begins in one window and ends in the next."""
    moment = [1_000_000.0]
    monkeypatch.setattr(rates.time, "time", lambda: moment[0])
    return moment


def call(token, url=URL, **more):
    return APIClient().get(url, HTTP_AUTHORIZATION=f"Bearer {token}", **more)


def left(answer):
    return int(re.search(r"r=(\d+)", answer["RateLimit"])[1])


def test_answer_tells_the_policy_and_what_is_left(api_token):
    answer = call(api_token)
    assert answer["RateLimit-Policy"] == '"default";q=600;w=60'
    assert re.fullmatch(r'"default";r=599;t=([1-9]|[1-5]\d|60)', answer["RateLimit"])
    assert left(call(api_token)) == 598


def test_request_beyond_the_rate_is_told_when_to_come_again(api_client, api_token):
    ApiClient.objects.update(rate=2)
    assert [call(api_token).status_code for _each in range(3)] == [200, 200, 429]
    answer = call(api_token)
    assert "throttled" in answer.text
    resets_in = int(re.search(r"t=(\d+)", answer["RateLimit"])[1])
    assert answer["Retry-After"] == str(resets_in)
    assert 1 <= resets_in <= 60
    assert left(answer) == 0


def test_next_window_begins_anew(api_client, api_token, one_window):
    ApiClient.objects.update(rate=1)
    assert [call(api_token).status_code for _each in range(2)] == [200, 429]
    one_window[0] += int(call(api_token)["Retry-After"])
    assert call(api_token).status_code == 200


def test_clients_do_not_share_a_rate(api_client, api_token, places):
    other = make_token(create_client(name="Other", unit=places.khanh_hoa, rate=1))
    ApiClient.objects.filter(pk=api_client.pk).update(rate=1)
    assert [call(api_token).status_code for _each in range(2)] == [200, 429]
    assert call(other).status_code == 200


def test_tokens_of_a_client_share_its_rate(api_client, api_token):
    ApiClient.objects.update(rate=1)
    assert call(api_token).status_code == 200
    assert call(make_token(api_client)).status_code == 429


@pytest.mark.parametrize(
    ("url", "scopes", "code"),
    [
        (URL, "report", 403),
        (f"{URL}?nothing=1", "read", 400),
        ("/api/v1/targets/999999/", "read", 404),
        ("/api/v1/scoreboards/", "read", 400),
    ],
)
def test_refusals_are_counted_and_tell_it_too(url, scopes, code, api_client):
    answer = call(make_token(api_client, scopes=scopes), url)
    assert answer.status_code == code
    assert left(answer) == 599


def test_refused_token_uses_up_nothing(api_client, api_token):
    answer = call(api_token + "x")
    assert "RateLimit" not in answer
    ApiClient.objects.update(addresses="10.0.0.0/8")
    for _each in range(3):
        assert "RateLimit" not in call(api_token, REMOTE_ADDR="203.0.113.9")
    assert left(call(api_token, REMOTE_ADDR="10.0.0.1")) == 599


def test_people_are_not_counted(leader):
    browser = APIClient()
    browser.force_login(leader)
    assert "RateLimit" not in browser.get(URL)


def test_counting_asks_the_database_nothing(api_client):
    with CaptureQueriesContext(connection) as queries:
        rates.count(api_client)
    assert len(queries) == 0


def test_cache_that_fails_lets_requests_pass(api_client, api_token, monkeypatch, caplog):
    def fail(_key):
        raise ConnectionError("no cache")

    ApiClient.objects.update(rate=1)
    monkeypatch.setattr(rates, "_add_one", fail)
    answers = [call(api_token) for _each in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 200]
    assert all("RateLimit" not in each and each["RateLimit-Policy"] for each in answers)
    # Once, and not with every request of the seconds it is left alone.
    assert caplog.text.count("not counted") == 1


def test_server_that_is_away_costs_no_time(api_client, monkeypatch):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        away = redis.Redis(port=nobody.getsockname()[1], retry=Retry(NoBackoff(), 0), socket_timeout=0.5)
        monkeypatch.setattr(rates, "_server", lambda: away)
        began = time.monotonic()
        assert [rates.count(api_client).used for _each in range(50)] == [None] * 50
        assert time.monotonic() - began < 2


def test_cache_that_works_again_counts_again(api_client, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(rates, "_add_one", lambda _key: 1 / 0)
        assert rates.count(api_client).used is None
    assert rates.count(api_client).used is None
    rates._Counter.rests_until -= rates.REST
    assert rates.count(api_client).used == 1


def test_key_that_is_made_by_another_thread_meanwhile_is_counted(api_client, monkeypatch):
    real = type(cache._connections["default"]).add

    def late(self, key, value, **named):
        real(self, key, 5, **named)
        return real(self, key, value, **named)

    monkeypatch.setattr(type(cache._connections["default"]), "add", late)
    monkeypatch.setattr(rates, "_server", lambda: None)
    assert rates.count(api_client).used == 6


def test_counts_of_old_windows_go(api_client):
    """On Redis a key that stays would stay for ever."""
    rates.count(api_client)
    server = rates._server()
    if server is None:
        pytest.skip("needs Redis")
    [key] = server.keys("api-rate:*")
    assert 0 < server.ttl(key) <= 2 * rates.WINDOW


def test_counting_takes_little_time(api_client):
    rates.count(api_client)
    took = min(timeit.repeat(lambda: rates.count(api_client), number=50, repeat=20)) / 50
    # Over the network the time is the server's and the machine's.
    assert took < (0.005 if settings.REDIS_URL else 0.0003), took
