"""Tasks of documents and events: what they say, reach and filters."""

from datetime import date
from itertools import product

import pytest

from events.models import Event
from resolutions.actions.extensions import ask_extension, decide_extension
from resolutions.actions.tasks import Step, assign
from resolutions.models import Task
from tests.factories.results import make_document, make_target
from tests.factories.units import make_agency

DUE = date(2026, 10, 31)


def make_task(unit, title="Xóa vùng lõm sóng", **fields):
    return Task.objects.create(unit=unit, title_vi=title, **{"due_on": DUE} | fields)


def make_event(unit, **fields):
    made_up = {"kind": "workshop", "title_vi": "Hội thảo", "starts_on": "2026-10-10", "ends_on": "2026-10-11"}
    return Event.objects.create(unit=unit, **made_up | fields)


def test_task_names_who_leads_and_who_helps(get, places, pin_today):
    pin_today(date(2026, 11, 1))
    document = make_document(places.khanh_hoa)
    made = make_task(
        places.khanh_hoa,
        document=document,
        lead=places.department,
        product="Báo cáo",
        started_on="2026-09-01",
    )
    made.cooperating.add(make_agency(places.khanh_hoa, "so-xd"), make_agency(places.khanh_hoa, "so-nv"))
    [row] = get("tasks/")["results"]
    assert row == {
        "id": made.pk,
        "unit": "P56-2025",
        "document": document.pk,
        "title_vi": "Xóa vùng lõm sóng",
        "title_en": "",
        "product": "Báo cáo",
        "lead": "P56-2025.so-khcn",
        "cooperating": ["P56-2025.so-nv", "P56-2025.so-xd"],
        "person": None,
        "targets": [],
        "started_on": "2026-09-01",
        "first_due_on": "2026-10-31",
        "due_on": "2026-10-31",
        "done_on": None,
        "standing": "overdue",
        "is_illustrative": False,
        "steps": [],
        "extensions": [],
    }
    assert get(f"tasks/{made.pk}/") == row


@pytest.mark.parametrize("today", [DUE, date(2026, 11, 1)])
def test_filter_of_standings_agrees_with_what_tasks_say(today, get, places, pin_today):
    pin_today(today)
    days = [None, date(2026, 10, 1), DUE, date(2026, 11, 1), date(2026, 11, 2)]
    for number, (started, done) in enumerate(product(days, days)):
        if started is None or done is None or done >= started:
            make_task(places.khanh_hoa, str(number), started_on=started, done_on=done)
    rows = {row["id"]: row["standing"] for row in get("tasks/")["results"]}
    for standing in ("not_started", "in_time", "overdue", "done_in_time", "done_late"):
        found = {row["id"] for row in get("tasks/", standing=standing)["results"]}
        assert found == {pk for pk, each in rows.items() if each == standing}
    assert len(set(rows.values())) >= 3


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"unit": "P56-2025"}, ["A"]),
        ({"under": "P56-2025"}, ["A", "B"]),
        ({"document": "key"}, ["A"]),
        ({"lead": "P56-2025.so-khcn"}, ["B"]),
        ({"agency": "P56-2025.so-khcn"}, ["A", "B"]),
        ({"person": "1"}, []),
        ({"mine": "true"}, []),
        ({"mine": "false"}, ["A", "B"]),
        ({"due_from": "2026-11-01"}, ["B"]),
        ({"due_to": "2026-10-31"}, ["A"]),
        ({"illustrative": "true"}, ["B"]),
    ],
)
def test_tasks_are_narrowed(asked, found, get, places):
    document = make_document(places.khanh_hoa)
    make_task(places.khanh_hoa, "A", document=document).cooperating.add(places.department)
    make_task(places.phan_rang, "B", lead=places.department, due_on="2026-11-01", is_illustrative=True)
    asked = {name: document.key if value == "key" else value for name, value in asked.items()}
    assert [row["title_vi"] for row in get("tasks/", **asked)["results"]] == found


def test_task_tells_of_its_steps_extensions_and_targets(get, places, coordinator, leader, pin_today):
    pin_today(date(2026, 10, 1))
    target = make_target(places.khanh_hoa)
    made = assign(
        unit=places.khanh_hoa,
        title_vi="Việc",
        due_on=DUE,
        by=leader,
        person=leader,
        targets=[target],
        steps=[Step("Khảo sát", date(2026, 10, 10))],
    )
    asked = ask_extension(task=made, by=leader, new_due_on=date(2026, 11, 30), reason="Mưa lũ.")
    decide_extension(extension=asked, by=coordinator, is_granted=True, decision="Đồng ý.")
    [row] = get("tasks/")["results"]
    assert (row["person"], row["targets"]) == (leader.pk, [target.pk])
    assert (row["first_due_on"], row["due_on"]) == ("2026-10-31", "2026-11-30")
    step = {"position": 1, "title": "Khảo sát", "due_on": "2026-10-10", "done_on": None}
    assert row["steps"] == [step]
    assert row["extensions"] == [
        {
            "former_due_on": "2026-10-31",
            "new_due_on": "2026-11-30",
            "reason": "Mưa lũ.",
            "state": "granted",
            "decision": "Đồng ý.",
        }
    ]


def test_counts_of_tasks_add_up_and_are_narrowed_as_the_list_is(get, places, pin_today):
    pin_today(date(2026, 11, 1))
    make_task(places.khanh_hoa, "A", done_on="2026-10-01")
    make_task(places.khanh_hoa, "B", done_on="2026-11-01")
    make_task(places.khanh_hoa, "C")
    make_task(places.phan_rang, "D", due_on="2026-12-01")
    make_task(places.ea_kao, "of next door")
    found = get("tasks/counts/", under="P56-2025")
    standings = {"not_started": 1, "in_time": 0, "overdue": 1, "done_in_time": 1, "done_late": 1}
    assert found == {"total": 4, "finished": 2, "counts": standings}
    assert get("tasks/counts/", unit="P56-2025")["total"] == 3
    assert get("tasks/counts/", standing="overdue") == {
        "total": 1,
        "finished": 0,
        "counts": dict.fromkeys(standings, 0) | {"overdue": 1},
    }


def test_tasks_and_events_of_communes_next_door_do_not_exist(refused, get, places):
    task, event = make_task(places.ea_kao), make_event(places.ea_kao)
    for path, row in (("tasks/", task), ("events/", event)):
        assert get(path)["results"] == []
        assert refused(f"{path}{row.pk}/") == (404, [(None, "not_found")])


def test_event_names_where_and_by_which_documents(get, places):
    document = make_document(places.khanh_hoa)
    made = make_event(places.khanh_hoa, host=places.phan_rang, outcomes_vi="Đạt", repeats_yearly=True)
    made.documents.add(document)
    [row] = get("events/")["results"]
    assert row == {
        "id": made.pk,
        "kind": "workshop",
        "unit": "P56-2025",
        "host": places.phan_rang.ref,
        "starts_on": "2026-10-10",
        "ends_on": "2026-10-11",
        "begins_at": None,
        "ends_at": None,
        "title_vi": "Hội thảo",
        "title_en": "",
        "place": "",
        "theme_vi": "",
        "theme_en": "",
        "agenda_vi": "",
        "agenda_en": "",
        "documents": [document.pk],
        "outcomes_vi": "Đạt",
        "outcomes_en": "",
        "outcomes": [],
        "points": [],
        "sites": [],
        "note": "",
        "is_day_illustrative": False,
        "is_illustrative": False,
        "cancelled": False,
        "repeats_yearly": True,
        "returns_of": None,
    }
    assert get(f"events/{made.pk}/") == row


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"unit": "P56-2025"}, ["A"]),
        ({"under": "P56-2025"}, ["B", "A"]),
        ({"host": "P66-2025"}, ["B"]),
        ({"kind": "national_day"}, ["A"]),
        ({"document": "key"}, ["B"]),
        ({"year": "2026"}, ["B", "A"]),
        ({"year": "2024"}, []),
        ({"year": "2025"}, ["A"]),
        ({"year": "0"}, []),
        ({"on": "2026-10-11"}, ["B"]),
        ({"on": "2026-10-12"}, []),
        ({"illustrative": "false"}, ["A"]),
    ],
)
def test_events_are_narrowed(asked, found, get, places):
    yearly = {"starts_on": "2025-10-10", "ends_on": "2025-10-10", "repeats_yearly": True}
    make_event(places.khanh_hoa, kind="national_day", title_vi="A", **yearly)
    event = make_event(places.phan_rang, title_vi="B", host=places.dak_lak, is_day_illustrative=True)
    document = make_document(places.khanh_hoa)
    event.documents.add(document)
    asked = {name: document.key if value == "key" else value for name, value in asked.items()}
    assert [row["title_vi"] for row in get("events/", **asked)["results"]] == found
