"""A new token while the old one still works; and that what is taken away is taken away at once."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import create_client, issue_token, revoke_token, rotate_token, switch_client
from accounts.models import ApiClient, ApiToken, AuditEntry
from accounts.models.clients import hash_token
from tests.cast import make_token

URL = "/api/v1/units/"


def code(secret):
    return APIClient().get(URL, HTTP_AUTHORIZATION=f"Bearer {secret}").status_code


def token_of(secret):
    return ApiToken.objects.select_related("client__unit").get(token_hash=hash_token(secret))


def test_both_tokens_work_for_the_overlap(api_token):
    new = rotate_token(token=token_of(api_token), overlap=timedelta(hours=1))
    assert (code(api_token), code(new)) == (200, 200)
    old = token_of(api_token)
    assert old.replaced_by == token_of(new)
    assert timedelta(minutes=59) < old.expires_at - timezone.now() <= timedelta(hours=1)


def test_old_token_ends_with_the_overlap(api_token):
    new = rotate_token(token=token_of(api_token), overlap=timedelta())
    assert (code(api_token), code(new)) == (401, 200)


def test_rotation_keeps_the_scopes_and_begins_a_new_life(api_client):
    secret = make_token(api_client, scopes="read webhook", expires_at=timezone.now() + timedelta(days=3))
    new = token_of(rotate_token(token=token_of(secret), overlap=timedelta(days=7)))
    assert new.scopes == "read webhook"
    assert new.expires_at > timezone.now() + timedelta(days=364)
    # The overlap never lengthens the life of the old one.
    assert token_of(secret).expires_at < timezone.now() + timedelta(days=3)


@pytest.mark.parametrize("state", ["revoked", "expired", "rotated"])
def test_token_that_is_done_is_not_rotated(state, api_client, api_token):
    token = token_of(api_token)
    if state == "revoked":
        revoke_token(token=token)
    elif state == "expired":
        ApiToken.objects.update(expires_at=timezone.now())
    else:
        rotate_token(token=token)
    number = ApiToken.objects.count()
    with pytest.raises(ValidationError):
        rotate_token(token=token)
    assert ApiToken.objects.count() == number


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=30, seconds=1)])
def test_overlap_has_bounds(overlap, api_token):
    with pytest.raises(ValidationError) as refused:
        rotate_token(token=token_of(api_token), overlap=overlap)
    assert refused.value.message_dict.keys() == {"overlap"}
    assert ApiToken.objects.count() == 1


def test_rotation_leaves_a_trail_without_a_token(api_token, administrator):
    new = rotate_token(token=token_of(api_token), by=administrator)
    assert set(AuditEntry.objects.values_list("action", "actor")) == {
        ("api_token.created", administrator.pk),
        ("api_token.rotated", administrator.pk),
    }
    entry = AuditEntry.objects.get(action="api_token.rotated")
    assert entry.after["replaced_by"] == new[:8]
    for each in AuditEntry.objects.all():
        told = f"{each.before}{each.after}"
        assert all(secret not in told and hash_token(secret) not in told for secret in (new, api_token))


# --- Taken away at once -------------------------------------------------------------------------------------
def warm(secret):
    """Whatever might keep a token has seen it several times."""
    assert [code(secret) for _each in range(3)] == [200, 200, 200]


def test_revoked_by_another_process_is_refused_with_the_next_request(api_token):
    warm(api_token)
    with connection.cursor() as cursor:  # behind the back of everything this process might keep
        cursor.execute("UPDATE accounts_apitoken SET revoked_at = %s", [timezone.now()])
    assert code(api_token) == 401


def test_expired_is_refused_with_the_next_request(api_token):
    warm(api_token)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_apitoken SET expires_at = %s", [timezone.now()])
    assert code(api_token) == 401


def test_client_switched_off_is_refused_with_the_next_request(api_client, api_token, administrator):
    warm(api_token)
    assert switch_client(client=api_client, is_active=False, by=administrator, reason="Hết hợp đồng") is True
    assert code(api_token) == 401
    assert switch_client(client=api_client, is_active=False) is False
    assert switch_client(client=api_client, is_active=True) is True
    assert code(api_token) == 200
    trail = list(AuditEntry.objects.order_by("pk").values_list("action", "reason"))
    assert trail == [("api_client.switched_off", "Hết hợp đồng"), ("api_client.switched_on", "")]


def test_scope_taken_away_holds_with_the_next_request(api_client, api_token):
    warm(api_token)
    ApiToken.objects.update(scopes="webhook")
    assert code(api_token) == 403


def test_every_request_asks_for_the_token_once(api_token):
    warm(api_token)
    with CaptureQueriesContext(connection) as queries:
        assert code(api_token) == 200
    asked = [each for each in queries if "accounts_apitoken" in each["sql"]]
    assert len(asked) == 1
    assert asked[0]["sql"].startswith("SELECT")


def test_names_of_clients_are_not_taken_twice(api_client, places):
    with pytest.raises(ValidationError) as refused:
        create_client(name=f" {api_client.name}  ", unit=places.khanh_hoa)
    assert refused.value.message_dict.keys() == {"name"}
    assert ApiClient.objects.count() == 1


def test_issue_token_keeps_no_token(api_client):
    secret = issue_token(client=api_client)
    row = ApiToken.objects.values().get()
    assert all(secret not in str(value) for value in row.values())
