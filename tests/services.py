"""Throw-away PostgreSQL and Redis: on free loopback ports, in memory where there is some, gone afterwards."""

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from config.trial import die_with_parent

OLDEST_POSTGRES = 15
STARTS_WITHIN = 30
# A container's shared memory can be as small as 64 MB, which a test database outgrows.
ROOM_IN_MEMORY = 1_500_000_000
WHERE_POSTGRES_IS = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt")


class MissingError(Exception):
    """A service whose programs are not here; the message says which."""


def postgres_programs() -> Path:
    """The folder with initdb and postgres of the newest version."""
    found = [Path(where).glob("*/bin/initdb") for where in WHERE_POSTGRES_IS]
    folders = [program.parent for programs in found for program in programs]
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    versions = {folder: _postgres_version(folder) for folder in folders if (folder / "postgres").exists()}
    if not versions:
        raise MissingError("initdb and postgres not found")
    newest = max(versions, key=lambda folder: versions[folder])
    if versions[newest] < OLDEST_POSTGRES:
        raise MissingError(f"PostgreSQL {versions[newest]} found, {OLDEST_POSTGRES} or newer needed")
    return newest


def redis_program() -> str:
    program = shutil.which("redis-server")
    if program is None:
        raise MissingError("redis-server not found")
    return program


def chromium_program() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if program := shutil.which(name):
            return program
    raise MissingError("chromium not found")


@contextlib.contextmanager
def postgres(programs: Path, **settings: str) -> Iterator[str]:
    """A running server with these settings of its own; gives its DATABASE_URL."""
    with folder("portal-postgres-") as home:
        person = _person_for_postgres(home)
        password = secrets.token_hex(16)
        (home / "password").write_text(password)
        data = home / "data"
        subprocess.run(
            [
                *(programs / "initdb", "-D", data, "-U", "portal", f"--pwfile={home / 'password'}"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=home,
            user=person,
        )
        port = free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": "",
            # Nothing here has to outlive a crash.
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "shared_buffers": "256MB",
            "max_wal_size": "1GB",
            # As docker-compose.yml starts it.
            "jit": "off",
            **settings,
        }
        line = [str(programs / "postgres"), "-D", str(data)]
        line += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        url = f"postgres://portal:{password}@127.0.0.1:{port}/postgres"
        with _running(line, home, port, stop_by=signal.SIGINT, person=person, ready=lambda: _accepts(url)):
            yield url


@contextlib.contextmanager
def redis(program: str) -> Iterator[str]:
    """A running server; gives its REDIS_URL without the number of a database."""
    with folder("portal-redis-") as home:
        port = free_port()
        line = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(home)]
        line += ["--save", "", "--appendonly", "no", "--databases", "16"]
        with _running(line, home, port, stop_by=signal.SIGTERM, person=None, ready=lambda: True):
            yield f"redis://127.0.0.1:{port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def _running(
    line: list[str],
    folder: Path,
    port: int,
    *,
    stop_by: signal.Signals,
    person: str | None,
    ready: Callable[[], bool],
) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            line,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            user=person,
            # Ctrl-C is for the tests; the service is stopped once they have let go of it.
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
    try:
        give_up = time.monotonic() + STARTS_WITHIN
        while not (_listens(port) and ready()):
            if process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"{Path(line[0]).name} did not start: {log.read_text()[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(stop_by)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def folder(prefix: str) -> Iterator[Path]:
    """A fresh folder, in memory where there is room; removed afterwards."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_IN_MEMORY
    made = Path(tempfile.mkdtemp(prefix=prefix, dir=memory if roomy else None))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _person_for_postgres(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root, so root starts it as somebody else, who must own the folder."""
    if os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            shutil.chown(folder, name)
            return name
    raise MissingError("root needs a user postgres to start PostgreSQL")


def _postgres_version(folder: Path) -> int:
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"(\d+)", answer.stdout)
    return int(number.group(1)) if number else 0


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _accepts(url: str) -> bool:
    import psycopg2

    try:
        psycopg2.connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True
