"""The month, the list, the page of an event and its forms, as they are read and sent."""

from datetime import date, time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Change
from events.models import Event, EventFile, EventPoint, EventSite, Outcome, Participant
from events.month import month_asked, month_of
from resolutions.models import Task
from tests.events.making import TODAY, make_event, make_points
from tests.factories.results import make_document


@pytest.fixture
def page(client, coordinator, pin_today):
    """Opens addresses as the coordinator; answers the text."""
    pin_today(TODAY)
    client.force_login(coordinator)
    return lambda address: client.get(address).content.decode()


def weeks(*events, first=date(2026, 11, 1)):
    return month_of(first, events).weeks


def test_a_week_begins_on_monday(places, pin_today):
    pin_today(TODAY)
    found = weeks()
    assert (found[0][0].on, found[0][-1].on) == (date(2026, 10, 26), date(2026, 11, 1))
    assert [week[0].on.weekday() for week in found] == [0] * len(found)


def test_an_event_over_days_is_named_on_its_first_day_and_on_mondays(places, pin_today):
    pin_today(TODAY)
    event = make_event(places.khanh_hoa, starts_on=date(2026, 11, 12), ends_on=date(2026, 11, 18))
    marks = {day.on: day.marks[0] for week in weeks(event) for day in week if day.marks}
    assert list(marks) == [date(2026, 11, 12) + timedelta(days=each) for each in range(7)]
    assert [on.day for on, mark in marks.items() if mark.begins] == [12, 16]
    assert [mark.run for mark in marks.values() if mark.begins] == [4, 3]
    assert [mark.goes_on for mark in marks.values()] == [True] * 6 + [False]


def test_a_yearly_event_stands_on_its_day_without_the_year_of_its_title(places, pin_today, page):
    make_event(
        places.nation,
        kind="national_day",
        starts_on=date(2023, 10, 10),
        title_vi="Ngày Chuyển đổi số quốc gia 2023",
        repeats_yearly=True,
    )
    shown = page("/events/?month=2025-10")
    assert "Ngày Chuyển đổi số quốc gia" in shown
    assert "quốc gia 2023" not in shown


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-1", "0000-01", "9999-12", "２０２６-11", "a"])
def test_a_month_that_cannot_be_read_is_this_one(text, pin_today):
    pin_today(TODAY)
    assert month_asked(text) == date(2026, 11, 1)


def test_month_links_to_the_months_beside_it(page):
    shown = page("/events/?month=2026-01&kind=workshop")
    assert "month=2025-12&amp;kind=workshop" in shown
    assert "month=2026-02&amp;kind=workshop" in shown


def test_month_and_list_are_narrowed_as_the_api_is(places, page):
    make_event(places.khanh_hoa, title_vi="Của tỉnh")
    make_event(places.phan_rang, title_vi="Của phường", kind="workshop")
    for address in ("/events/?", "/events/list/?"):
        assert "Của phường" not in page(f"{address}unit=P56-2025")
        assert "Của tỉnh" not in page(f"{address}kind=workshop")
        assert "Của tỉnh" not in page(f"{address}unit=P99")


def test_empty_pages_say_what_will_stand_there(page):
    assert "Tháng này không có sự kiện." in page("/events/")
    assert "Chưa có sự kiện" in page("/events/list/")
    assert "Không có sự kiện phù hợp" in page("/events/list/?kind=workshop")


def test_page_tells_points_with_the_standing_of_their_tasks(places, page):
    event = make_event(places.khanh_hoa)
    [point] = make_points(event, "Phủ sóng 5G")
    point.task = Task.objects.create(unit=places.khanh_hoa, title_vi="Phủ sóng 5G", due_on="2026-11-20")
    point.save()
    shown = page(f"/events/{event.pk}/")
    assert "Quá hạn" in shown
    assert "20/11/2026" in shown


def test_page_tells_outcomes_as_figures(places, page):
    event = make_event(places.khanh_hoa)
    Outcome.objects.create(event=event, position=1, label_vi="Nông sản", value=2000, approximate=True)
    Outcome.objects.create(event=event, position=2, label_vi="Chỉ tiêu", value=17, out_of=23)
    shown = page(f"/events/{event.pk}/")
    assert "khoảng" in shown
    assert "2.000" in shown
    assert "17/23" in shown


def test_table_of_points_makes_tasks_of_those_with_a_day(places, client, page, leader):
    event = make_event(places.khanh_hoa)
    first, second = make_points(event, "Phủ sóng 5G", "Chữ ký số")
    sent = {
        f"p{first.pk}-due_on": "31/12/2026",
        f"p{first.pk}-lead": places.department.pk,
        f"p{first.pk}-person": leader.pk,
        f"p{second.pk}-due_on": "",
    }
    answer = client.post(f"/events/{event.pk}/assign/", sent)
    assert answer.status_code == 302
    task = Task.objects.get()
    assert (task.title_vi, task.due_on, task.lead, task.person) == (
        *("Phủ sóng 5G", date(2026, 12, 31)),
        *(places.department, leader),
    )


def test_one_bad_row_assigns_nothing_and_keeps_what_was_typed(places, client, page):
    event = make_event(places.khanh_hoa)
    first, second = make_points(event, "Phủ sóng 5G", "Chữ ký số")
    sent = {
        f"p{first.pk}-due_on": "31/12/2026",
        f"p{second.pk}-due_on": "32/12/2026",
        f"p{second.pk}-lead": places.department.pk,
    }
    answer = client.post(f"/events/{event.pk}/assign/", sent)
    assert answer.status_code == 422
    assert not Task.objects.exists()
    shown = answer.content.decode()
    assert 'value="31/12/2026"' in shown
    assert 'value="32/12/2026"' in shown
    assert f'<option value="{places.department.pk}" selected>' in shown


def test_an_agency_without_a_day_is_asked_for_one(places, client, page):
    event = make_event(places.khanh_hoa)
    [point] = make_points(event, "Phủ sóng 5G")
    answer = client.post(f"/events/{event.pk}/assign/", {f"p{point.pk}-lead": places.department.pk})
    assert answer.status_code == 422
    assert "Hãy ghi hạn hoàn thành." in answer.content.decode()


def test_a_person_from_elsewhere_is_not_named(places, client, page, neighbour):
    event = make_event(places.khanh_hoa)
    [point] = make_points(event, "Phủ sóng 5G")
    sent = {f"p{point.pk}-due_on": "31/12/2026", f"p{point.pk}-person": neighbour.pk}
    assert client.post(f"/events/{event.pk}/assign/", sent).status_code == 422
    assert not Task.objects.exists()


@pytest.mark.parametrize("who", ["reporter", "approver", "leader", "neighbour", "outsider", "administrator"])
def test_only_its_coordinator_changes_an_event(who, cast, places, client, pin_today):
    pin_today(TODAY)
    event = make_event(places.khanh_hoa)
    [point] = make_points(event, "Phủ sóng 5G")
    client.force_login(getattr(cast, who))
    for address, sent in (
        (f"/events/{event.pk}/assign/", {f"p{point.pk}-due_on": "31/12/2026"}),
        (f"/events/{event.pk}/cancel/", {"reason": "Bão"}),
        (f"/events/{event.pk}/edit/", {"title_vi": "Khác"}),
        (f"/events/{event.pk}/add/point/", {"kind": "request", "text_vi": "Thêm"}),
        (f"/events/parts/point/{point.pk}/remove/", {}),
        (f"/events/{event.pk}/invite/", {}),
        ("/events/new/", {"title_vi": "Mới"}),
    ):
        assert client.post(address, sent).status_code == 404, address
    assert not Task.objects.exists()
    assert not Change.objects.exists()


def particulars(places, **fields):
    said = {
        "title_vi": "Hội thảo dữ liệu",
        "kind": "workshop",
        "unit": places.khanh_hoa.ref,
        "starts_on": "01/12/2026",
        "ends_on": "02/12/2026",
        "begins_at": "08:00",
        "ends_at": "16:30",
        "place": "Nha Trang",
    }
    return said | fields


def test_a_coordinator_enters_an_event(places, client, page):
    document = make_document(places.khanh_hoa)
    answer = client.post("/events/new/", particulars(places, documents=[document.pk]))
    event = Event.objects.get()
    assert answer["Location"] == f"/events/{event.pk}/"
    assert (event.starts_on, event.ends_on) == (date(2026, 12, 1), date(2026, 12, 2))
    assert (event.begins_at, event.ends_at) == (time(8), time(16, 30))
    assert list(event.documents.all()) == [document]
    assert AuditEntry.objects.get().action == "event.created"
    assert Change.objects.get().operation == "created"


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_on": "30/11/2026"},
        {"begins_at": ""},
        {"ends_on": "01/12/2026", "ends_at": "07:00"},
        {"unit": "P66-2025"},
        {"unit": "P58"},
        {"title_vi": ""},
        {"starts_on": "mai"},
    ],
)
def test_an_event_that_does_not_fit_is_refused_with_all_that_was_typed(wrong, places, client, page):
    answer = client.post("/events/new/", particulars(places, **wrong))
    assert answer.status_code == 422
    assert 'value="Nha Trang"' in answer.content.decode()
    assert not Event.objects.exists()


def test_an_event_entered_twice_is_refused(places, client, page):
    client.post("/events/new/", particulars(places))
    answer = client.post("/events/new/", particulars(places))
    assert answer.status_code == 422
    assert "Sự kiện này đã được nhập." in answer.content.decode()


def test_an_edited_event_keeps_its_trace_and_counts_its_revision(places, client, page):
    client.post("/events/new/", particulars(places))
    event = Event.objects.get()
    client.post(f"/events/{event.pk}/edit/", particulars(places, place="Cam Ranh"))
    event.refresh_from_db()
    assert (event.place, event.revision) == ("Cam Ranh", 1)
    edited = AuditEntry.objects.get(action="event.edited")
    assert (edited.before["place"], edited.after["place"]) == ("Nha Trang", "Cam Ranh")


def test_a_cancelled_event_stays_to_be_seen_with_its_reason(places, client, page):
    event = make_event(places.khanh_hoa)
    client.post(f"/events/{event.pk}/cancel/", {"reason": ""})
    assert not Event.objects.get().cancelled
    client.post(f"/events/{event.pk}/cancel/", {"reason": "Bão số 9"})
    assert "Bão số 9" in page(f"/events/{event.pk}/")


def test_a_province_fills_in_theme_and_plan_of_the_nations_day_and_nothing_else(
    places, client, page, pin_today
):
    pin_today(date(2026, 9, 1))
    root = make_event(places.nation, starts_on=date(2023, 10, 10), repeats_yearly=True)
    event = make_event(places.nation, starts_on=date(2026, 10, 10), returns_of=root, returns_in=2026)
    sent = {"theme_vi": "Dữ liệu số", "title_vi": "Khác", "starts_on": "11/10/2026"}
    assert client.post(f"/events/{event.pk}/edit/", sent).status_code == 302
    event.refresh_from_db()
    assert (event.theme_vi, event.title_vi) == ("Dữ liệu số", "Hội nghị đánh giá")
    assert event.starts_on == date(2026, 10, 10)
    assert client.post(f"/events/{event.pk}/cancel/", {"reason": "Bão"}).status_code == 404


def test_own_event_on_the_nations_day_takes_over_its_days(places, page):
    event = make_event(places.nation, starts_on=date(2026, 10, 10), title_vi="Ngày Chuyển đổi số quốc gia")
    shown = page(f"/events/new/?like={event.pk}")
    assert 'value="10/10/2026"' in shown
    assert "Ngày Chuyển đổi số quốc gia" in shown


@pytest.mark.parametrize(
    ("sort", "model", "sent"),
    [
        ("site", EventSite, {"name": "", "count": "21"}),
        ("point", EventPoint, {"kind": "request", "text_vi": "Đầu tư hạ tầng"}),
        ("outcome", Outcome, {"label_vi": "Máy", "value": "2.000,5", "provenance": "reported"}),
        ("participant", Participant, {"full_name": "Lê Văn B", "role": "guest"}),
        ("file", EventFile, {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7\n")}),
    ],
)
def test_parts_are_added_and_taken_off(sort, model, sent, places, client, page):
    event = make_event(places.khanh_hoa)
    assert client.post(f"/events/{event.pk}/add/{sort}/", sent).status_code == 302
    part = model.objects.get()
    client.post(f"/events/parts/{sort}/{part.pk}/remove/", {"reason": "Nhầm"})
    kept = model.objects.filter(removed_at__isnull=True) if sort == "file" else model.objects.all()
    assert not kept.exists()


@pytest.mark.parametrize(
    ("sort", "sent"),
    [
        ("site", {"name": "", "count": ""}),
        ("point", {"kind": "party", "text_vi": "x"}),
        ("outcome", {"label_vi": "Máy", "value": "98.902", "provenance": "reported"}),
        ("outcome", {"label_vi": "Máy", "value": "1", "out_of": "0", "provenance": "reported"}),
        ("participant", {"full_name": "", "role": "guest"}),
        ("file", {"file": SimpleUploadedFile("a.exe", b"MZ")}),
    ],
)
def test_a_part_that_does_not_fit_is_refused(sort, sent, places, client, page):
    event = make_event(places.khanh_hoa)
    answer = client.post(f"/events/{event.pk}/add/{sort}/", sent)
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode() or "message-error" in answer.content.decode()


@pytest.mark.parametrize(("reader", "reads"), [("reporter", True), ("neighbour", False)])
def test_guests_and_files_are_read_within_the_province(places, client, request, coordinator, reader, reads):
    event = make_event(places.khanh_hoa, title_vi="Hội nghị")
    Participant.objects.create(event=event, full_name="Nguyễn Văn Khách", organisation="Công ty A")
    EventFile.objects.create(
        event=event, name="danh-sach.pdf", size=4, sha256="0" * 64, uploaded_by=coordinator
    )
    client.force_login(request.getfixturevalue(reader))
    shown = client.get(f"/events/{event.pk}/").content.decode()
    assert "Hội nghị" in shown
    assert ("Nguyễn Văn Khách" in shown, "danh-sach.pdf" in shown) == (reads, reads)


def test_a_guest_reads_what_they_are_invited_to(places, client, neighbour):
    event = make_event(places.khanh_hoa, title_vi="Hội nghị")
    Participant.objects.create(event=event, user=neighbour)
    client.force_login(neighbour)
    assert 'id="people"' in client.get(f"/events/{event.pk}/").content.decode()


def test_a_removed_file_is_gone(places, client, page):
    event = make_event(places.khanh_hoa)
    sent = {"file": SimpleUploadedFile("chuong-trinh.pdf", b"%PDF-1.7\n")}
    client.post(f"/events/{event.pk}/add/file/", sent)
    file = EventFile.objects.get()
    got = client.get(f"/events/files/{file.pk}/")
    assert b"".join(got.streaming_content) == b"%PDF-1.7\n"
    client.post(f"/events/parts/file/{file.pk}/remove/", {"reason": "Nhầm"})
    assert client.get(f"/events/files/{file.pk}/").status_code == 404
    file.refresh_from_db()
    assert (file.removal_reason, file.name) == ("Nhầm", "chuong-trinh.pdf")


@pytest.mark.parametrize("address", ["/events/?month=2026-11", "/events/list/", "/events/{event}/"])
def test_the_number_of_queries_does_not_grow(address, places, client, page, leader):
    event = make_event(places.khanh_hoa)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            client.get(address.format(event=event.pk))
        return len(seen)

    counts, made = [], 0
    for many in (2, 20, 100):
        while made < many:
            made += 1
            make_event(places.khanh_hoa, title_vi=f"Sự kiện {made}", starts_on=date(2026, 11, 1 + made % 28))
            task = Task.objects.create(unit=places.khanh_hoa, title_vi=f"{made}", due_on=TODAY, person=leader)
            place = {"event": event, "position": made}
            EventPoint.objects.create(**place, text_vi=f"{made}", task=task if made % 2 else None)
            EventSite.objects.create(**place, name=f"{made}", unit=places.phan_rang)
            Outcome.objects.create(**place, label_vi=f"{made}", value=made)
            Participant.objects.create(event=event, full_name=f"{made}", agency=places.department)
            event.documents.add(make_document(places.khanh_hoa))
        counts.append(queries())
    assert len(set(counts)) == 1


def test_a_twin_assigns_nothing_and_keeps_what_was_typed(places, client, page):
    event = make_event(places.khanh_hoa)
    first, second = make_points(event, "Phủ sóng 5G", "Chữ ký số")
    Task.objects.create(unit=places.khanh_hoa, title_vi="Chữ ký số", due_on="2026-12-01")
    sent = {
        f"p{first.pk}-due_on": "31/12/2026",
        f"p{first.pk}-lead": places.department.pk,
        f"p{second.pk}-due_on": "30/12/2026",
    }
    answer = client.post(f"/events/{event.pk}/assign/", sent)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "“Chữ ký số”" in shown
    assert 'value="31/12/2026"' in shown
    assert f'<option value="{places.department.pk}" selected>' in shown
    assert Task.objects.count() == 1
