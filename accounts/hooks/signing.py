"""Secrets of webhooks and the signatures made with them, laid out as Standard Webhooks 1.0 has it.

`Webhook-Signature` holds one `v1,<base64>` for each secret that is valid, with a space between: the
HMAC-SHA256 of `<id>.<timestamp>.<body>`. The key is what stands after `whsec_`, decoded from base64.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
import hmac
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.models.webhooks import Webhook

MARK = "whsec_"
OVERLAP = datetime.timedelta(hours=24)
"""How long a secret that was replaced still signs beside the new one."""
TOLERANCE = datetime.timedelta(minutes=5)
"""Receivers refuse messages whose timestamp is further away than this."""
_PURPOSE = "accounts.hooks.signing"


def new_salt() -> str:
    return secrets.token_urlsafe(32)


def check_of(key: bytes) -> str:
    """A fingerprint of a key that tells nothing about it."""
    return hashlib.sha256(b"check of a webhook's key" + key).hexdigest()[:16]


def key_of(salt: str, portal_key: str | bytes | None = None) -> bytes:
    """The 256-bit key that the portal's own key and the salt give."""
    made = salted_hmac(_PURPOSE, salt, secret=portal_key or settings.SECRET_KEY, algorithm="sha256")
    return made.digest()


def secret_of(key: bytes) -> str:
    """The key as it is shown, once: `whsec_` and base64."""
    return MARK + base64.b64encode(key).decode()


def renew(webhook: Webhook, *, now: datetime.datetime | None = None) -> str:
    """Give the webhook a new secret and answer it; with ``now`` the one so far signs for a while as well."""
    if now is not None:
        webhook.old_salt, webhook.old_check = webhook.salt, webhook.check_of_secret
        webhook.old_until = now + OVERLAP
    webhook.salt = new_salt()
    key = key_of(webhook.salt)
    webhook.check_of_secret = check_of(key)
    return secret_of(key)


def keys_of(webhook: Webhook, now: datetime.datetime) -> list[bytes]:
    """The keys that sign now, the newest first; none where the portal's key was changed meanwhile."""
    newest = _known(webhook.salt, webhook.check_of_secret)
    if newest is None:
        return []
    old = None
    if webhook.old_salt and webhook.old_until is not None and webhook.old_until > now:
        old = _known(webhook.old_salt, webhook.old_check)
    return [newest] if old is None else [newest, old]


def _known(salt: str, check: str) -> bytes | None:
    for portal_key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        key = key_of(salt, portal_key)
        if hmac.compare_digest(check_of(key), check):
            return key
    return None


def sign(keys: Iterable[bytes], *, name: str, timestamp: int, body: bytes) -> str:
    """The header of a message, one signature for each key."""
    told = f"{name}.{timestamp}.".encode() + body
    made = (hmac.digest(key, told, "sha256") for key in keys)
    return " ".join("v1," + base64.b64encode(each).decode() for each in made)


def verify(secret: str, *, name: str, timestamp: str, body: bytes, signatures: str, now: int) -> bool:
    """What a receiver does: whether one of the signatures is right and the message is not an old one."""
    try:
        key = base64.b64decode(secret.removeprefix(MARK), validate=True)
        moment = int(timestamp)
    except (binascii.Error, ValueError):
        return False
    if abs(now - moment) > TOLERANCE.total_seconds():
        return False
    right = sign([key], name=name, timestamp=moment, body=body)
    return any(hmac.compare_digest(right, each) for each in signatures.split(" "))
