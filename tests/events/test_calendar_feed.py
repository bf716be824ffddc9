"""The calendar of a person: read by a real iCalendar library, known by its secret alone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Role
from accounts.models.clients import hash_token
from events.actions.feeds import renew_feed, revoke_feed
from events.models import CalendarFeed, Event
from resolutions.models import Task
from tests.cast import make_person
from tests.events.making import TODAY, make_event

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def secret(leader, pin_today, settings):
    pin_today(TODAY)
    settings.PORTAL_URL = "https://chitieu.example.vn"
    return renew_feed(by=leader)


def asked(secret, **query):
    return Client().get(f"/calendar/{secret}.ics", query)


def read(secret, **query):
    """The events of the feed by their uid."""
    calendar = icalendar.Calendar.from_ical(asked(secret, **query).content)
    return {str(each["uid"]): each for each in calendar.walk("VEVENT")}


def test_a_day_ends_exclusively_on_the_next_one(secret, places):
    made = make_event(places.khanh_hoa)
    found = read(secret)[f"event-{made.pk}@chitieu.example.vn"]
    assert (found.decoded("dtstart"), found.decoded("dtend")) == (date(2026, 11, 12), date(2026, 11, 13))


def test_an_event_over_several_days_holds_its_last_one(secret, places):
    made = make_event(places.khanh_hoa, starts_on=date(2026, 11, 30), ends_on=date(2026, 12, 2))
    found = read(secret)[f"event-{made.pk}@chitieu.example.vn"]
    assert found.decoded("dtend") == date(2026, 12, 3)


def test_hours_are_those_of_vietnam(secret, places):
    made = make_event(places.khanh_hoa, begins_at=time(8), ends_at=time(11, 30))
    content = asked(secret).content
    found = read(secret)[f"event-{made.pk}@chitieu.example.vn"]
    assert found.decoded("dtstart") == datetime(2026, 11, 12, 8, tzinfo=VIETNAM)
    assert found.decoded("dtend") == datetime(2026, 11, 12, 11, 30, tzinfo=VIETNAM)
    assert b"DTSTART;TZID=Asia/Ho_Chi_Minh:20261112T080000" in content
    zones = icalendar.Calendar.from_ical(content).walk("VTIMEZONE")
    assert [str(zone["tzid"]) for zone in zones] == ["Asia/Ho_Chi_Minh"]


def test_due_days_of_unfinished_tasks_stand_in_it(secret, places):
    coming = Task.objects.create(unit=places.khanh_hoa, title_vi="Phủ sóng 5G", due_on=date(2026, 12, 31))
    Task.objects.create(
        unit=places.khanh_hoa, title_vi="Xong", due_on=date(2026, 12, 1), done_on=date(2026, 11, 1)
    )
    found = read(secret)
    assert list(found) == [f"task-{coming.pk}@chitieu.example.vn"]
    [task] = found.values()
    assert "Phủ sóng 5G" in task["summary"]
    assert (task.decoded("dtstart"), task.decoded("dtend")) == (date(2026, 12, 31), date(2027, 1, 1))


def test_what_the_person_may_not_see_is_not_in_it(secret, places):
    make_event(places.ea_kao)
    Task.objects.create(unit=places.ea_kao, title_vi="Việc", due_on=date(2026, 12, 31))
    mine = make_event(places.phan_rang)
    assert list(read(secret)) == [f"event-{mine.pk}@chitieu.example.vn"]


def test_other_provinces_do_not_fill_it_unless_one_takes_part(secret, places, leader):
    make_event(places.dak_lak, title_vi="Của tỉnh bạn")
    attended = make_event(places.dak_lak, title_vi="Có dự")
    attended.participants.create(user=leader)
    nation = make_event(places.nation, kind="national_day", starts_on=date(2026, 10, 10))
    assert {uid.partition("@")[0] for uid in read(secret)} == {f"event-{attended.pk}", f"event-{nation.pk}"}


def test_a_cancelled_event_says_so_under_the_same_uid(secret, places):
    made = make_event(places.khanh_hoa)
    before = read(secret)
    Event.objects.filter(pk=made.pk).update(cancelled=True, cancel_reason="Bão số 9", revision=1)
    after = read(secret)
    assert list(before) == list(after)
    [found] = after.values()
    assert (str(found["status"]), found["sequence"]) == ("CANCELLED", 1)
    assert "Bão số 9" in found["description"]


def test_words_with_commas_and_breaks_come_back_whole(secret, places):
    title = "Hội nghị; đổi mới, sáng tạo và chuyển đổi số: " + "rất dài " * 20
    made = make_event(places.khanh_hoa, title_vi=title.strip(), agenda_vi="08:00 Khai mạc\n09:00 Thảo luận")
    found = read(secret)[f"event-{made.pk}@chitieu.example.vn"]
    assert str(found["summary"]) == title.strip()
    assert "08:00 Khai mạc\n09:00 Thảo luận" in found["description"]


def test_it_speaks_the_language_asked_for(secret, places):
    make_event(places.khanh_hoa, title_en="Review conference")
    assert [str(each["summary"]) for each in read(secret).values()] == ["Hội nghị đánh giá"]
    assert [str(each["summary"]) for each in read(secret, lang="en").values()] == ["Review conference"]


def test_only_the_hash_of_the_secret_is_kept(secret):
    feed = CalendarFeed.objects.get()
    assert feed.secret_hash == hash_token(secret)
    assert secret not in str(list(AuditEntry.objects.values())) + str(vars(feed))


def test_a_new_secret_ends_the_one_before(secret, leader):
    fresh = renew_feed(by=leader)
    assert asked(secret).status_code == 404
    assert asked(fresh).status_code == 200


def test_a_revoked_secret_leads_nowhere(secret, leader):
    assert revoke_feed(by=leader)
    assert asked(secret).status_code == 404


def test_who_may_not_sign_in_any_more_has_no_calendar(secret, leader):
    leader.is_active = False
    leader.save()
    assert asked(secret).status_code == 404


def test_neither_browsers_nor_proxies_carry_the_secret_on(secret):
    answer = asked(secret)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.cookies


def test_the_log_does_not_tell_the_secret(secret, caplog):
    with caplog.at_level("INFO", logger="portal.request"):
        asked(secret)
    assert [record.path for record in caplog.records if record.name == "portal.request"] == ["/calendar/…"]


def test_the_number_of_queries_does_not_grow(secret, places):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            asked(secret)
        return len(seen)

    counts = []
    for many in (2, 18, 180):
        for number in range(many):
            day = TODAY + timedelta(days=number)
            make_event(places.khanh_hoa, title_vi=f"{many} {number}", starts_on=day)
            Task.objects.create(unit=places.khanh_hoa, title_vi=f"{many} {number}", due_on=day)
        counts.append(queries())
    assert len(set(counts)) == 1


def test_its_page_shows_the_address_once(client, leader, settings):
    settings.PORTAL_URL = "https://chitieu.example.vn"
    client.force_login(leader)
    made = client.post("/events/feed/")
    assert made["Referrer-Policy"] == "no-referrer"
    address = made.context["address"]
    assert address in made.content.decode()
    assert address.startswith("https://chitieu.example.vn/calendar/")
    assert Client().get(address.removeprefix("https://chitieu.example.vn")).status_code == 200
    assert client.get("/events/feed/").context["address"] == ""


def test_its_owner_revokes_it_on_the_page(client, leader):
    client.force_login(leader)
    client.post("/events/feed/")
    assert client.post("/events/feed/revoke/").status_code == 302
    assert not CalendarFeed.objects.exists()


@pytest.fixture
def national_leader(places):
    return make_person("national", Role.LEADER, places.nation)


@pytest.mark.parametrize("who", ["national_leader", "administrator"])
def test_whoever_sees_everything_has_everything_in_it(who, places, pin_today, settings, request):
    pin_today(TODAY)
    settings.PORTAL_URL = "https://chitieu.example.vn"
    made = make_event(places.ea_kao)
    task = Task.objects.create(unit=places.ea_kao, title_vi="Việc", due_on=date(2026, 12, 31))
    found = read(renew_feed(by=request.getfixturevalue(who)))
    assert set(found) == {f"event-{made.pk}@chitieu.example.vn", f"task-{task.pk}@chitieu.example.vn"}


def test_a_feed_that_is_full_holds_the_days_nearest_to_today(secret, places, monkeypatch):
    monkeypatch.setattr("events.ical.MOST", 2)
    shown = []
    for title, first, last in [
        ("Xa", date(2028, 1, 1), date(2028, 1, 1)),
        ("Đang diễn ra", date(2026, 1, 1), date(2027, 12, 31)),
        ("Vừa qua", date(2026, 11, 20), date(2026, 11, 20)),
    ]:
        made = make_event(places.khanh_hoa, title_vi=title, starts_on=first, ends_on=last)
        shown.append(f"event-{made.pk}@chitieu.example.vn")
    for day in (date(2028, 1, 1), date(2026, 11, 30), date(2026, 11, 18)):
        made = Task.objects.create(unit=places.khanh_hoa, title_vi=f"Việc {day}", due_on=day)
        shown.append(f"task-{made.pk}@chitieu.example.vn")
    assert set(read(secret)) == {*shown[1:3], *shown[4:]}
