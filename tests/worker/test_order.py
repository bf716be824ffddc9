"""What is approved while an older value is being recomputed is never overwritten, and never forgotten.

On SQLite the file has one writer at a time: nobody can approve anything in the middle of a recompute.
"""

import signal

import pytest
from django.conf import settings

from indicators.models import Job
from indicators.models.jobs import JobState
from indicators.tasks import ring
from tests.worker.conftest import Start
from tests.worker.moments import is_waiting_for_its_turn, wait_until_judging
from tests.worker.world import SLOW, World, all_done
from tests.workers import wait_for, wait_until_ready

pytestmark = [
    pytest.mark.worker,
    pytest.mark.slow,
    pytest.mark.parametrize("world", [SLOW], indirect=True),
    pytest.mark.skipif(
        settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
        reason="on SQLite nobody writes in the middle of a recompute",
    ),
]


def test_older_recompute_never_overwrites_a_newer_one(world: World, start: Start) -> None:
    workers = [start("worker", name) for name in ("first", "second")]
    wait_until_ready(*workers)
    commune, (first, second, *_) = world.communes[0], world.quarters
    world.approve(commune, first, 700)
    older = wait_until_judging()
    sleeper = next(worker for worker in workers if worker.worker_name == older.claimed_by)
    sleeper.signal(signal.SIGSTOP)
    # The sleeper has read the figures of the second quarter too, before this one.
    world.approve(commune, second, 900)
    newer = Job.objects.latest("pk")

    def is_as_far_as_it_comes() -> bool:
        ring()
        return is_waiting_for_its_turn() or Job.objects.get(pk=newer.pk).state == JobState.DONE

    wait_for(is_as_far_as_it_comes, what="the other worker to take the newer job", every=0.25)
    sleeper.signal(signal.SIGCONT)
    wait_for(all_done)
    world.assert_right()


def test_approval_during_the_recompute_of_its_own_cell_is_not_lost(world: World, start_worker: Start) -> None:
    worker = start_worker()
    commune, quarter = world.communes[0], world.quarters[0]
    world.approve(commune, quarter, 700)
    wait_until_judging()
    worker.signal(signal.SIGSTOP)
    # The new job asks for exactly what the running one computes, but from a newer value.
    world.approve(commune, quarter, 900)
    worker.signal(signal.SIGCONT)
    wait_for(all_done)
    world.assert_right()
