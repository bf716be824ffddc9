"""What /healthz says, to anybody, about the database, the job queue and the worker."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from config import health
from indicators.models.jobs import Job, JobPriority, JobState, WorkerHeartbeat

pytestmark = pytest.mark.django_db


def ask() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/healthz")
    return answer.status_code, answer.json()


def living_worker(*, seconds_ago: int = 1) -> None:
    WorkerHeartbeat.objects.create(name="worker", beat_at=timezone.now() - timedelta(seconds=seconds_ago))


def waiting_job(*, seconds: int, **fields: Any) -> Job:
    return Job.objects.create(created_at=timezone.now() - timedelta(seconds=seconds), **fields)


def test_health_ok_when_everything_answers() -> None:
    living_worker()
    status, body = ask()
    assert status == 200
    assert body["status"] == "ok"
    assert body["version"]
    assert all(body[part]["ok"] for part in ("database", "job_queue", "worker"))


def test_health_fails_without_a_worker() -> None:
    status, body = ask()
    assert status == 503
    assert body["worker"] == {"ok": False, "age_seconds": None}


def test_health_fails_when_the_worker_fell_silent() -> None:
    living_worker(seconds_ago=120)
    status, body = ask()
    assert status == 503
    assert body["worker"]["age_seconds"] >= 120


def test_health_one_living_worker_is_enough() -> None:
    WorkerHeartbeat.objects.create(name="gone", beat_at=timezone.now() - timedelta(days=1))
    living_worker()
    assert ask()[0] == 200


def test_health_fails_when_an_approval_waits_too_long() -> None:
    living_worker()
    waiting_job(seconds=90)
    status, body = ask()
    assert status == 503
    assert body["job_queue"]["oldest_unclaimed_seconds"] >= 90


def test_health_ok_while_a_fresh_job_waits() -> None:
    living_worker()
    waiting_job(seconds=5)
    assert ask()[0] == 200


def test_health_long_jobs_may_wait_for_each_other() -> None:
    living_worker()
    waiting_job(seconds=90, priority=JobPriority.BULK)
    assert ask()[0] == 200
    waiting_job(seconds=3600, priority=JobPriority.BULK)
    assert ask()[0] == 503


def test_health_job_of_a_dead_worker_counts_as_unclaimed() -> None:
    living_worker()
    gone = timezone.now() - timedelta(seconds=30)
    waiting_job(seconds=120, state=JobState.RUNNING, claimed_by="gone", lease_until=gone)
    assert ask()[0] == 503


def test_health_done_job_does_not_wait() -> None:
    living_worker()
    waiting_job(seconds=900, state=JobState.DONE, finished_at=timezone.now())
    status, body = ask()
    assert status == 200
    assert body["job_queue"]["oldest_unclaimed_seconds"] is None


def test_health_fails_when_the_database_does_and_tells_no_detail(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> dict[str, Any]:
        raise DatabaseError("connection to server at 10.0.0.5 as portal refused")

    monkeypatch.setitem(health.CHECKS, "database", broken)
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] == {"ok": False}
    assert "10.0.0.5" not in answer.content.decode()


def test_health_answer_is_never_cached() -> None:
    assert "no-store" in Client().get("/healthz")["Cache-Control"]


def test_health_takes_no_other_method() -> None:
    assert Client(enforce_csrf_checks=False).post("/healthz").status_code == 405
