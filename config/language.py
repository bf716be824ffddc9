"""Which language an answer speaks: Vietnamese unless the reader switched, whatever the browser prefers."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

API = "/api/"
PAGES_OF_THE_API = "/api/docs/"


class LanguageMiddleware(LocaleMiddleware):
    """Pages follow the language cookie alone; office browsers often ask for English without meaning it.

    Under /api/ programs choose by Accept-Language, as Django does; the page that describes it is a page.
    """

    def process_request(self, request: HttpRequest) -> None:
        if is_for_programs(request):
            super().process_request(request)
            return
        translation.activate(_chosen(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")))
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if is_for_programs(request):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


def is_for_programs(request: HttpRequest) -> bool:
    return request.path_info.startswith(API) and not request.path_info.startswith(PAGES_OF_THE_API)


def _chosen(code: str) -> str:
    try:
        return translation.get_supported_language_variant(code)
    except LookupError:
        return settings.LANGUAGE_CODE
