"""One shape for every error of the API: `{"errors": [{"field", "code", "message"}, …]}`.

`field` names the parameter or the place in the body that is wrong, and is null where it is neither. `code` is
for programs and does not change; `message` is for people and speaks the language that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.exceptions import PermissionDenied as Forbidden
from rest_framework.response import Response
from rest_framework.views import exception_handler


def answer(problem: Exception, context: dict[str, Any]) -> Response | None:
    """The handler that REST_FRAMEWORK names; anything but a told error stays a 500."""
    if isinstance(problem, Http404):
        problem = NotFound(*problem.args)
    elif isinstance(problem, PermissionDenied):
        problem = Forbidden(*problem.args)
    response = exception_handler(problem, context)
    if response is None or not isinstance(problem, APIException):
        return response
    response.data = {"errors": list(_flat(problem.detail, getattr(problem, "field", None)))}
    return response


def _flat(detail: Any, field: str | None) -> Iterator[dict[str, str | None]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, None if name == "__all__" else f"{field}.{name}" if field else str(name))
    elif isinstance(detail, list | tuple):
        for each in detail:
            yield from _flat(each, field)
    else:
        code = getattr(detail, "code", ValidationError.default_code)
        yield {"field": field, "code": str(code), "message": str(detail)}
