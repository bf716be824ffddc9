"""Tokens of API clients: hashed at rest, expiring, revocable, scoped; and the command that makes them."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import create_client, issue_token, revoke_token
from accounts.models import ApiClient, ApiToken, AuditEntry
from tests.cast import make_token

URL = "/api/v1/units/"


def call(token, keyword="Bearer"):
    return APIClient().get(URL, HTTP_AUTHORIZATION=f"{keyword} {token}")


def code(response):
    [error] = response.json()["errors"]
    assert error["message"]
    return response.status_code, error["code"]


def test_token_lets_in(api_token):
    assert call(api_token).status_code == 200


def test_token_keyword_in_any_case(api_token):
    assert call(api_token, keyword="bearer").status_code == 200


def test_token_is_not_stored(api_token):
    row = ApiToken.objects.values().get()
    assert all(api_token not in str(value) for value in row.values())
    assert len(row["token_hash"]) == 64


def test_nobody_is_asked_for_a_token(db):
    response = APIClient().get(URL)
    assert code(response) == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Bearer"


def test_token_unknown(api_token):
    assert code(call(api_token + "x")) == (401, "token_unknown")


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer a b"])
def test_token_malformed(header, db):
    assert code(APIClient().get(URL, HTTP_AUTHORIZATION=header)) == (401, "token_malformed")


def test_other_scheme_is_nobody(db):
    assert code(APIClient().get(URL, HTTP_AUTHORIZATION="Basic dTpw")) == (401, "not_authenticated")


def test_token_expired(api_client):
    token = make_token(api_client, expires_at=timezone.now() - timedelta(seconds=1))
    assert code(call(token)) == (401, "token_expired")


def test_token_not_yet_expired(api_client):
    assert call(make_token(api_client, expires_at=timezone.now() + timedelta(minutes=1))).status_code == 200


def test_token_revoked_at_once(api_token):
    assert call(api_token).status_code == 200
    revoke_token(token=ApiToken.objects.get())
    assert code(call(api_token)) == (401, "token_revoked")


def test_token_of_an_inactive_client(api_client, api_token):
    ApiClient.objects.update(is_active=False)
    assert code(call(api_token)) == (401, "client_inactive")


def test_bad_token_is_refused_even_with_a_session(leader):
    browser = APIClient()
    browser.force_login(leader)
    assert browser.get(URL, HTTP_AUTHORIZATION="Bearer nonsense").status_code == 401


def test_token_use_is_noted_at_most_once_a_minute(api_token):
    call(api_token)
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    call(api_token)
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    call(api_token)
    assert ApiToken.objects.get().last_used_at >= first


def test_token_answer_speaks_the_language_asked_for(db):
    def words(language):
        response = APIClient().get(URL, HTTP_AUTHORIZATION="Bearer x", HTTP_ACCEPT_LANGUAGE=language)
        return response.json()["errors"][0]["message"]

    assert words("en") == "This token is not known."


def test_token_does_not_open_the_pages(api_token):
    response = APIClient().get("/admin/", HTTP_AUTHORIZATION=f"Bearer {api_token}")
    assert response.status_code == 302


# --- Actions and their trail --------------------------------------------------------------------------------
def test_create_and_issue_leave_a_trail_without_the_token(places, administrator):
    client = create_client(name="Partner", unit=places.khanh_hoa, by=administrator)
    secret = issue_token(client=client, by=administrator)
    trail = list(AuditEntry.objects.order_by("pk").values_list("action", "actor__username", "unit__ref"))
    assert trail == [
        ("api_client.created", "administrator", "P56-2025"),
        ("api_token.created", "administrator", "P56-2025"),
    ]
    assert all(secret not in str(entry.after) for entry in AuditEntry.objects.all())


def test_revoke_leaves_a_trail_once(api_token, administrator):
    token = ApiToken.objects.get()
    assert revoke_token(token=token, by=administrator, reason="leaked") is True
    assert revoke_token(token=token, by=administrator) is False
    [entry] = AuditEntry.objects.all()
    assert (entry.action, entry.reason, entry.before["revoked_at"]) == ("api_token.revoked", "leaked", None)
    assert entry.after["revoked_at"]


def test_issue_takes_a_secret_made_elsewhere(api_client):
    secret = ApiToken.new_secret()
    assert issue_token(client=api_client, secret=secret) == secret
    assert call(secret).status_code == 200


# --- The command --------------------------------------------------------------------------------------------
def run(*words):
    out = StringIO()
    call_command("api_client", *words, stdout=out)
    return out.getvalue()


def test_command_create_prints_a_token_that_works(places):
    token = run("create", "Partner", "--scope", "read").strip()
    assert call(token).status_code == 200
    client = ApiClient.objects.get()
    assert (client.name, client.unit) == ("Partner", places.nation)


def test_command_create_for_a_unit_with_an_end(places):
    run("create", "Partner", "--scope", "read", "--expires", "30", "--unit", "P58")
    token = ApiToken.objects.get()
    assert token.client.unit == places.ninh_thuan
    left = token.expires_at - timezone.now()
    assert timedelta(days=29) < left <= timedelta(days=30)


def test_command_create_again_makes_a_further_token(places):
    first, second = (run("create", "Partner", "--scope", "read").strip() for _each in range(2))
    assert first != second
    assert ApiClient.objects.count() == 1
    assert call(first).status_code == call(second).status_code == 200


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["create", "P", "--scope", "write"], "write"),
        (["create", "P"], "--scope"),
        (["create", "P", "--scope", "read", "--expires", "0"], "1 to 1095"),
        (["create", "P", "--scope", "read", "--expires", "soon"], "1 to 1095"),
        (["create", "P", "--scope", "read", "--unit", "P99"], "there is no unit P99"),
        (["create", " ", "--scope", "read"], "1 to 100 characters"),
        (["create", "P", "--scope", "read", "--address", "10.0.0.0/40"], "10.0.0.0/40"),
        (["create", "P", "--scope", "read", "--rate", "0"], "1"),
        (["create", "P", "--scope", "read", "--acts-for", "nobody"], "there is no person nobody"),
        (["revoke", "Nobody"], "there is no API client Nobody"),
        (["rotate", "Nobody"], "there is no API client Nobody"),
    ],
)
def test_command_refuses(words, message, places):
    with pytest.raises(CommandError, match=message):
        run(*words)
    assert not ApiClient.objects.exists()


def test_command_create_refuses_another_unit_for_a_known_name(places, api_client):
    with pytest.raises(CommandError, match="reads for P56-2025"):
        run("create", api_client.name, "--scope", "read", "--unit", "P58")


def test_command_list_shows_no_token(api_client, api_token):
    shown = run("list")
    assert api_client.name in shown
    assert "1 tokens" in shown
    assert api_token not in shown


def test_command_revoke(api_client, api_token):
    assert run("revoke", api_client.name) == "1 tokens revoked\n"
    assert call(api_token).status_code == 401


def test_command_create_with_everything(places, reporter):
    run(
        *("create", "Partner", "--scope", "report", "--scope", "read", "--acts-for", "reporter"),
        *("--address", "10.0.0.0/8", "--address", "2001:db8::/32", "--rate", "30", "--unit", "P56-2025"),
    )
    token = ApiToken.objects.select_related("client__acts_for").get()
    assert token.scopes == "read report"
    client = token.client
    assert (client.addresses, client.rate) == ("10.0.0.0/8 2001:db8::/32", 30)
    assert client.acts_for == reporter


def test_command_create_does_not_change_a_client_that_exists(api_client):
    with pytest.raises(CommandError, match="change it at /clients/"):
        run("create", api_client.name, "--scope", "read", "--rate", "5")


def test_command_create_refuses_to_report_for_nobody(api_client):
    with pytest.raises(CommandError, match="cán bộ"):
        run("create", api_client.name, "--scope", "report")


def test_command_rotate_prints_a_token_and_keeps_the_other_for_a_while(api_client, api_token):
    new = run("rotate", api_client.name, "--overlap", "2").strip()
    assert call(new).status_code == call(api_token).status_code == 200
    old = ApiToken.objects.get(replaced_by__isnull=False)
    assert timedelta(hours=1) < old.expires_at - timezone.now() <= timedelta(hours=2)
    assert f"replaced by {new[:8]}" in run("list")


def test_command_rotate_wants_to_know_which(api_client, api_token):
    second = issue_token(client=api_client)
    with pytest.raises(CommandError, match="--token"):
        run("rotate", api_client.name)
    run("rotate", api_client.name, "--token", second[:8])
    assert ApiToken.objects.get(replaced_by__isnull=False).hint == second[:8]


@pytest.mark.parametrize("overlap", ["-1", "100000"])
def test_command_rotate_refuses_an_overlap_without_bounds(overlap, api_client, api_token):
    with pytest.raises(CommandError):
        run("rotate", api_client.name, f"--overlap={overlap}")


def test_command_rotate_needs_a_token_that_works(api_client):
    with pytest.raises(CommandError, match="no such token"):
        run("rotate", api_client.name)


def test_command_revoke_one_token(api_client, api_token):
    second = issue_token(client=api_client)
    assert run("revoke", api_client.name, "--token", second[:8]) == "1 tokens revoked\n"
    assert (call(api_token).status_code, call(second).status_code) == (200, 401)


def test_command_list_tells_the_last_use_and_the_end(api_client, api_token):
    assert "never used" in run("list")
    call(api_token)
    assert "from 127.0.0.1" in run("list")
    ApiToken.objects.update(expires_at=timezone.now())
    assert "ended" in run("list")
