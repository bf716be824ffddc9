"""Every operation of the description has an example, and each of them answers what it says."""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import create_client, issue_token
from accounts.hooks import addresses
from accounts.models import User
from accounts.models.clients import Scope
from config.api_docs import description
from config.api_examples import examples
from provinces.models import Unit
from tests.api.conftest import with_token
from tests.demo.recording import Told, ask_all, same_shape, shortened, write

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

OPERATIONS = {
    operation["operationId"]: operation
    for methods in description()["paths"].values()
    for operation in methods.values()
}


@pytest.fixture(scope="module")
def told(demo: Any, django_db_blocker: Any, tmp_path_factory: Any) -> dict[str, Told]:
    """All requests of the examples, sent once over the demonstration."""
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(addresses, "lookup", lambda _host, _port: ["8.8.8.8"])
        found = ask_all(_partner())
    if os.environ.get("RECORD_EXAMPLES"):
        write(found)
    return {each.step.operation: each for each in found}


def _partner() -> APIClient:
    client = create_client(name="partner of the examples", unit=Unit.objects.get(ref="VN"))
    client.acts_for = User.objects.get(username="reporter")
    client.save()
    scopes = [Scope.READ, Scope.REPORT, Scope.WEBHOOK]
    tomorrow = timezone.now() + timedelta(days=1)
    return with_token(issue_token(client=client, scopes=scopes, expires_at=tomorrow))


def test_every_operation_has_an_example() -> None:
    assert set(OPERATIONS) == set(examples())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_example_answers_what_it_says(operation: str, told: dict[str, Told]) -> None:
    said, found = examples()[operation], told[operation]
    assert 200 <= found.status < 300, found.answer
    assert found.status == said["status"]
    assert same_shape(shortened(found.answer)) == same_shape(said["answer"])
    if "body" in said:
        assert same_shape(found.sent) == same_shape(said["body"])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_example_is_shown_in_the_description(operation: str) -> None:
    said = examples()[operation]
    described = OPERATIONS[operation]["responses"][str(said["status"])].get("content", {})
    shown = [each["examples"]["example"]["value"] for each in described.values() if "examples" in each]
    assert shown == ([] if said["answer"] is None else [said["answer"]])
