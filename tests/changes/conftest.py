"""A partner system that follows the feed, and whatever it has stored of it."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.api.conftest import with_token
from tests.changes.replica import Replica


@pytest.fixture
def reader(api_token: str) -> APIClient:
    """The partner system of Khánh Hòa."""
    return with_token(api_token)


@pytest.fixture
def replica(reader: APIClient) -> Replica:
    return Replica(reader)


@pytest.fixture
def neighbours(places: Any) -> Replica:
    """The partner system of Đắk Lắk."""
    from accounts.models import ApiClient
    from tests.cast import make_token

    return Replica(with_token(make_token(ApiClient.objects.create(name="Next door", unit=places.dak_lak))))
