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
    """Delete the folder, or flush the server."""
    if settings.REDIS_URL:
        import redis

        with redis.Redis.from_url(settings.REDIS_URL) as client:
            client.flushall()
    else:
        shutil.rmtree(settings.BROKER_DIR)
