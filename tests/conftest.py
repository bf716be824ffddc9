"""Fixtures for all tests. Those of one app stand in tests/<app>/conftest.py."""

import os
import socket
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from tests import services

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# The fixed cast of people and places is at hand in every test.
pytest_plugins = ["tests.cast"]

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "client", "admin_client"}
WORTH_SWEEPING = """
    SELECT counted.relname FROM pg_stat_user_tables AS counted JOIN pg_class ON pg_class.oid = counted.relid
    WHERE counted.n_dead_tup > 1000 OR (pg_class.reltuples = 0 AND pg_class.relpages > 0)
"""
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only the tests that use the database run again: the others would say the same twice."""
    if os.environ.get("PORTAL_LEG") != "postgres":
        return
    kept = [item for item in items if _uses_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _uses_database(item)])
    items[:] = kept


def _uses_database(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(names & DATABASE_FIXTURES)


@pytest.fixture(scope="module", autouse=True)
def swept(django_db_blocker: Any) -> Iterator[None]:
    """On PostgreSQL, nothing that a module's tests rolled back slows the next module down.

    The server of the tests has no autovacuum (tests/legs.py says why), so dead rows would only grow. A
    table that was analysed with nothing but dead rows is taken for empty however much is written to it, and
    a connection keeps the plans of its foreign keys' checks, made when the tables were: either of them reads
    whole tables row by row, which cost the demonstration three minutes.
    """
    yield
    if os.environ.get("PORTAL_LEG") == "postgres":
        with django_db_blocker.unblock():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_stat_force_next_flush()")
                cursor.execute(WORTH_SWEEPING)
                for (table,) in cursor.fetchall():
                    # FULL: a plain one leaves pages behind, and a count of no rows in them.
                    cursor.execute(f"VACUUM FULL {connection.ops.quote_name(table)}")
            connection.close()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests reach this machine and nothing else."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])
            if not (host.startswith("127.") or host in {"::1", "localhost"}):
                raise AssertionError(f"a test tried to reach {host}: tests use no network")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Counted sign-in attempts and API calls of one test must not throttle the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def in_vietnamese() -> None:
    """A request in another language leaves it active in the thread that the next test runs in."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def pin_today(settings: Any) -> Callable[[date], None]:
    """Sets the one clock of the portal to a day."""

    def pin(day: date) -> None:
        settings.PORTAL_TODAY = day

    return pin


@pytest.fixture
def empty_broker() -> Iterator[None]:
    """No message of an earlier test is left for a real worker, and none stays behind."""
    _empty_broker()
    yield
    _empty_broker()


def _empty_broker() -> None:
    if settings.REDIS_URL:
        import redis

        with redis.Redis.from_url(settings.REDIS_URL) as client:
            client.flushdb()
        return
    for message in Path(settings.BROKER_DIR).glob("*.msg"):
        message.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """A real headless Chromium; the test is skipped where there is none."""
    try:
        program = os.environ.get("PORTAL_CHROMIUM") or services.chromium_program()
    except services.MissingError as missing:
        if "browser" in os.environ.get("PORTAL_REQUIRE", ""):
            raise
        pytest.skip(str(missing))
    from playwright.sync_api import sync_playwright

    # Playwright's synchronous calls run on an event loop, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = CHROMIUM_FLAGS + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: "Browser") -> Iterator["Page"]:
    """A fresh tab of 1280 × 800 that speaks Vietnamese."""
    context = chromium.new_context(locale="vi-VN", viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()
