"""The switch to two tiers: what passes to whom, by which decision, and nothing silently."""

from datetime import date

import pytest

from accounts.models import AuditEntry, Change, Membership, Role
from accounts.setting_up import area_of
from provinces.models import Agency, AgencySuccession, UnitSuccession
from resolutions.actions.handing_over import PassedRole, PassedTask, hand_over
from resolutions.actions.tasks import TaskRefused
from resolutions.models import HandedTask, Handover, Task
from resolutions.succeeding import waiting_in
from tests.cast import make_person
from tests.factories.results import make_document
from tests.factories.units import BEFORE_MERGER, MERGER, make_agency, make_unit, merge

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 31)


@pytest.fixture(autouse=True)
def _today(pin_today):
    pin_today(date(2026, 11, 21))


@pytest.fixture
def decision(places):
    return make_document(places.khanh_hoa, "10/QĐ-UBND")


@pytest.fixture
def old(places):
    """The province's old department, a commune that went whole, and the district that was parted."""
    department = make_agency(places.ninh_thuan)
    Agency.objects.filter(pk=department.pk).update(valid_to=BEFORE_MERGER)
    department.refresh_from_db()
    AgencySuccession.objects.create(
        predecessor=department, successor=places.department, share="whole", effective_on=MERGER
    )
    merge(places.loi_hai, into=places.phan_rang)
    other = make_unit("commune", parent=places.thuan_bac, name="Xã Công Hải", valid_to=BEFORE_MERGER)
    merge(other, into=places.cam_ranh)
    return department


def open_task(unit, title="Lát vùng lõm", **fields):
    return Task.objects.create(unit=unit, title_vi=title, due_on=DUE, **fields)


def waits(who):
    return waiting_in(area_of(who))


def pass_tasks(decision, by, *passed, on=MERGER):
    return hand_over(document=decision, on=on, by=by, tasks=[PassedTask(*each) for each in passed])


def test_the_one_successor_of_a_whole_is_proposed(places, coordinator, old):
    task = open_task(places.loi_hai)
    [found] = waits(coordinator).tasks
    assert (found.task, found.units.proposed, found.leads) == (task, places.phan_rang.pk, None)


def test_a_parted_district_is_a_choice(places, coordinator, old):
    open_task(places.thuan_bac)
    [found] = waits(coordinator).tasks
    assert {each.pk for each in found.units.units} == {places.phan_rang.pk, places.cam_ranh.pk}
    assert found.units.proposed is None


def test_a_part_is_never_proposed(places, coordinator, old):
    UnitSuccession.objects.filter(predecessor=places.loi_hai).update(share="part")
    open_task(places.loi_hai)
    assert waits(coordinator).tasks[0].units.proposed is None


def test_a_merger_of_a_merger_is_followed(places, coordinator, old):
    between = make_unit("commune", parent=places.khanh_hoa, valid_from=MERGER, valid_to=date(2026, 5, 31))
    UnitSuccession.objects.filter(predecessor=places.loi_hai).update(successor=between)
    merge(between, into=places.cam_ranh, on=date(2026, 6, 1))
    open_task(places.loi_hai)
    assert waits(coordinator).tasks[0].units.proposed == places.cam_ranh.pk


def test_what_goes_on_does_not_wait(places, coordinator, old):
    open_task(places.phan_rang)
    open_task(places.loi_hai, "Đã xong", done_on=date(2025, 5, 1))
    assert not waits(coordinator).tasks


def test_task_passes_with_its_lead_and_keeps_where_it_was(places, coordinator, decision, old):
    task = open_task(places.ninh_thuan, lead=old)
    handover = pass_tasks(decision, coordinator, (task.pk, places.khanh_hoa.pk, places.department.pk))
    task.refresh_from_db()
    assert (task.unit, task.lead) == (places.khanh_hoa, places.department)
    row = HandedTask.objects.get()
    assert (row.handover, row.former_unit, row.former_lead) == (handover, places.ninh_thuan, old)
    told = Change.objects.filter(resource="task", object_id=task.pk).values_list("unit_id", flat=True)
    assert set(told) == {places.khanh_hoa.pk, places.ninh_thuan.pk}
    actions = AuditEntry.objects.filter(actor=coordinator).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["hand_over", "handover"]


def test_role_ends_the_day_before_and_begins_on_the_day(places, coordinator, decision, old):
    person = make_person("of Lợi Hải", Role.REPORTER, places.loi_hai)
    [found] = waits(coordinator).roles
    roles = [PassedRole(found.membership.pk, places.phan_rang.pk)]
    hand_over(document=decision, on=MERGER, by=coordinator, roles=roles)
    rows = person.memberships.order_by("pk").values_list("unit", "role", "valid_from", "valid_to")
    assert list(rows) == [
        (places.loi_hai.pk, "reporter", None, BEFORE_MERGER),
        (places.phan_rang.pk, "reporter", MERGER, None),
    ]


def test_role_in_an_agency_passes_to_its_successor(places, coordinator, decision, old):
    person = make_person("of the department", Role.REPORTER, agency=old)
    [found] = waits(coordinator).roles
    assert found.choice.proposed == places.department.pk
    roles = [PassedRole(found.membership.pk, places.department.pk)]
    hand_over(document=decision, on=MERGER, by=coordinator, roles=roles)
    new = person.memberships.get(valid_to__isnull=True)
    assert (new.agency, new.unit) == (places.department, places.khanh_hoa)


def test_role_held_at_the_successor_already_is_not_doubled(places, coordinator, decision, old):
    person = make_person("of both", Role.REPORTER, places.loi_hai)
    held = Membership.objects.create(user=person, role=Role.REPORTER, unit=places.phan_rang)
    [found] = waits(coordinator).roles
    roles = [PassedRole(found.membership.pk, places.phan_rang.pk)]
    hand_over(document=decision, on=MERGER, by=coordinator, roles=roles)
    assert person.memberships.filter(valid_to__isnull=True).get() == held


@pytest.mark.parametrize(
    ("ends", "end"),
    [
        ([date(2026, 12, 31), date(2027, 6, 30)], date(2027, 6, 30)),
        ([date(2027, 6, 30), date(2026, 12, 31)], date(2027, 6, 30)),
        ([date(2027, 6, 30), None], None),
        ([None, date(2027, 6, 30)], None),
    ],
)
def test_roles_that_become_one_last_until_the_later_end(ends, end, places, coordinator, decision, old):
    other = make_unit("commune", parent=places.thuan_bac, name="Xã Bắc Sơn", valid_to=BEFORE_MERGER)
    merge(other, into=places.phan_rang)
    person = make_person("of both")
    held = [
        Membership.objects.create(user=person, role=Role.REPORTER, unit=unit, valid_to=last)
        for unit, last in zip((places.loi_hai, other), ends, strict=True)
    ]
    roles = [PassedRole(each.pk, places.phan_rang.pk) for each in held]
    hand_over(document=decision, on=MERGER, by=coordinator, roles=roles)
    assert person.memberships.get(unit=places.phan_rang).valid_to == end


def test_a_second_time_nothing_passes(places, coordinator, decision, old):
    task = open_task(places.loi_hai)
    pass_tasks(decision, coordinator, (task.pk, places.phan_rang.pk))
    with pytest.raises(TaskRefused):
        pass_tasks(decision, coordinator, (task.pk, places.phan_rang.pk))
    assert Handover.objects.count() == HandedTask.objects.count() == 1


def test_all_or_nothing(places, coordinator, decision, old):
    task, other = open_task(places.loi_hai), open_task(places.phan_rang, "Khác")
    with pytest.raises(TaskRefused):
        pass_tasks(decision, coordinator, (task.pk, places.phan_rang.pk), (other.pk, places.cam_ranh.pk))
    task.refresh_from_db()
    assert task.unit == places.loi_hai
    assert not Handover.objects.exists()


def test_it_passes_to_a_successor_alone(places, coordinator, decision, old):
    task = open_task(places.loi_hai)
    for other in (places.cam_ranh, places.dak_lak):
        with pytest.raises(TaskRefused):
            pass_tasks(decision, coordinator, (task.pk, other.pk))


@pytest.mark.parametrize("on", [date(2026, 11, 22), date(2025, 1, 1)])
def test_not_before_the_successor_and_not_tomorrow(on, places, coordinator, decision, old):
    task = open_task(places.ninh_thuan)
    with pytest.raises(TaskRefused) as refused:
        pass_tasks(decision, coordinator, (task.pk, places.khanh_hoa.pk), on=on)
    assert refused.value.field == "on"


def test_a_twin_at_the_successor_is_told(places, coordinator, decision, old):
    document = make_document(places.ninh_thuan)
    task = open_task(places.loi_hai, document=document)
    open_task(places.phan_rang, document=document)
    with pytest.raises(TaskRefused, match="Lát vùng lõm"):
        pass_tasks(decision, coordinator, (task.pk, places.phan_rang.pk))


@pytest.mark.parametrize("who", ["reporter", "approver", "leader", "neighbour", "outsider"])
def test_strangers_hand_over_nothing(who, request, places, decision, old):
    task = open_task(places.loi_hai)
    with pytest.raises(TaskRefused):
        pass_tasks(decision, request.getfixturevalue(who), (task.pk, places.phan_rang.pk))
    assert not Handover.objects.exists()


def test_a_coordinator_next_door_finds_nothing(places, decision, old):
    task = open_task(places.loi_hai)
    stranger = make_person("next door", Role.COORDINATOR, places.dak_lak)
    assert not waits(stranger).tasks
    with pytest.raises(TaskRefused):
        pass_tasks(decision, stranger, (task.pk, places.phan_rang.pk))


def test_roles_that_set_up_others_are_the_administrators(places, coordinator, administrator, old):
    make_person("coordinates", Role.COORDINATOR, places.ninh_thuan)
    assert not waits(coordinator).roles
    assert [each.membership.role for each in waits(administrator).roles] == ["coordinator"]


def test_waiting_asks_the_same_for_few_and_many(
    places, coordinator, old, django_assert_num_queries, django_assert_max_num_queries
):
    for number in range(3):
        open_task(places.loi_hai, str(number))
    area = area_of(coordinator)
    with django_assert_max_num_queries(10) as few:
        waiting_in(area)
    for number in range(20):
        commune = make_unit("commune", parent=places.thuan_bac, valid_to=BEFORE_MERGER)
        merge(commune, into=places.phan_rang)
        open_task(commune, str(number))
        make_person(f"person {number}", Role.REPORTER, commune)
    with django_assert_num_queries(len(few)):
        waiting_in(area)


def test_page_proposes_and_passes_what_was_ticked(client, places, coordinator, decision, old):
    task, kept = open_task(places.loi_hai), open_task(places.thuan_bac, "Của huyện")
    client.force_login(coordinator)
    html = client.get("/tasks/handover/").content.decode()
    assert f'<option value="{places.phan_rang.pk}" selected>' in html
    sent = {
        "document": decision.pk,
        "on": "01/07/2025",
        "task": [task.pk],
        f"unit-{task.pk}": places.phan_rang.pk,
    }
    assert client.post("/tasks/handover/", sent).status_code == 302
    assert Task.objects.get(pk=task.pk).unit == places.phan_rang
    assert Task.objects.get(pk=kept.pk).unit == places.thuan_bac
    assert client.post("/tasks/handover/", sent).status_code == 422
    assert "10/QĐ-UBND" in client.get("/tasks/handover/").content.decode()
    assert "10/QĐ-UBND" in client.get(task.get_absolute_url()).content.decode()


def test_page_keeps_what_was_chosen_when_it_is_refused(client, places, coordinator, old):
    task = open_task(places.thuan_bac)
    client.force_login(coordinator)
    sent = {"on": "01/07/2025", "task": [task.pk], f"unit-{task.pk}": places.cam_ranh.pk}
    answer = client.post("/tasks/handover/", sent)
    assert answer.status_code == 422
    assert f'<option value="{places.cam_ranh.pk}" selected>' in answer.content.decode()
    assert not Handover.objects.exists()
