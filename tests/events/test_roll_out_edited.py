"""A roll-out that a coordinator changes: its words, where it comes from, its pilot units."""

from datetime import date

import pytest

from accounts.models import AuditEntry
from events.actions.rollouts import extend_roll_out, report_state
from events.models import RollOut, RollOutUnit
from tests.events.making import TODAY, make_event
from tests.factories.results import make_document


@pytest.fixture
def roll_out(places, client, coordinator, pin_today):
    pin_today(TODAY)
    client.force_login(coordinator)
    event = make_event(places.khanh_hoa, title_vi="Phong trào")
    said = {"title_vi": "Sản phẩm số", "reached_means_vi": "Có trên sàn", "asks_product": True}
    found = RollOut.objects.create(unit=places.khanh_hoa, event=event, **said)
    RollOutUnit.objects.create(roll_out=found, unit=places.phan_rang, is_pilot=True)
    return found


@pytest.fixture
def send(client, roll_out, places):
    """What the form shows, sent with some of it changed; None leaves a field out."""

    def sent(**changed):
        said = {
            "revision": "0",
            "event": str(roll_out.event_id),
            "document": "",
            "title_vi": "Sản phẩm số",
            "title_en": "",
            "reached_means_vi": "Có trên sàn",
            "reached_means_en": "",
            "asks_product": "on",
            "pilots": [places.phan_rang.ref],
        } | changed
        kept = {name: value for name, value in said.items() if value is not None}
        return client.post(f"/rollouts/{roll_out.pk}/edit/", kept)

    return sent


def pilots_of(roll_out):
    return set(roll_out.units.filter(is_pilot=True).values_list("unit__ref", flat=True))


def report(row, by, **said):
    return report_state(row=row, state="under_way", by=by, **said)


def test_what_is_said_of_it_is_changed_with_its_trace(roll_out, send, places):
    document = make_document(places.khanh_hoa)
    answer = send(title_vi="Mỗi xã một sản phẩm", title_en="One each", event="", document=str(document.pk))
    assert answer.url == f"/rollouts/{roll_out.pk}/"
    roll_out.refresh_from_db()
    assert (roll_out.title_vi, roll_out.title_en) == ("Mỗi xã một sản phẩm", "One each")
    assert (roll_out.event, roll_out.document, roll_out.revision) == (None, document, 1)
    trace = AuditEntry.objects.get(action="roll_out.edited")
    assert trace.actor.username == "coordinator"
    assert (trace.before["title_vi"], trace.after["title_vi"]) == ("Sản phẩm số", "Mỗi xã một sản phẩm")
    assert (trace.before["pilots"], trace.after["document"]) == ([places.phan_rang.ref], document.pk)


def test_the_form_shows_what_there_is(roll_out, client, places):
    shown = client.get(f"/rollouts/{roll_out.pk}/edit/").content.decode()
    assert 'value="Sản phẩm số"' in shown
    assert f'<option value="{roll_out.event_id}" selected>' in shown
    assert f'value="{places.phan_rang.ref}"' in shown
    assert shown.count("checked") == 2
    assert 'name="unit"' not in shown


def test_nothing_changed_leaves_no_trace(roll_out, send):
    send()
    roll_out.refresh_from_db()
    assert roll_out.revision == 0
    assert not AuditEntry.objects.exists()


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(roll_out, send):
    send(title_en="First")
    answer = send(title_en="Second")
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Người khác vừa sửa việc nhân rộng này." in shown
    assert 'value="Second"' in shown
    roll_out.refresh_from_db()
    assert roll_out.title_en == "First"


@pytest.mark.parametrize(
    "wrong", [{"event": ""}, {"title_vi": ""}, {"reached_means_vi": ""}, {"pilots": ["P56-2025"]}]
)
def test_what_does_not_fit_is_refused_and_kept(wrong, roll_out, send):
    answer = send(title_en="Typed", **wrong)
    assert answer.status_code == 422
    assert 'value="Typed"' in answer.content.decode()
    assert not AuditEntry.objects.exists()


def test_a_title_of_another_roll_out_is_refused(roll_out, send):
    RollOut.objects.create(unit=roll_out.unit, event=roll_out.event, title_vi="Khác")
    assert send(title_vi="Khác").status_code == 422


def test_pilots_are_exchanged_while_nobody_has_reported(roll_out, send, places):
    assert send(pilots=[places.cam_ranh.ref]).status_code == 302
    assert pilots_of(roll_out) == {places.cam_ranh.ref}
    assert roll_out.units.count() == 1


@pytest.mark.parametrize("said", [{}, {"note": "Đang làm"}])
def test_a_pilot_that_has_reported_is_not_dropped(said, roll_out, send, places, reporter):
    report(roll_out.units.get(), reporter, **said)
    answer = send(pilots=[places.cam_ranh.ref], title_en="Typed")
    assert answer.status_code == 422
    assert "Phường Phan Rang" in answer.content.decode().split("field-error", 1)[1].split("</span>")[0]
    assert pilots_of(roll_out) == {places.phan_rang.ref}
    roll_out.refresh_from_db()
    assert roll_out.title_en == ""


def test_a_former_pilot_of_a_roll_out_that_goes_to_all_stays_with_what_it_said(
    roll_out, send, places, reporter, coordinator
):
    extend_roll_out(roll_out=roll_out, by=coordinator)
    report(roll_out.units.get(unit=places.phan_rang), reporter, note="Đang làm")
    assert send(pilots=[places.cam_ranh.ref]).status_code == 302
    assert pilots_of(roll_out) == {places.cam_ranh.ref}
    row = roll_out.units.get(unit=places.phan_rang)
    assert (row.state, row.note, row.is_pilot) == ("under_way", "Đang làm", False)


def test_registered_products_are_not_hidden(roll_out, send, reporter):
    report(roll_out.units.get(), reporter, product_name="Bản đồ số")
    assert send(asks_product=None).status_code == 422
    roll_out.refresh_from_db()
    assert roll_out.asks_product


def test_products_are_no_longer_asked_for_where_none_is_registered(roll_out, send):
    assert send(asks_product=None).status_code == 302
    roll_out.refresh_from_db()
    assert not roll_out.asks_product


def test_a_pilot_that_has_ended_since_stays_to_be_chosen(roll_out, send, places):
    places.phan_rang.valid_to = date(2026, 1, 1)
    places.phan_rang.save()
    assert send(title_en="One each").status_code == 302
    assert pilots_of(roll_out) == {places.phan_rang.ref}


@pytest.mark.parametrize("who", ["reporter", "leader", "neighbour", "outsider", "administrator"])
def test_only_its_coordinator_changes_it(who, cast, roll_out, client, send):
    client.force_login(getattr(cast, who))
    assert send(title_en="One each").status_code == 404
    assert not AuditEntry.objects.exists()


def test_its_page_leads_there_for_its_coordinator_alone(roll_out, client, leader):
    address = f'href="/rollouts/{roll_out.pk}/edit/"'
    assert address in client.get(f"/rollouts/{roll_out.pk}/").content.decode()
    client.force_login(leader)
    assert address not in client.get(f"/rollouts/{roll_out.pk}/").content.decode()
