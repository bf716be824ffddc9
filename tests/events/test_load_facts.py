"""What is reported of the seven events, as it was reported and nothing more."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from events.actions.keeping import edit_event
from events.actions.load_events import load_events
from events.actions.load_facts import DATA, load_facts
from events.actions.parts import add_point, remove_part
from events.models import Event, EventPoint, EventSite, Outcome
from provinces.bulk import Count
from provinces.datafiles import DataFileErrors
from resolutions.models import Task
from tests.factories.reference import folder_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


def figures(kind):
    rows = Outcome.objects.filter(event__kind=kind)
    return [(row.value, row.out_of, row.approximate) for row in rows]


def test_outcomes_are_exact_figures():
    assert figures("workshop") == [(Decimal(81), None, False), (Decimal(2000), None, True)]
    assert figures("review_conference") == [(Decimal(17), Decimal(23), False)]
    assert figures("conference") == [(Decimal(21), None, False)]
    assert {row.provenance for row in Outcome.objects.all()} == {"reported"}


def test_nghe_an_met_at_21_sites_of_which_only_the_number_is_reported():
    site = EventSite.objects.get()
    assert (site.event.unit.ref, site.name, site.number) == ("P40", "", 21)


def test_conclusions_of_ninh_thuan_are_tasks_with_their_days():
    conclusions = EventPoint.objects.filter(event__unit__ref="P58", kind="conclusion")
    days = {(f"{each.task.due_on}", each.task.is_illustrative) for each in conclusions}
    assert len(conclusions) == 5
    assert days == {("2024-04-30", False), ("2024-12-31", False), ("2024-12-31", True)}
    [coverage] = [each for each in conclusions if "5G" in each.text_vi]
    assert (coverage.task.unit.ref, coverage.task.due_on) == ("P58", date(2024, 4, 30))
    assert not coverage.task.is_illustrative


def test_each_conclusion_says_whether_its_day_is_reported():
    for point in EventPoint.objects.filter(kind="conclusion"):
        assert ("minh họa" in point.note_vi) is point.task.is_illustrative


def test_thuan_bac_is_words_alone_and_nothing_is_made_up():
    points = EventPoint.objects.filter(event__kind="working_session")
    said = {(each.kind, each.is_unpublished) for each in points}
    assert said == {("result", True), ("difficulty", False), ("request", True)}
    assert points.filter(kind="request").count() == 1
    assert not points.filter(task__isnull=False).exists()
    assert not Outcome.objects.filter(event__kind="working_session").exists()


def test_a_second_load_changes_nothing_and_leaves_a_moved_day():
    Task.objects.filter(title_vi__contains="5G").update(due_on=date(2024, 6, 30))
    assert set(load_facts().values()) == {Count(0, 0)}
    assert Task.objects.get(title_vi__contains="5G").due_on == date(2024, 6, 30)


def test_a_point_that_lost_its_task_finds_it_again():
    task = Task.objects.get(title_vi__contains="5G")
    point = task.point
    EventPoint.objects.filter(pk=point.pk).update(task=None)
    assert load_facts()["tasks of conclusions"] == Count(0, 1)
    point.refresh_from_db()
    assert point.task == task


def test_a_task_of_another_point_with_the_same_words_stays_with_it():
    point = EventPoint.objects.get(task__title_vi__contains="5G")
    other = EventPoint.objects.filter(task=None, kind="difficulty").first()
    EventPoint.objects.filter(pk=point.pk).update(task=None)
    EventPoint.objects.filter(pk=other.pk).update(task=Task.objects.get(title_vi__contains="5G"))
    assert load_facts()["tasks of conclusions"] == Count(0, 0)


@pytest.mark.parametrize(
    ("file", "column", "cell"),
    [
        ("event_outcomes.csv", "value", "tám mốt"),
        ("event_outcomes.csv", "starts_on", "2023-12-30"),
        ("event_points.csv", "point_kind", "wish"),
        ("event_points.csv", "due_on", "2024-04-31"),
        ("event_sites.csv", "count", "x"),
        ("event_sites.csv", "unit_ref", "P99"),
    ],
)
def test_a_file_with_a_mistake_loads_nothing(tmp_path: Path, file, column, cell):
    with pytest.raises(DataFileErrors) as raised:
        load_facts(folder=folder_with(tmp_path, DATA, file, {(2, column): cell}))
    assert {error.file for error in raised.value.errors} == {file}
    assert Event.objects.count() == 7


@pytest.fixture
def review():
    return Event.objects.get(kind="review_conference")


def counts():
    return Event.objects.count(), Task.objects.count(), EventPoint.objects.count(), Outcome.objects.count()


def test_an_event_whose_title_and_day_people_corrected_is_not_loaded_again(review):
    before, documents = counts(), review.documents.count()
    fields = {"title_vi": "Hội nghị đã sửa", "starts_on": review.starts_on - timedelta(days=1)}
    edit_event(event=review, by=None, fields=fields, documents=[])
    assert documents > 0
    assert set(load_events().values()) == {Count(0, 0)}
    assert counts() == before
    review.refresh_from_db()
    assert (review.title_vi, review.documents.count()) == ("Hội nghị đã sửa", 0)


def test_an_event_of_before_there_were_keys_is_taken_for_its_line(review):
    before, key = counts(), review.file_key
    Event.objects.filter(pk=review.pk).update(file_key="")
    load_events()
    review.refresh_from_db()
    assert (review.file_key, counts()) == (key, before)


def test_a_point_that_somebody_added_where_the_file_has_one_stays(review):
    taken = review.points.filter(kind="conclusion").order_by("-position")[0]
    taken.task.delete()
    taken.delete()
    own = add_point(event=review, by=None, kind="conclusion", text_vi="Của chúng tôi")
    load_events()
    own.refresh_from_db()
    assert (own.position, own.text_vi, own.task) == (taken.position, "Của chúng tôi", None)


@pytest.mark.parametrize("model", [EventSite, Outcome, EventPoint])
def test_what_people_took_off_does_not_come_back(model):
    free = {"task": None} if model is EventPoint else {}
    part = model.objects.filter(**free).first()
    left = model.objects.count() - 1
    remove_part(part=part, by=None)
    assert set(load_facts().values()) == {Count(0, 0)}
    assert model.objects.count() == left
