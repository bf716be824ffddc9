"""What every answer of the API tells a program beside its body: how often it may call, and what will go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.authentication import COUNTED
from config.api_deprecation import headers_of


class ApiHeadersMiddleware:
    """`RateLimit` of the client that called, and the end of an operation that is deprecated.

    A middleware, because refusals, redirects and answers that are not the API's own are answers as well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        counted = request.__dict__.get(COUNTED)
        if counted is not None:
            for name, value in counted.headers().items():
                response.headers[name] = value
        match = request.resolver_match
        if match is not None:
            for name, value in headers_of(
                request.method or "", match.view_name, response.get("Link")
            ).items():
                response.headers[name] = value
        return response


TOLD = {
    "RateLimit-Policy": "How many requests the client has (`q`) in a window of so many seconds (`w`).",
    "RateLimit": "How many of them are left (`r`) and in how many seconds the window ends (`t`).",
}


def tell_rate_limit(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Say in the OpenAPI description what clients are told of their rate (a hook of drf-spectacular)."""
    headers = {name: {"description": words, "schema": {"type": "string"}} for name, words in TOLD.items()}
    for methods in result["paths"].values():
        for operation in methods.values():
            if operation.get("security") in (None, [], [{}]):
                continue
            responses = operation["responses"]
            # The answer of a refusal, in whatever shape the other refusals of the operation have.
            content = responses.get("403", {}).get("content", {})
            responses.setdefault("429", {"description": "Too many requests.", "content": content})
            for code, response in responses.items():
                if code == "401":
                    continue
                told = response.setdefault("headers", {})
                told.update(headers)
                if code == "429":
                    seconds = {"type": "integer", "minimum": 1}
                    told["Retry-After"] = {"description": "Seconds to wait.", "schema": seconds}
    return result
