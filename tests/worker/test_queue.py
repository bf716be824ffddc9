"""The job queue by itself: what is claimed, what is tried again, what is dropped."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from indicators.engine import queue
from indicators.models import Attainment, Job, RollUp
from indicators.models.jobs import JobKind, JobPriority, JobState
from tests.factories.results import make_indicator, make_target
from tests.factories.units import make_unit
from tests.worker import world as worlds
from tests.worker.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(db: None, pin_today: Callable[..., None]) -> World:
    pin_today(worlds.TODAY)
    return worlds.build(ladder=10)


def take_away(job: Job, *, by: str = "rival") -> None:
    """What another worker's claim does."""
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING,
        claimed_by=by,
        attempts=job.attempts + 1,
        lease_until=timezone.now() + timedelta(minutes=1),
    )


def test_claim_prefers_approvals_to_long_jobs() -> None:
    everything = Job.objects.create(priority=JobPriority.BULK)
    approval = Job.objects.create(priority=JobPriority.APPROVAL)
    claimed = [queue.claim("worker"), queue.claim("worker"), queue.claim("worker")]
    assert claimed == [approval, everything, None]


def test_claim_lost_to_a_rival_takes_the_next_job(monkeypatch: pytest.MonkeyPatch) -> None:
    contested, other = Job.objects.create(), Job.objects.create()
    find = type(Job.objects.all()).first

    def find_too_late(jobs: Any) -> Job | None:
        found = find(jobs)
        monkeypatch.undo()
        assert found == contested
        take_away(contested)
        return found

    monkeypatch.setattr(type(Job.objects.all()), "first", find_too_late)
    assert queue.claim("worker") == other
    contested.refresh_from_db()
    assert contested.claimed_by == "rival"


def test_claim_leaves_a_job_under_its_lease_alone() -> None:
    Job.objects.create()
    assert queue.claim("first") is not None
    assert queue.claim("second") is None


def test_claim_takes_over_where_the_lease_ran_out() -> None:
    job = Job.objects.create()
    queue.claim("first")
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    taken = queue.claim("second")
    assert taken == job
    assert (taken.claimed_by, taken.attempts) == ("second", 2)


def test_run_drops_its_results_once_the_lease_is_lost(small: World) -> None:
    small.approve(small.communes[0], small.quarters[0], 900)
    job = queue.claim("first")
    assert job is not None
    take_away(job)
    with pytest.raises(queue.LeaseLostError):
        queue.run(job)
    pooled = RollUp.objects.get(
        unit=small.province, indicator=small.rate, level="total", period=small.quarters[0]
    )
    assert pooled.numerator == 3000
    assert Job.objects.get(pk=job.pk).state == JobState.RUNNING


def test_run_finishes_jobs_that_ask_for_the_same(small: World) -> None:
    first, second = small.quarters[:2]
    for numerator in (600, 700, 800):
        small.approve(small.communes[0], first, numerator)
    small.approve(small.communes[1], first, 900)
    small.approve(small.communes[0], second, 900)
    assert queue.run_next("worker")
    states = list(Job.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["done", "done", "done", "queued", "queued"]
    assert queue.run_next("worker")
    assert queue.run_next("worker")
    assert not queue.run_next("worker")
    small.assert_right()


def test_failing_job_is_tried_again_and_then_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job.objects.create(unit=make_unit("province"))

    def fail(work: Any) -> None:
        raise ZeroDivisionError("no bodies")

    monkeypatch.setattr(queue, "recompute", fail)
    for attempt in range(1, queue.MAX_ATTEMPTS + 1):
        assert queue.run_next("worker")
        job.refresh_from_db()
        assert job.attempts == attempt
        assert job.error == "ZeroDivisionError: no bodies"
        assert not queue.run_next("worker"), "tried again without a pause"
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert job.state == JobState.FAILED
    assert not queue.run_next("worker")


def test_everything_is_split_into_jobs_that_approvals_overtake() -> None:
    target = make_target(make_unit("province"))
    make_indicator()
    Job.objects.create()
    queue.run_next("worker")
    parts = Job.objects.filter(state=JobState.QUEUED)
    assert set(parts.values_list("priority", flat=True)) == {JobPriority.BULK}
    assert parts.filter(kind=JobKind.POOL, indicator__isnull=False).count() == 2
    assert [job.unit for job in parts.filter(kind=JobKind.JUDGE)] == [target.unit]


def test_everything_recomputed_by_jobs_equals_everything_recomputed_at_once(small: World) -> None:
    Attainment.objects.all().delete()
    RollUp.objects.all().delete()
    Job.objects.create()
    while queue.run_next("worker"):
        pass
    small.assert_right()


def test_drain_stops_when_asked_and_says_that_jobs_are_left() -> None:
    Job.objects.create(unit=make_unit("province"))
    assert queue.drain(lambda: True)
    assert Job.objects.get().state == JobState.QUEUED
    assert not queue.drain(lambda: False)
    assert Job.objects.get().state == JobState.DONE
