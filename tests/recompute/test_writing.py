"""What a recompute writes, what a night changes, and how many queries one cell takes."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Change, User
from indicators.actions import reporting
from indicators.actions.reporting import CellValue
from indicators.engine import queue
from indicators.engine.recompute import Work, recompute
from indicators.engine.roll_ups import Scope
from indicators.models import (
    Attainment,
    Indicator,
    Job,
    MeasurementVersion,
    RollUp,
    Target,
    WorkerHeartbeat,
)
from indicators.models.jobs import JobKind, JobPriority
from indicators.tasks import rejudge_open_periods
from provinces.models import Unit
from tests.factories.cells import aim, calendar, judged, owe, period, recompute_all, report, verdict
from tests.factories.results import make_indicator
from tests.factories.setup import make_world
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db
Q3 = "2025-Q3"


@pytest.fixture
def indicator(db: None) -> Indicator:
    calendar(2025)
    return make_indicator()


@pytest.fixture
def target(indicator: Indicator) -> Target:
    """Of a province with one commune that has reported 9 of 10."""
    province = make_unit("province")
    commune = make_unit("commune", parent=province)
    owe(commune, indicator, "commune")
    report(commune, indicator, Q3, "commune", "9/10")
    target = aim(province, indicator)
    recompute_all()
    return target


def commune_of(target: Target) -> Unit:
    return Unit.objects.get(parent=target.unit)


def approve(unit: Unit, indicator: Indicator, numerator: int, code: str = Q3) -> MeasurementVersion:
    people = [User.objects.get_or_create(username=name)[0] for name in ("enters", "approves")]
    version = reporting.enter(
        indicator=indicator,
        unit=unit,
        level="commune",
        period=period(code),
        by=people[0],
        cell=CellValue(numerator=numerator, denominator=10),
    )
    return reporting.approve(version=reporting.submit(version=version, by=people[0]), by=people[1])


def work_off() -> None:
    while queue.run_next("tests"):
        pass


def changes_since(mark: int) -> set[tuple[str, str]]:
    return set(Change.objects.filter(pk__gt=mark).values_list("resource", "operation"))


def last_change() -> int:
    return Change.objects.latest("pk").pk


def test_second_recompute_writes_nothing() -> None:
    make_world()
    recompute_all()
    mark, versions = last_change(), list(RollUp.objects.order_by("pk").values_list("pk", "version"))

    counts = recompute_all()

    assert counts.judged > 0
    assert (counts.roll_ups_written, counts.attainments_written) == (0, 0)
    assert changes_since(mark) == set()
    assert list(RollUp.objects.order_by("pk").values_list("pk", "version")) == versions


def test_first_recompute_feeds_what_it_created(target: Target) -> None:
    fed = Change.objects.filter(operation="created")

    for resource, model in (("rollup", RollUp), ("attainment", Attainment)):
        ids = fed.filter(resource=resource).order_by("object_id").values_list("object_id", flat=True)
        assert list(ids) == list(model.objects.order_by("pk").values_list("pk", flat=True))


def test_approval_feeds_only_what_it_changed(target: Target, indicator: Indicator) -> None:
    mark = last_change()

    approve(commune_of(target), indicator, 8)
    work_off()

    touched = set(RollUp.objects.filter(version=2).values_list("level", "period__code", "unit__tier"))
    assert touched == {(level, Q3, tier) for level in ("commune", "total") for tier in ("province", "nation")}
    fed = set(Change.objects.filter(pk__gt=mark, resource="rollup").values_list("object_id", "operation"))
    assert fed == {(row.pk, "updated") for row in RollUp.objects.filter(version=2)}
    assert ("attainment", "updated") in changes_since(mark)
    assert verdict(target, Q3) == "in_progress 8/10"


def test_approving_the_same_value_changes_no_result_but_its_source(
    target: Target, indicator: Indicator
) -> None:
    approve(commune_of(target), indicator, 9)
    mark = last_change()

    work_off()

    assert changes_since(mark) == set()


def test_result_of_an_own_cell_names_the_version_it_was_judged_from(indicator: Indicator) -> None:
    commune = make_unit("commune")
    owe(commune, indicator, "commune")
    on_commune = aim(commune, indicator, level="commune")
    for _time in range(2):
        version = approve(commune, indicator, 9)
        work_off()
        found = judged(on_commune, Q3)
        assert found is not None
        assert found.inputs == [
            [0, Q3, "measurement", version.measurement_id, version.number, "value", 90000, 100000, None]
        ]


def test_recompute_deletes_what_is_no_longer_owed_or_listed(target: Target, indicator: Indicator) -> None:
    indicator.obligations.all().delete()
    Target.objects.filter(pk=target.pk).update(counts_from=date(2025, 12, 31))
    mark = last_change()

    recompute_all()

    assert changes_since(mark) >= {("rollup", "deleted"), ("attainment", "deleted")}
    assert not RollUp.objects.exists()
    assert judged(target, Q3) is None
    assert judged(target, "2025-Q4") is not None


def test_recompute_of_one_cell_leaves_other_rows_alone(target: Target, indicator: Indicator) -> None:
    """What lies outside the scope is neither rewritten nor taken for gone."""
    other = make_unit("commune")
    owe(other, indicator, "commune")
    report(other, indicator, Q3, "commune", "1/10")
    recompute_all()
    RollUp.objects.filter(unit=other.parent).update(reporting=7)

    commune = commune_of(target)
    scope = Scope(
        frozenset([commune.pk, target.unit_id]), frozenset([indicator.pk]), frozenset([period(Q3).pk])
    )
    counts = recompute(Work(scope, judged_from=period(Q3).assessed_on))

    assert counts.roll_ups_written == 0
    assert RollUp.objects.filter(unit=other.parent, reporting=7).exists()


def test_night_turns_not_due_into_no_data(target: Target, pin_today: Callable[[date], None]) -> None:
    """The fourth quarter's reports of communes are due two working days after 14 December."""
    due = period("2025-Q4").due_days.get(body="commune").due_on
    pin_today(due)
    recompute_all()
    assert verdict(target, "2025-Q4") == "not_due"

    pin_today(due + timedelta(days=1))
    rejudge_open_periods()

    assert verdict(target, "2025-Q4") == "no_data"
    assert set(Job.objects.values_list("kind", "priority", "state")) == {
        (JobKind.JUDGE, JobPriority.NIGHTLY, "done")
    }


def test_night_moves_the_judged_day_of_open_periods(
    target: Target, indicator: Indicator, pin_today: Callable[[date], None]
) -> None:
    approve(commune_of(target), indicator, 8, "2025-Q4")
    seen = []
    for day in (date(2025, 12, 20), date(2025, 12, 21), date(2026, 1, 1), date(2026, 1, 2)):
        pin_today(day)
        rejudge_open_periods()
        found = judged(target, "2025-Q4")
        assert found is not None
        seen.append((found.judged_on, found.status, found.version))
    last = date(2025, 12, 31)
    assert [(day, status) for day, status, _version in seen] == [
        (date(2025, 12, 20), "in_progress"),
        (date(2025, 12, 21), "in_progress"),
        (last, "missed"),
        (last, "missed"),
    ]
    assert seen[2][2] == seen[3][2], "a closed period does not move any more"


def test_night_opens_the_periods_that_begin(target: Target, pin_today: Callable[[date], None]) -> None:
    first = period("2025-Q4").starts_on
    pin_today(first - timedelta(days=1))
    recompute_all()
    assert verdict(target, "2025-Q4") == "not listed"

    pin_today(first)
    rejudge_open_periods()

    assert verdict(target, "2025-Q4") == "not_due"


def test_heartbeat_is_renewed_and_old_ones_are_forgotten(db: None) -> None:
    long_ago = timezone.now() - timedelta(days=2)
    for name in ("dead", "alive"):
        WorkerHeartbeat.objects.create(name=name, beat_at=long_ago)

    queue.beat("alive")

    assert [(row.name, row.beat_at > long_ago) for row in WorkerHeartbeat.objects.all()] == [("alive", True)]


def queries_of_one_cell(communes: int) -> int:
    """How many queries a worker needs for one approved cell of a province with so many communes."""
    indicator = make_indicator()
    province = make_unit("province")
    targets = [aim(province, indicator)]
    for _commune in range(communes):
        commune = make_unit("commune", parent=province)
        owe(commune, indicator, "commune")
        targets.append(aim(commune, indicator, level="commune"))
    approve(commune, indicator, 9)
    work_off()
    approve(commune, indicator, 8)
    with CaptureQueriesContext(connection) as captured:
        assert queue.run_next("tests")
    return len(captured)


def test_queries_of_one_cell_do_not_grow_with_the_units(indicator: Indicator) -> None:
    counted = {size: queries_of_one_cell(size) for size in (2, 20, 200)}

    assert counted[2] == counted[20] == counted[200]
    assert counted[2] <= 70
