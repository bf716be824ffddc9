"""Real Celery worker and beat processes for tests marked `worker`, on the tests' own database and broker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def database_url() -> str:
    """The address of the tests' database, for another process."""
    named = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(named['NAME']))}"
    person = f"{quote(named['USER'])}:{quote(named['PASSWORD'], safe='')}"
    return f"postgres://{person}@{named['HOST']}:{named['PORT']}/{named['NAME']}"


class Worker:
    """One worker process; `with` stops it whatever happens."""

    def __init__(self, name: str = "worker") -> None:
        self.log = Path(settings.DATA_DIR) / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.line = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "solo"]
        self.line += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
        self.line += ["--hostname", f"{name}@tests"]

    def __enter__(self) -> "Worker":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.line,
                cwd=ROOT,
                env=os.environ | {"DATABASE_URL": database_url(), "TMPDIR": str(settings.DATA_DIR)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """kill -9, as a crash or a lost machine does it."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def terminate(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)


def wait_for(condition: Callable[[], bool], *, seconds: float = 30, what: str = "the worker") -> None:
    """Until the condition holds; fails the test when it never does."""
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.05)
