"""Secrets and signatures: the layout of Standard Webhooks, two secrets while one is replaced."""

import base64
import datetime
import hashlib
import hmac
from typing import Any

import pytest
from django.utils import timezone

from accounts.hooks import signing
from accounts.hooks.signing import sign, verify
from accounts.models import ApiClient, Webhook
from tests.hooks.world import make_hook

BODY = b'{"test": 2432232314}'


def test_signature_is_that_of_the_standard() -> None:
    # The example of the specification: its secret, id, timestamp, body and signature.
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = sign([key], name="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=BODY)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_signature_covers_id_timestamp_and_body() -> None:
    key = b"k" * 32
    right = sign([key], name="evt_1", timestamp=5, body=BODY)
    by_hand = hmac.new(key, b"evt_1.5." + BODY, hashlib.sha256).digest()
    assert right == "v1," + base64.b64encode(by_hand).decode()
    others = [
        sign([key], name="evt_2", timestamp=5, body=BODY),
        sign([key], name="evt_1", timestamp=6, body=BODY),
        sign([key], name="evt_1", timestamp=5, body=BODY + b" "),
        sign([b"l" * 32], name="evt_1", timestamp=5, body=BODY),
    ]
    assert right not in others


def test_verify_refuses_what_is_changed_or_old() -> None:
    secret = signing.secret_of(b"k" * 32)
    signed = sign([b"k" * 32], name="evt_1", timestamp=1000, body=BODY)

    def says(**changed: Any) -> bool:
        given: dict[str, Any] = {
            "name": "evt_1",
            "timestamp": "1000",
            "body": BODY,
            "signatures": signed,
            "now": 1000,
        }
        return verify(secret, **(given | changed))

    assert says()
    assert says(now=1300)
    assert says(signatures="v1,AAAA " + signed)
    assert not says(now=1301)
    assert not says(body=BODY + b" ")
    assert not says(name="evt_2")
    assert not says(timestamp="soon")


@pytest.fixture
def hook(api_client: ApiClient) -> Webhook:
    return make_hook(api_client)


def test_secret_is_not_stored(hook: Webhook) -> None:
    now = timezone.now()
    secret = signing.secret_of(signing.keys_of(hook, now)[0])
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    stored = " ".join(map(str, Webhook.objects.values_list().get()))
    assert secret.removeprefix("whsec_") not in stored


def test_replaced_secret_signs_for_a_day_beside_the_new_one(hook: Webhook) -> None:
    now = timezone.now()
    (old,) = signing.keys_of(hook, now)
    new = signing.renew(hook, now=now)
    keys = signing.keys_of(hook, now + datetime.timedelta(hours=23))
    assert [signing.secret_of(keys[0]), keys[1]] == [new, old]
    assert signing.keys_of(hook, now + datetime.timedelta(hours=24)) == keys[:1]


def test_changed_portal_key_signs_nothing(hook: Webhook, settings: Any) -> None:
    key = settings.SECRET_KEY
    before = signing.keys_of(hook, timezone.now())
    settings.SECRET_KEY = "another key"
    assert signing.keys_of(hook, timezone.now()) == []
    settings.SECRET_KEY_FALLBACKS = [key]
    assert signing.keys_of(hook, timezone.now()) == before
