"""What every answer of the API tells a program beside its body: how often it may call, and what will go."""

from __future__ import annotations

from collections.abc import Callable

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
