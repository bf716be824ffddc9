"""My deputies: naming, ending, and that the page tells nothing of strangers."""

from datetime import date, timedelta

import pytest
from django.test import Client

from accounts.models import AuditEntry, Deputy, Membership, Role, User
from accounts.permissions import colleagues_of, reach_as
from tests.cast import make_person

URL = "/reports/deputies/"
DAY = date(2026, 9, 20)


@pytest.fixture(autouse=True)
def on_a_day(pin_today):
    pin_today(DAY)


@pytest.fixture
def seat(approver):
    return Membership.objects.get(user=approver)


@pytest.fixture
def mine(approver):
    client = Client()
    client.force_login(approver)
    return client


@pytest.fixture
def name(mine, seat):
    """Name somebody deputy of the approver, as the form sends it."""

    def send(user, start="21/09/2026", end="25/09/2026", **more):
        asked = {"seat": seat.pk, "user": user, "valid_from": start, "valid_to": end}
        return mine.post(URL, asked | more)

    return send


def errors(answer):
    assert answer.status_code == 422
    return answer.context["form"].errors


def test_colleague_is_named_and_stands_in(name, mine, approver, reporter, places, pin_today):
    assert name(reporter.pk).status_code == 302
    made = Deputy.objects.get()
    assert (made.membership.user, made.user) == (approver, reporter)
    assert AuditEntry.objects.get(action="deputy.created").actor == approver
    assert "25/09/2026" in mine.get(URL).text
    pin_today(date(2026, 9, 21))
    assert reach_as(reporter, Role.APPROVER).unit_ids == (places.phan_rang.pk,)


def test_only_colleagues_are_offered(mine, places, reporter, neighbour, outsider, coordinator, leader):
    make_person("closed", Role.REPORTER, places.phan_rang, is_active=False)
    gone = make_person("gone", Role.REPORTER, places.phan_rang)
    Membership.objects.filter(user=gone).update(valid_to=DAY - timedelta(days=1))
    page = mine.get(URL)
    assert list(page.context["form"].fields["user"].queryset) == [reporter]
    for stranger in (neighbour, outsider, coordinator, leader, gone):
        assert f'value="{stranger.pk}"' not in page.text


def test_agency_has_colleagues_in_the_agency_alone(coordinator, places, leader):
    near = make_person("near", Role.REPORTER, agency=places.department)
    seats = Membership.objects.filter(user=coordinator)
    assert set(colleagues_of(seats)) == {coordinator, near}


def test_role_of_the_unit_has_colleagues_in_its_agencies(places, leader, coordinator, reporter):
    seats = Membership.objects.filter(user=leader)
    assert set(colleagues_of(seats)) == {leader, coordinator}


def test_stranger_is_refused_like_nobody(name, reporter, approver, neighbour, outsider):
    refused = [errors(name(user)) for user in (neighbour.pk, outsider.pk, approver.pk, 999_999, "x")]
    assert refused == [refused[0]] * 5
    assert refused[0].keys() == {"user"}
    assert not Deputy.objects.exists()


@pytest.mark.parametrize("other", ["reporter", "coordinator"])
def test_nobody_names_a_deputy_for_a_role_that_is_not_their_own(request, name, other, reporter):
    foreign = Membership.objects.get(user=request.getfixturevalue(other))
    assert errors(name(reporter.pk, seat=foreign.pk)).keys() == {"seat"}
    assert not Deputy.objects.exists()


def test_deputy_names_no_deputy(name, reporter, places, pin_today):
    name(reporter.pk)
    pin_today(date(2026, 9, 21))
    client = Client()
    client.force_login(reporter)
    assert client.get(URL).status_code == 404
    assert client.post(URL, {"user": reporter.pk}).status_code == 404


def test_colleague_of_one_role_is_none_of_the_other(name, seat, approver, reporter, places):
    near = make_person("near", Role.REPORTER, agency=places.department)
    other = Membership.objects.create(
        user=approver, role=Role.COORDINATOR, unit=places.khanh_hoa, agency=places.department
    )
    assert errors(name(near.pk)).keys() == {"user"}
    assert name(near.pk, seat=other.pk).status_code == 302
    assert Deputy.objects.get().membership == other


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("19/09/2026", "25/09/2026", "valid_from"),
        ("22/09/2026", "21/09/2026", "valid_to"),
        ("", "21/09/2026", "valid_from"),
        ("22/09/2026", "soon", "valid_to"),
    ],
)
def test_days_that_do_not_fit_are_told_beside_their_field(name, reporter, start, end, field):
    answer = name(reporter.pk, start, end)
    assert errors(answer).keys() == {field}
    assert f'value="{end}"' in answer.text
    assert not Deputy.objects.exists()


def test_days_that_overlap_are_refused(name, reporter):
    name(reporter.pk)
    assert errors(name(reporter.pk, "24/09/2026", "30/09/2026")).keys() == {"valid_to"}


@pytest.fixture
def deputy(name, reporter):
    name(reporter.pk)
    return Deputy.objects.get()


def test_deputy_ends_today(deputy, mine, reporter, pin_today):
    pin_today(date(2026, 9, 22))
    assert mine.post(f"{URL}{deputy.pk}/end/").status_code == 302
    deputy.refresh_from_db()
    assert deputy.valid_to == date(2026, 9, 22)
    assert AuditEntry.objects.filter(action="deputy.ended").count() == 1
    assert mine.post(f"{URL}{deputy.pk}/end/").status_code == 404


def test_deputy_that_has_not_begun_is_taken_back(deputy, mine, approver):
    assert mine.post(f"{URL}{deputy.pk}/end/").status_code == 302
    assert not Deputy.objects.exists()
    entry = AuditEntry.objects.get(action="deputy.cancelled")
    assert (entry.actor, entry.before["valid_from"]) == (approver, "2026-09-21")


@pytest.mark.parametrize("person", ["reporter", "coordinator", "outsider", "neighbour", "administrator"])
def test_nobody_else_ends_a_deputy(request, deputy, person):
    client = Client()
    client.force_login(request.getfixturevalue(person))
    assert client.post(f"{URL}{deputy.pk}/end/").status_code == 404
    assert Deputy.objects.get().valid_to == date(2026, 9, 25)


def test_my_work_leads_there_for_those_who_may(mine, reporter):
    assert URL in mine.get("/reports/").text
    client = Client()
    client.force_login(reporter)
    assert URL not in client.get("/reports/").text


@pytest.mark.parametrize("count", [2, 20])
def test_list_takes_the_same_queries_for_any_number(mine, seat, places, count, django_assert_max_num_queries):
    for number in range(count):
        user = make_person(f"c{number}", Role.REPORTER, places.phan_rang)
        Deputy.objects.create(membership=seat, user=user, valid_from=DAY, valid_to=DAY)
    with django_assert_max_num_queries(8):
        page = mine.get(URL)
    assert page.text.count("<tr>") == count + 1
    assert User.objects.count() == count + 1
