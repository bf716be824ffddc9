"""One shape for every error of the API: `{"errors": [{"field", "code", "message"}, …]}`.

`field` names the parameter or the place in the body that is wrong, and is null where it is neither. `code` is
for programs and does not change; `message` is for people and speaks the language that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import (
    APIException,
    ErrorDetail,
    MethodNotAllowed,
    NotAcceptable,
    NotAuthenticated,
    NotFound,
    Throttled,
    UnsupportedMediaType,
    ValidationError,
)
from rest_framework.exceptions import PermissionDenied as Forbidden
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from accounts.permissions import HIDDEN

# The framework's own words for these are not there in Vietnamese, or do not say how to mend it.
WORDS: dict[type[APIException], Any] = {
    NotAuthenticated: _("Sign in, or send a token: “Authorization: Bearer” followed by the token."),
    MethodNotAllowed: _("This address cannot be used with that method."),
    NotAcceptable: _("The answer is JSON; ask for application/json."),
    UnsupportedMediaType: _("Send JSON, with the content type application/json."),
    Throttled: _("Too many requests; try again a little later."),
}


def answer(problem: Exception, context: dict[str, Any]) -> Response | None:
    """The handler that REST_FRAMEWORK names; anything but a told error stays a 500."""
    if isinstance(problem, Http404):
        # Django's own words name the model; these do not say whether it exists.
        problem = NotFound(HIDDEN)
    elif isinstance(problem, PermissionDenied):
        problem = Forbidden(*problem.args)
    response = exception_handler(problem, context)
    if response is None or not isinstance(problem, APIException):
        return response
    words = WORDS.get(type(problem))
    detail = ErrorDetail(str(words), problem.default_code) if words else problem.detail
    response.data = {"errors": list(_flat(detail, getattr(problem, "field", None)))}
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


class NothingHereView(APIView):
    """404 in the API's own shape for an address it does not have."""

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404
