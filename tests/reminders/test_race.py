"""Reminders when several workers send at once, and when one dies with a message in its hands."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from accounts.models import Role
from indicators import reminders
from indicators.models import PeriodDueDay, Reminder
from indicators.reminders import CLAIM, due_reminders, send_reminders
from tests.cast import make_person
from tests.factories.cells import calendar, owe
from tests.factories.results import make_indicator
from tests.workers import ROOT, database_url

pytestmark = pytest.mark.django_db(transaction=True)

DUE_ON = date(2025, 12, 16)
WORKERS = 3
PEOPLE = 8


@pytest.fixture
def due(transactional_db, places, settings):
    """A commune whose report is due, and eight reporters who must each hear of it once."""
    settings.PORTAL_URL = "https://chitieu.example.vn/"
    calendar(2025)
    owe(places.phan_rang, make_indicator("DI-01"), "commune")
    assert PeriodDueDay.objects.get(period__code="2025-Q4", body="commune").due_on == DUE_ON
    for number in range(PEOPLE):
        make_person(f"r{number}", Role.REPORTER, places.phan_rang, email=f"r{number}@example.vn")


@pytest.fixture
def in_step(monkeypatch):
    """Every worker has found what is due before any of them claims; sending takes a moment."""
    found, send = reminders.due_reminders, mail.EmailMessage.send
    barrier = threading.Barrier(WORKERS, timeout=30)

    def found_together(day):
        due = found(day)
        barrier.wait()
        return due

    def slowly(message, *args, **words):
        time.sleep(0.02)
        return send(message, *args, **words)

    monkeypatch.setattr(reminders, "due_reminders", found_together)
    monkeypatch.setattr(mail.EmailMessage, "send", slowly)


def send_at_once():
    """Each worker with a connection of its own; how many messages each of them sent."""

    def work(_number):
        try:
            return send_reminders(DUE_ON)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as workers:
        return list(workers.map(work, range(WORKERS)))


def addressees():
    return sorted(message.to[0] for message in mail.outbox)


EVERYBODY = [f"r{number}@example.vn" for number in range(PEOPLE)]


def test_workers_at_once_send_each_message_once(due, in_step):
    counts = send_at_once()
    assert addressees() == EVERYBODY
    assert sum(counts) == PEOPLE
    assert Reminder.objects.filter(sent_at__isnull=False).count() == PEOPLE


@pytest.fixture
def claimed_by_the_dead(due):
    """Every message was claimed eleven minutes ago and never sent."""
    then = timezone.now() - CLAIM - timedelta(minutes=1)
    Reminder.objects.bulk_create(
        [Reminder(key=each.key, to=each.to, claimed_at=then) for each in due_reminders(DUE_ON)]
    )


def test_workers_at_once_take_over_each_message_of_a_dead_one_once(claimed_by_the_dead, in_step):
    counts = send_at_once()
    assert addressees() == EVERYBODY
    assert sum(counts) == PEOPLE


# A worker that the machine loses in the very call that hands the first message over.
DYING = """
import datetime, os, signal
import django
django.setup()
from django.core import mail
from indicators.reminders import send_reminders

def die(self, *args, **words):
    print(self.message()["Message-ID"], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

mail.EmailMessage.send = die
send_reminders(datetime.date(2025, 12, 16))
"""


@pytest.fixture
def died(due):
    """A real process was killed with one message claimed; gives the id the message had."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(),
        "PORTAL_URL": "https://chitieu.example.vn/",
    }
    dead = subprocess.run(
        [sys.executable, "-c", DYING], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert dead.returncode == -signal.SIGKILL, dead.stderr
    row = Reminder.objects.get()
    assert row.sent_at is None
    assert not mail.outbox
    return row, dead.stdout.strip()


def pass_on(minutes):
    """The clock of the claims moves on."""
    Reminder.objects.filter(sent_at__isnull=True).update(
        claimed_at=timezone.now() - timedelta(minutes=minutes)
    )


def test_message_of_a_killed_worker_is_neither_lost_nor_sent_twice(died):
    row, _message_id = died
    assert send_reminders(DUE_ON) == PEOPLE - 1
    assert row.to.email not in addressees()
    pass_on(minutes=11)
    assert [send_reminders(DUE_ON), send_reminders(DUE_ON)] == [1, 0]
    assert addressees() == EVERYBODY


def test_message_sent_again_after_a_kill_is_the_same_message(died):
    """Whether the dead worker had handed it over nobody can know; a mail server that has it sees its id."""
    row, message_id = died
    pass_on(minutes=11)
    send_reminders(DUE_ON)
    [again] = [message for message in mail.outbox if message.to == [row.to.email]]
    assert again.message()["Message-ID"] == message_id
    assert message_id.endswith("@chitieu.example.vn>")
    assert len({message.message()["Message-ID"] for message in mail.outbox}) == PEOPLE
