"""What loaders and the administration write, and what the day alone changes, is in the feed."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Change
from config.calendar_changes import note_what_the_day_changed
from events.models import Event
from indicators.actions.reviewing import lock_due_reports
from indicators.models import Report
from provinces.actions import load_units
from provinces.models import Unit, UnitName
from resolutions.models import Document, Task
from tests.factories.results import make_document, make_period, make_target

pytestmark = pytest.mark.django_db


def noted(**narrowed: Any) -> list[tuple[str, int, str, int | None]]:
    rows = Change.objects.filter(**narrowed).order_by("pk")
    return list(rows.values_list("resource", "object_id", "operation", "unit_id"))


@pytest.fixture
def office(administrator: Any) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


def send(office: Client, page: str, **fields: Any) -> None:
    answer = office.post(f"/admin/{page}", fields)
    assert answer.status_code == 302, answer.context["errors"]


def document_fields(unit: Unit, **fields: Any) -> dict[str, Any]:
    return {
        "issuer": "UBND",
        "number": "1/KH",
        "issued_on": "01/02/2023",
        "kind": "plan",
        "unit": unit.pk,
        "title_vi": "Kế hoạch",
        "title_en": "",
        "valid_from": "01/02/2023",
        "valid_to": "",
        "note_vi": "",
        "note_en": "",
        "links-TOTAL_FORMS": 0,
        "links-INITIAL_FORMS": 0,
        **fields,
    }


def test_document_made_changed_and_deleted_in_the_administration(places, office) -> None:
    unit = places.khanh_hoa
    send(office, "resolutions/document/add/", **document_fields(unit))
    made = Document.objects.get()
    later = make_document(unit)
    later.links.create(other=made, relation="implements")
    send(office, f"resolutions/document/{made.pk}/change/", **document_fields(unit, number="2/KH"))
    later.links.all().delete()
    send(office, f"resolutions/document/{made.pk}/delete/", post="yes")
    assert noted() == [
        ("document", made.pk, "created", unit.pk),
        ("document", made.pk, "updated", unit.pk),
        # It names the other one by its number.
        ("document", later.pk, "updated", None),
        ("document", made.pk, "deleted", unit.pk),
    ]


def test_documents_deleted_together(places, office) -> None:
    made = [make_document(places.khanh_hoa) for _each in range(2)]
    chosen = {"action": "delete_selected", "_selected_action": [each.pk for each in made], "post": "yes"}
    send(office, "resolutions/document/", **chosen)
    assert sorted(noted()) == [("document", each.pk, "deleted", places.khanh_hoa.pk) for each in made]


def test_task_moved_to_another_unit_is_told_in_both(places, office) -> None:
    task = Task.objects.create(unit=places.khanh_hoa, title_vi="Việc", due_on=date(2026, 12, 1))
    fields = {"unit": places.dak_lak.pk, "title_vi": "Việc", "due_on": "01/12/2026"}
    send(office, f"resolutions/task/{task.pk}/change/", **fields)
    assert noted() == [
        ("task", task.pk, "updated", places.khanh_hoa.pk),
        ("task", task.pk, "updated", places.dak_lak.pk),
    ]


def test_event_with_its_documents(places, office) -> None:
    document = make_document(places.khanh_hoa)
    fields = {
        "kind": "workshop",
        "unit": places.khanh_hoa.pk,
        "starts_on": "01/12/2026",
        "ends_on": "02/12/2026",
        "title_vi": "Hội thảo",
        "documents": [document.pk],
    }
    send(office, "events/event/add/", **fields)
    event = Event.objects.get()
    assert noted() == [("event", event.pk, "created", places.khanh_hoa.pk)]


def test_units_that_are_loaded_are_told_and_not_told_again() -> None:
    load_units()
    assert Change.objects.filter(resource="unit", operation="created").count() == Unit.objects.count()
    mark = Change.objects.order_by("-pk").values_list("pk", flat=True)[0]
    load_units()
    assert not Change.objects.filter(pk__gt=mark).exists()
    province = Unit.objects.get(ref="P56-2025")
    communes = Unit.objects.filter(province=province).exclude(pk=province.pk)
    Unit.objects.filter(pk=province.pk).update(name="Tỉnh Khác")
    UnitName.objects.filter(unit=province).update(source="x")
    load_units()
    told = set(Change.objects.filter(pk__gt=mark).values_list("object_id", "operation"))
    # Its communes are named with it.
    assert told == {(pk, "updated") for pk in [province.pk, *communes.values_list("pk", flat=True)]}


def test_report_that_is_locked_by_its_day(places, pin_today: Callable[[date], None]) -> None:
    pin_today(date(2026, 6, 1))
    period = make_period("2023")
    period.due_days.create(body="province", due_on=date(2023, 12, 20))
    report = Report.objects.create(unit=places.phan_rang, period=period, state="approved")
    assert lock_due_reports() == 1
    assert noted() == [("report", report.pk, "updated", places.phan_rang.pk)]


def test_day_on_which_a_revision_comes_into_force(places, pin_today: Callable[[date], None]) -> None:
    target = make_target(places.khanh_hoa)
    target.revisions.update(effective_on=date(2026, 3, 1))
    for day, told in ((date(2026, 2, 28), 0), (date(2026, 3, 1), 1), (date(2026, 3, 20), 0)):
        pin_today(day)
        Change.objects.all().delete()
        note_what_the_day_changed()
        assert len(noted(resource="target")) == told, day


def test_day_after_a_period_was_judged_it_is_closed(places, pin_today: Callable[[date], None]) -> None:
    period = make_period("2023")
    for day, told in (
        (period.assessed_on, 0),
        (period.assessed_on + timedelta(days=1), 1),
        (period.assessed_on + timedelta(days=9), 0),
    ):
        pin_today(day)
        Change.objects.all().delete()
        note_what_the_day_changed()
        assert len(noted(resource="period")) == told, day


def test_report_that_is_later_every_day(places, pin_today: Callable[[date], None]) -> None:
    pin_today(date(2026, 6, 1))
    period = make_period("2023")
    period.due_days.create(body="commune", due_on=date(2023, 12, 20))
    late = Report.objects.create(unit=places.phan_rang, period=period)
    Report.objects.create(unit=places.cam_ranh, period=period, first_submitted_at="2024-01-01T00:00:00Z")
    note_what_the_day_changed()
    assert noted(resource="report") == [("report", late.pk, "updated", places.phan_rang.pk)]
