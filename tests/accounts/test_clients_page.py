"""The administrator's pages of partner systems: who may, what they show, and that a token is shown once."""

import datetime
import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import create_client, issue_token
from accounts.models import ApiClient, ApiToken, AuditEntry, Role
from tests.cast import make_person, make_token
from tests.factories.units import make_unit

URL = "/clients/"


@pytest.fixture
def admin(administrator):
    client = Client()
    client.force_login(administrator)
    return client


@pytest.fixture
def page(api_client):
    return f"{URL}{api_client.pk}/"


def errors(answer):
    assert answer.status_code == 422
    return answer.context["form"].errors


# --- Who may ------------------------------------------------------------------------------------------------
@pytest.fixture
def provincial(places):
    """An administrator of one province."""
    client = Client()
    client.force_login(make_person("provincial", Role.ADMINISTRATOR, places.khanh_hoa))
    return client


def test_administrator_of_a_province_looks_after_its_clients(provincial, api_client, places):
    far = create_client(name="Far", unit=places.dak_lak)
    national = create_client(name="National", unit=places.nation)
    shown = provincial.get(URL).text
    assert api_client.name in shown
    assert "Far" not in shown
    assert "National" not in shown
    for stranger in (far, national):
        for tail in ("", "edit/", "switch/", "tokens/"):
            assert provincial.get(f"{URL}{stranger.pk}/{tail}").status_code == 404


@pytest.mark.parametrize("unit", ["VN", "P66-2025", "Tỉnh Đắk Lắk"])
def test_administrator_of_a_province_makes_clients_of_it_alone(unit, provincial, places):
    assert errors(provincial.post(f"{URL}new/", {"name": "X", "unit": unit})).keys() == {"unit"}
    assert not ApiClient.objects.exists()


@pytest.mark.parametrize("who", ["coordinator", "leader", "reporter", "outsider"])
def test_others_find_nothing_and_change_nothing(who, request, page, api_token):
    client = Client()
    client.force_login(request.getfixturevalue(who))
    token = ApiToken.objects.get()
    for path in (URL, f"{URL}new/", page, f"{page}edit/", f"{page}switch/", f"{page}tokens/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"reason": "x", "scopes": "read"}).status_code in (404, 405)
    for verb in ("rotate", "revoke"):
        assert (
            client.post(f"{page}tokens/{token.pk}/{verb}/", {"reason": "x", "overlap": 1}).status_code == 404
        )
    token.refresh_from_db()
    assert token.revoked_at is None
    assert ApiToken.objects.count() == ApiClient.objects.count() == 1


def test_token_of_another_client_is_not_reached_by_this_one(admin, page, places):
    make_token(create_client(name="Other", unit=places.nation))
    foreign = ApiToken.objects.get().pk
    for verb in ("rotate", "revoke"):
        assert admin.get(f"{page}tokens/{foreign}/{verb}/").status_code == 404


def test_administrator_finds_the_way_from_my_work(admin, leader):
    assert f'href="{URL}"' in admin.get("/reports/").text
    other = Client()
    other.force_login(leader)
    assert f'href="{URL}"' not in other.get("/reports/").text


# --- The list -----------------------------------------------------------------------------------------------
def test_list_says_what_each_may_and_when_it_last_called(admin, api_client, api_token, reporter):
    ApiClient.objects.update(acts_for=reporter)
    make_token(api_client, scopes="report webhook")
    APIClient().get("/api/v1/units/", HTTP_AUTHORIZATION=f"Bearer {api_token}", REMOTE_ADDR="192.0.2.77")
    [line] = admin.get(URL).context["lines"]
    assert line.scopes == ["Đọc", "Báo cáo", "Webhook"]
    assert line.last_used_from == "192.0.2.77"
    assert "192.0.2.77" in admin.get(URL).text
    assert line.css == "met"


def test_list_does_not_count_what_tokens_that_ended_could(admin, api_client):
    make_token(api_client, scopes="webhook", revoked_at=timezone.now())
    make_token(api_client, scopes="report", expires_at=timezone.now())
    [line] = admin.get(URL).context["lines"]
    assert (line.scopes, line.css) == ([], "no-data")


@pytest.mark.parametrize(("days", "is_warned"), [(29, True), (31, False), (0, True)])
def test_list_warns_of_tokens_that_end_soon(days, is_warned, admin, api_client):
    make_token(api_client, expires_at=timezone.now() + timedelta(days=days, minutes=5))
    answer = admin.get(URL)
    assert bool(answer.context["ending"]) is is_warned
    assert (answer.context["lines"][0].css == "at-risk") is is_warned
    assert ("trong 30 ngày" in answer.text) is is_warned


def test_list_does_not_warn_of_a_token_that_is_being_replaced(admin, page, api_client, api_token):
    token = ApiToken.objects.get()
    admin.post(f"{page}tokens/{token.pk}/rotate/", {"overlap": 24})
    answer = admin.get(URL)
    assert answer.context["ending"] == []
    assert answer.context["lines"][0].css == "met"


def test_list_finds_by_a_part_of_the_name(admin, api_client, places):
    create_client(name="Kho dữ liệu", unit=places.nation)
    assert len(admin.get(URL, {"q": "dữ liệu"}).context["lines"]) == 1
    assert "Không có hệ thống nào" in admin.get(URL, {"q": "xyz"}).text


@pytest.mark.parametrize("tokens", [1, 3])
def test_pages_take_as_many_queries_for_any_number(tokens, admin, api_client, page, places):
    counts = {URL: [], page: []}
    for more in (2, 18):
        for _each in range(more):
            number = ApiClient.objects.count()
            made = create_client(name=f"Client {number}", unit=places.phan_rang)
            for client in (made, api_client):
                for _token in range(tokens):
                    issue_token(client=client)
        for path, found in counts.items():
            with CaptureQueriesContext(connection) as queries:
                assert admin.get(path).status_code == 200
            found.append(len(queries))
    assert counts[URL][0] == counts[URL][1] <= 8
    assert counts[page][0] == counts[page][1] <= 8


# --- Making and changing ------------------------------------------------------------------------------------
WHOLE = {
    "name": "Trung tâm điều hành",
    "unit": "Tỉnh Khánh Hòa",
    "contact": "ioc@example.vn",
    "acts_for": "reporter",
    "addresses": "10.1.0.0/16\n2001:db8::/32",
    "rate": "120",
}


def test_client_is_made_as_it_was_asked(admin, places, reporter, administrator):
    answer = admin.post(f"{URL}new/", WHOLE)
    made = ApiClient.objects.get()
    assert answer.url == f"{URL}{made.pk}/"
    assert (made.name, made.unit, made.acts_for) == (WHOLE["name"], places.khanh_hoa, reporter)
    assert (made.addresses, made.rate, made.contact) == ("10.1.0.0/16 2001:db8::/32", 120, "ioc@example.vn")
    [entry] = AuditEntry.objects.all()
    assert (entry.action, entry.actor, entry.unit) == ("api_client.created", administrator, places.khanh_hoa)


@pytest.mark.parametrize(
    "text", ["P56-2025", "p56-2025", "Khánh Hòa", "tinh khanh hoa", "Tỉnh Khánh Hòa · P56-2025"]
)
def test_unit_is_read_by_name_or_reference(text, admin, places):
    admin.post(f"{URL}new/", {"name": "X", "unit": text})
    assert ApiClient.objects.get().unit == places.khanh_hoa


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Trường này"),
        ("name", "x" * 101, "100"),
        ("unit", "Tỉnh Không Có", "Không có đơn vị"),
        ("unit", "Phường", "Không có đơn vị"),
        ("contact", "không phải thư", "email"),
        ("acts_for", "approver", "Không có ai"),
        ("acts_for", "neighbour", "Không có ai"),
        ("acts_for", "nobody", "Không có ai"),
        ("addresses", "10.0.0.0/8\n10.0.0.1/8", "10.0.0.0/8"),
        ("addresses", "xyz", "xyz"),
        ("rate", "0", "1"),
        ("rate", "100001", "100000"),
        ("rate", "nhiều", "số"),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field(field, value, words, admin, cast):
    answer = admin.post(f"{URL}new/", WHOLE | {field: value})
    told = errors(answer)
    assert told.keys() == {field}
    assert words in " ".join(told[field])
    assert ApiClient.objects.count() == 1  # that of the cast


def test_name_that_is_taken_is_told(admin, api_client, reporter):
    told = errors(admin.post(f"{URL}new/", WHOLE | {"name": f"  {api_client.name} "}))
    assert "đã có" in told["name"][0].lower()


def test_name_of_several_units_is_told_with_their_references(admin, places):
    make_unit("commune", parent=places.dak_lak, name="Phường Phan Rang", kind="Phường")
    [told] = errors(admin.post(f"{URL}new/", {"name": "X", "unit": "Phan Rang"}))["unit"]
    assert places.phan_rang.ref in told
    assert "Đắk Lắk" in told


def test_change_is_kept_and_shown_among_the_last_changes(admin, api_client, page, reporter):
    shown = admin.get(f"{page}edit/").context["form"].initial
    assert shown["unit"] == "Tỉnh Khánh Hòa · P56-2025"
    answer = admin.post(f"{page}edit/", shown | {"rate": "30", "addresses": "10.0.0.0/8"}, follow=True)
    api_client.refresh_from_db()
    assert (api_client.rate, api_client.addresses) == (30, "10.0.0.0/8")
    [entry] = AuditEntry.objects.all()
    assert entry.action == "api_client.changed"
    assert "– → 10.0.0.0/8" in answer.text


def test_sending_the_same_again_changes_nothing(admin, page, api_client):
    sent = {key: value or "" for key, value in admin.get(f"{page}edit/").context["form"].initial.items()}
    assert admin.post(f"{page}edit/", sent).status_code == 302
    assert not AuditEntry.objects.exists()


def test_switching_off_wants_a_reason_and_holds_at_once(admin, page, api_token):
    def code():
        return APIClient().get("/api/v1/units/", HTTP_AUTHORIZATION=f"Bearer {api_token}").status_code

    assert errors(admin.post(f"{page}switch/", {"reason": ""})).keys() == {"reason"}
    assert code() == 200
    assert "đã tắt" in admin.post(f"{page}switch/", {"reason": "Hết hợp đồng"}, follow=True).text
    assert code() == 401
    admin.post(f"{page}switch/", {})
    assert code() == 200


# --- Tokens -------------------------------------------------------------------------------------------------
def ask(admin, page, **more):
    newest = ApiToken.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    day = timezone.localdate() + timedelta(days=90)
    asked = {"scopes": ["read", "webhook"], "expires_on": f"{day:%d/%m/%Y}", "newest": newest}
    return admin.post(f"{page}tokens/", asked | more)


def secret_in(answer):
    return re.search(r'id="secret" type="text" readonly value="(ptp_[\w-]+)"', answer.text)[1]


def test_token_is_made_and_works(admin, page):
    answer = ask(admin, page)
    secret = secret_in(answer)
    assert APIClient().get("/api/v1/units/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 200
    token = ApiToken.objects.get()
    assert token.scopes == "read webhook"
    assert timezone.localtime(token.expires_at).date() == timezone.localdate() + timedelta(days=90)
    assert f"Bearer {secret}&quot;" in answer.text  # the curl line


def test_token_is_shown_once_and_kept_nowhere(admin, page, caplog):
    caplog.set_level("DEBUG")
    answer = ask(admin, page)
    secret = secret_in(answer)
    assert "no-store" in answer["Cache-Control"]
    for path in (page, URL, f"{page}tokens/", f"{page}edit/"):
        assert secret not in admin.get(path, follow=True).text
    assert secret not in caplog.text
    assert all(secret not in f"{each.before}{each.after}{each.reason}" for each in AuditEntry.objects.all())
    assert all(secret not in str(each.get_decoded()) for each in Session.objects.all())
    assert secret not in str(admin.cookies)


def test_form_sent_twice_makes_one_token(admin, page):
    newest = {"newest": 0}
    secret_in(ask(admin, page, **newest))
    answer = ask(admin, page, **newest)
    assert "__all__" in errors(answer)
    assert ApiToken.objects.count() == 1
    # What the page now shows can be sent.
    shown = re.search(r'name="newest" value="(\d+)"', answer.text)[1]
    secret_in(ask(admin, page, newest=shown))
    assert ApiToken.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scopes", []),
        ("scopes", ["write"]),
        ("scopes", ["report"]),  # for no official
        ("expires_on", ""),
        ("expires_on", "hôm nay"),
        ("expires_on", f"{datetime.date.today() - timedelta(days=2):%d/%m/%Y}"),  # noqa: DTZ011
        ("expires_on", f"{datetime.date.today() + timedelta(days=1100):%d/%m/%Y}"),  # noqa: DTZ011
    ],
)
def test_token_that_does_not_fit_is_refused_beside_its_field(field, value, admin, page):
    assert errors(ask(admin, page, **{field: value})).keys() == {field}
    assert not ApiToken.objects.exists()


def test_rotation_shows_both_tokens_and_the_new_one_once(admin, page, api_token):
    old = ApiToken.objects.get()
    answer = admin.post(f"{page}tokens/{old.pk}/rotate/", {"overlap": 24})
    secret = secret_in(answer)
    old.refresh_from_db()
    assert f"{old.hint}…" in answer.text
    assert timedelta(hours=23) < old.expires_at - timezone.now() <= timedelta(hours=24)
    shown = admin.get(page).text
    assert old.hint in shown
    assert secret[:8] in shown
    assert secret not in shown
    # Sent again by a reload: the old one is rotated already.
    assert errors(admin.post(f"{page}tokens/{old.pk}/rotate/", {"overlap": 24})).keys() == {"__all__"}


def test_overlap_that_is_not_offered_is_refused(admin, page, api_token):
    answer = admin.post(f"{page}tokens/{ApiToken.objects.get().pk}/rotate/", {"overlap": 99999})
    assert errors(answer).keys() == {"overlap"}


def test_revoking_wants_a_reason_and_holds_at_once(admin, page, api_token, administrator):
    token = ApiToken.objects.get()
    assert errors(admin.post(f"{page}tokens/{token.pk}/revoke/", {"reason": " "})).keys() == {"reason"}
    answer = admin.post(f"{page}tokens/{token.pk}/revoke/", {"reason": "Lộ trong thư"}, follow=True)
    assert "Lộ trong thư" in answer.text
    assert APIClient().get("/api/v1/units/", HTTP_AUTHORIZATION=f"Bearer {api_token}").status_code == 401
    assert AuditEntry.objects.get(action="api_token.revoked").actor == administrator


def test_pages_never_show_a_hash(admin, page, api_token):
    token = ApiToken.objects.get()
    for path in (URL, page, f"{page}tokens/{token.pk}/rotate/", f"{page}tokens/{token.pk}/revoke/"):
        assert token.token_hash not in admin.get(path).text


def test_what_others_typed_is_shown_as_text(admin, page, api_client):
    ApiClient.objects.update(name="<script>alert(1)</script>")
    for path in (URL, page, f"{page}edit/"):
        assert "<script>alert" not in admin.get(path).text
