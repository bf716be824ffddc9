"""A campaign's figures in the reports of the quarters they fall into."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ObjectDoesNotExist

from accounts.models import AuditEntry, User
from events.actions.postings import PostingRefused, post_to_quarters
from events.campaign_quarters import BLOCKED, NEW, OTHER, OURS, SAME, Line, lines_of
from events.models import CampaignFigure, CampaignGoal, CampaignPosting, Event
from indicators.actions.entering import CellInput, save_cells
from indicators.actions.reporting import ReportingError, approve, submit
from indicators.entry.places import place_or_404
from indicators.models import Measurement, MeasurementVersion, Obligation, VersionState
from tests.cast import Places
from tests.events.campaign_world import FIRST, LAST, counted, make_goal
from tests.factories.cells import owe

pytestmark = pytest.mark.django_db
Say = Callable[..., int]
Q2, Q3, Q4 = "2026-Q2", "2026-Q3", "2026-Q4"


@pytest.fixture
def days(goal: CampaignGoal, places: Places, reporter: User) -> dict[date, int]:
    """A figure of every day of the campaign, each another one."""
    found = {FIRST + timedelta(days=n): n + 1 for n in range((LAST - FIRST).days + 1)}
    CampaignFigure.objects.bulk_create(
        CampaignFigure(
            goal=goal, unit=places.phan_rang, from_on=day, to_on=day, value=value, entered_by=reporter
        )
        for day, value in found.items()
    )
    return found


def by_quarter(event: Event, places: Places, who: User) -> dict[str, Line]:
    return {line.period.code: line for line in lines_of(event, places.phan_rang, who)}


def post(event: Event, places: Places, by: User, *replace: str) -> int:
    lines = lines_of(event, places.phan_rang, by)
    return post_to_quarters(
        event=event,
        unit=places.phan_rang,
        seen={line.key: line.base for line in lines},
        replace=frozenset(replace),
        by=by,
    )


def drafts() -> dict[str, Decimal | None]:
    cells = Measurement.objects.select_related("working_version", "period")
    return {cell.period.code: cell.working_version.value for cell in cells if cell.working_version}


def type_into(places: Places, by: User, code: str, value: str) -> None:
    place = place_or_404(by, places.phan_rang.ref, code)
    save_cells(
        place=place, inputs=[CellInput(indicator="C-01", level="commune", value=value)], by=by, via="form"
    )


def test_each_quarter_gets_exactly_the_sum_of_its_days(
    days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    assert post(campaign, places, reporter) == 3
    in_second = sum(value for day, value in days.items() if day <= date(2026, 6, 14))
    in_fourth = sum(value for day, value in days.items() if day >= date(2026, 9, 15))
    total = sum(days.values())
    assert drafts() == {Q2: in_second, Q3: total - in_second - in_fourth, Q4: in_fourth}


def test_all_quarters_together_give_the_total_of_the_campaign(
    days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    post(campaign, places, reporter)
    assert sum(value for value in drafts().values() if value is not None) == sum(days.values())


def test_draft_names_the_campaign_and_its_days_and_is_a_draft(
    days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    post(campaign, places, reporter)
    version = MeasurementVersion.objects.get(measurement__period__code=Q2)
    assert version.state == VersionState.DRAFT
    for words in (campaign.title_vi, "01/06/2026", "14/06/2026", "14"):
        assert words in version.note


def test_whoever_wrote_the_draft_does_not_approve_it(
    days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    post(campaign, places, reporter)
    version = submit(version=MeasurementVersion.objects.get(measurement__period__code=Q2), by=reporter)
    with pytest.raises(ReportingError):
        approve(version=version, by=reporter)


def test_posting_again_changes_nothing(
    days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    post(campaign, places, reporter)
    assert post(campaign, places, reporter) == 0
    assert {line.state for line in by_quarter(campaign, places, reporter).values()} == {SAME}


def test_corrected_day_renews_what_the_campaign_wrote(
    days: dict[date, int], say: Say, campaign: Event, places: Places, reporter: User
) -> None:
    post(campaign, places, reporter)
    before = drafts()[Q2]
    say("1001", FIRST)
    assert by_quarter(campaign, places, reporter)[Q2].state == OURS
    assert post(campaign, places, reporter) == 1
    assert before is not None
    assert drafts()[Q2] == before + 1000


def test_other_figure_is_never_overwritten_unasked(
    days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    type_into(places, reporter, Q2, "7")
    assert by_quarter(campaign, places, reporter)[Q2].state == OTHER
    post(campaign, places, reporter)
    assert drafts()[Q2] == 7


def test_other_figure_is_replaced_where_it_is_named(
    days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    type_into(places, reporter, Q2, "7")
    line = by_quarter(campaign, places, reporter)[Q2]
    post(campaign, places, reporter, line.key)
    assert drafts()[Q2] == line.written


def test_typing_over_what_the_campaign_wrote_makes_it_another_figure(
    days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    post(campaign, places, reporter)
    type_into(places, reporter, Q3, "7")
    assert by_quarter(campaign, places, reporter)[Q3].state == OTHER


def test_cell_changed_since_it_was_shown_refuses_all(
    days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    seen = {line.key: line.base for line in lines_of(campaign, places.phan_rang, reporter)}
    type_into(places, reporter, Q4, "7")
    with pytest.raises(PostingRefused):
        post_to_quarters(
            event=campaign, unit=places.phan_rang, seen=seen, replace=frozenset(seen), by=reporter
        )
    assert drafts() == {Q4: Decimal(7)}
    assert not CampaignPosting.objects.exists()


def test_quarter_without_a_figure_is_not_written_as_zero(
    say: Say, campaign: Event, places: Places, reporter: User
) -> None:
    say("5", date(2026, 7, 1))
    assert by_quarter(campaign, places, reporter)[Q2].state == BLOCKED
    post(campaign, places, reporter)
    assert drafts() == {Q3: Decimal(5)}


def test_quarter_with_days_missing_is_preliminary(
    say: Say, campaign: Event, places: Places, reporter: User
) -> None:
    say("5", date(2026, 7, 1))
    post(campaign, places, reporter)
    assert MeasurementVersion.objects.get().qualifier == "preliminary"


def test_quarter_with_all_its_days_is_official(
    days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    post(campaign, places, reporter)
    assert set(MeasurementVersion.objects.values_list("qualifier", flat=True)) == {"official"}


def test_what_the_report_does_not_owe_is_not_written(
    days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    Obligation.objects.all().delete()
    assert {line.state for line in by_quarter(campaign, places, reporter).values()} == {BLOCKED}
    assert post(campaign, places, reporter) == 0


def test_whoever_may_not_enter_in_the_report_writes_nothing(
    days: dict[date, int], campaign: Event, places: Places, coordinator: User
) -> None:
    assert post(campaign, places, coordinator) == 0
    assert drafts() == {}


def test_lines_that_were_not_shown_are_left_alone(
    days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    assert post_to_quarters(event=campaign, unit=places.phan_rang, seen={}, by=reporter) == 0


def test_posting_leaves_a_trace(
    days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    post(campaign, places, reporter)
    traces = AuditEntry.objects.filter(action="campaign.posted", actor=reporter, unit=places.phan_rang)
    assert {trace.after["period"] for trace in traces if trace.after} == {Q2, Q3, Q4}


def test_illustrative_goal_gives_an_illustrative_draft(
    days: dict[date, int], goal: CampaignGoal, campaign: Event, places: Places, reporter: User
) -> None:
    goal.provenance = "illustrative"
    goal.save()
    post(campaign, places, reporter)
    assert set(MeasurementVersion.objects.values_list("provenance", flat=True)) == {"illustrative"}


# --- Indicators that accumulate since the start of the year --------------------------------------
@pytest.fixture
def accumulated(goal: CampaignGoal) -> CampaignGoal:
    goal.indicator.definitions.update(entered_as="cumulative")
    return goal


def test_accumulated_indicator_adds_to_the_quarter_before(
    accumulated: CampaignGoal, days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    type_into(places, reporter, "2026-Q1", "1000")
    post(campaign, places, reporter)
    sums = {code: line.value for code, line in by_quarter(campaign, places, reporter).items()}
    assert drafts() == {
        "2026-Q1": 1000,
        Q2: 1000 + sums[Q2],
        Q3: 1000 + sums[Q2] + sums[Q3],
        Q4: 1000 + sum(days.values()),
    }


def test_accumulated_indicator_without_the_quarter_before_is_not_guessed(
    accumulated: CampaignGoal, days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    assert {line.state for line in by_quarter(campaign, places, reporter).values()} == {BLOCKED}


def test_unit_that_began_within_the_quarter_accumulates_from_nothing(
    accumulated: CampaignGoal, days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    places.phan_rang.valid_from = date(2026, 5, 1)
    places.phan_rang.save()
    lines = by_quarter(campaign, places, reporter)
    assert (lines[Q2].state, lines[Q2].before) == (NEW, 0)


def test_state_is_not_summed_into_quarters(campaign: Event, places: Places, reporter: User) -> None:
    indicator = counted("C-02", measure_mode="stock")
    owe(places.phan_rang, indicator, "commune")
    make_goal(campaign, indicator)
    assert lines_of(campaign, places.phan_rang, reporter) == []


def test_draft_points_back_at_its_posting(
    days: dict[date, int], campaign: Event, places: Places, reporter: User
) -> None:
    type_into(places, reporter, Q2, "7")
    with pytest.raises(ObjectDoesNotExist):
        _ = MeasurementVersion.objects.get().campaign_posting
    line = by_quarter(campaign, places, reporter)[Q2]
    post(campaign, places, reporter, line.key)
    cell = Measurement.objects.get(period__code=Q2)
    assert cell.working_version is not None
    assert cell.working_version.campaign_posting.value == line.value
