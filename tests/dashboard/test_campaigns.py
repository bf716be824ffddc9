"""The page of a campaign: days, goals, communes; entry and quarters as plain forms."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import Membership, Role, User
from dashboard.campaign_page import CampaignPage, campaign_page
from events.actions.campaigns import Typed, save_figures
from events.models import CampaignFigure, CampaignGoal, Event
from indicators.models import Measurement
from tests.cast import Places, make_person
from tests.dashboard.reading import words
from tests.events.campaign_world import campaign, counted, goal, make_goal, say
from tests.factories.units import make_agency, make_unit

__all__ = ["campaign", "goal", "say"]
pytestmark = pytest.mark.django_db
Say = Callable[..., int]
DAY = date(2026, 7, 1)


def page_of(event: Event, who: User, **asked: Any) -> CampaignPage:
    return campaign_page(who, Event.objects.get(pk=event.pk), **asked)


def test_day_of_the_campaign_counts_both_ends(
    campaign: Event, leader: User, pin_today: Callable[[date], None]
) -> None:
    pin_today(date(2026, 7, 15))
    days = page_of(campaign, leader).days
    assert (days.gone, days.total, days.share) == (45, 122, Fraction(45, 122))


@pytest.mark.parametrize(("today", "gone"), [(date(2026, 5, 31), 0), (date(2026, 12, 1), 122)])
def test_days_before_and_after_the_campaign(
    today: date, gone: int, campaign: Event, leader: User, pin_today: Callable[[date], None]
) -> None:
    pin_today(today)
    assert page_of(campaign, leader).days.gone == gone


def test_hundred_days_that_are_103_are_said_once(places: Places, leader: User) -> None:
    from tests.events.campaign_world import make_campaign

    event = make_campaign(places.khanh_hoa, starts_on=date(2025, 7, 15), ends_on=date(2025, 10, 25))
    note = page_of(event, leader).name_note
    assert "100" in note
    assert "103" in note


def test_progress_is_an_exact_share_of_the_goal(say: Say, campaign: Event, leader: User) -> None:
    say("333", DAY)
    progress = page_of(campaign, leader).goals[0]
    assert progress.share == Fraction(333, 1000)
    assert progress.text == "33,3\xa0%"


def test_silent_communes_are_counted_and_are_not_zero(say: Say, campaign: Event, leader: User) -> None:
    say("0", DAY)
    page = page_of(campaign, leader)
    assert (page.goals[0].reported, page.goals[0].silent) == (1, 1)
    assert [row.sum is None for row in page.rows] == [True, False]  # Cam Ranh, Phan Rang


def test_goal_nobody_reported_for_has_no_total(goal: CampaignGoal, campaign: Event, leader: User) -> None:
    progress = page_of(campaign, leader).goals[0]
    assert (progress.total, progress.share) == (None, None)


def test_corrected_and_withdrawn_figures_do_not_count(say: Say, campaign: Event, leader: User) -> None:
    say("5", DAY)
    say("6", DAY)
    say("9", DAY + timedelta(days=1))
    say("", DAY + timedelta(days=1))
    assert page_of(campaign, leader).goals[0].total == 6


def test_curve_rises_day_by_day_beside_an_even_pace(say: Say, campaign: Event, leader: User) -> None:
    say("5", campaign.starts_on)
    say("70", DAY, DAY + timedelta(days=6))
    rows = page_of(campaign, leader).day_rows
    assert [(row.on, row.total) for row in rows] == [(campaign.starts_on, 5), (DAY + timedelta(days=6), 75)]
    assert rows[0].pace == Fraction(1000, 122)
    assert rows[1].of_weeks == 70


def test_of_a_state_each_commune_counts_with_its_last_figure(
    campaign: Event, leader: User, reporter: User, places: Places
) -> None:
    goal = make_goal(campaign, counted("C-02", measure_mode="stock"))
    for unit in (places.phan_rang, places.cam_ranh):
        for n, value in enumerate(("10", "4")):
            day = DAY + timedelta(days=n)
            save_figures(event=campaign, unit=unit, typed=[Typed(goal.pk, day, day, value)], by=reporter)
    page = page_of(campaign, leader)
    assert page.goals[0].total == 8
    assert [row.total for row in page.day_rows] == [20, 8]


def test_cut_offs_of_quarters_stand_in_the_chart(say: Say, campaign: Event, leader: User) -> None:
    say("5", DAY)
    page = page_of(campaign, leader)
    assert [tick.text.split(" · ")[1] for tick in page.cutoffs] == ["14/06/2026", "14/09/2026"]


@pytest.mark.parametrize(
    ("order", "descending", "names"),
    [
        ("name", False, ["Phường Ấm", "Phường Cam Ranh", "Phường Đá", "Phường Phan Rang"]),
        ("value", True, ["Phường Phan Rang", "Phường Đá", "Phường Ấm", "Phường Cam Ranh"]),
        ("value", False, ["Phường Đá", "Phường Phan Rang", "Phường Ấm", "Phường Cam Ranh"]),
    ],
)
def test_communes_are_sorted_with_the_silent_at_the_end(
    order: str, descending: bool, names: list[str], say: Say, campaign: Event, places: Places, leader: User
) -> None:
    ward = {"parent": places.khanh_hoa, "kind": "Phường"}
    make_unit("commune", name="Phường Ấm", **ward)
    second = make_unit("commune", name="Phường Đá", **ward)
    say("5", DAY)
    say("3", DAY, unit=second)
    rows = page_of(campaign, leader, order=order, descending=descending).rows
    assert [row.unit.name for row in rows] == names


def test_official_of_another_province_sees_the_total_alone(
    say: Say, campaign: Event, neighbour: User
) -> None:
    say("5", DAY)
    page = page_of(campaign, neighbour)
    assert page.goals[0].total == 5
    assert (page.rows, page.hidden) == ([], 2)


def test_page_says_days_goal_and_share(say: Say, campaign: Event, client: Client, leader: User) -> None:
    say("333", DAY)
    client.force_login(leader)
    answer = client.get(f"/events/{campaign.pk}/campaign/")
    shown = words(answer)
    assert "122/122" in shown
    assert "333/1.000" in shown
    assert "33,3" in shown


def test_event_of_another_kind_has_no_campaign(campaign: Event, client: Client, leader: User) -> None:
    Event.objects.update(kind="workshop")
    client.force_login(leader)
    assert client.get(f"/events/{campaign.pk}/campaign/").status_code == 404


def test_page_speaks_english(goal: CampaignGoal, campaign: Event, client: Client, leader: User) -> None:
    client.force_login(leader)
    client.cookies["django_language"] = "en"
    assert "Goals beside days" in words(client.get(f"/events/{campaign.pk}/campaign/"))
    translation.activate("vi")


def _queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(path).status_code == 200
    return len(found)


@pytest.mark.parametrize("page", ["campaign/", "campaign/units/{ref}/", "campaign/units/{ref}/quarters/"])
def test_queries_do_not_grow_with_communes_and_figures(
    page: str, goal: CampaignGoal, campaign: Event, places: Places, client: Client, reporter: User
) -> None:
    client.force_login(reporter)
    path = f"/events/{campaign.pk}/" + page.format(ref=places.phan_rang.ref)
    counts = []
    for more in (0, 18, 180):
        units = [make_unit("commune", parent=places.khanh_hoa) for _n in range(more)]
        CampaignFigure.objects.bulk_create(
            CampaignFigure(goal=goal, unit=unit, from_on=DAY, to_on=DAY, value=1, entered_by=reporter)
            for unit in units or [places.phan_rang]
        )
        counts.append(_queries(client, path))
    assert len(set(counts)) == 1


def test_list_takes_the_same_queries_for_many_campaigns(
    goal: CampaignGoal, campaign: Event, places: Places, client: Client, leader: User
) -> None:
    client.force_login(leader)
    first = _queries(client, "/campaigns/")
    for n in range(20):
        more = Event.objects.create(
            kind="campaign", unit=places.khanh_hoa, starts_on=DAY, ends_on=DAY, title_vi=f"Phong trào {n}"
        )
        make_goal(more, goal.indicator)
    assert _queries(client, "/campaigns/") == first


# --- Entry ---------------------------------------------------------------------------------------
def _address(campaign: Event, places: Places, tail: str = "", week: str = "2026-09-14") -> str:
    return f"/events/{campaign.pk}/campaign/units/{places.phan_rang.ref}/{tail}" + (
        f"?week={week}" if not tail else ""
    )


def test_week_is_saved_by_a_plain_form(
    goal: CampaignGoal, campaign: Event, places: Places, client: Client, reporter: User
) -> None:
    client.force_login(reporter)
    field = f"{goal.pk}-2026-09-16-2026-09-16"
    answer = client.post(
        _address(campaign, places), {f"f-{field}": "1.250", f"b-{field}": "", f"n-{goal.pk}": "Lớp tối"}
    )
    assert answer.status_code == 302
    found = CampaignFigure.objects.get()
    assert (found.from_on, found.value, found.note) == (date(2026, 9, 16), 1250, "Lớp tối")


def test_refused_week_keeps_all_that_was_typed_beside_its_error(
    goal: CampaignGoal, campaign: Event, places: Places, client: Client, reporter: User
) -> None:
    client.force_login(reporter)
    good, bad = f"f-{goal.pk}-2026-09-15-2026-09-15", f"f-{goal.pk}-2026-09-16-2026-09-16"
    answer = client.post(_address(campaign, places), {good: "5", bad: "năm"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert 'value="năm"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'value="5"' in shown
    assert not CampaignFigure.objects.exists()


def test_total_of_a_week_across_a_cut_off_is_refused_on_the_page(
    goal: CampaignGoal, campaign: Event, places: Places, client: Client, reporter: User
) -> None:
    client.force_login(reporter)
    answer = client.post(_address(campaign, places), {f"f-{goal.pk}-2026-09-14-2026-09-20": "70"})
    assert answer.status_code == 422
    assert "15/09/2026" in answer.content.decode()


def test_week_across_a_cut_off_offers_its_parts(
    goal: CampaignGoal, campaign: Event, places: Places, client: Client, reporter: User
) -> None:
    client.force_login(reporter)
    shown = client.get(_address(campaign, places)).content.decode()
    assert f'name="f-{goal.pk}-2026-09-15-2026-09-20"' in shown
    assert f'name="f-{goal.pk}-2026-09-14-2026-09-20"' not in shown


def test_conflict_is_decided_by_sending_again(
    say: Say, goal: CampaignGoal, campaign: Event, places: Places, client: Client, reporter: User
) -> None:
    client.force_login(reporter)
    say("5", date(2026, 9, 16))
    field = f"{goal.pk}-2026-09-16-2026-09-16"
    answer = client.post(_address(campaign, places), {f"f-{field}": "7", f"b-{field}": ""})
    assert answer.status_code == 422
    now = CampaignFigure.objects.live().get()
    assert f'name="b-{field}" value="{now.pk}"' in answer.content.decode()
    client.post(_address(campaign, places), {f"f-{field}": "7", f"b-{field}": f"{now.pk}"})
    assert CampaignFigure.objects.live().get().value == 7


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("reporter", 200),
        ("coordinator", 200),
        ("approver", 404),
        ("leader", 404),
        ("neighbour", 404),
        ("administrator", 404),
    ],
)
@pytest.mark.parametrize("tail", ["", "quarters/"])
def test_reporters_and_coordinators_alone_give_figures(
    who: str,
    status: int,
    tail: str,
    goal: CampaignGoal,
    campaign: Event,
    places: Places,
    cast: Any,
    client: Client,
) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(_address(campaign, places, tail)).status_code == status
    if status == 404:
        assert client.post(_address(campaign, places, tail), {}).status_code == 404


def test_reporter_of_another_commune_gives_none_here(
    goal: CampaignGoal, campaign: Event, places: Places, client: Client
) -> None:
    client.force_login(make_person("cam-ranh", Role.REPORTER, places.cam_ranh))
    assert client.get(_address(campaign, places)).status_code == 404


def test_reporter_of_an_agency_gives_none_for_communes(
    goal: CampaignGoal, campaign: Event, places: Places, client: Client
) -> None:
    client.force_login(make_person("so", Role.REPORTER, agency=places.department))
    assert client.get(_address(campaign, places)).status_code == 404


def test_coordinator_of_a_communes_agency_works_for_that_commune_alone(
    goal: CampaignGoal, campaign: Event, places: Places, client: Client
) -> None:
    office = make_agency(places.cam_ranh)
    client.force_login(make_person("office", Role.COORDINATOR, agency=office))
    assert client.get(_address(campaign, places)).status_code == 404
    own = f"/events/{campaign.pk}/campaign/units/{places.cam_ranh.ref}/"
    assert client.get(own).status_code == 200


def test_coordinator_of_a_ministry_gives_no_figures_of_communes(
    goal: CampaignGoal, campaign: Event, places: Places, client: Client
) -> None:
    client.force_login(make_person("ministry", Role.COORDINATOR, agency=make_agency(places.nation)))
    assert client.get(_address(campaign, places)).status_code == 404


# --- Quarters ------------------------------------------------------------------------------------
def test_button_writes_what_the_page_has_shown(
    say: Say, goal: CampaignGoal, campaign: Event, places: Places, client: Client, reporter: User
) -> None:
    say("5", DAY)
    client.force_login(reporter)
    address = _address(campaign, places, "quarters/")
    assert "2026-Q3" in client.get(address).content.decode()
    assert not Measurement.objects.exists()
    client.post(address, {f"base-{goal.pk}-2026-Q3": "0"})
    version = Measurement.objects.get().working_version
    assert version is not None
    assert version.value == 5


def test_stale_page_writes_nothing_and_says_so(
    say: Say, goal: CampaignGoal, campaign: Event, places: Places, client: Client, reporter: User
) -> None:
    say("5", DAY)
    client.force_login(reporter)
    answer = client.post(_address(campaign, places, "quarters/"), {f"base-{goal.pk}-2026-Q3": "4"})
    assert answer.status_code == 422
    assert not Measurement.objects.exists()


# --- Goals ---------------------------------------------------------------------------------------
def test_coordinator_sets_a_goal(campaign: Event, client: Client, coordinator: User) -> None:
    indicator = counted("C-05")
    client.force_login(coordinator)
    form = {"indicator": indicator.pk, "level": "commune", "value": "1.200"}
    assert client.post(f"/events/{campaign.pk}/campaign/goals/", form).status_code == 302
    assert CampaignGoal.objects.get().value == 1200


def test_goal_that_cannot_be_read_is_refused_with_all_kept(
    campaign: Event, client: Client, coordinator: User
) -> None:
    indicator = counted("C-05")
    client.force_login(coordinator)
    form = {"indicator": indicator.pk, "level": "commune", "value": "nhiều"}
    answer = client.post(f"/events/{campaign.pk}/campaign/goals/", form)
    assert answer.status_code == 422
    assert 'value="nhiều"' in answer.content.decode()
    assert not CampaignGoal.objects.exists()


def test_reporter_sets_no_goal(campaign: Event, client: Client, reporter: User) -> None:
    client.force_login(reporter)
    assert client.get(f"/events/{campaign.pk}/campaign/goals/").status_code == 404


def test_coordinator_of_one_commune_sets_no_goal_of_the_province(
    campaign: Event, client: Client, places: Places
) -> None:
    person = make_person("one", Role.COORDINATOR, places.phan_rang)
    assert Membership.objects.filter(user=person).count() == 1
    client.force_login(person)
    assert client.get(f"/events/{campaign.pk}/campaign/goals/").status_code == 404
