"""Health checks of the containers: `python -m config.probe web|worker|beat` ends with 0 or 1.

Narrower than /healthz, which is about the portal as a whole: a container must not be called ill, and started
again, for the fault of another.
"""

import json
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from config.celery import app

# Beat writes its schedule every three minutes.
OLDEST_SCHEDULE = 600


def web(address: str = "http://127.0.0.1:8000") -> bool:
    """The web process answers and reaches its database."""
    headers = {"Host": settings.ALLOWED_HOSTS[0].removeprefix("."), "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(f"{address}/healthz", headers=headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            body = json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            body = json.load(error) if error.code == 503 else {}
    return bool(body.get("database", {}).get("ok"))


def worker() -> bool:
    """The worker of this container answers over the broker."""
    return bool(app.control.ping(destination=[f"celery@{socket.gethostname()}"], timeout=10))


def beat() -> bool:
    """Beat has written its schedule lately."""
    schedule = Path(settings.CELERY_BEAT_SCHEDULE_FILENAME)
    written = [path.stat().st_mtime for path in schedule.parent.glob(f"{schedule.name}*")]
    return bool(written) and time.time() - max(written) < OLDEST_SCHEDULE


PROBES: dict[str, Callable[[], bool]] = {"web": web, "worker": worker, "beat": beat}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in PROBES:
        print(f"usage: python -m config.probe {'|'.join(PROBES)}", file=sys.stderr)
        return 2
    try:
        return 0 if PROBES[arguments[0]]() else 1
    except (OSError, ValueError) as error:
        print(type(error).__name__, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
