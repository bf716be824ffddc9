"""The administration of people, partner systems and the trails."""

import pytest

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


def test_admin_only_shows_clients(admin, api_client):
    """They are made and changed at /clients/, through actions that leave a trace."""
    assert admin.get("/admin/accounts/apiclient/add/").status_code == 403
    assert admin.post(f"/admin/accounts/apiclient/{api_client.pk}/change/", {"name": "x"}).status_code == 403
    assert admin.get(f"/admin/accounts/apiclient/{api_client.pk}/delete/").status_code == 403


def test_admin_is_closed_to_officials(client, leader):
    client.force_login(leader)
    assert client.get("/admin/accounts/user/").status_code == 302
