"""What the tests' own broker holds, and losing it."""

import shutil
from pathlib import Path

from django.conf import settings


def is_empty() -> bool:
    if settings.REDIS_URL:
        import redis

        with redis.Redis.from_url(settings.REDIS_URL) as client:
            return client.llen("celery") == 0
    return not any(Path(settings.BROKER_DIR).glob("*.msg"))


def lose() -> None:
    """Delete the folder, or flush this test process's database of the server."""
    if settings.REDIS_URL:
        import redis

        with redis.Redis.from_url(settings.REDIS_URL) as client:
            client.flushdb()
    else:
        shutil.rmtree(settings.BROKER_DIR)
