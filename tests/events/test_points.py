"""Conclusions turned into tasks: all at once or none, with a trace of each."""

from datetime import date

import pytest

from accounts.models import AuditEntry, Change
from events.actions.keeping import EventError
from events.actions.parts import add_outcome, remove_part
from events.actions.points import Assignment, turn_into_tasks
from events.models import Event, EventPoint, Outcome
from resolutions.models import Task
from tests.events.making import TODAY, make_event, make_points

DUE = date(2026, 12, 31)


@pytest.fixture
def event(places, pin_today):
    pin_today(TODAY)
    return make_event(places.khanh_hoa)


@pytest.fixture
def points(event):
    return make_points(event, "Phủ sóng 5G", "Chữ ký số")


def test_each_point_becomes_a_task_with_its_day_agency_and_person(event, points, places, coordinator, leader):
    made = turn_into_tasks(
        event=event,
        assignments=[
            Assignment(points[0], DUE, places.department, leader),
            Assignment(points[1], date(2026, 11, 30)),
        ],
        by=coordinator,
    )
    first, second = Task.objects.order_by("pk")
    assert made == [first, second]
    assert (first.title_vi, first.due_on, first.lead, first.person) == (
        *("Phủ sóng 5G", DUE),
        *(places.department, leader),
    )
    assert (second.title_vi, second.lead, second.person) == ("Chữ ký số", None, None)
    assert first.point.event == second.point.event == event


def test_tasks_and_event_are_told_in_the_change_feed_and_the_trail(event, points, coordinator):
    [task] = turn_into_tasks(event=event, assignments=[Assignment(points[0], DUE)], by=coordinator)
    told = set(Change.objects.values_list("resource", "object_id", "operation"))
    assert told == {("task", task.pk, "created"), ("event", event.pk, "updated")}
    assert set(AuditEntry.objects.values_list("actor__username", "action")) == {
        ("coordinator", "assign"),
        ("coordinator", "event.tasks_assigned"),
    }


def test_a_point_that_is_a_task_already_refuses_them_all(event, points, coordinator):
    turn_into_tasks(event=event, assignments=[Assignment(points[1], DUE)], by=coordinator)
    both = [Assignment(point, DUE) for point in points]
    with pytest.raises(EventError, match="Chữ ký số"):
        turn_into_tasks(event=event, assignments=both, by=coordinator)
    assert Task.objects.count() == 1


def test_a_point_that_the_unit_has_as_a_task_refuses_in_words(event, points, places, coordinator):
    Task.objects.create(unit=places.khanh_hoa, title_vi="Phủ sóng 5G", due_on=DUE)
    with pytest.raises(EventError):
        turn_into_tasks(event=event, assignments=[Assignment(points[0], DUE)], by=coordinator)
    assert Task.objects.count() == 1


def test_a_point_of_another_event_is_refused(event, points, places, coordinator):
    other = make_points(make_event(places.khanh_hoa, title_vi="Khác"), "Việc khác")
    with pytest.raises(EventError):
        turn_into_tasks(event=event, assignments=[Assignment(other[0], DUE)], by=coordinator)
    assert not Task.objects.exists()


def test_a_point_whose_content_is_unknown_asks_nothing_of_anybody(event, points, coordinator):
    EventPoint.objects.filter(pk=points[0].pk).update(is_unpublished=True)
    with pytest.raises(EventError):
        turn_into_tasks(event=event, assignments=[Assignment(points[0], DUE)], by=coordinator)


def test_a_long_point_is_cut_in_the_title_and_whole_in_the_point(event, coordinator):
    [point] = make_points(event, "Rất dài " * 80)
    [task] = turn_into_tasks(event=event, assignments=[Assignment(point, DUE)], by=coordinator)
    assert len(task.title_vi) == 400
    assert task.title_vi.endswith("…")


def test_a_point_that_became_a_task_is_not_taken_off(event, points, coordinator):
    turn_into_tasks(event=event, assignments=[Assignment(points[0], DUE)], by=coordinator)
    with pytest.raises(EventError):
        remove_part(part=points[0], by=coordinator)
    remove_part(part=points[1], by=coordinator)
    assert list(EventPoint.objects.all()) == [points[0]]


def test_a_twin_of_a_task_is_refused_by_the_name_of_its_point(event, points, places, coordinator):
    Task.objects.create(unit=places.khanh_hoa, title_vi="Chữ ký số", due_on=DUE)
    with pytest.raises(EventError, match="Chữ ký số"):
        turn_into_tasks(event=event, assignments=[Assignment(point, DUE) for point in points], by=coordinator)
    assert Task.objects.count() == 1


def test_tasks_of_a_made_up_event_are_made_up(event, points, coordinator):
    Event.objects.filter(pk=event.pk).update(is_illustrative=True)
    [task] = turn_into_tasks(event=event, assignments=[Assignment(points[0], DUE)], by=coordinator)
    task.refresh_from_db()
    assert task.is_illustrative


def test_tasks_of_an_event_that_took_place_are_not_made_up(event, points, coordinator):
    [task] = turn_into_tasks(event=event, assignments=[Assignment(points[0], DUE)], by=coordinator)
    task.refresh_from_db()
    assert not task.is_illustrative


def test_a_made_up_event_has_no_reported_outcome(event, coordinator):
    Event.objects.filter(pk=event.pk).update(is_illustrative=True)
    with pytest.raises(EventError):
        add_outcome(event=event, by=coordinator, label_vi="Hộ dân", value=5, provenance="reported")
    assert not Outcome.objects.exists()
    add_outcome(event=event, by=coordinator, label_vi="Hộ dân", value=5, provenance="illustrative")
    assert Outcome.objects.get().is_illustrative
