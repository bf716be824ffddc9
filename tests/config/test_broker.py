"""The trial's broker outlives the loss of its folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection, Queue

from config.celery import app


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    folder = tmp_path / "queue"
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "control"),
    }
    with Connection("filesystem://localhost/", transport_options=options) as connection:
        yield connection


def send(connection: Connection, text: str) -> None:
    queue = Queue("bell", routing_key="bell")
    connection.Producer().publish(text, exchange="bell", routing_key="bell", declare=[queue])


def receive(connection: Connection) -> str:
    with connection.SimpleQueue(Queue("bell", routing_key="bell")) as queue:
        message = queue.get(timeout=2)
        message.ack()
        return message.payload


def test_broker_carries_a_message(connection: Connection) -> None:
    send(connection, "ring")
    assert receive(connection) == "ring"


def test_broker_works_on_after_its_folder_is_deleted(connection: Connection, tmp_path: Path) -> None:
    send(connection, "lost")
    shutil.rmtree(tmp_path / "queue")
    producer = connection.Producer()
    # No declaration: what was declared at the start is all that a running process has.
    producer.publish("ring", exchange="bell", routing_key="bell")
    assert receive(connection) == "ring"


def test_broker_folder_is_for_its_owner_only(connection: Connection, tmp_path: Path) -> None:
    send(connection, "ring")
    assert (tmp_path / "queue").stat().st_mode & 0o077 == 0


def test_celery_sends_over_it_without_a_result_backend() -> None:
    transport = app.connection_for_write("filesystem://localhost/").transport
    assert type(transport).__module__ == "config.broker"
    assert app.conf.result_backend is None
    assert app.conf.task_acks_late is True


def test_beat_schedule_names_tasks_that_exist() -> None:
    app.loader.import_default_modules()
    tasks = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert tasks <= set(app.tasks)
