"""Answers that are worked out anew each time, and 304 without that work where nothing was written since.

Whatever such an answer tells is noted in the change feed in the transaction that changes it. While the feed
stands where it stood when an answer was made, the same question of the same asker has the same answer; only
its tag is kept, in the shared cache, for as long as somebody is likely to ask again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language
from rest_framework.request import Request

from accounts.following import state_of_feed
from accounts.permissions import rights_digest
from provinces.dates import today
from provinces.reading.conditions import is_known, not_modified, tag_of

KEPT_FOR = 3600
"""Seconds; they bound how long a feed set back by a restored database could be taken for its former self."""


def remembered(read: Callable[..., Any]) -> Callable[..., Any]:
    """For the `get` of a view whose answer hangs on the asker, the address, the language, the day and on rows
    whose changes are noted. It takes one query: with the token's and the roles', a 304 takes three."""

    @wraps(read)
    def get(view: Any, request: Request, *args: Any, **kwargs: Any) -> Any:
        # Read before the answer: what is written meanwhile only makes it be worked out once more.
        key, state = _key(request), state_of_feed()
        known = cache.get(key)
        if known is not None and known[0] == state and is_known(known[1], request.META):
            return not_modified(known[1])
        response = read(view, request, *args, **kwargs)

        def remember(rendered: Any) -> None:
            rendered.headers.setdefault("ETag", tag_of(rendered.content))
            cache.set(key, (state, rendered["ETag"]), KEPT_FOR)

        response.add_post_render_callback(remember)
        return response

    return get


def _key(request: Request) -> str:
    asked = (
        *(settings.VERSION, today(), rights_digest(request.user)),
        *(request.build_absolute_uri(), get_language(), request.META.get("HTTP_ACCEPT", "")),
    )
    return "answer-" + hashlib.sha256(repr(asked).encode()).hexdigest()
