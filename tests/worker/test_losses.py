"""Nothing is lost: not with a killed worker, not with a lost broker, not with a worker asked to stop."""

import signal

import pytest
from django.db import connection
from django.utils import timezone

from indicators.models import Job, RollUp
from indicators.models.jobs import JobState
from indicators.tasks import ring
from tests.worker import broker
from tests.worker.conftest import Start
from tests.worker.moments import wait_until_in_mid_job
from tests.worker.world import SLOW, World, all_done
from tests.workers import wait_for, wait_until_ready

pytestmark = [pytest.mark.worker, pytest.mark.slow]
slow_jobs = pytest.mark.parametrize("world", [SLOW], indirect=True)


@slow_jobs
def test_job_of_a_killed_worker_is_taken_over(world: World, start: Start, start_worker: Start) -> None:
    start("beat")
    worker = start_worker(JOB_LEASE_SECONDS="2")
    quarter = world.quarters[0]
    before = RollUp.objects.get(unit=world.province, period=quarter, indicator=world.rate, level="total")
    world.approve(world.communes[0], quarter, 700)
    job = wait_until_in_mid_job()
    worker.kill()

    job.refresh_from_db()
    assert job.state == JobState.RUNNING, "the worker was faster than the kill"
    assert RollUp.objects.get(pk=before.pk).numerator == before.numerator, "half a result was written"

    start("worker", "heir")
    wait_for(all_done, what="the heir to finish the job")
    job.refresh_from_db()
    assert job.attempts == 2
    world.assert_right()


@slow_jobs
def test_worker_that_slept_past_its_lease_leaves_the_job_right(world: World, start: Start) -> None:
    workers = [start("worker", name, JOB_LEASE_SECONDS="1") for name in ("first", "second")]
    wait_until_ready(*workers)
    world.approve(world.communes[0], world.quarters[0], 700)
    job = wait_until_in_mid_job()
    sleeper = next(worker for worker in workers if worker.worker_name == job.claimed_by)
    sleeper.signal(signal.SIGSTOP)
    wait_for(lambda: job in Job.objects.claimable_at(timezone.now()), what="the lease to run out")
    # A newer value of the same cell, which the older recompute must not overwrite. On SQLite nobody can write
    # while the sleeper holds the file.
    if connection.vendor == "postgresql":
        world.approve(world.communes[0], world.quarters[0], 900)

    def is_taken_over() -> bool:
        ring()
        return Job.objects.get(pk=job.pk).claimed_by != job.claimed_by

    if connection.vendor == "postgresql":
        wait_for(is_taken_over, what="the other worker to claim the job", every=0.25)
    sleeper.signal(signal.SIGCONT)
    wait_for(all_done)
    world.assert_right()


def test_jobs_outlive_a_broker_lost_before_any_worker_came(world: World, start: Start) -> None:
    for commune in world.communes:
        world.approve(commune, world.quarters[0], 800)
    broker.lose()
    start("beat")
    start("worker")
    wait_for(all_done, what="the sweep to find the jobs")
    world.assert_right()


def test_jobs_outlive_a_broker_lost_under_running_processes(
    world: World, start: Start, start_worker: Start
) -> None:
    start("beat")
    worker = start_worker()
    # No message tells of this job: once it is done, beat has sent a sweep over the old broker.
    Job.objects.create(unit=world.communes[0])
    wait_for(all_done, what="the first sweep")

    worker.signal(signal.SIGSTOP)
    for commune in world.communes:
        world.approve(commune, world.quarters[0], 800)
    broker.lose()
    worker.signal(signal.SIGCONT)
    wait_for(all_done, what="the sweep over the new broker")
    world.assert_right()


@slow_jobs
def test_worker_asked_to_stop_finishes_its_job_and_leaves_the_others(
    world: World, start: Start, start_worker: Start
) -> None:
    cells = world.cells[:4]
    for commune, quarter in cells:
        world.approve(commune, quarter, 800)
    worker = start("worker")
    job = wait_until_in_mid_job()
    worker.signal(signal.SIGTERM)
    assert worker.wait(10) == 0

    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert set(Job.objects.exclude(pk=job.pk).values_list("state", flat=True)) == {JobState.QUEUED}

    start("worker", "heir")
    wait_for(all_done, what="the heir to do the others")
    world.assert_right()
