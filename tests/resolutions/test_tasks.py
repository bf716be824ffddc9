"""How a task stands on a day: derived from its days alone."""

from datetime import date

import pytest

from dashboard.agenda import tasks_of
from resolutions.counts import count_tasks
from resolutions.models import Task
from tests.dashboard.reading import card
from tests.factories.results import make_attainment, make_period, make_target

pytestmark = pytest.mark.django_db
DUE = date(2026, 10, 31)


@pytest.mark.parametrize(
    ("started", "done", "day", "standing"),
    [
        (None, None, date(2026, 10, 1), "not_started"),
        (date(2026, 10, 2), None, date(2026, 10, 1), "not_started"),
        (date(2026, 9, 1), None, date(2026, 10, 1), "in_time"),
        (date(2026, 9, 1), None, DUE, "in_time"),
        (date(2026, 9, 1), None, date(2026, 11, 1), "overdue"),
        (None, None, date(2026, 11, 1), "overdue"),
        (None, DUE, date(2026, 11, 1), "done_in_time"),
        (None, date(2026, 11, 1), date(2026, 11, 2), "done_late"),
        (date(2026, 9, 1), date(2026, 11, 3), date(2026, 11, 2), "overdue"),
    ],
)
def test_standing_follows_from_the_days(started, done, day, standing):
    assert Task(due_on=DUE, started_on=started, done_on=done).standing_on(day) == standing


@pytest.fixture
def overview(client, leader, places, pin_today):
    pin_today(date(2026, 11, 21))
    make_attainment(make_target(places.khanh_hoa), make_period("2026-Q3"))
    client.force_login(leader)
    return lambda: client.get("/", {"unit": "P56-2025", "period": "2026-Q3"})


def test_overview_names_overdue_tasks_with_who_leads(overview, places):
    lead = places.department
    Task.objects.create(unit=places.khanh_hoa, title_vi="Xóa vùng lõm sóng", due_on=DUE, lead=lead)
    found = card(overview(), "overdue-tasks")
    assert "Nhiệm vụ quá hạn 1 Xóa vùng lõm sóng hạn 31/10/2026 · Sở KH&CN" in found
    assert f'href="{Task.objects.get().get_absolute_url()}"' in overview().content.decode()


def test_overview_lists_tasks_to_come_among_the_days(overview, places):
    Task.objects.create(unit=places.khanh_hoa, title_vi="Tập huấn", due_on=date(2026, 12, 15))
    answer = overview()
    assert "15/12/2026 Nhiệm vụ đến hạn: Tập huấn" in card(answer, "dates")
    assert "0/1 nhiệm vụ hoàn thành Không có nhiệm vụ quá hạn." in card(answer, "overdue-tasks")


def test_overview_without_tasks_says_nothing_of_them(overview):
    assert 'id="overdue-tasks"' not in overview().content.decode()


def test_overview_counts_all_tasks_of_the_unit_as_the_list_does(overview, places, pin_today):
    begun, done, late = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
    far = date(2027, 6, 30)
    rows = [
        *({"due_on": far}, {"due_on": far, "started_on": begun}, {"due_on": DUE}, {"due_on": DUE}),
        *({"due_on": DUE, "done_on": done}, {"due_on": DUE, "done_on": late}),
    ]
    for number, fields in enumerate(rows):
        Task.objects.create(unit=places.khanh_hoa, title_vi=str(number), **fields)
    Task.objects.create(unit=places.phan_rang, title_vi="Của phường", due_on=DUE)
    kept, counts = tasks_of(places.khanh_hoa)
    assert [task.title for task in kept] == ["2", "3"]
    assert counts == count_tasks(Task.objects.filter(unit=places.khanh_hoa))
    assert "2/6 nhiệm vụ hoàn thành" in card(overview(), "overdue-tasks")


def test_counts_are_there_when_nothing_is_to_be_looked_at(places):
    Task.objects.create(unit=places.khanh_hoa, title_vi="Xong", due_on=DUE, done_on=DUE)
    kept, counts = tasks_of(places.khanh_hoa)
    assert (kept, counts.finished, counts.total) == ([], 1, 1)


def test_done_task_is_no_longer_named(overview, places):
    Task.objects.create(unit=places.khanh_hoa, title_vi="Xong", due_on=DUE, done_on=date(2026, 11, 1))
    assert "Xong" not in overview().content.decode()


def test_tasks_are_seen_where_results_are(places, reporter, neighbour, outsider):
    task = Task.objects.create(unit=places.phan_rang, title_vi="Của phường", due_on=DUE)
    assert list(Task.objects.visible_to(reporter)) == [task]
    assert list(Task.objects.visible_to(neighbour)) == []
    assert list(Task.objects.visible_to(outsider)) == []
