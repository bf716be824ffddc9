"""`Idempotency-Key`: a request that is sent twice is done once, and answered the same both times.

    class Thing(APIView):
        @extend_schema(parameters=[IDEMPOTENCY_KEY], ...)
        @idempotent
        def post(self, request, ...): ...

The handler runs in one transaction, with or without a key. A key belongs to the client or the person who
sent it. An answer is kept with the work itself; a refusal (4xx) or a failure wrote nothing, is not kept, and
leaves the key free for the mended request.

A view whose answer holds what must not lie in the database says with `kept_of(data)` what is kept instead,
and with `told_of(kept)` what was answered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.utils.datastructures import MultiValueDict
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import idempotency as actions
from accounts.models import IdempotentCall
from accounts.models.idempotency import LONGEST_KEY
from accounts.problems import KeyInvalid

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_KEPT_HEADERS = ("ETag", "Location", "Cache-Control")
_VISIBLE = range(0x21, 0x7F)
IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description=(
        "Strongly advised: 1 to 255 visible ASCII characters, new for each thing to be done. The same key "
        "with the same address and body answers what was answered the first time, with "
        f"`{REPLAYED}: true`, and does nothing again; with another body it is a 422; while the first request "
        "is still worked on, a 409. A key is remembered for 48 hours. A refused request is not remembered."
    ),
)
Handler = TypeVar("Handler", bound=Callable[..., HttpResponseBase])


def idempotent(handler: Handler) -> Handler:
    """Do the handler's work in one transaction, and once for each key. The handler must answer a Response."""

    @wraps(handler)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = _key(request)
        if key is None:
            with transaction.atomic():
                return handler(view, request, *args, **kwargs)
        caller: Any = request.user
        claimed = actions.claim(caller=caller, key=key, digest=digest_of(request))
        if isinstance(claimed, IdempotentCall):
            return _replayed(view, claimed)
        try:
            with transaction.atomic():
                response = handler(view, request, *args, **kwargs)
                actions.keep_answer(claim=claimed, **_kept(view, request, cast(Response, response)))
        except Exception:
            actions.give_back(claimed)
            raise
        return response

    return cast(Handler, once)


def _key(request: Request) -> str | None:
    key: str | None = request.headers.get(HEADER)
    if key is not None and not (1 <= len(key) <= LONGEST_KEY and all(ord(each) in _VISIBLE for each in key)):
        raise KeyInvalid
    return key


def digest_of(request: Request) -> str:
    """SHA-256 of method, address and what the body says: a multipart boundary or a space makes no other
    request."""
    found = hashlib.sha256()
    for part in (str(request.method), request.get_full_path()):
        found.update(_framed(part))
    data = request.data
    if isinstance(data, MultiValueDict):
        for part in _fields(data):
            found.update(_framed(part))
    else:
        found.update(_framed(json.dumps(data, sort_keys=True, default=repr)))
    return found.hexdigest()


def _framed(part: str) -> bytes:
    content = part.encode("utf-8", "surrogatepass")
    return b"%d:%s" % (len(content), content)


def _fields(data: MultiValueDict[str, Any]) -> Iterator[str]:
    for name in sorted(data):
        for value in data.getlist(name):
            yield name
            if not hasattr(value, "chunks"):
                yield str(value)
                continue
            content = hashlib.sha256()
            for chunk in value.chunks():
                content.update(chunk)
            value.seek(0)
            yield from (str(value.name), str(value.content_type), content.hexdigest())


def _kept(view: Any, request: Request, response: Response) -> dict[str, Any]:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    if not hasattr(view, "kept_of"):
        renderer: Any = request.accepted_renderer
        headers["Content-Type"] = renderer.media_type
        body = renderer.render(response.data, renderer.media_type, {"request": request, "response": response})
    else:
        headers["Content-Type"] = JSONRenderer.media_type
        body = JSONRenderer().render(view.kept_of(response.data))
    return {"status": response.status_code, "headers": headers, "body": body}


def _replayed(view: Any, call: IdempotentCall) -> HttpResponse:
    assert call.status is not None  # noqa: S101 (it was answered)
    body = bytes(call.body)
    if hasattr(view, "told_of"):
        body = JSONRenderer().render(view.told_of(json.loads(body)))
    answer = HttpResponse(body, status=call.status)
    for name, value in call.headers.items():
        answer.headers[name] = value
    answer.headers[REPLAYED] = "true"
    return answer
