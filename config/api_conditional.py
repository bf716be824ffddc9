"""What caches are told of every answer that is read from the API, and 304 where nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.cache import patch_vary_headers

from provinces.reading.conditions import is_known, not_modified, tag_of

API = "/api/v1/"


class ConditionalMiddleware:
    """A strong `ETag` of the very bytes, unless the view has set one. Streams have none: their bytes are
    known only when they have been sent."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        response = self.get_response(request)
        if not request.path_info.startswith(API):
            return response
        patch_vary_headers(response, ("Accept", "Accept-Language", "Authorization"))
        if request.method not in ("GET", "HEAD"):
            return response
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if response.status_code != 200 or response.streaming:
            return response
        tag = response.headers.get("ETag")
        if tag is None:
            tag = response["ETag"] = tag_of(response.content)
        if not is_known(tag, request.META):
            return response
        told = not_modified(tag)
        for name, value in response.headers.items():
            if name == "Content-Language" or not name.startswith("Content-"):
                told[name] = value
        told.cookies = response.cookies
        return told
