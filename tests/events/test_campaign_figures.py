"""Figures of a campaign: read, refused, corrected; whole or not at all."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import AuditEntry, Change, User
from events.actions.campaigns import CampaignRefused, FiguresRefused, Typed, add_goal, save_figures
from events.models import CampaignFigure, CampaignGoal, Event
from tests.cast import Places
from tests.events.campaign_world import FIRST, LAST, counted, make_goal
from tests.factories.results import make_indicator

pytestmark = pytest.mark.django_db
Say = Callable[..., int]
DAY = date(2026, 7, 1)


def live() -> list[CampaignFigure]:
    return list(CampaignFigure.objects.live().order_by("from_on"))


def problem(refused: pytest.ExceptionInfo[FiguresRefused]) -> str:
    return next(iter(refused.value.problems.values()))


def test_figure_of_a_day_is_read_as_offices_write_it(say: Say) -> None:
    assert say("1.250", DAY) == 1
    assert live()[0].value == Decimal(1250)


def test_figure_of_a_week_is_kept_with_its_days(say: Say) -> None:
    say("70", DAY, DAY + timedelta(days=6))
    assert [(each.from_on, each.to_on) for each in live()] == [(DAY, DAY + timedelta(days=6))]


def test_zero_is_a_figure_and_nothing_is_none(say: Say) -> None:
    assert say("0", DAY) == 1
    assert say("", DAY + timedelta(days=1)) == 0
    assert [each.value for each in live()] == [Decimal(0)]


@pytest.mark.parametrize("text", ["mười", "1,5", "-3"])
def test_what_counts_nothing_is_refused(text: str, say: Say) -> None:
    with pytest.raises(FiguresRefused):
        say(text, DAY)
    assert live() == []


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (FIRST - timedelta(days=1), FIRST - timedelta(days=1)),
        (LAST, LAST + timedelta(days=1)),
        (DAY, DAY + timedelta(days=7)),
        (DAY, DAY - timedelta(days=1)),
    ],
)
def test_days_that_are_no_day_or_week_of_the_campaign_are_refused(first: date, last: date, say: Say) -> None:
    with pytest.raises(FiguresRefused):
        say("5", first, last)


def test_days_to_come_are_refused(say: Say, pin_today: Callable[[date], None]) -> None:
    pin_today(DAY)
    with pytest.raises(FiguresRefused):
        say("5", DAY, DAY + timedelta(days=1))
    assert say("5", DAY) == 1


def test_week_across_a_cut_off_is_refused_and_told_its_two_parts(say: Say) -> None:
    with pytest.raises(FiguresRefused) as refused:
        say("70", date(2026, 9, 10), date(2026, 9, 16))
    words = problem(refused)
    for part in ("14/09/2026", "10/09/2026", "15/09/2026", "16/09/2026"):
        assert part in words


def test_the_two_parts_of_such_a_week_are_taken(say: Say) -> None:
    assert say("50", date(2026, 9, 10), date(2026, 9, 14)) == 1
    assert say("20", date(2026, 9, 15), date(2026, 9, 16)) == 1


@pytest.mark.parametrize(("first", "last"), [(DAY, None), (DAY - timedelta(days=1), DAY)])
def test_figures_never_cover_a_day_twice(first: date, last: date | None, say: Say) -> None:
    say("70", DAY, DAY + timedelta(days=6))
    with pytest.raises(FiguresRefused):
        say("5", first, last)


def test_days_may_take_the_place_of_a_week_in_one_step(
    say: Say, goal: CampaignGoal, places: Places, reporter: User
) -> None:
    say("70", DAY, DAY + timedelta(days=6))
    typed = [
        Typed(goal.pk, DAY, DAY + timedelta(days=6), "", live()[0].pk),
        Typed(goal.pk, DAY, DAY, "30"),
    ]
    assert save_figures(event=goal.event, unit=places.phan_rang, typed=typed, by=reporter) == 2
    assert [each.value for each in live()] == [Decimal(30)]


def test_nothing_is_half_written(say: Say, goal: CampaignGoal, places: Places, reporter: User) -> None:
    typed = [Typed(goal.pk, DAY, DAY, "5"), Typed(goal.pk, DAY + timedelta(days=1), DAY, "x")]
    with pytest.raises(FiguresRefused):
        save_figures(event=goal.event, unit=places.phan_rang, typed=typed, by=reporter)
    assert live() == []
    assert not AuditEntry.objects.filter(action="campaign.figures").exists()


def test_correction_ends_the_old_figure_and_keeps_it(say: Say, reporter: User) -> None:
    say("5", DAY)
    say("6", DAY)
    assert [each.value for each in live()] == [Decimal(6)]
    old = CampaignFigure.objects.get(ended_at__isnull=False)
    assert (old.value, old.ended_by) == (Decimal(5), reporter)


def test_figure_taken_back_leaves_none(say: Say) -> None:
    say("5", DAY)
    assert say("", DAY) == 1
    assert live() == []


def test_same_figure_again_changes_nothing(say: Say) -> None:
    say("5", DAY)
    assert say("5", DAY) == 0
    assert CampaignFigure.objects.count() == 1


def test_figure_changed_by_somebody_else_is_not_overwritten(say: Say) -> None:
    say("5", DAY)
    seen = live()[0].pk
    say("6", DAY)
    with pytest.raises(FiguresRefused) as refused:
        say("7", DAY, base=seen)
    assert "6" in problem(refused)
    assert refused.value.conflicts == set(refused.value.problems)


def test_field_left_as_it_was_shown_lets_a_newer_figure_stand(say: Say) -> None:
    say("5", DAY)
    seen = live()[0].pk
    say("6", DAY)
    assert say("5", DAY, base=seen) == 0
    assert [each.value for each in live()] == [Decimal(6)]


def test_saving_leaves_a_trace_and_tells_of_the_event(say: Say, campaign: Event, places: Places) -> None:
    Change.objects.all().delete()
    say("5", DAY)
    trace = AuditEntry.objects.get(action="campaign.figures")
    assert (trace.unit, list(trace.after.values())) == (places.phan_rang, ["5"])
    told = [(each.resource, each.object_id) for each in Change.objects.order_by("pk")]
    assert told == [("campaign_figure", live()[0].pk), ("event", campaign.pk), ("campaign", campaign.pk)]


def test_unit_that_is_not_in_being_is_refused(say: Say, places: Places) -> None:
    places.phan_rang.valid_from = DAY + timedelta(days=1)
    places.phan_rang.save()
    with pytest.raises(FiguresRefused):
        say("5", DAY, unit=places.phan_rang)


def test_share_is_no_goal(campaign: Event) -> None:
    with pytest.raises(CampaignRefused):
        add_goal(event=campaign, indicator=make_indicator("C-09"), value=Decimal(5), level="commune", by=None)


def test_goal_of_nothing_is_refused(campaign: Event) -> None:
    with pytest.raises(CampaignRefused):
        make_goal(campaign, counted("C-09"), 0)


def test_goal_is_set_once(goal: CampaignGoal) -> None:
    with pytest.raises(CampaignRefused):
        make_goal(goal.event, goal.indicator)


def test_goal_knows_whether_its_figures_add_up(campaign: Event) -> None:
    assert not make_goal(campaign, counted("C-09", measure_mode="stock")).is_flow
    assert make_goal(campaign, counted("C-10")).is_flow
