"""Real Celery worker and beat processes for tests marked `worker`, on the tests' own database and broker."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from config import trial
from indicators.models import WorkerHeartbeat
from indicators.tasks import ring

ROOT = Path(__file__).resolve().parent.parent


def database_url() -> str:
    """The address of the tests' database, for another process."""
    named = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(named['NAME']))}"
    person = f"{quote(named['USER'])}:{quote(named['PASSWORD'], safe='')}"
    return f"postgres://{person}@{named['HOST']}:{named['PORT']}/{named['NAME']}"


class Process:
    """A worker or beat, started by the very line of the trial; `with` stops it whatever happens.

    `environment` is added to that of the tests, such as JOB_LEASE_SECONDS="2".
    """

    def __init__(self, kind: str, name: str = "", **environment: str) -> None:
        self.kind = kind
        self.name = name or kind
        self.environment = environment
        self.data = Path(settings.DATA_DIR)
        self.log = self.data / f"{self.name}.log"
        self.log.unlink(missing_ok=True)
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Process":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()

    def start(self) -> None:
        (self.data / "tmp").mkdir(exist_ok=True)
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(),
            # The broker moves each message through the temporary folder: on the same disk that is one rename.
            "TMPDIR": str(self.data / "tmp"),
            **({"PORTAL_TODAY": settings.PORTAL_TODAY.isoformat()} if settings.PORTAL_TODAY else {}),
        }
        line = trial.commands(0, self.data)[self.kind]
        if self.kind == "worker":
            # Two workers on one machine need a name each.
            line += ["--hostname", f"{self.name}@tests"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                line,
                cwd=ROOT,
                env=environment | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=trial.die_with_parent,
            )

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def worker_name(self) -> str:
        """As the worker calls itself in jobs and heartbeats."""
        return f"{socket.gethostname()}:{self.pid}"

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self, seconds: float) -> int:
        """Its exit status; fails the test when it has not ended by then."""
        assert self.process is not None
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still ran after {seconds} s") from None

    def kill(self) -> None:
        """kill -9, as a crash or a lost machine does it."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def wait_for(
    condition: Callable[[], bool], *, seconds: float = 60, what: str = "the worker", every: float = 0.05
) -> None:
    """Until the condition holds; fails the test when it never does."""
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(every)


def wait_until_ready(*workers: Process) -> None:
    """Until each has said that it is alive; where several listen, the bell wakes any of them."""
    names = {worker.worker_name for worker in workers}

    def all_answered() -> bool:
        if WorkerHeartbeat.objects.filter(name__in=names).count() == len(names):
            return True
        ring()
        return False

    wait_for(all_answered, what="a worker to take messages", every=0.25)
