"""Standing in for somebody: whom, from when to when, and that it opens no way around the second person."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from accounts.actions import add_deputy, end_deputy
from accounts.models import AuditEntry, Deputy, Membership, Role
from accounts.permissions import reach_as
from indicators.actions.reporting import CellValue, ReportingError, approve, enter, submit
from indicators.models import Measurement, MeasurementVersion
from indicators.permissions import can_approve, can_enter
from tests.cast import make_person
from tests.factories.results import make_indicator, make_period

FIRST, LAST = date(2025, 10, 6), date(2025, 10, 10)


@pytest.fixture
def colleague(db):
    return make_person("colleague")


@pytest.fixture
def seat(approver):
    return Membership.objects.get(user=approver)


@pytest.fixture
def deputy(seat, colleague, administrator):
    return add_deputy(membership=seat, user=colleague, valid_from=FIRST, valid_to=LAST, by=administrator)


@pytest.mark.parametrize(
    ("day", "reaches"),
    [
        (date(2025, 10, 5), False),
        (FIRST, True),
        (LAST, True),
        (date(2025, 10, 11), False),
    ],
)
def test_deputy_reaches_only_in_their_days(day, reaches, deputy, colleague, places, pin_today):
    pin_today(day)
    seen = reach_as(colleague, Role.APPROVER)
    assert seen.unit_ids == ((places.phan_rang.pk,) if reaches else ())
    assert not reach_as(colleague, Role.REPORTER).is_official


def test_deputy_of_an_ended_role_reaches_nothing(deputy, seat, colleague, pin_today):
    pin_today(FIRST)
    Membership.objects.filter(pk=seat.pk).update(valid_to=date(2025, 9, 30))
    assert not reach_as(colleague, Role.APPROVER).is_official


def test_the_person_keeps_their_own_role(deputy, approver, places, pin_today):
    pin_today(FIRST)
    assert reach_as(approver, Role.APPROVER).unit_ids == (places.phan_rang.pk,)


@pytest.fixture
def sent(deputy, colleague, places, pin_today):
    """Enters a value in somebody's name and sends it for approval, on a day of the deputy's."""
    pin_today(FIRST)
    Membership.objects.create(user=colleague, role=Role.REPORTER, unit=places.phan_rang)

    def send(entered_by, submitted_by) -> MeasurementVersion:
        version = enter(
            indicator=make_indicator(pooling="sum", value_type="count"),
            unit=places.phan_rang,
            level="commune",
            period=make_period("2025-Q3"),
            by=entered_by,
            cell=CellValue(value=7),
        )
        return submit(version=version, by=submitted_by)

    return send


def test_deputy_approves_what_others_entered(sent, reporter, colleague):
    version = sent(reporter, reporter)
    assert can_approve(colleague, version)
    approve(version=version, by=colleague)
    assert Measurement.objects.get().approved_version.approved_by == colleague


@pytest.mark.parametrize("did", ["entered", "submitted"])
def test_deputy_never_approves_what_they_entered_or_sent(did, sent, reporter, colleague):
    version = sent(colleague, reporter) if did == "entered" else sent(reporter, colleague)
    assert can_enter(colleague, version.measurement)
    assert not can_approve(colleague, version)
    with pytest.raises(ReportingError):
        approve(version=version, by=colleague)
    assert Measurement.objects.get().approved_version is None


def test_adding_is_audited(deputy, administrator, approver, colleague, places):
    entry = AuditEntry.objects.get(action="deputy.created")
    assert (entry.actor, entry.unit) == (administrator, places.phan_rang)
    assert entry.subject_id == str(deputy.pk)
    assert entry.after == {
        "membership": deputy.membership_id,
        "deputises_for": approver.pk,
        "user": colleague.pk,
        "valid_from": "2025-10-06",
        "valid_to": "2025-10-10",
    }


def test_ending_is_audited_and_holds(deputy, administrator, colleague, pin_today):
    end_deputy(deputy=deputy, valid_to=FIRST, by=administrator, reason="back early")
    entry = AuditEntry.objects.get(action="deputy.ended")
    assert (entry.before["valid_to"], entry.after["valid_to"]) == ("2025-10-10", "2025-10-06")
    assert entry.reason == "back early"
    pin_today(LAST)
    assert not reach_as(colleague, Role.APPROVER).is_official


def refused(**words):
    with pytest.raises(ValidationError) as problem:
        add_deputy(**words)
    assert not Deputy.objects.exists()
    assert not AuditEntry.objects.exists()
    return set(problem.value.message_dict)


def test_nobody_is_their_own_deputy(seat, approver, administrator):
    days = {"valid_from": FIRST, "valid_to": LAST}
    assert refused(membership=seat, user=approver, by=administrator, **days) == {"user"}


@pytest.mark.parametrize("days", [(LAST, FIRST), (None, LAST), (FIRST, None)])
def test_days_are_both_given_and_in_order(days, seat, colleague, administrator):
    start, end = days
    words = {"membership": seat, "user": colleague, "by": administrator}
    assert refused(valid_from=start, valid_to=end, **words) == {"valid_to"}


@pytest.mark.parametrize("role", [Role.REPORTER, Role.LEADER, Role.ADMINISTRATOR])
def test_other_roles_have_no_deputies(role, seat, colleague, administrator):
    Membership.objects.filter(pk=seat.pk).update(role=role)
    words = {"membership": seat, "user": colleague, "by": administrator}
    assert refused(valid_from=FIRST, valid_to=LAST, **words) == {"membership"}


def test_a_closed_account_is_no_deputy(seat, colleague, administrator):
    colleague.is_active = False
    colleague.save()
    words = {"membership": seat, "user": colleague, "by": administrator}
    assert refused(valid_from=FIRST, valid_to=LAST, **words) == {"user"}


def test_days_of_one_deputy_do_not_overlap(deputy, seat, colleague, administrator):
    words = {"membership": seat, "user": colleague, "by": administrator}
    with pytest.raises(ValidationError):
        add_deputy(valid_from=LAST, valid_to=date(2025, 10, 20), **words)
    add_deputy(valid_from=date(2025, 10, 11), valid_to=date(2025, 10, 20), **words)
    assert Deputy.objects.count() == 2


def test_ending_before_the_first_day_is_refused(deputy, administrator):
    with pytest.raises(ValidationError):
        end_deputy(deputy=deputy, valid_to=date(2025, 10, 1), by=administrator)
    assert Deputy.objects.get().valid_to == LAST


URL = "/admin/accounts/deputy/"


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def posted(seat, user, start="06/10/2025", end="10/10/2025"):
    return {"membership": seat.pk, "user": user.pk, "valid_from": start, "valid_to": end}


def test_admin_adds_and_ends_through_the_actions(admin, seat, colleague):
    assert admin.post(f"{URL}add/", posted(seat, colleague)).status_code == 302
    made = Deputy.objects.get()
    assert (made.valid_from, made.valid_to) == (FIRST, LAST)
    assert admin.get(URL).status_code == 200
    assert admin.post(f"{URL}{made.pk}/change/", {"valid_to": "08/10/2025"}).status_code == 302
    made.refresh_from_db()
    assert made.valid_to == date(2025, 10, 8)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["deputy.created", "deputy.ended"]


def test_admin_tells_what_is_refused(admin, seat, approver):
    page = admin.post(f"{URL}add/", posted(seat, approver))
    assert page.status_code == 200
    assert page.context["adminform"].form.errors.keys() == {"user"}
    assert not Deputy.objects.exists()


def test_admin_tells_what_is_refused_on_ending(admin, deputy):
    page = admin.post(f"{URL}{deputy.pk}/change/", {"valid_to": "01/10/2025"})
    assert page.status_code == 200
    assert page.context["adminform"].form.errors.keys() == {"valid_to"}


def test_admin_deletes_no_deputy(admin, deputy):
    assert admin.get(f"{URL}{deputy.pk}/delete/").status_code == 403


def test_admin_offers_only_roles_that_have_deputies(admin, seat, reporter):
    query = {"app_label": "accounts", "model_name": "deputy", "field_name": "membership", "term": "e"}
    found = admin.get("/admin/autocomplete/", query).json()["results"]
    assert [each["id"] for each in found] == [str(seat.pk)]
