"""What a token may do: the scopes it holds and no other; and how those of before came over."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts.actions import issue_token
from accounts.authentication import TokenMayHook, TokenMayRead, TokenMayReport
from accounts.models import ApiToken
from accounts.models.clients import Scope, scopes_text
from tests.cast import make_token

GUARDS = {"read": TokenMayRead, "report": TokenMayReport, "webhook": TokenMayHook}
# What a token holds, and what it then opens.
SETS = ["read", "report", "webhook", "read report", "read webhook", "report webhook", "read report webhook"]


@pytest.mark.parametrize("asked", GUARDS)
@pytest.mark.parametrize("held", SETS)
def test_scope_opens_what_it_names_and_nothing_else(held, asked, api_client):
    token = ApiToken.objects.get(pk=make_pk(api_client, held))
    request = APIView().initialize_request(APIRequestFactory().get("/"))
    request.user, request.auth = api_client, token
    assert GUARDS[asked]().has_permission(request, None) is (asked in held.split())


def make_pk(client, scopes):
    make_token(client, scopes=scopes)
    return ApiToken.objects.first().pk


@pytest.mark.parametrize("guard", GUARDS.values())
def test_person_needs_no_scope(guard, leader):
    request = APIView().initialize_request(APIRequestFactory().get("/"))
    request.user, request.auth = leader, None
    assert guard().has_permission(request, None)


@pytest.mark.parametrize(("scopes", "code"), [("report", 403), ("webhook", 403), ("read webhook", 200)])
def test_token_that_may_not_read_reads_nothing(scopes, code, api_client, client):
    answer = client.get(
        "/api/v1/units/", headers={"Authorization": f"Bearer {make_token(api_client, scopes=scopes)}"}
    )
    assert answer.status_code == code
    if code == 403:
        assert "scope_missing" in answer.text


def test_every_set_of_scopes_has_one_spelling():
    assert scopes_text(["webhook", "read", "read"]) == "read webhook"
    assert scopes_text(Scope) == "read report webhook"
    with pytest.raises(ValueError, match="write"):
        scopes_text(["read", "write"])


@pytest.mark.parametrize("scopes", [[], ["write"]])
def test_token_needs_a_scope_that_exists(scopes, api_client):
    with pytest.raises(ValidationError) as refused:
        issue_token(client=api_client, scopes=scopes)
    assert refused.value.message_dict.keys() == {"scopes"}


def test_token_reports_only_for_an_official(api_client, reporter):
    with pytest.raises(ValidationError) as refused:
        issue_token(client=api_client, scopes=["report"])
    assert refused.value.message_dict.keys() == {"scopes"}
    api_client.acts_for = reporter
    issue_token(client=api_client, scopes=["report"])
    assert ApiToken.objects.get().scopes == "report"


@pytest.mark.parametrize(
    ("end", "is_fine"), [(timedelta(), False), (timedelta(days=1095), True), (timedelta(days=1097), False)]
)
def test_token_ends_ahead_and_within_three_years(end, is_fine, api_client):
    if is_fine:
        issue_token(client=api_client, expires_at=timezone.now() + end)
        return
    with pytest.raises(ValidationError) as refused:
        issue_token(client=api_client, expires_at=timezone.now() + end)
    assert refused.value.message_dict.keys() == {"expires_at"}


def test_token_lasts_a_year_unless_another_end_is_chosen(api_client, settings):
    issue_token(client=api_client)
    left = ApiToken.objects.get().expires_at - timezone.now()
    assert timedelta(days=364, hours=23) < left <= timedelta(days=365)
    settings.API_TOKEN_DAYS = 90
    issue_token(client=api_client)
    assert ApiToken.objects.first().expires_at - timezone.now() <= timedelta(days=90)


def test_tokens_of_before_keep_what_they_could(transactional_db):
    """The migration: who could report could read as well, and what had no end gets one in a year."""
    last = MigrationExecutor(connection).loader.graph.leaf_nodes()
    executor = MigrationExecutor(connection)
    executor.migrate([("accounts", "0003_remember_the_last_overview")])
    before = executor.loader.project_state([("accounts", "0003_remember_the_last_overview")]).apps
    nation = before.get_model("provinces", "Unit").objects.create(
        ref="VN", code="VN", tier="nation", name="Việt Nam", sort_key="v", search_name="v"
    )
    client = before.get_model("accounts", "ApiClient").objects.create(name="P", unit_id=nation.pk)
    for scope in ("read", "report"):
        before.get_model("accounts", "ApiToken").objects.create(
            client=client, token_hash=scope, hint=scope, scope=scope
        )
    executor = MigrationExecutor(connection)
    executor.migrate(last)
    found = {token.hint: token for token in ApiToken.objects.all()}
    assert {hint: token.scopes for hint, token in found.items()} == {"read": "read", "report": "read report"}
    assert all(token.expires_at > timezone.now() + timedelta(days=364) for token in found.values())
