"""Letters about tasks: to whom, on which day, once, and anew after an extension."""

from datetime import date

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from indicators.task_letters import due_task_letters, send_task_letters
from resolutions.models import Task
from tests.cast import make_person

DUE = date(2026, 12, 15)  # a Tuesday


@pytest.fixture
def owner(places):
    return make_person(
        "owner", Role.REPORTER, agency=places.department, email="owner@example.vn", full_name="Lê Thị Sở"
    )


@pytest.fixture
def task(places, owner, coordinator, reporter, settings):
    settings.PORTAL_URL = "https://chitieu.example.vn/"
    for user in (coordinator, reporter):
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.vn")
    return Task.objects.create(
        unit=places.khanh_hoa, title_vi="Xóa vùng lõm sóng", due_on=DUE, lead=places.department
    )


def on(day):
    return {(each.kind.value, each.to.username) for each in due_task_letters(day)}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 9), set()),
        (date(2026, 12, 10), {("before", "owner")}),
        (DUE, {("due", "owner")}),
        (date(2026, 12, 16), {("late", "owner")}),
        (date(2026, 12, 17), {("unsent", "coordinator")}),
        (date(2026, 12, 23), set()),
    ],
)
def test_days_of_an_unfinished_task(day, expected, task):
    assert on(day) == expected


def test_finished_task_is_left_alone(task):
    Task.objects.update(done_on=date(2026, 12, 1))
    assert on(DUE) == set()


def test_named_person_is_written_to_alone(task, reporter):
    Task.objects.update(person=User.objects.get(pk=reporter.pk))
    assert on(DUE) == {("due", "reporter")}


def test_without_an_agency_the_people_of_the_unit_are_written_to(task, places):
    Task.objects.update(lead=None, unit=places.phan_rang)
    assert on(DUE) == {("due", "reporter")}


def test_letter_goes_out_once_and_leads_to_the_task(task):
    assert send_task_letters(DUE) == 1
    assert send_task_letters(DUE) == 0
    [letter] = mail.outbox
    assert letter.subject == "Nhiệm vụ đến hạn hôm nay: Xóa vùng lõm sóng, Tỉnh Khánh Hòa"
    assert letter.to == ["owner@example.vn"]
    assert f"https://chitieu.example.vn{task.get_absolute_url()}" in letter.body
    assert "15/12/2026" in letter.body


def test_another_day_begins_anew(task):
    send_task_letters(DUE)
    Task.objects.update(due_on=date(2026, 12, 31))
    assert on(DUE) == set()
    assert on(date(2026, 12, 31)) == {("due", "owner")}


def test_many_tasks_ask_as_little_as_few(task, places):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            due_task_letters(DUE)
        return len(queries)

    few = asked()
    for number in range(20):
        Task.objects.create(unit=places.khanh_hoa, title_vi=str(number), due_on=DUE, lead=places.department)
    assert asked() == few
