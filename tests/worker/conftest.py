"""The small world and the real processes that work on it."""

import contextlib
from collections.abc import Callable, Iterator

import pytest

from tests.worker import world as worlds
from tests.worker.world import World
from tests.workers import Process, wait_until_ready

Start = Callable[..., Process]


@pytest.fixture
def world(transactional_db: None, pin_today: Callable[..., None], request: pytest.FixtureRequest) -> World:
    """The small world; `@pytest.mark.parametrize("world", [SLOW], indirect=True)` makes its jobs slow."""
    pin_today(worlds.TODAY)
    return worlds.build(getattr(request, "param", worlds.LADDER))


@pytest.fixture
def start(world: World, empty_broker: None) -> Iterator[Start]:
    """Starts a worker or beat; every process is stopped before the database is emptied."""
    with contextlib.ExitStack() as stack:
        started: list[Process] = []

        def start_one(kind: str, name: str = "", **environment: str) -> Process:
            process = stack.enter_context(Process(kind, name, **environment))
            started.append(process)
            return process

        yield start_one
        stack.close()
        for process in started:
            # Seen only where the test fails.
            print(f"--- {process.name} ---\n{process.log.read_text()[-3000:]}")


@pytest.fixture
def start_worker(start: Start) -> Start:
    """Starts a worker and waits until it takes messages."""

    def start_and_wait(name: str = "worker", **environment: str) -> Process:
        worker = start("worker", name, **environment)
        wait_until_ready(worker)
        return worker

    return start_and_wait
