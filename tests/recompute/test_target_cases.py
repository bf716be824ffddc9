"""What counts when: the window of a target, overdue ones, and the share of plan targets met (rules §6)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from indicators.models import Attainment, Declaration, Target, VersionState
from provinces.models import Unit
from tests.factories.cells import aim, calendar, judged, owe, pooled, recompute_all, report, shown, verdict
from tests.factories.results import make_indicator, make_target
from tests.factories.units import make_unit, nation

pytestmark = pytest.mark.django_db
COUNT: dict[str, Any] = {"value_type": "count", "pooling": "sum", "unit_of_measure": "hồ sơ"}


@pytest.fixture
def unit(db: None) -> Unit:
    calendar(2023, 2024, 2025)
    return make_unit("province")


def standing(unit: Unit, figure: str, *codes: str, **fields: Any) -> dict[str, str]:
    """How a target of at least 90 due at the end of 2024 stands; each figure reported is the same."""
    indicator = make_indicator(**COUNT)
    owe(unit, indicator)
    for code in codes:
        report(unit, indicator, code, "total", figure)
    target = aim(unit, indicator, **{"due_on": date(2024, 12, 31), "counts_from": date(2024, 4, 1)} | fields)
    recompute_all()
    return {
        code: verdict(target, code) + (" counts" if (judged(target, code) or Attainment()).counts else "")
        for code in ("2024-Q1", "2024-Q2", "2024-Q4", "2024", "2025-Q1")
    }


def test_target_counts_from_its_first_day_to_the_end_of_its_due_year(unit: Unit) -> None:
    stood = standing(unit, "80", "2024-Q1", "2024-Q2", "2024-Q4", "2025-Q1")

    assert stood == {
        "2024-Q1": "not listed",
        "2024-Q2": "in_progress 80 counts",
        "2024-Q4": "missed 80 counts",
        "2024": "missed 80 counts",
        # Unmet ones stay listed as overdue, outside the count.
        "2025-Q1": "missed 80 overdue",
    }


def test_target_met_when_its_count_ended_is_not_listed_afterwards(unit: Unit) -> None:
    stood = standing(unit, "95", "2024-Q1", "2024-Q2", "2024-Q4", "2025-Q1")

    assert stood["2024"] == "exceeded 95 counts"
    assert stood["2025-Q1"] == "not listed"


def test_target_due_in_mid_year_counts_to_its_end(unit: Unit) -> None:
    stood = standing(unit, "80", "2024-Q2", "2024-Q4", due_on=date(2024, 6, 30))

    assert stood["2024-Q2"] == "missed 80 counts"
    assert stood["2024-Q4"] == "missed 80 counts"


def test_target_without_its_value_is_outside_the_count_when_not_applicable(unit: Unit) -> None:
    stood = standing(unit, "not_applicable", "2024-Q2", "2024-Q4")

    assert stood["2024-Q2"] == "not_applicable"


def test_value_missing_is_not_due_up_to_its_due_day(unit: Unit, pin_today: Callable[[date], None]) -> None:
    """A province's fourth quarter is due on 25 December; the due day itself is not late yet."""
    for day, expected in ((date(2024, 12, 25), "not_due counts"), (date(2024, 12, 26), "no_data counts")):
        pin_today(day)
        assert standing(unit, "80", "2024-Q2")["2024-Q4"] == expected


def test_both_days_are_stored(unit: Unit, pin_today: Callable[[date], None]) -> None:
    """The judged day is today in an open period, the calendar end in a closed one."""
    pin_today(date(2024, 12, 20))
    indicator = make_indicator(**COUNT)
    owe(unit, indicator)
    report(unit, indicator, "2024-Q4", "total", "80")
    target = aim(unit, indicator, due_on=date(2024, 12, 31))

    recompute_all()

    open_one = judged(target, "2024-Q4")
    assert open_one is not None
    # Approved on 20/12 for the fourth quarter: not missed before 31/12.
    assert (open_one.status, open_one.judged_on) == ("in_progress", date(2024, 12, 20))
    assert open_one.assessed_on == date(2024, 12, 31)
    closed = judged(target, "2024-Q3")
    assert closed is not None
    assert (closed.judged_on, closed.assessed_on) == (date(2024, 9, 30), date(2024, 9, 30))


def plan_of(unit: Unit, *met: bool) -> list[Target]:
    targets = []
    for is_met in met:
        indicator = make_indicator(**COUNT)
        owe(unit, indicator)
        report(unit, indicator, "2025-Q3", "total", "95" if is_met else "10")
        targets.append(aim(unit, indicator))
    return targets


def test_share_of_plan_targets_met_is_computed_and_never_counts_itself(unit: Unit) -> None:
    """TC-02: 2 of 3 met; the target on TC-02 itself is judged, but stays out of the count."""
    plan_of(unit, True, True, False)
    share = make_indicator("TC-02", pooling="computed")
    on_share = aim(unit, share, threshold="66.6666")

    recompute_all()

    assert shown(pooled(unit, share, "2025-Q3")) == "2/3"
    assert verdict(on_share, "2025-Q3") == "exceeded 2/3"
    assert Attainment.objects.filter(target=on_share, counts=True).count() == 0
    assert pooled(nation(), share, "2025-Q3") is None, "only the unit's own targets count"


def test_share_of_plan_targets_met_follows_its_targets(unit: Unit) -> None:
    """No counting target, no share."""
    [target] = plan_of(unit, True)
    share = make_indicator("TC-02", pooling="computed")
    recompute_all()
    assert shown(pooled(unit, share, "2025-Q3")) == "1/1"

    Target.objects.filter(pk=target.pk).update(counts_from=date(2025, 10, 1))
    recompute_all()

    assert pooled(unit, share, "2025-Q3") is None


def test_declaration_counts_from_its_day_once_approved(unit: Unit, reporter: Any, approver: Any) -> None:
    target = make_target(unit, counts_from=date(2025, 1, 1))
    Target.objects.filter(pk=target.pk).update(indicator=None)
    target.revisions.update(rule="done", threshold=None, due_on=date(2025, 12, 31))
    declaration = Declaration.objects.create(
        target=target,
        number=1,
        kind="done",
        is_met=True,
        declared_on=date(2025, 8, 15),
        state=VersionState.SUBMITTED,
        entered_by=reporter,
    )
    recompute_all()
    assert verdict(target, "2025-Q3") == "in_progress"

    declaration.state, declaration.submitted_by, declaration.approved_by = "approved", reporter, approver
    declaration.approved_at = "2025-09-01T00:00:00Z"
    declaration.save()
    recompute_all()

    assert [verdict(target, f"2025-Q{n}") for n in (2, 3, 4)] == ["in_progress", "met", "met"]
    found = judged(target, "2025-Q3")
    assert found is not None
    assert found.days_early == (date(2025, 12, 31) - date(2025, 8, 15)).days
    assert found.provenance == "reported"

    # Made-up is marked wherever it is shown, a target without an indicator included.
    target.declarations.update(provenance="illustrative")
    recompute_all()
    found = judged(target, "2025-Q3")
    assert found is not None
    assert found.provenance == "illustrative"


@pytest.mark.parametrize(
    ("definition", "reported", "expected"),
    [
        # A rate needs 80 %, a count all; exactly at the floor is enough.
        ({"coverage_floor_percent": 80}, 5, "exceeded 45/45"),
        ({"coverage_floor_percent": 80}, 4, "exceeded 36/36"),
        ({"coverage_floor_percent": 80}, 3, "no_data 27/27 partial"),
        ({**COUNT, "coverage_floor_percent": 100}, 5, "missed 45"),
        ({**COUNT, "coverage_floor_percent": 100}, 4, "no_data 36 partial"),
        ({"coverage_floor_percent": 80}, 0, "no_data"),
    ],
)
def test_target_is_judged_from_the_coverage_floor_on(
    unit: Unit, definition: dict[str, Any], reported: int, expected: str
) -> None:
    indicator = make_indicator(**definition)
    for number in range(5):
        commune = make_unit("commune", parent=unit)
        owe(commune, indicator, "commune")
        if number < reported:
            figure = "9" if "pooling" in definition else "9/9"
            report(commune, indicator, "2025-Q4", "commune", figure)
    target = aim(unit, indicator)

    recompute_all()

    assert verdict(target, "2025-Q4") == expected
    found = judged(target, "2025-Q4")
    assert found is not None
    assert (found.reporting, found.owing) == (reported, 5)


def test_target_of_the_nation_is_judged_by_what_provinces_add_up_to(unit: Unit) -> None:
    indicator = make_indicator()
    for province, figure in ((unit, "9/10"), (make_unit("province"), "100/1000")):
        owe(province, indicator)
        report(province, indicator, "2025-Q4", "total", figure)
    target = aim(nation(), indicator)

    recompute_all()

    assert verdict(target, "2025-Q4") == "missed 109/1010"


def test_figure_of_the_nation_is_due_when_the_provinces_reports_are(
    unit: Unit, pin_today: Callable[[date], None]
) -> None:
    """Provinces have until 25 December, ten days longer than their communes."""
    indicator = make_indicator()
    owe(unit, indicator)
    target = aim(nation(), indicator)
    for day, expected in ((date(2025, 12, 25), "not_due"), (date(2025, 12, 26), "no_data")):
        pin_today(day)
        recompute_all()
        assert verdict(target, "2025-Q4") == expected


@pytest.mark.parametrize(("counts_as", "counting"), [("leaves", ["1.1", "1.2"]), ("one", ["1"])])
def test_heading_counts_by_its_leaves_or_as_one(unit: Unit, counts_as: str, counting: list[str]) -> None:
    """Whichever it is, the page lists all rows that can be judged."""
    indicator = make_indicator(**COUNT)
    owe(unit, indicator)
    report(unit, indicator, "2025-Q4", "total", "95")
    heading = aim(unit, indicator)
    rows = {"1": heading}
    for code in ("1.1", "1.2"):
        rows[code] = make_target(unit, indicator, heading.document, code=code, parent=heading)
        rows[code].revisions.update(due_on=date(2025, 12, 31))
    Target.objects.filter(pk=heading.pk).update(code="1", kind="heading", counts_as=counts_as)

    recompute_all()

    stood = Attainment.objects.filter(period__code="2025-Q4").order_by("target__code")
    listed = ["1.1", "1.2"] if counts_as == "leaves" else ["1", "1.1", "1.2"]
    assert [row.target.code for row in stood] == listed
    assert [row.target.code for row in stood if row.counts] == counting
