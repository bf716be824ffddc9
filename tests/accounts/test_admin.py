"""The administration of people, partner systems and the trails."""

import pytest
from django.contrib.messages import get_messages

from accounts.models import ApiToken, AuditEntry, Change


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


@pytest.mark.parametrize("model", ["user", "apiclient", "auditentry", "change"])
def test_admin_list_opens(model, admin, cast):
    AuditEntry.objects.create(action="test", subject_type="x", subject_id="1")
    Change.objects.create(resource="unit", object_id=1, operation="created")
    assert admin.get(f"/admin/accounts/{model}/").status_code == 200


def test_admin_person_shows_the_memberships(admin, leader):
    page = admin.get(f"/admin/accounts/user/{leader.pk}/change/")
    assert page.status_code == 200
    assert "memberships-0-unit" in page.text


def test_admin_never_shows_a_hash(admin, api_client, api_token):
    page = admin.get(f"/admin/accounts/apiclient/{api_client.pk}/change/")
    assert page.status_code == 200
    assert ApiToken.objects.get().token_hash not in page.text


@pytest.mark.parametrize("model", ["auditentry", "change"])
@pytest.mark.parametrize("verb", ["add/", "1/delete/"])
def test_admin_trails_can_only_be_read(model, verb, admin):
    AuditEntry.objects.create(pk=1, action="test", subject_type="x", subject_id="1")
    Change.objects.create(pk=1, resource="unit", object_id=1, operation="created")
    assert admin.get(f"/admin/accounts/{model}/{verb}").status_code == 403


def test_admin_issues_a_token_and_shows_it_once(admin, api_client):
    page = admin.post(
        "/admin/accounts/apiclient/", {"action": "issue", "_selected_action": [api_client.pk]}, follow=True
    )
    [message] = get_messages(page.wsgi_request)
    assert ApiToken.objects.get().hint in str(message)
    assert AuditEntry.objects.get().action == "api_token.created"


def test_admin_revokes_tokens(admin, api_client, api_token):
    admin.post("/admin/accounts/apiclient/", {"action": "revoke", "_selected_action": [api_client.pk]})
    assert ApiToken.objects.get().revoked_at is not None


def test_admin_is_closed_to_officials(client, leader):
    client.force_login(leader)
    assert client.get("/admin/accounts/user/").status_code == 302
