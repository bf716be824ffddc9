"""Working on a task: what each action writes, and what it refuses."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEntry, Change, Role
from accounts.permissions import units_coordinated_by
from resolutions.actions.extensions import ask_extension, decide_extension
from resolutions.actions.finishing import complete, reopen
from resolutions.actions.progress import finish_step, report
from resolutions.actions.tasks import Step, TaskRefused, assign, edit
from resolutions.counts import count_tasks
from resolutions.models import Extension, ExtensionState, ProgressFile, Task, TaskStanding
from resolutions.permissions import (
    managed_by,
    may_decide,
    may_manage,
    may_work,
    own_tasks,
    with_files_read_by,
)
from tests.cast import make_person
from tests.factories.results import make_document, make_target
from tests.factories.units import make_agency

pytestmark = pytest.mark.django_db
DUE, NOW = date(2026, 12, 15), date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _today(pin_today, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    pin_today(NOW)


@pytest.fixture
def task(places, coordinator):
    return assign(
        unit=places.khanh_hoa,
        title_vi="Xóa vùng lõm sóng",
        due_on=DUE,
        by=coordinator,
        lead=places.department,
        steps=[Step("Khảo sát", date(2026, 11, 30)), Step("Lắp trạm")],
    )


@pytest.fixture
def owner(places):
    return make_person("owner", Role.REPORTER, agency=places.department)


def actions_of(task):
    return list(
        AuditEntry.objects.filter(subject_id=str(task.pk), subject_type="resolutions.task")
        .order_by("pk")
        .values_list("action", flat=True)
    )


def test_assigning_writes_who_what_and_when(task, places):
    assert [each.title for each in task.steps.all()] == ["Khảo sát", "Lắp trạm"]
    assert actions_of(task) == ["assign"]
    assert Change.objects.filter(resource="task", object_id=task.pk, operation="created").count() == 1


@pytest.mark.parametrize("has_document", [True, False])
def test_the_same_task_twice_is_refused_in_words(has_document, task, places, coordinator):
    document = make_document(places.khanh_hoa) if has_document else None
    Task.objects.filter(pk=task.pk).update(document=document)
    with pytest.raises(TaskRefused) as refused:
        assign(unit=places.khanh_hoa, title_vi=task.title_vi, due_on=DUE, by=coordinator, document=document)
    assert refused.value.field == "title_vi"
    assert Task.objects.count() == 1


def test_editing_keeps_what_is_known_of_a_step(task, coordinator, owner):
    finish_step(step=task.steps.first(), by=owner, on=NOW)
    edited = edit(
        task=task,
        by=coordinator,
        title_vi="Xóa vùng lõm",
        due_on=DUE,
        steps=[Step("Nghiệm thu"), Step("Khảo sát")],
    )
    assert [(each.title, each.done_on) for each in edited.steps.all()] == [
        ("Nghiệm thu", None),
        ("Khảo sát", NOW),
    ]


def test_editing_leaves_the_steps_that_stay_where_they_are(task, coordinator, owner):
    first, second = task.steps.all()
    edit(
        task=task,
        by=coordinator,
        title_vi="Xóa vùng lõm",
        due_on=DUE,
        steps=[Step("Lắp trạm", DUE), Step("Nghiệm thu"), Step("Khảo sát")],
    )
    rows = list(task.steps.values_list("title", "due_on", "position"))
    assert rows == [("Lắp trạm", DUE, 1), ("Nghiệm thu", None, 2), ("Khảo sát", None, 3)]
    assert {first.pk, second.pk} < set(task.steps.values_list("pk", flat=True))
    finish_step(step=first, by=owner, on=NOW)
    assert task.steps.get(title="Khảo sát").done_on == NOW


def test_a_step_that_was_taken_out_meanwhile_refuses_in_words(task, coordinator, owner):
    step = task.steps.first()
    edit(task=task, by=coordinator, title_vi="Xóa vùng lõm", due_on=DUE, steps=[Step("Lắp trạm")])
    with pytest.raises(TaskRefused):
        finish_step(step=step, by=owner, on=NOW)


def test_the_day_of_a_task_in_work_moves_only_by_an_extension(task, coordinator, owner):
    edit(task=task, by=coordinator, title_vi="A", due_on=DUE + timedelta(days=1))
    report(task=task, by=owner, words="Đã khảo sát.")
    with pytest.raises(TaskRefused, match="gia hạn"):
        edit(task=task, by=coordinator, title_vi="A", due_on=DUE)


def test_the_day_of_a_task_that_is_overdue_moves_only_by_an_extension(task, coordinator, pin_today):
    pin_today(DUE + timedelta(days=1))
    with pytest.raises(TaskRefused) as refused:
        edit(task=task, by=coordinator, title_vi="A", due_on=DUE + timedelta(days=30))
    assert refused.value.field == "due_on"
    edit(task=task, by=coordinator, title_vi="A", due_on=DUE)
    task.refresh_from_db()
    assert (task.title_vi, task.due_on) == ("A", DUE)


def test_the_first_report_begins_the_task(task, owner):
    report(task=task, by=owner, words="Đã khảo sát 12 xã.", on=date(2026, 11, 10))
    report(task=task, by=owner, words="Đã lắp 3 trạm.")
    task.refresh_from_db()
    assert task.started_on == date(2026, 11, 10)
    assert task.standing_on(NOW) == TaskStanding.IN_TIME
    assert actions_of(task) == ["assign", "progress", "progress"]


@pytest.mark.parametrize(
    "sent", [{"words": "  "}, {"words": "a" * 4001}, {"words": "Xong.", "on": NOW + timedelta(days=1)}]
)
def test_progress_without_words_or_of_days_to_come_is_refused(sent, task, owner):
    with pytest.raises(TaskRefused):
        report(task=task, by=owner, **sent)
    assert not task.notes.exists()


def test_files_of_a_report_are_kept_once(task, owner):
    files = [SimpleUploadedFile(name, b"%PDF-1.7 a") for name in ("a.pdf", "b.pdf")]
    note = report(task=task, by=owner, words="Đã khảo sát.", proof=files)
    assert [each.name for each in note.files.all()] == ["a.pdf"]


def test_a_file_that_is_not_accepted_leaves_nothing_behind(task, owner):
    with pytest.raises(TaskRefused, match=r"a\.exe") as refused:
        report(task=task, by=owner, words="Xong.", proof=[SimpleUploadedFile("a.exe", b"MZ")])
    assert refused.value.field == "proof"
    assert not task.notes.exists()
    assert not ProgressFile.objects.exists()


def test_a_granted_extension_moves_the_day_and_keeps_the_former(task, owner, coordinator, pin_today):
    asked = ask_extension(task=task, by=owner, new_due_on=date(2027, 1, 31), reason="Mưa lũ.")
    assert Task.objects.get(pk=task.pk).due_on == DUE
    decide_extension(extension=asked, by=coordinator, is_granted=True, decision="Đồng ý.")
    task.refresh_from_db()
    assert (task.due_on, task.first_due_on, task.times_extended) == (date(2027, 1, 31), DUE, 1)
    assert task.standing_on(date(2027, 1, 1)) == TaskStanding.NOT_STARTED
    assert task.standing_on(date(2027, 2, 1)) == TaskStanding.OVERDUE
    assert actions_of(task) == ["assign", "ask_extension", "decide_extension"]


def test_a_refused_extension_leaves_the_day(task, owner, coordinator):
    asked = ask_extension(task=task, by=owner, new_due_on=date(2027, 1, 31), reason="Mưa lũ.")
    decided = decide_extension(extension=asked, by=coordinator, is_granted=False, decision="Đủ thời gian.")
    task.refresh_from_db()
    assert decided.state == ExtensionState.REFUSED
    assert (task.due_on, task.times_extended) == (DUE, 0)


def test_nobody_decides_on_their_own_request(task, coordinator):
    asked = ask_extension(task=task, by=coordinator, new_due_on=date(2027, 1, 31), reason="Mưa lũ.")
    assert not may_decide(coordinator, asked)
    with pytest.raises(TaskRefused, match="không được tự"):
        decide_extension(extension=asked, by=coordinator, is_granted=True, decision="Đồng ý.")


def test_one_request_waits_at_a_time_and_is_decided_once(task, owner, coordinator):
    asked = ask_extension(task=task, by=owner, new_due_on=date(2027, 1, 31), reason="Mưa lũ.")
    with pytest.raises(TaskRefused):
        ask_extension(task=task, by=owner, new_due_on=date(2027, 2, 28), reason="Mưa lũ.")
    decide_extension(extension=asked, by=coordinator, is_granted=True, decision="Đồng ý.")
    with pytest.raises(TaskRefused):
        decide_extension(extension=asked, by=coordinator, is_granted=False, decision="Không.")
    ask_extension(task=task, by=owner, new_due_on=date(2027, 2, 28), reason="Mưa lũ.")
    assert Extension.objects.count() == 2


@pytest.mark.parametrize(("new_day", "reason"), [(DUE, "Mưa lũ."), (date(2027, 1, 31), " ")])
def test_an_extension_needs_a_later_day_and_a_reason(new_day, reason, task, owner):
    with pytest.raises(TaskRefused):
        ask_extension(task=task, by=owner, new_due_on=new_day, reason=reason)


def test_a_decision_needs_its_reason(task, owner, coordinator):
    asked = ask_extension(task=task, by=owner, new_due_on=date(2027, 1, 31), reason="Mưa lũ.")
    with pytest.raises(TaskRefused):
        decide_extension(extension=asked, by=coordinator, is_granted=True, decision="")
    assert Extension.objects.get().state == ExtensionState.ASKED


def test_a_finished_task_has_its_day_words_and_product(task, owner):
    complete(task=task, by=owner, on=NOW, words="Đã nghiệm thu.", product="Biên bản nghiệm thu")
    task.refresh_from_db()
    assert (task.done_on, task.product) == (NOW, "Biên bản nghiệm thu")
    assert task.standing_on(NOW) == TaskStanding.DONE_IN_TIME
    with pytest.raises(TaskRefused):
        report(task=task, by=owner, words="Thêm.")
    with pytest.raises(TaskRefused):
        ask_extension(task=task, by=owner, new_due_on=date(2027, 1, 31), reason="Mưa lũ.")


@pytest.mark.parametrize("on", [NOW + timedelta(days=1), date(2026, 11, 1)])
def test_a_task_is_not_done_tomorrow_nor_before_it_began(on, task, owner):
    report(task=task, by=owner, words="Đã khảo sát.", on=date(2026, 11, 10))
    with pytest.raises(TaskRefused):
        complete(task=task, by=owner, on=on, words="Xong.")


def test_a_task_is_not_done_before_the_last_progress(task, owner):
    report(task=task, by=owner, words="Đã khảo sát.", on=date(2026, 11, 10))
    report(task=task, by=owner, words="Đã lắp 3 trạm.", on=date(2026, 11, 20))
    with pytest.raises(TaskRefused, match="20/11/2026") as refused:
        complete(task=task, by=owner, on=date(2026, 11, 19), words="Xong.")
    assert refused.value.field == "on"
    complete(task=task, by=owner, on=date(2026, 11, 20), words="Xong.")


def test_a_task_is_not_done_before_its_last_step(task, owner):
    first, second = task.steps.all()
    finish_step(step=first, by=owner, on=date(2026, 11, 10))
    finish_step(step=second, by=owner, on=date(2026, 11, 20))
    with pytest.raises(TaskRefused, match=r"Lắp trạm.*20/11/2026") as refused:
        complete(task=task, by=owner, on=date(2026, 11, 19), words="Xong.")
    assert refused.value.field == "on"
    complete(task=task, by=owner, on=date(2026, 11, 20), words="Xong.")


def test_a_day_typed_wrong_is_put_right_by_opening_again(task, owner, coordinator):
    report(task=task, by=owner, words="Đã khảo sát.", on=date(2026, 11, 10))
    complete(task=task, by=owner, on=NOW, words="Xong.")
    reopen(task=task, by=coordinator, reason="Ghi sai ngày.")
    complete(task=task, by=owner, on=date(2026, 11, 18), words="Xong.")
    task.refresh_from_db()
    assert task.done_on == date(2026, 11, 18)


def test_a_request_that_waits_is_decided_before_the_task_is_done(task, owner):
    ask_extension(task=task, by=owner, new_due_on=date(2027, 1, 31), reason="Mưa lũ.")
    with pytest.raises(TaskRefused, match="quyết định"):
        complete(task=task, by=owner, on=NOW, words="Xong.")


def test_opening_again_says_why_and_keeps_the_work(task, owner, coordinator):
    complete(task=task, by=owner, on=NOW, words="Xong.")
    reopen(task=task, by=coordinator, reason="Thiếu biên bản.")
    task.refresh_from_db()
    assert (task.started_on, task.done_on) == (NOW, None)
    assert [each.kind for each in task.notes.all()] == ["done", "reopened"]
    with pytest.raises(TaskRefused):
        reopen(task=task, by=coordinator, reason="Lần nữa.")


def test_people_of_the_lead_agency_work_on_it_and_the_coordinator_looks_after_it(
    task, places, owner, coordinator, leader, reporter, neighbour, outsider
):
    assert may_work(owner, task)
    assert not may_manage(owner, task)
    assert may_work(coordinator, task)
    assert may_manage(coordinator, task)
    for other in (leader, reporter, neighbour, outsider):
        assert not may_work(other, task)
        assert not may_manage(other, task)


def test_a_named_person_works_on_it_wherever_they_sit(task, neighbour):
    Task.objects.filter(pk=task.pk).update(person=neighbour)
    assert list(own_tasks(neighbour)) == [task]
    assert not managed_by(neighbour).exists()


def test_without_an_agency_the_people_of_the_unit_work_on_it(places, reporter, coordinator):
    task = assign(unit=places.phan_rang, title_vi="Của phường", due_on=DUE, by=coordinator)
    assert may_work(reporter, task)
    Task.objects.filter(pk=task.pk).update(lead=places.department)
    assert not may_work(reporter, task)


def test_a_coordinator_of_a_commune_assigns_in_it_alone(places):
    person = make_person("of the commune", Role.COORDINATOR, places.phan_rang)
    assert list(units_coordinated_by(person)) == [places.phan_rang]


def test_a_superuser_without_a_role_looks_after_nothing(task, administrator):
    assert not may_manage(administrator, task)
    assert not may_work(administrator, task)


def test_files_are_for_the_subtree_and_those_who_help(task, places, leader, neighbour, owner):
    helper = make_person("helper", Role.REPORTER, agency=make_agency(places.khanh_hoa, "so-nv"))
    assert not with_files_read_by(helper).exists()
    task.cooperating.add(helper.memberships.get().agency)
    for who in (leader, owner, helper):
        assert list(with_files_read_by(type(who).objects.get(pk=who.pk))) == [task]
    assert not with_files_read_by(neighbour).exists()


def test_counts_of_every_standing_add_up(places):
    days = {"done": date(2026, 11, 1), "late": date(2026, 11, 5)}
    rows = [
        {"due_on": DUE},
        {"due_on": DUE, "started_on": days["done"]},
        {"due_on": date(2026, 11, 20)},
        {"due_on": date(2026, 11, 2), "done_on": days["done"]},
        {"due_on": date(2026, 11, 2), "done_on": days["late"]},
        {"due_on": date(2026, 11, 3), "done_on": days["late"]},
    ]
    for number, fields in enumerate(rows):
        made = Task.objects.create(unit=places.khanh_hoa, title_vi=str(number), **fields)
        # Joins to many rows must not count a task twice.
        made.targets.set([make_target(places.khanh_hoa), make_target(places.khanh_hoa)])
    found = count_tasks(Task.objects.filter(targets__isnull=False))
    assert found.by_standing == {
        "not_started": 1,
        "in_time": 1,
        "overdue": 1,
        "done_in_time": 1,
        "done_late": 2,
    }
    assert (found.finished, found.total, found.overdue) == (3, 6, 1)
