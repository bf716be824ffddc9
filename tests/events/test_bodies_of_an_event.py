"""The agency somebody comes from and the unit a site is in, chosen by those who keep an event."""

from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import EventSite, Participant
from tests.events.making import TODAY, make_event
from tests.factories.units import make_agency, make_unit


@pytest.fixture
def event(places, client, coordinator, pin_today):
    pin_today(TODAY)
    client.force_login(coordinator)
    return make_event(places.khanh_hoa)


@pytest.fixture
def add(client, event):
    def send(sort, **sent):
        return client.post(f"/events/{event.pk}/add/{sort}/", sent)

    return send


@pytest.fixture
def shown(client, event):
    return lambda: " ".join(unescape(client.get(f"/events/{event.pk}/").content.decode()).split())


def guest(agency="", **sent):
    return {"full_name": "Lê Văn B", "role": "guest", "agency": agency} | sent


@pytest.mark.parametrize("said", ["{label} · {ref}", "{ref}", "{label}", "{name}", "{name_en}", "{loose}"])
def test_an_agency_is_found_by_what_was_typed(said, places, add):
    agency = places.department
    typed = said.format(
        label=agency.label,
        ref=agency.ref,
        name=agency.name,
        name_en=agency.name_en,
        loose=agency.label.upper(),
    )
    assert add("participant", **guest(typed)).status_code == 302
    assert Participant.objects.get().agency == agency


def test_a_name_that_several_agencies_bear_is_asked_for_by_reference(places, add):
    other = make_agency(places.dak_lak)
    answer = add("participant", **guest(places.department.kind.short_name))
    assert answer.status_code == 422
    assert other.ref in answer.content.decode()
    assert not Participant.objects.exists()


def test_an_agency_out_of_sight_is_as_unknown_as_one_that_is_not_there(places, add):
    hidden = make_agency(places.ea_kao)
    words = "Không có cơ quan này, hoặc bạn không được xem."
    for typed in (hidden.ref, hidden.label, "P99.so-khcn"):
        answer = add("participant", **guest(typed))
        assert (answer.status_code, words in answer.content.decode()) == (422, True), typed
    assert not Participant.objects.exists()


def test_an_agency_that_had_ended_by_the_day_of_the_event_is_not_offered(places, add):
    ended = make_agency(places.ninh_thuan, valid_to=date(2025, 6, 30))
    assert add("participant", **guest(ended.ref)).status_code == 422


def test_an_agency_stands_beside_the_name_by_its_short_name(places, add, shown):
    add("participant", **guest(places.department.ref))
    assert f"Khách mời · {places.department.label}" in shown()


def test_an_agency_without_a_person_is_told_once(places, add, shown):
    add("participant", **guest(places.department.ref, full_name=""))
    assert Participant.objects.get().name == places.department.label
    assert f"· {places.department.label}" not in shown()


def test_a_body_that_is_no_agency_is_named_in_words(add, shown, coordinator):
    add("participant", **guest(organisation="Trường Đại học Nha Trang"))
    add("participant", user=coordinator.pk, role="speaker", organisation="Hội Tin học Việt Nam")
    assert "Khách mời · Trường Đại học Nha Trang" in shown()
    assert "· Hội Tin học Việt Nam" in shown()


@pytest.mark.parametrize("said", ["{label} · {ref}", "{ref}", "{name}"])
def test_a_site_is_called_by_its_unit_where_it_has_no_name(said, places, add, shown):
    unit = places.phan_rang
    typed = said.format(label=unit.label, ref=unit.ref, name=unit.name)
    assert add("site", unit=typed).status_code == 302
    site = EventSite.objects.get()
    assert (site.unit, site.name, site.count) == (unit, "Phường Phan Rang", None)
    assert f'<a href="/?unit={unit.ref}">Phường Phan Rang</a>' in shown()
    assert "Phường Phan Rang ·" not in shown()


def test_a_site_with_a_name_stands_beside_its_unit(places, add, shown):
    add("site", name="Hội trường B", unit=places.phan_rang.ref)
    assert f'Hội trường B · <a href="/?unit={places.phan_rang.ref}">' in shown()


def test_a_number_of_sites_of_one_unit_stays_a_number(places, add, shown):
    add("site", count="5", unit=places.phan_rang.ref)
    site = EventSite.objects.get()
    assert (site.name, site.count, site.unit) == ("", 5, places.phan_rang)
    assert f'5 điểm cầu · <a href="/?unit={places.phan_rang.ref}">' in shown()


def test_a_unit_out_of_sight_is_as_unknown_as_one_that_is_not_there(places, add):
    words = "Không có đơn vị này, hoặc bạn không được xem."
    for typed in (places.ea_kao.ref, places.ea_kao.name, "C00000"):
        answer = add("site", unit=typed)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), typed
    assert not EventSite.objects.exists()


def test_a_name_is_looked_for_among_the_units_of_the_day_of_the_event(places, client, add):
    old = make_event(places.khanh_hoa, starts_on=date(2024, 5, 5), title_vi="Cũ")
    assert add("site", unit=places.loi_hai.name).status_code == 422
    client.post(f"/events/{old.pk}/add/site/", {"unit": places.loi_hai.name})
    assert EventSite.objects.get().unit == places.loi_hai


def test_a_unit_is_no_link_for_somebody_who_does_not_read_its_results(places, client, neighbour, event):
    event.unit = places.nation
    event.save()
    EventSite.objects.create(event=event, name=places.phan_rang.name, unit=places.phan_rang)
    client.force_login(neighbour)
    page = client.get(f"/events/{event.pk}/").content.decode()
    assert "Phường Phan Rang" in page
    assert f"?unit={places.phan_rang.ref}" not in page


def test_fields_offer_what_is_near_and_no_list_of_all(places, client, event):
    site = client.get(f"/events/{event.pk}/add/site/").content.decode()
    assert f'<option value="{places.phan_rang.label} · {places.phan_rang.ref}">' in site
    assert 'list="units"' in site
    assert "Ea Kao" not in site
    person = unescape(client.get(f"/events/{event.pk}/add/participant/").content.decode())
    assert f'<option value="{places.department.label} · {places.department.ref}">' in person
    assert 'list="agencies"' in person


@pytest.mark.parametrize("sort", ["site", "participant"])
def test_a_form_asks_as_often_for_many_units_as_for_few(sort, places, client, event):
    counts, made = [], 0
    for many in (2, 20, 200):
        while made < many:
            made += 1
            make_agency(make_unit("commune", parent=places.khanh_hoa, name=f"Xã {made}"))
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/events/{event.pk}/add/{sort}/")
        counts.append(len(asked))
    assert len(set(counts)) == 1
