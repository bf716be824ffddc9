"""gzip for whoever accepts it, with tags that stay strong."""

from __future__ import annotations

import gzip
from typing import Any

from django.http import HttpRequest
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac

SUFFIX = '-gzip"'
SMALLEST = 200
NAMED = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH")


class CompressionMiddleware(GZipMiddleware):
    """Django makes the tag of what it compresses weak, because it pads with random bytes; a weak tag is of no
    use in `If-Match`. An answer with a strong tag is padded by bytes that follow from its tag instead: the
    same tag gives the same bytes, and whoever does not know the key of the portal cannot foresee how many.
    The compressed form has a tag of its own, `"…-gzip"`, and both name the same version.
    """

    def process_request(self, request: HttpRequest) -> None:
        for name in NAMED:
            if SUFFIX in request.META.get(name, ""):
                request.META[f"{name}_GIVEN"] = request.META[name]
                request.META[name] = request.META[name].replace(SUFFIX, '"')

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        tag = response.get("ETag", "")
        if not tag.startswith('"') or response.streaming:
            return super().process_response(request, response)
        if response.status_code == 304:
            own = tag[:-1] + SUFFIX
            if own in request.META.get("HTTP_IF_NONE_MATCH_GIVEN", ""):
                response["ETag"] = own
            return response
        if len(response.content) < SMALLEST or response.has_header("Content-Encoding"):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if not re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            return response
        packed = _packed(response.content, tag)
        if len(packed) < len(response.content):
            response.content = packed
            response["Content-Length"] = str(len(packed))
            response["Content-Encoding"] = "gzip"
            response["ETag"] = tag[:-1] + SUFFIX
        return response


def _packed(content: bytes, tag: str) -> bytes:
    """gzip with a file name of 1 to 100 bytes in its header, which every reader leaves aside."""
    packed = gzip.compress(content, compresslevel=6, mtime=0)
    digest = salted_hmac("config.compression", tag, algorithm="sha256").digest()
    name = (digest.hex() * 2)[: 1 + digest[0] % 100].encode() + b"\0"
    header = bytearray(packed[:10])
    header[3] = gzip.FNAME
    return bytes(header) + name + packed[10:]
