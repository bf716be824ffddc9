"""Every error of the API: a problem of RFC 9457, `application/problem+json`.

    {"type", "title", "status", "detail", "code", "errors": [{"field", "code", "message"}, …]}

`type` is an address where the code is explained; `title` says the same of every problem of the code, `detail`
what is wrong this time. `errors` names each mistake: `field` is the parameter or the place in the body, and
null where it is neither. Codes are for programs and do not change; words speak the language that was asked
for.

Lower layers raise DRF exceptions with a `default_code`. Three attributes of an exception are read besides:
`field`, `extra` (more members of the problem) and `headers` (more headers of the answer).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from django.core.exceptions import DisallowedHost, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views import defaults
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
from rest_framework.views import APIView, exception_handler

from accounts.permissions import HIDDEN
from config.api_codes import title_of
from config.language import is_for_programs

PROBLEM = "application/problem+json"
EXPLAINED_AT = "/api/docs/errors/"

# The framework's own words for these are not there in Vietnamese, or do not say how to mend it.
WORDS: dict[type[APIException], Any] = {
    NotAuthenticated: _("Sign in, or send a token: “Authorization: Bearer” followed by the token."),
    MethodNotAllowed: _("This address cannot be used with that method."),
    Throttled: _("Too many requests; try again a little later."),
}


def answer(problem: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """The handler that REST_FRAMEWORK names; anything but a told error stays a 500."""
    if isinstance(problem, Http404):
        # Django's own words name the model; these do not say whether it exists.
        problem = NotFound(HIDDEN)
    elif isinstance(problem, PermissionDenied):
        problem = Forbidden(*problem.args)
    response = exception_handler(problem, context)
    if response is None or not isinstance(problem, APIException):
        return None
    request: Any = context["request"]
    words = _words(problem, context)
    detail = ErrorDetail(words, problem.default_code) if words else problem.detail
    codes = detail.code if isinstance(detail, ErrorDetail) else problem.default_code
    told = problem_response(
        request,
        status=response.status_code,
        code=str(codes),
        errors=list(_flat(detail, getattr(problem, "field", None))),
        extra=getattr(problem, "extra", None),
    )
    for name in ("WWW-Authenticate", "Retry-After"):
        if name in response:
            told[name] = response[name]
    for name, value in (getattr(problem, "headers", None) or {}).items():
        told[name] = value
    return told


def problem_response(
    request: Any,
    *,
    status: int,
    code: str,
    errors: list[dict[str, str | None]],
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    body = {
        "type": request.build_absolute_uri(f"{EXPLAINED_AT}#{code}"),
        "title": title_of(code),
        "status": status,
        "detail": _detail(errors),
        "code": code,
        "errors": errors,
    }
    written = orjson.dumps({**(extra or {}), **body}, default=str, option=orjson.OPT_UTC_Z)
    response = HttpResponse(written, content_type=PROBLEM, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _words(problem: APIException, context: dict[str, Any]) -> str:
    """Our own words for what the framework says; empty where the exception's own are told."""
    if isinstance(problem, NotAcceptable):
        kinds = ", ".join(each.media_type for each in context["view"].get_renderers())
        return str(_("This is answered as: %(kinds)s. Ask for one of them with Accept.") % {"kinds": kinds})
    if isinstance(problem, UnsupportedMediaType):
        kinds = ", ".join(each.media_type for each in context["view"].get_parsers())
        return str(_("Send the body as: %(kinds)s, and say so with Content-Type.") % {"kinds": kinds})
    return str(WORDS.get(type(problem), ""))


def _detail(errors: list[dict[str, str | None]]) -> str:
    if len(errors) == 1:
        return errors[0]["message"] or ""
    words = ngettext("%(number)s mistake; see errors.", "%(number)s mistakes; see errors.", len(errors))
    return words % {"number": len(errors)}


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


# What fails outside the API's views: Django's own handlers, for programs in the API's shape.


def _alone(request: HttpRequest, status: int, code: str, words: Any) -> HttpResponse:
    errors: list[dict[str, str | None]] = [{"field": None, "code": code, "message": str(words)}]
    return problem_response(request, status=status, code=code, errors=errors)


def bad_request(request: HttpRequest, exception: Exception) -> Any:
    # Of a wrong host nothing can be said with an address of our own.
    if is_for_programs(request) and not isinstance(exception, DisallowedHost):
        return _alone(request, 400, "invalid", title_of("invalid"))
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> Any:
    if is_for_programs(request):
        return _alone(request, 403, "permission_denied", title_of("permission_denied"))
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> Any:
    if is_for_programs(request):
        return _alone(request, 404, "not_found", HIDDEN)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> Any:
    if is_for_programs(request):
        words = _("The portal has failed; nothing was changed by this request. Try again a little later.")
        return _alone(request, 500, "server_error", words)
    return defaults.server_error(request)
