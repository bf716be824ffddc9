"""The legs of the tests: `python -m tests.legs test [arguments of pytest]` is what `make test` runs.

SQLite always; PostgreSQL and Redis, and a browser, whenever their programs are installed. The last line says
which legs ran, and why the others did not. PORTAL_REQUIRE=postgres,redis,browser turns a skip into a failure.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from tests import services

NO_TEST_CHOSEN = 5
# Two processes; a module stays in one, since loading the nation or the demonstration is done once a module.
SIDE_BY_SIDE = ["-n", "2", "--dist", "loadscope"]
NO_TEST = "ran no test"
# Autovacuum would count a table while a test's rows are not yet committed, take it for empty, and have
# later queries read it whole, once for each of its rows. tests/conftest.py sweeps instead. What `bench`
# measures has it, as any server has.
OF_TESTS = {"autovacuum": "off"}
OPTIONAL = ("postgres", "redis", "browser")
OURS = (
    *("DATABASE_URL", "REDIS_URL", "DATA_DIR", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"),
    *("PORTAL_MODE", "PORTAL_TODAY", "PORTAL_TESTS_DIR", "PORTAL_LEG", "PORTAL_CHROMIUM"),
)


class InterruptedTestsError(Exception):
    """Ctrl-C or SIGTERM: stop what was started, then end."""


@dataclass
class Leg:
    name: str
    outcome: str
    failed: bool = False


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in {"test", "bench"}:
        print("usage: python -m tests.legs test|bench [arguments]", file=sys.stderr)
        return 2
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        with contextlib.ExitStack() as stack:
            return (_test if arguments[0] == "test" else _bench)(stack, arguments[1:])
    except InterruptedTestsError:
        print("interrupted; everything that was started is stopped", file=sys.stderr)
        return 130


def _test(stack: contextlib.ExitStack, arguments: list[str]) -> int:
    required = _required()
    if required is None:
        return 2
    postgres, postgres_missing = _find(
        lambda: stack.enter_context(services.postgres(services.postgres_programs(), **OF_TESTS))
    )
    redis, redis_missing = _find(lambda: stack.enter_context(services.redis(services.redis_program())))
    chromium, browser_missing = _find(services.chromium_program)

    legs = [_pytest("sqlite", {}, [*SIDE_BY_SIDE, "-m", "not browser", *arguments])]
    if postgres:
        urls = {"DATABASE_URL": postgres, "PORTAL_LEG": "postgres"} | ({"REDIS_URL": redis} if redis else {})
        leg = _pytest("postgres", urls, [*SIDE_BY_SIDE, "-m", "not browser", *arguments])
        legs.append(leg)
        legs.append(
            Leg("redis", leg.outcome, leg.failed) if redis else _skipped("redis", redis_missing, required)
        )
    else:
        legs.append(_skipped("postgres", postgres_missing, required))
        if redis:
            legs.append(_pytest("redis", {"REDIS_URL": redis}, ["-m", "worker", *arguments]))
        else:
            legs.append(_skipped("redis", redis_missing, required))
    if chromium:
        leg = _pytest("browser", {"PORTAL_CHROMIUM": chromium}, [*SIDE_BY_SIDE, "-m", "browser", *arguments])
        # A choice of tests may hold none for the browser; all of them may not.
        leg.failed |= leg.outcome == NO_TEST and "browser" in required and not arguments
        legs.append(leg)
    else:
        legs.append(_skipped("browser", browser_missing, required))

    print("legs: " + " · ".join(f"{leg.name} {leg.outcome}" for leg in legs), flush=True)
    return 1 if any(leg.failed for leg in legs) else 0


def _bench(stack: contextlib.ExitStack, arguments: list[str]) -> int:
    try:
        url = stack.enter_context(services.postgres(services.postgres_programs()))
    except services.MissingError as missing:
        print(f"make bench measures on PostgreSQL: {missing}", file=sys.stderr)
        return 1
    redis, _missing = _find(lambda: stack.enter_context(services.redis(services.redis_program())))
    urls = {"DATABASE_URL": url} | ({"REDIS_URL": redis} if redis else {})
    return _run([sys.executable, "-m", "tests.bench", *arguments], urls)


def _required() -> set[str] | None:
    required = {name.strip() for name in os.environ.get("PORTAL_REQUIRE", "").split(",") if name.strip()}
    unknown = sorted(required - set(OPTIONAL))
    if unknown:
        print(f"PORTAL_REQUIRE names {unknown[0]!r}: it may hold {', '.join(OPTIONAL)}", file=sys.stderr)
        return None
    return required


def _find(look: Callable[[], str]) -> tuple[str, str]:
    """What was found or started, or else why not."""
    try:
        return look(), ""
    except services.MissingError as missing:
        return "", str(missing)


def _skipped(name: str, why: str, required: set[str]) -> Leg:
    if name in required:
        return Leg(name, f"missing though required ({why})", failed=True)
    return Leg(name, f"skipped ({why})")


def _pytest(name: str, environment: dict[str, str], arguments: list[str]) -> Leg:
    print(f"leg: {name}", flush=True)
    began = time.monotonic()
    with services.folder("portal-tests-") as folder:
        status = _run(
            [sys.executable, "-m", "pytest", "-q", *arguments],
            environment | {"PORTAL_TESTS_DIR": str(folder)},
        )
    if status == NO_TEST_CHOSEN:
        return Leg(name, NO_TEST)
    seconds = f"{time.monotonic() - began:.0f} s"
    return Leg(name, f"ran ({seconds})") if status == 0 else Leg(name, f"FAILED ({seconds})", failed=True)


def _run(line: list[str], environment: dict[str, str]) -> int:
    clean = {name: value for name, value in os.environ.items() if name not in OURS}
    process = subprocess.Popen(line, env=clean | environment)
    try:
        return process.wait()
    except InterruptedTestsError:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise


def _interrupt(number: int, frame: FrameType | None) -> None:
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # A second Ctrl-C must not break off the stopping of servers.
        signal.signal(each, signal.SIG_IGN)
    raise InterruptedTestsError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
