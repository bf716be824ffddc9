"""Callers of the API."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient


@pytest.fixture
def reader(api_token: str) -> APIClient:
    """The partner system of Khánh Hòa."""
    return with_token(api_token)


def with_token(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


@pytest.fixture
def get(reader: APIClient) -> Callable[..., Any]:
    """Reads an address of version 1 as the partner system and answers the body of a 200."""

    def get(path: str, **parameters: Any) -> Any:
        response = reader.get(f"/api/v1/{path}", parameters)
        assert response.status_code == 200, response.content
        return response.json()

    return get


@pytest.fixture
def refused(reader: APIClient) -> Callable[..., Any]:
    """Reads an address that is refused: the status and the errors as (field, code)."""

    def refused(path: str, **parameters: Any) -> tuple[int, list[tuple[str | None, str]]]:
        response = reader.get(f"/api/v1/{path}", parameters)
        errors = response.json()["errors"]
        assert all(error["message"] for error in errors)
        return response.status_code, [(error["field"], error["code"]) for error in errors]

    return refused


def signed_in(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client
