"""The list, the board and a task's page, and what is sent from them."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from resolutions.actions.extensions import ask_extension, decide_extension
from resolutions.actions.progress import report
from resolutions.actions.tasks import Step, assign
from resolutions.models import ExtensionState, Task
from tests.cast import make_person
from tests.dashboard.reading import card, words
from tests.events.making import make_event, make_points
from tests.factories.results import make_document, make_target
from tests.factories.units import make_agency

pytestmark = pytest.mark.django_db
PAST, SOON = date(2026, 11, 10), date(2026, 12, 15)
PDF = b"%PDF-1.7\n% a scan\n"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def owner(places):
    return make_person("owner", Role.REPORTER, agency=places.department, full_name="Lê Thị Sở")


@pytest.fixture
def task(places, coordinator):
    return assign(
        unit=places.khanh_hoa,
        title_vi="Xóa vùng lõm sóng",
        due_on=PAST,
        by=coordinator,
        lead=places.department,
        document=make_document(places.khanh_hoa, "32/KH-UBND"),
        steps=[Step("Khảo sát"), Step("Lắp trạm", SOON)],
    )


@pytest.fixture
def every(places):
    """One task in each standing, and two of them done late."""
    begun, done, late = date(2026, 10, 1), date(2026, 11, 1), date(2026, 11, 15)
    rows = {
        "Chưa làm": {"due_on": SOON},
        "Đang làm": {"due_on": SOON, "started_on": begun},
        "Trễ": {"due_on": PAST},
        "Đúng hạn": {"due_on": PAST, "done_on": done},
        "Muộn": {"due_on": PAST, "done_on": late},
        "Muộn nữa": {"due_on": PAST, "done_on": late},
    }
    for title, fields in rows.items():
        Task.objects.create(unit=places.khanh_hoa, title_vi=title, **fields)


def titles(answer):
    listing = answer.context["listing"]
    return [task.title_vi for task in listing.page.object_list]


def test_states_add_up_to_all_tasks(reads, every):
    found = card(reads.get("/tasks/"), "counts")
    assert "3 /6 nhiệm vụ hoàn thành 50,00 % · 1 quá hạn" in found
    assert (
        "Chưa triển khai 1 Trong hạn 1 Quá hạn 1 Hoàn thành đúng hạn 1 Hoàn thành quá hạn 2 Tổng 6" in found
    )


def test_list_is_narrowed_and_the_counts_stay(reads, every):
    answer = reads.get("/tasks/", {"under": "P56-2025", "standing": "done_late"})
    assert titles(answer) == ["Muộn", "Muộn nữa"]
    assert answer.context["listing"].counts.total == 6


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["A", "B"]),
        ({"unit": "P56-2025"}, ["A", "B"]),
        ({"under": "P56-2025"}, ["A", "B", "C"]),
        ({"agency": "P56-2025.so-khcn"}, ["A"]),
        ({"agency": "P56-2025.so-nv"}, ["B"]),
        ({"person": "own"}, ["B"]),
        ({"document": "own"}, ["A"]),
        ({"due_from": "2026-12-01"}, ["B"]),
        ({"under": "P56-2025", "due_from": "2026-12-01"}, ["B", "C"]),
        ({"due_to": "2026-12-01"}, ["A"]),
    ],
)
def test_tasks_are_narrowed_by(asked, found, reads, places, task, owner):
    Task.objects.filter(pk=task.pk).update(title_vi="A")
    second = Task.objects.create(unit=places.khanh_hoa, title_vi="B", due_on=SOON, person=owner)
    second.cooperating.add(make_agency(places.khanh_hoa, "so-nv"))
    Task.objects.create(unit=places.phan_rang, title_vi="C", due_on=SOON)
    own = {"person": owner.pk, "document": task.document_id}
    asked = {name: own[name] if value == "own" else value for name, value in asked.items()}
    assert titles(reads.get("/tasks/", asked)) == found


def test_list_says_whether_what_lies_below_is_with_it(reads, every, places):
    def scopes(asked):
        return re.findall(r'href="([^"]*)"( aria-current="true")?', reads_scope(reads.get("/tasks/", asked)))

    own, all_of_it = ("?unit=P56-2025", ' aria-current="true"'), ("?under=P56-2025", "")
    assert scopes({}) == [own, all_of_it]
    assert scopes({"under": "P56-2025"}) == [(own[0], ""), (all_of_it[0], own[1])]
    assert reads_scope(reads.get("/tasks/", {"under": places.phan_rang.ref})) == ""
    assert reads_scope(reads.get("/tasks/", {"mine": "true"})) == ""


def reads_scope(answer):
    found = re.search(r'<span class="task-views task-scope".*?</span>', answer.content.decode(), re.S)
    return found[0] if found else ""


def test_tasks_of_communes_next_door_are_not_listed(reads, places):
    Task.objects.create(unit=places.ea_kao, title_vi="Xa", due_on=SOON)
    assert titles(reads.get("/tasks/", {"under": "VN"})) == []


@pytest.mark.parametrize("asked", [{"under": "P99"}, {"due_from": "mai"}, {"standing": "gone"}])
def test_what_cannot_be_asked_does_not_exist(asked, reads):
    assert reads.get("/tasks/", asked).status_code == 404


@pytest.mark.parametrize(
    ("by", "found"),
    [("agency", "Sở KH&CN Khánh Hòa 0/1"), ("person", "Lê Thị Sở 0/1"), ("document", "32/KH-UBND")],
)
def test_tasks_are_grouped(by, found, reads, task, owner):
    Task.objects.filter(pk=task.pk).update(person=owner)
    assert found in words(reads.get("/tasks/", {"by": by}))


def test_board_has_a_column_for_each_standing(reads, every):
    columns = reads.get("/tasks/", {"view": "board"}).context["listing"].columns
    assert [(each.state.standing, [task.title_vi for task in each.tasks]) for each in columns] == [
        ("not_started", ["Chưa làm"]),
        ("in_time", ["Đang làm"]),
        ("overdue", ["Trễ"]),
        ("done_in_time", ["Đúng hạn"]),
        ("done_late", ["Muộn", "Muộn nữa"]),
    ]


def test_my_tasks_are_those_i_work_on(signed_in, owner, task, every):
    assert titles(signed_in(owner).get("/tasks/", {"mine": "true"})) == ["Xóa vùng lõm sóng"]
    assert "Xóa vùng lõm sóng" in card(signed_in(owner).get("/reports/"), "my-tasks")


def test_list_is_a_file_as_it_is_narrowed(reads, every):
    answer = reads.get("/tasks/", {"standing": "overdue", "export": "csv"})
    lines = answer.content.decode().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("Trễ,Tỉnh Khánh Hòa,")
    assert "Quá hạn" in lines[1]


@pytest.mark.parametrize("view", [{}, {"by": "agency"}, {"view": "board"}])
def test_list_asks_the_same_for_2_20_and_200_tasks(view, reads, places, owner):
    def asked(number):
        for place in range(Task.objects.count(), number):
            task = Task.objects.create(
                unit=places.khanh_hoa,
                title_vi=f"Việc {place}",
                due_on=PAST,
                lead=places.department,
                person=owner,
                document=make_document(places.khanh_hoa),
            )
            task.steps.create(position=1, title="Bước")
        reads.get("/tasks/", view)
        with CaptureQueriesContext(connection) as queries:
            assert reads.get("/tasks/", view).status_code == 200
        return len(queries)

    counts = {asked(number) for number in (2, 20, 200)}
    assert len(counts) == 1
    assert max(counts) <= 20


def test_page_asks_the_same_for_much_and_little_work(reads, task, owner, coordinator):
    def asked(number):
        for _each in range(number):
            proof = [SimpleUploadedFile("a.pdf", PDF)]
            report(task=task, by=owner, words="Đã làm.", proof=proof)
            task.targets.add(make_target(task.unit))
            task.cooperating.add(make_agency(task.unit, f"so-{task.cooperating.count()}"))
            day = date(2027, 1, 1 + task.extensions.count())
            extension = ask_extension(task=task, by=owner, new_due_on=day, reason="Mưa.")
            decide_extension(extension=extension, by=coordinator, is_granted=True, decision="Được.")
        reads.get(task.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            assert reads.get(task.get_absolute_url()).status_code == 200
        return len(queries)

    assert asked(1) == asked(5)


def test_page_says_who_what_and_by_when(reads, task, places):
    target = make_target(places.khanh_hoa, name_vi="Tỷ lệ phủ sóng 5G")
    task.targets.add(target)
    task.cooperating.add(make_agency(places.khanh_hoa, "so-nv"))
    answer = reads.get(task.get_absolute_url())
    about = card(answer, "about")
    for said in ("Sở Khoa học và Công nghệ tỉnh Khánh Hòa", "32/KH-UBND", "so-nv Khánh Hòa"):
        assert said in about
    assert "10/11/2026 quá hạn 11 ngày" in card(answer, "day")
    assert f'href="{target.get_absolute_url()}"' in answer.content.decode()
    assert "Khảo sát" in card(answer, "steps")


def test_page_leads_to_the_event_that_asked_for_it(reads, task, places):
    event = make_event(places.khanh_hoa)
    [point] = make_points(event, "Xóa vùng lõm sóng")
    type(point).objects.filter(pk=point.pk).update(task=task)
    assert f'href="/events/{event.pk}/"' in reads.get(task.get_absolute_url()).content.decode()


def test_page_says_how_often_and_from_which_day_it_was_extended(reads, task, owner, coordinator):
    extension = ask_extension(task=task, by=owner, new_due_on=SOON, reason="Mưa lũ kéo dài.")
    decide_extension(extension=extension, by=coordinator, is_granted=True, decision="Đồng ý.")
    found = card(reads.get(task.get_absolute_url()), "day")
    assert "15/12/2026 còn 24 ngày Đã gia hạn 1 lần; hạn đầu tiên là 10/11/2026" in found
    for said in ("Mưa lũ kéo dài.", "Đồng ý.", "Lê Thị Sở"):
        assert said in found


def test_owner_reports_with_a_file_that_the_leader_opens(signed_in, task, owner, leader):
    sent = {
        "progress-words": "Đã khảo sát 12 xã.",
        "progress-on": "20/11/2026",
        "progress-proof": [SimpleUploadedFile("bien-ban.pdf", PDF)],
    }
    answer = signed_in(owner).post(f"{task.get_absolute_url()}progress/", sent)
    assert answer.status_code == 302
    read = signed_in(leader).get(task.get_absolute_url())
    assert "20/11/2026 Đã khảo sát 12 xã. bien-ban.pdf Lê Thị Sở" in card(read, "progress")
    file = task.notes.get().files.get()
    assert b"".join(signed_in(leader).get(f"/tasks/files/{file.pk}/").streaming_content) == PDF


def test_refused_report_keeps_what_was_typed(signed_in, task, owner):
    sent = {"progress-words": "Đã khảo sát.", "progress-on": "01/12/2026"}
    answer = signed_in(owner).post(f"{task.get_absolute_url()}progress/", sent)
    assert answer.status_code == 422
    assert "Đã khảo sát." in answer.content.decode()
    assert not task.notes.exists()


def test_coordinator_decides_on_an_extension(signed_in, task, owner, coordinator):
    sent = {"more-new_due_on": "15/12/2026", "more-reason": "Mưa lũ."}
    signed_in(owner).post(f"{task.get_absolute_url()}extension/", sent)
    assert task.extensions.get().state == ExtensionState.ASKED
    read = signed_in(coordinator).get(task.get_absolute_url())
    assert 'value="granted"' in read.content.decode()
    sent = {"decide-decision": "Đồng ý.", "verdict": "granted"}
    signed_in(coordinator).post(f"{task.get_absolute_url()}decision/", sent)
    task.refresh_from_db()
    assert task.due_on == SOON


def test_decision_without_a_verdict_refuses(signed_in, task, owner, coordinator):
    ask_extension(task=task, by=owner, new_due_on=SOON, reason="Mưa lũ.")
    answer = signed_in(coordinator).post(
        f"{task.get_absolute_url()}decision/", {"decide-decision": "Đủ rồi."}
    )
    assert answer.status_code == 422
    assert task.extensions.get().is_open


def test_task_is_done_and_opened_again(signed_in, task, owner, coordinator):
    sent = {"done-words": "Đã nghiệm thu.", "done-product": "Biên bản", "done-on": "21/11/2026"}
    signed_in(owner).post(f"{task.get_absolute_url()}done/", sent)
    task.refresh_from_db()
    assert (task.done_on, task.product) == (date(2026, 11, 21), "Biên bản")
    reason = {"reopen-reason": "Thiếu biên bản."}
    assert signed_in(owner).post(f"{task.get_absolute_url()}reopen/", reason).status_code == 404
    signed_in(coordinator).post(f"{task.get_absolute_url()}reopen/", reason)
    task.refresh_from_db()
    assert task.done_on is None


def test_page_says_when_and_by_whom_the_done_day_was_reported(signed_in, task, owner, coordinator):
    def day_of_the_task():
        return card(signed_in(coordinator).get(task.get_absolute_url()), "day")

    address, sent = f"{task.get_absolute_url()}done/", {"done-words": "Xong.", "done-on": "09/11/2026"}
    signed_in(owner).post(address, sent)
    note = task.notes.get()
    type(note).objects.filter(pk=note.pk).update(at="2026-11-21T03:00:00Z")
    found = day_of_the_task().split("09/11/2026")[1]
    assert "21/11/2026" in found
    assert "Lê Thị Sở" in found
    signed_in(coordinator).post(f"{task.get_absolute_url()}reopen/", {"reopen-reason": "Thiếu biên bản."})
    assert "21/11/2026" not in day_of_the_task()


def test_step_is_done_and_taken_back(signed_in, task, owner):
    step = task.steps.first()
    address = f"{task.get_absolute_url()}steps/{step.pk}/"
    signed_in(owner).post(address)
    step.refresh_from_db()
    assert step.done_on == date(2026, 11, 21)
    signed_in(owner).post(address, {"undo": "1"})
    step.refresh_from_db()
    assert step.done_on is None


@pytest.mark.parametrize(
    "tail", ["progress/", "extension/", "decision/", "done/", "reopen/", "edit/", "steps/1/"]
)
def test_strangers_send_nothing(tail, signed_in, task, neighbour, reporter, leader):
    for who in (neighbour, reporter, leader):
        assert signed_in(who).post(f"{task.get_absolute_url()}{tail}").status_code == 404


def test_owner_does_not_change_the_task(signed_in, task, owner):
    assert signed_in(owner).get(f"{task.get_absolute_url()}edit/").status_code == 404


def test_coordinator_assigns_a_task(signed_in, places, coordinator, owner):
    target = make_target(places.khanh_hoa)
    sent = {
        "title_vi": "Phủ sóng 5G",
        "due_on": "31/12/2026",
        "lead": places.department.pk,
        "person": owner.pk,
        "targets": [target.pk],
        "steps": "Khảo sát; 30/11/2026\n\nLắp trạm",
    }
    answer = signed_in(coordinator).post("/tasks/new/?unit=P56-2025", sent)
    task = Task.objects.get()
    assert answer["Location"] == task.get_absolute_url()
    assert [(each.title, each.due_on) for each in task.steps.all()] == [
        ("Khảo sát", date(2026, 11, 30)),
        ("Lắp trạm", None),
    ]
    assert (task.person, list(task.targets.all())) == (owner, [target])


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_on": "31/02/2027"},
        {"steps": "Khảo sát; mai"},
        {"steps": "A\nA"},
        {"title_vi": "Xóa vùng lõm sóng"},
    ],
)
def test_refused_task_keeps_what_was_typed(wrong, signed_in, task, coordinator):
    sent = {
        "title_vi": "Việc mới",
        "product": "Báo cáo X",
        "due_on": "31/12/2026",
        "document": task.document_id,
    } | wrong
    answer = signed_in(coordinator).post("/tasks/new/?unit=P56-2025", sent)
    assert answer.status_code == 422
    assert "Báo cáo X" in answer.content.decode()
    assert Task.objects.count() == 1


def test_people_of_other_offices_are_not_offered(signed_in, coordinator, neighbour):
    sent = {"title_vi": "Việc", "due_on": "31/12/2026", "person": neighbour.pk}
    assert signed_in(coordinator).post("/tasks/new/?unit=P56-2025", sent).status_code == 422


@pytest.fixture
def of_the_commune(places):
    return make_person("of the commune", Role.COORDINATOR, places.phan_rang)


@pytest.fixture
def office(places):
    return make_agency(places.phan_rang, "van-phong")


def test_coordinator_of_a_commune_names_its_own_offices_and_people(
    signed_in, places, of_the_commune, office, reporter, owner, leader
):
    clerk = make_person("clerk", Role.REPORTER, agency=office)
    form = signed_in(of_the_commune).get("/tasks/new/").context["form"]
    assert set(form.fields["lead"].queryset) == {office}
    assert set(form.fields["person"].queryset) == {of_the_commune, reporter, clerk}
    assert set(form.fields["cooperating"].queryset) == {office, places.department}


@pytest.mark.parametrize("field", ["lead", "person"])
def test_coordinator_of_a_commune_gives_the_province_no_work(field, signed_in, places, of_the_commune, owner):
    named = {"lead": places.department.pk, "person": owner.pk}
    sent = {"title_vi": "Việc", "due_on": "31/12/2026", field: named[field]}
    assert signed_in(of_the_commune).post("/tasks/new/", sent).status_code == 422
    assert not Task.objects.exists()


def test_agency_that_helps_is_not_offered_as_lead(signed_in, places, of_the_commune):
    task = Task.objects.create(unit=places.phan_rang, title_vi="Việc", due_on=SOON)
    task.cooperating.add(places.department)
    form = signed_in(of_the_commune).get(f"{task.get_absolute_url()}edit/").context["form"]
    assert set(form.fields["lead"].queryset) == set()


def test_lead_and_person_that_a_task_has_stay_to_choose(signed_in, places, of_the_commune, owner):
    task = Task.objects.create(
        unit=places.phan_rang, title_vi="Việc", due_on=SOON, lead=places.department, person=owner
    )
    form = signed_in(of_the_commune).get(f"{task.get_absolute_url()}edit/").context["form"]
    assert set(form.fields["lead"].queryset) == {places.department}
    assert set(form.fields["person"].queryset) == {of_the_commune, owner}


def test_coordinator_of_the_province_names_colleagues_for_a_commune(
    signed_in, places, coordinator, owner, reporter, leader
):
    form = signed_in(coordinator).get(f"/tasks/new/?unit={places.phan_rang.ref}").context["form"]
    assert set(form.fields["person"].queryset) == {coordinator, owner, reporter}


def test_coordinator_changes_a_task_as_it_is_shown(signed_in, task, coordinator):
    Task.objects.filter(pk=task.pk).update(due_on=SOON)
    form = signed_in(coordinator).get(f"{task.get_absolute_url()}edit/").context["form"]
    sent = {
        name: value for name, value in form.initial.items() if value not in (None, "") and value != []
    } | {"due_on": "20/12/2026"}
    assert signed_in(coordinator).post(f"{task.get_absolute_url()}edit/", sent).status_code == 302
    task.refresh_from_db()
    assert task.due_on == date(2026, 12, 20)
    assert [each.title for each in task.steps.all()] == ["Khảo sát", "Lắp trạm"]
