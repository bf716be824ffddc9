"""Many approvals, several workers: the last value wins, and what does not count yet is recognisable."""

import random

import pytest
from django.db import connection

from indicators.models import Job, MeasurementVersion
from indicators.scoreboards import scoreboard
from tests.worker import broker
from tests.worker.conftest import Start
from tests.worker.world import World, all_done
from tests.workers import wait_for, wait_until_ready

pytestmark = [pytest.mark.worker, pytest.mark.slow]


def test_approval_wakes_the_worker(world: World, start_worker: Start) -> None:
    start_worker()
    wait_for(broker.is_empty, what="the bells rung so far to be heard")
    world.approve(world.communes[0], world.quarters[0], 900)
    # There is no beat here: only the approval's own message can have woken it.
    wait_for(all_done)
    world.assert_right()


def test_two_workers_share_sixty_approvals(world: World, start: Start) -> None:
    workers = [start("worker", name) for name in ("first", "second")]
    wait_until_ready(*workers)
    seeded = random.Random(60)
    cells = world.cells[-12:]
    for _ in range(5):
        for commune, quarter in seeded.sample(cells, len(cells)):
            world.approve(commune, quarter, seeded.randrange(1001))
    wait_for(all_done)

    world.assert_right()
    assert Job.objects.count() == 60
    claimed_by = set(Job.objects.filter(attempts=1).values_list("claimed_by", flat=True))
    # On SQLite one of them may never get hold of the file in between.
    least = 2 if connection.vendor == "postgresql" else 1
    assert len(claimed_by & {worker.worker_name for worker in workers}) >= least
    # The others asked for the same as one of these and were finished along with it; none was begun twice, and
    # none was lost to the other worker after its work was done.
    assert set(Job.objects.values_list("attempts", flat=True)) <= {0, 1}
    for worker in workers:
        assert "job lease lost" not in worker.log.read_text()


def test_ten_versions_of_one_cell_end_with_the_last(world: World, start_worker: Start) -> None:
    start_worker()
    commune, quarter = world.communes[0], world.quarters[3]
    for numerator in range(1000, 0, -100):
        world.approve(commune, quarter, numerator)
    wait_for(all_done)
    versions = MeasurementVersion.objects.filter(measurement__unit=commune, measurement__period=quarter)
    assert versions.filter(state="superseded").count() == 10
    assert world.numerators[commune.pk, quarter.pk] == 100
    world.assert_right()


def test_scoreboard_says_what_waits_while_no_worker_runs(world: World, start_worker: Start) -> None:
    quarter = world.quarters[-1]
    for commune in world.communes[:3]:
        world.approve(commune, quarter, 1000)
    stale = scoreboard(world.province, quarter)
    assert stale.pending
    assert stale.pending_jobs == 3
    assert stale.met_total == world.ladder // 2
    assert world.met_in(quarter) == 75

    start_worker()
    wait_for(all_done)
    fresh = scoreboard(world.province, quarter)
    assert not fresh.pending
    assert fresh.met_total == 75
    assert fresh.computed_at
    assert stale.computed_at
    assert fresh.computed_at > stale.computed_at
    world.assert_right()
