"""How often a client may call: whole windows of a minute, counted in the cache that all processes share.

With Redis the count is one for all web processes. The memory of a process (the trial) counts that process
alone. A cache that does not answer lets requests pass: the portal is worth more than its counter.
"""

from __future__ import annotations

import functools
import logging
import time
from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from django.core.cache import cache
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.models import ApiClient

log = logging.getLogger(__name__)

WINDOW = 60
# After a failure the cache is left alone for this long, so that each request does not wait for its time-out.
REST = 5.0


@dataclass(frozen=True, slots=True)
class Counted:
    """One request among those of its window."""

    quota: int
    used: int | None
    """None where the cache did not answer."""
    resets_in: int
    """Whole seconds, at least 1."""

    @property
    def is_over(self) -> bool:
        return self.used is not None and self.used > self.quota

    def headers(self) -> dict[str, str]:
        """`RateLimit` fields after draft-ietf-httpapi-ratelimit-headers."""
        told = {"RateLimit-Policy": f'"default";q={self.quota};w={WINDOW}'}
        if self.used is not None:
            left = max(self.quota - self.used, 0)
            told["RateLimit"] = f'"default";r={left};t={self.resets_in}'
        return told


def count(client: ApiClient, *, now: float | None = None) -> Counted:
    """Count one request of the client. Never raises, and never asks the database."""
    moment = time.time() if now is None else now
    # Windows of different clients begin at different seconds, so that not all of them come back at once.
    shifted = int(moment) + client.pk * 7
    window, passed = divmod(shifted, WINDOW)
    quota = client.rate or settings.API_RATE
    return Counted(quota, _Counter.add_one(f"api-rate:{client.pk}:{window}"), WINDOW - passed)


class _Counter:
    """The cache, left alone for a while after it failed."""

    rests_until = 0.0

    @classmethod
    def add_one(cls, key: str) -> int | None:
        if time.monotonic() < cls.rests_until:
            return None
        try:
            return _add_one(key)
        except Exception as problem:
            # Whatever a cache's client raises: no kind of it may refuse a partner.
            cls.rests_until = time.monotonic() + REST
            log.warning("API requests are not counted: the cache failed (%s)", type(problem).__name__)
            return None


def _add_one(key: str) -> int:
    """One more under the key, in one atomic step; the first of a window also sets when the key goes."""
    server = _server()
    return _in_memory(key) if server is None else _in_redis(server, key)


@functools.cache
def _server() -> redis.Redis | None:
    """The cache's server, or None in the trial.

    Django's cache would ask it twice for every request and make a client for each of both, which takes four
    times as long. Nothing is tried again: a request does not wait for a server that is away.
    """
    if not settings.REDIS_URL:
        return None
    patience: Any = settings.CACHES["default"]["OPTIONS"]
    return redis.Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0), **patience)


def _in_redis(server: redis.Redis, key: str) -> int:
    used = int(server.incr(key))
    if used == 1:
        server.expire(key, 2 * WINDOW)
    return used


def _in_memory(key: str) -> int:
    for _attempt in range(2):
        try:
            return cache.incr(key)
        except ValueError:
            if cache.add(key, 1, timeout=2 * WINDOW):
                return 1
    return 1
