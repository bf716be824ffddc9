"""One request through WSGI in this process, as a server makes it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Handler = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def call(handler: Handler, path: str, query: str, **headers: str) -> bytes:
    """The body that is answered; `headers` are in WSGI's own form."""
    return b"".join(streamed(handler, path, query, **headers))


def streamed(handler: Handler, path: str, query: str, **headers: str) -> Iterator[bytes]:
    """The body piece by piece."""
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    } | headers
    answer: Any = handler(environ, lambda *_start: None)
    try:
        yield from answer
    finally:
        if hasattr(answer, "close"):
            answer.close()
