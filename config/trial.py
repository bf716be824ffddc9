"""The trial: one office tries the portal on one machine, without any service.

Starts the web process, one Celery worker and beat, watches them, and stops all of them together.
"""

import ctypes
import fcntl
import hashlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Any

HOST = "127.0.0.1"
PEOPLE = ("reporter", "approver", "coordinator", "leader", "admin")
READY_WITHIN = 60
# What `make run` promises is 15 s for everything; the worker gets the most of it to finish its job.
WORKER_MAY_FINISH = 10
LARGEST_LOG = 5_000_000
# A worker that dies is started again; one that dies this often in a minute has a fault that stays.
MOST_DEATHS = 5


class TrialError(Exception):
    """What stops the trial, in one line that says how to mend it."""


# --- Before anything starts ----------------------------------------------------------------------


def port_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1024 <= int(text) <= 65535):
        raise TrialError(f"PORT={text} is no port: choose a number from 1024 to 65535 (make run PORT=8123)")
    return int(text)


def check_port(port: int) -> None:
    with socket.socket() as probe:
        # As the web server does: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise TrialError(
                f"port {port} is taken: choose another, as in make run PORT={port + 1}"
            ) from None


def prepare_folder(folder: Path) -> None:
    """Make the data folder, for its owner only, and check that it can be written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        for name in ("queue", "queue/control", "log", "tmp"):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        (folder / "tmp" / "probe").write_text("")
        (folder / "tmp" / "probe").unlink()
    except OSError as error:
        raise TrialError(
            f"cannot write to {folder}: {error.strerror}; choose another one (make run DATA_DIR=/some/folder)"
        ) from None


def lock_folder(folder: Path) -> IO[str]:
    """Held for as long as the returned file stays open: two trials never share one folder."""
    file = (folder / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise TrialError(f"a trial already runs in {folder}: stop it, or choose another DATA_DIR") from None
    return file


@dataclass
class Demo:
    """The password of the demo people, the token of the demo client, and the database that knows them."""

    password: str
    token: str
    database: str = ""

    @classmethod
    def read(cls, path: Path) -> "Demo | None":
        try:
            return cls(**json.loads(path.read_text()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError):
            raise TrialError(
                f"{path} cannot be read: delete it, and a new password and token are made"
            ) from None

    def write(self, path: Path) -> None:
        """Whole or not at all, and never readable by anybody else, not even for a moment."""
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(self), file)
        fresh.replace(path)


def demo_for(path: Path, *, wanted_password: str, make_token: Callable[[], str]) -> Demo:
    """What an earlier start kept, or a new one; a password that is asked for replaces the kept one."""
    if wanted_password and (len(wanted_password) < 8 or any(letter.isspace() for letter in wanted_password)):
        raise TrialError("DEMO_PASSWORD must have at least 8 characters and no spaces")
    demo = Demo.read(path)
    if demo is None:
        demo = Demo(password=wanted_password or secrets.token_urlsafe(9), token=make_token())
    elif wanted_password and wanted_password != demo.password:
        # The database still knows the old one: loading the demo people again sets it.
        demo = Demo(password=wanted_password, token=demo.token)
    demo.write(path)
    return demo


def fingerprint(files: list[Path]) -> str:
    """Changes when one of the files does, or when one comes or goes."""
    seen = hashlib.sha256()
    for path in sorted(files):
        state = path.stat()
        seen.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return seen.hexdigest()


# --- The processes -------------------------------------------------------------------------------


def commands(port: int, data: Path) -> dict[str, list[str]]:
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--quiet", "-A", "config"]
    return {
        "web": [
            *python,
            *("gunicorn", "-c", "python:config.gunicorn", "config.wsgi", "--bind", f"{HOST}:{port}"),
            *("--workers", "1", "--threads", "4", "--worker-tmp-dir", str(data / "tmp")),
        ],
        "worker": [
            *celery,
            *("worker", "--pool", "solo", "--loglevel", "WARNING"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ],
        "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile="],
    }


class Processes:
    """The children, each in a session of its own, so that Ctrl-C reaches them only through `stop`."""

    def __init__(self, lines: dict[str, list[str]], data: Path, *, say: Callable[[str], None]) -> None:
        self.lines = lines
        self.logs = data / "log"
        # The broker moves each message through the temporary folder: on the same disk that is one rename.
        self.environment = os.environ | {"TMPDIR": str(data / "tmp"), "PYTHONUNBUFFERED": "1"}
        self.say = say
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.deaths: list[float] = []

    def start(self) -> None:
        for name in self.lines:
            self._start(name)

    def _start(self, name: str) -> None:
        path = self.logs / f"{name}.log"
        if path.exists() and path.stat().st_size > LARGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as log:
            self.running[name] = subprocess.Popen(
                self.lines[name],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    def check(self) -> None:
        """Start a dead worker or beat again; a dead web process, or one that keeps dying, ends the trial."""
        for name, process in list(self.running.items()):
            status = process.poll()
            if status is None:
                continue
            now = time.monotonic()
            self.deaths = [death for death in self.deaths if now - death < 60] + [now]
            how = f"the {name} process ended ({_status(status)})"
            if name == "web" or len(self.deaths) >= MOST_DEATHS:
                raise TrialError(f"{how}: everything is stopped; see {self.logs / name}.log")
            self.say(f"{how} and is started again; see {self.logs / name}.log")
            self._start(name)

    def stop(self) -> None:
        for process in self.running.values():
            _signal(process, signal.SIGTERM)
        give_up = time.monotonic() + WORKER_MAY_FINISH
        for process in self.running.values():
            try:
                process.wait(max(0.0, give_up - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()


def _signal(process: "subprocess.Popen[bytes]", number: int) -> None:
    try:
        # The session's leader first asks its own children to stop; a kill has to reach those too.
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.send_signal(number)
    except ProcessLookupError:
        pass


def _find_prctl() -> Callable[[int, int], int] | None:
    try:
        return ctypes.CDLL(None).prctl
    except (OSError, AttributeError):
        return None


# Looked up beforehand: a child that runs as somebody else could not load it.
PRCTL = _find_prctl()
PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Called in a fresh child: where the system can do so, it ends when the runner is killed the hard way."""
    if PRCTL is not None:
        PRCTL(PR_SET_PDEATHSIG, signal.SIGTERM)


def _status(status: int) -> str:
    return f"killed by signal {-status}" if status < 0 else f"status {status}"


def read_health(port: int) -> dict[str, Any]:
    """The body of /healthz; empty while nothing answers."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return {"status": "failing"} if error.code != 503 else json.load(error)
    except (OSError, ValueError):
        return {}


def wait_until_ready(processes: Processes, port: int, began: float) -> None:
    """Until web, database, job queue and worker answer, the worker with a heartbeat younger than `began`."""
    health: dict[str, Any] = {}
    while time.monotonic() < began + READY_WITHIN:
        processes.check()
        health = read_health(port)
        beat = health.get("worker", {}).get("age_seconds")
        if health.get("status") == "ok" and beat is not None and beat <= time.monotonic() - began:
            return
        time.sleep(0.2)
    failing = [name for name, part in health.items() if isinstance(part, dict) and not part.get("ok")]
    what = ", ".join(failing) or ("worker" if health else "web")
    raise TrialError(f"not ready after {READY_WITHIN} s ({what}); see {processes.logs}")


class StopSignal(Exception):  # noqa: N818  not an error: somebody asked for it
    """Ctrl-C or SIGTERM."""


def stop_on_signals() -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # One is enough: a second Ctrl-C must not break off the orderly stop.
            signal.signal(each, signal.SIG_IGN)
        raise StopSignal

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)


def watch(processes: Processes) -> None:
    """Until a signal comes; also ends when the make that started the trial is gone."""
    parent = os.getppid() if "MAKELEVEL" in os.environ else None
    while parent is None or os.getppid() == parent:
        processes.check()
        time.sleep(0.5)
