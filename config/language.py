"""Which language an answer speaks: Vietnamese unless the reader switched, whatever the browser prefers."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

API = "/api/"


class LanguageMiddleware(LocaleMiddleware):
    """Pages follow the language cookie alone; office browsers often ask for English without meaning it.

    Under /api/ programs choose by Accept-Language, as Django does.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(API):
            super().process_request(request)
            return
        translation.activate(_chosen(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")))
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(API):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


def _chosen(code: str) -> str:
    try:
        return translation.get_supported_language_variant(code)
    except LookupError:
        return settings.LANGUAGE_CODE
