"""A file of a progress note that is taken off again."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Change, Role
from resolutions.actions.finishing import complete
from resolutions.actions.progress import report
from resolutions.actions.tasks import assign
from resolutions.models import ProgressFile
from tests.cast import make_person
from tests.dashboard.reading import card
from tests.dashboard.test_task_pages import PAST, PDF

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def owner(places):
    return make_person("owner", Role.REPORTER, agency=places.department, full_name="Lê Thị Sở")


@pytest.fixture
def colleague(places):
    return make_person("colleague", Role.REPORTER, agency=places.department)


@pytest.fixture
def task(places, coordinator):
    return assign(
        unit=places.khanh_hoa,
        title_vi="Xóa vùng lõm sóng",
        due_on=PAST,
        by=coordinator,
        lead=places.department,
    )


@pytest.fixture
def file(task, owner):
    report(task=task, by=owner, words="Đã khảo sát.", proof=[SimpleUploadedFile("nham.pdf", PDF)])
    return ProgressFile.objects.get()


@pytest.fixture
def take_off(signed_in, file):
    def send(who, reason="Đính kèm nhầm tệp", address="/tasks/files/{}/remove/"):
        return signed_in(who).post(address.format(file.pk), {"reason": reason})

    return send


@pytest.mark.parametrize("who", ["owner", "coordinator"])
def test_its_reporter_and_the_coordinator_take_a_file_off(who, request, take_off, task, file):
    person = request.getfixturevalue(who)
    AuditEntry.objects.all().delete()
    Change.objects.all().delete()
    assert take_off(person)["Location"] == f"/tasks/{task.pk}/#progress"
    file.refresh_from_db()
    assert (file.removed_by, file.removal_reason, file.name) == (person, "Đính kèm nhầm tệp", "nham.pdf")
    trace = AuditEntry.objects.get(action="progress.file_removed")
    assert (trace.actor, trace.reason) == (person, "Đính kèm nhầm tệp")
    assert (trace.before["name"], trace.before["sha256"]) == ("nham.pdf", file.sha256)
    assert Change.objects.get().operation == "updated"
    assert task.notes.get().words == "Đã khảo sát."


@pytest.mark.parametrize(
    "who", ["reporter", "approver", "leader", "neighbour", "outsider", "administrator", "colleague"]
)
def test_nobody_else_does(who, request, take_off, file):
    assert take_off(request.getfixturevalue(who)).status_code == 404
    file.refresh_from_db()
    assert file.removed_at is None


def test_a_file_taken_off_is_downloaded_no_more(take_off, signed_in, owner, coordinator, leader, file):
    address = f"/tasks/files/{file.pk}/"
    assert b"".join(signed_in(leader).get(address).streaming_content) == PDF
    take_off(owner)
    for person in (owner, coordinator, leader):
        assert signed_in(person).get(address).status_code == 404


@pytest.mark.parametrize("reason", ["", "   ", "\0"])
def test_it_is_not_taken_off_without_a_reason(reason, take_off, owner, file, signed_in, task):
    take_off(owner, reason)
    assert "Đề nghị nêu lý do gỡ tệp." in signed_in(owner).get(task.get_absolute_url()).content.decode()
    file.refresh_from_db()
    assert file.removed_at is None


def test_it_is_taken_off_once(take_off, owner):
    take_off(owner)
    assert take_off(owner).status_code == 404
    assert AuditEntry.objects.filter(action="progress.file_removed").count() == 1


def test_the_proof_of_a_finished_task_is_the_coordinators_alone(take_off, task, owner, coordinator, file):
    complete(task=task, by=owner, words="Xong.", on=date(2026, 11, 21))
    assert take_off(owner).status_code == 404
    assert take_off(coordinator).status_code == 302


def test_who_left_the_agency_takes_nothing_off(take_off, owner, file):
    owner.memberships.all().delete()
    assert take_off(owner).status_code == 404


def test_the_page_shows_what_was_taken_off_and_why(take_off, signed_in, owner, task, file):
    form = f'action="/tasks/files/{file.pk}/remove/"'
    assert form in signed_in(owner).get(task.get_absolute_url()).content.decode()
    take_off(owner)
    answer = signed_in(owner).get(task.get_absolute_url())
    shown = answer.content.decode()
    assert "<s>nham.pdf</s>" in shown
    assert "Đính kèm nhầm tệp" in card(answer, "progress")
    assert form not in shown
    assert f'href="/tasks/files/{file.pk}/"' not in shown


def test_a_reader_from_afar_is_not_told_of_it(take_off, signed_in, owner, neighbour, task):
    take_off(owner)
    assert "nham.pdf" not in signed_in(neighbour).get(task.get_absolute_url()).content.decode()


def test_the_form_stands_there_for_those_who_may_alone(signed_in, task, file, coordinator, leader, colleague):
    form = f'action="/tasks/files/{file.pk}/remove/"'
    for person, may in ((coordinator, True), (leader, False), (colleague, False)):
        assert (form in signed_in(person).get(task.get_absolute_url()).content.decode()) == may


def test_the_same_file_is_attached_again_to_another_note(take_off, task, owner):
    take_off(owner)
    report(task=task, by=owner, words="Bản đúng.", proof=[SimpleUploadedFile("dung.pdf", PDF)])
    assert ProgressFile.objects.kept().get().name == "dung.pdf"


def test_the_page_asks_as_often_for_many_files_as_for_few(signed_in, task, owner, file):
    counts, made = [], 0
    reader = signed_in(owner)
    for many in (2, 20, 100):
        while made < many:
            made += 1
            removed = {"removed_by": owner, "removed_at": "2026-11-20T08:00Z", "removal_reason": "Nhầm"}
            ProgressFile.objects.create(
                note=file.note,
                name=f"{made}.pdf",
                size=1,
                sha256=f"{made:064d}",
                **{"uploaded_by": owner} | (removed if made % 2 else {}),
            )
        with CaptureQueriesContext(connection) as asked:
            reader.get(task.get_absolute_url())
        counts.append(len(asked))
    assert len(set(counts)) == 1
