"""The scoreboard as it is read from stored results; the numbers must add up."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from indicators.models import Job, Pillar
from indicators.scoreboards import COUNTED, scoreboard
from tests.cast import Places
from tests.factories.results import (
    make_attainment,
    make_document,
    make_indicator,
    make_period,
    make_target,
)


@pytest.fixture
def plan(places: Places):
    return make_document(places.ninh_thuan, "32/KH-UBND")


@pytest.fixture
def board(places: Places):
    """Reads the scoreboard of Ninh Thuận for 2023."""
    return lambda: scoreboard(places.ninh_thuan, make_period("2023"))


@pytest.fixture
def judge(places: Places, plan):
    """Stores verdicts of Ninh Thuận, one target each."""

    def judge(*statuses, document=plan, level="total", owner=None, pillar="", period=None, **fields):
        for status in statuses:
            target = make_target(
                places.ninh_thuan, make_indicator(pillar=pillar), document, level=level, owner=owner
            )
            make_attainment(target, period, status=status, **fields)

    return judge


def test_scoreboard_17_of_23(board, judge):
    judge(
        *["exceeded"] * 9, *["met"] * 8, "missed", "on_track", "at_risk", "off_track", "no_data", "worsening"
    )
    found = board()
    assert (found.met_total, found.total, found.share) == (17, 23, Decimal("73.91"))


def test_scoreboard_states_add_up_with_zeros(board, judge):
    judge("exceeded", "missed", "missed", "not_applicable")
    found = board()
    assert list(found.counts) == [str(status) for status in COUNTED]
    assert sum(found.counts.values()) == found.total == 3
    assert found.counts["missed"] == 2
    assert found.counts["worsening"] == 0


def test_scoreboard_not_applicable_is_listed_outside_the_count(board, judge):
    judge("met", "not_applicable")
    assert (board().total, board().sums.not_applicable) == (1, 1)


def test_scoreboard_overdue_is_listed_outside_the_count(board, judge):
    judge("missed", counts=False, is_overdue=True)
    judge("met")
    assert (board().total, board().sums.overdue, board().counts["missed"]) == (1, 1, 0)


def test_scoreboard_says_how_many_are_illustrative(board, judge):
    judge("met", "missed", provenance="illustrative")
    judge("met")
    judge("missed", provenance="illustrative", counts=False, is_overdue=True)
    assert board().sums.illustrative == 2


def test_scoreboard_due_sums(board, judge):
    judge("met", "missed")
    judge("met", "on_track", is_due=False)
    sums = board().sums
    assert (sums.due_met_total, sums.due_total, sums.due_share) == (1, 2, Decimal("50.00"))


def test_scoreboard_by_document_adds_up(board, judge, plan, places):
    other = make_document(places.ninh_thuan, "09-NQ/TU")
    judge(*["met"] * 13, *["missed"] * 6)
    judge(*["met"] * 4, document=other)
    found = {group.label: (group.sums.met_total, group.sums.total) for group in board().by_document}
    assert found == {"32/KH-UBND": (13, 19), "09-NQ/TU": (4, 4)}


def test_scoreboard_by_document_names_its_public_key(board, judge, plan):
    judge("met")
    assert [group.key for group in board().by_document] == [plan.key]


def test_scoreboard_by_level_in_the_order_of_levels(board, judge):
    for level in ("total", "commune", "province"):
        judge("met", level=level)
    assert [group.key for group in board().by_level] == ["province", "commune", "total"]


def test_scoreboard_by_pillar_in_its_order(board, judge):
    Pillar.objects.create(code="II", name_vi="Hai", position=2)
    Pillar.objects.create(code="I", name_vi="Một", position=1)
    judge("met", pillar="II")
    judge("met", "missed", pillar="I")
    judge("met")
    found = [(group.key, group.sums.met_total, group.sums.total) for group in board().by_pillar]
    assert found == [("I", 1, 2), ("II", 1, 1), ("", 1, 1)]


def test_scoreboard_by_owner_names_the_agency(board, judge, places):
    judge("met", "missed", owner=places.department)
    judge("met")
    found = [(group.key, str(group.label), group.sums.total) for group in board().by_owner]
    assert found[0] == (places.department.ref, places.department.label, 2)
    assert (found[1][0], found[1][2]) == ("", 1)


def test_scoreboard_says_when_it_was_computed_and_by_which_rules(board, judge):
    latest = datetime(2024, 1, 6, tzinfo=UTC)
    judge("met", computed_at=datetime(2024, 1, 5, tzinfo=UTC))
    judge("met", computed_at=latest)
    assert (board().computed_at, board().rules_version) == (latest, "1")


def test_scoreboard_without_results_has_no_share(board):
    assert (board().total, board().share, board().computed_at) == (0, None, None)


def test_scoreboard_leaves_out_other_units_and_periods(board, judge, places):
    judge("met")
    make_attainment(make_target(places.khanh_hoa))
    judge("met", period=make_period("2023-Q4"))
    assert board().total == 1


@pytest.mark.parametrize(
    ("unit", "period", "pending"),
    [
        (None, None, True),
        ("ninh_thuan", "2023", True),
        ("loi_hai", "2022", True),
        ("loi_hai", "2023-Q4", True),
        ("loi_hai", "2024-Q1", False),
        ("dak_lak", "2023", False),
        ("khanh_hoa", "2023", False),
    ],
)
def test_scoreboard_is_pending_while_a_job_touches_it(unit, period, pending, board, places):
    Job.objects.create(unit=unit and getattr(places, unit), period=period and make_period(period))
    assert board().pending is pending


def test_scoreboard_of_a_successor_is_pending_while_a_predecessor_is_recomputed(places):
    Job.objects.create(unit=places.loi_hai)
    assert scoreboard(places.khanh_hoa, make_period("2026")).pending


@pytest.mark.parametrize(("state", "pending"), [("queued", True), ("done", False), ("failed", True)])
def test_scoreboard_is_pending_until_the_job_is_done(state, pending, board):
    Job.objects.create(state=state)
    assert board().pending is pending


def test_scoreboard_is_not_pending_for_a_target_of_another_unit(board, places):
    Job.objects.create(target=make_target(places.dak_lak))
    assert not board().pending


@pytest.mark.parametrize("targets", [2, 20, 200])
def test_scoreboard_takes_two_queries(targets, judge, places, django_assert_num_queries):
    judge(*["met"] * targets)
    period = make_period("2023")
    with django_assert_num_queries(2):
        found = scoreboard(places.ninh_thuan, period)
    assert found.total == targets
