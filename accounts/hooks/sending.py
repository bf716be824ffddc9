"""One call of a receiver: to a checked address, within fixed times, without following anything."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings

from accounts.hooks.addresses import AddressRefused, Target, read, resolve
from accounts.hooks.signing import sign
from accounts.models.webhooks import Problem

CONNECT_SECONDS = 3
LARGEST_ANSWER = 16 * 1024
"""More of an answer is not read."""
LONGEST_PAUSE = 4 * 3600
"""A receiver may ask for at most this many seconds of patience."""


@dataclass(frozen=True)
class Answer:
    """How a call went: the receiver's status, or why there is none."""

    status: int | None = None
    problem: str = ""
    took_ms: int = 0
    retry_after: int = 0
    """Seconds the receiver asked for."""

    @property
    def is_delivered(self) -> bool:
        return not self.problem


@dataclass(frozen=True)
class Parcel:
    """All that a call needs, read beforehand: who sends asks nothing of the database."""

    delivery: int
    webhook: int
    claim: str
    address: str
    name: str
    body: bytes
    keys: tuple[bytes, ...] = field(repr=False)


def send(parcel: Parcel) -> Answer:
    """Call the receiver once; never raises."""
    if not parcel.keys:
        return Answer(problem=Problem.SECRET_LOST)
    timestamp = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"provincial-targets-portal/{settings.VERSION}",
        "Webhook-Id": parcel.name,
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": sign(parcel.keys, name=parcel.name, timestamp=timestamp, body=parcel.body),
    }
    started = time.monotonic()
    answer = _ask(parcel.address, headers, parcel.body)
    took = round((time.monotonic() - started) * 1000)
    return Answer(answer.status, answer.problem, took, answer.retry_after)


def _ask(address: str, headers: Mapping[str, str], body: bytes) -> Answer:
    deadline = time.monotonic() + settings.WEBHOOK_TIMEOUT_SECONDS
    guard = _Guard(deadline)
    try:
        target = read(address)
        with guard:
            answer = _post(target, headers, body, guard)
    except AddressRefused:
        return Answer(problem=Problem.ADDRESS)
    except TimeoutError:
        return Answer(problem=Problem.TIMEOUT)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        if guard.has_cut:
            return Answer(problem=Problem.TIMEOUT)
        is_tls = isinstance(problem, ssl.SSLError)
        return Answer(problem=Problem.TLS if is_tls else Problem.CONNECTION)
    return answer


def _post(target: Target, headers: Mapping[str, str], body: bytes, guard: _Guard) -> Answer:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = _connect(target, guard)
    try:
        # With a socket at hand the connection looks nothing up; the Host is that of the address.
        connection.request("POST", target.path, body, {"Host": target.host_header, **headers})
        response = connection.getresponse()
        if guard.has_cut:
            raise TimeoutError  # in the midst of the headers
        status = response.status
        # The status was said, and nothing else is wanted.
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            response.read(LARGEST_ANSWER)
    finally:
        connection.close()
    if 200 <= status < 300:
        return Answer(status)
    problem = Problem.REDIRECT if 300 <= status < 400 else Problem.STATUS
    return Answer(status, problem, retry_after=_seconds(response.getheader("Retry-After", "")))


def _connect(target: Target, guard: _Guard) -> socket.socket:
    """A connection to one of the checked addresses; with TLS the certificate must be that of the name."""
    failed: OSError = ConnectionError()
    for address in resolve(target):
        try:
            plain = socket.create_connection((address, target.port), min(CONNECT_SECONDS, guard.left()))
        except OSError as problem:
            failed = problem
            continue
        guard.watch(plain)
        plain.settimeout(guard.left())
        if not target.is_secure:
            return plain
        try:
            secured = tls_context().wrap_socket(plain, server_hostname=target.host)
        except BaseException:
            plain.close()
            raise
        guard.watch(secured)
        return secured
    raise failed


def tls_context() -> ssl.SSLContext:
    """The system's authorities, names checked."""
    return ssl.create_default_context()


def _seconds(text: str | None) -> int:
    if text and text.isascii() and text.isdecimal() and len(text) <= 9:
        return min(int(text), LONGEST_PAUSE)
    return 0


class _Guard:
    """Cuts the connection at the deadline: a receiver that sends a byte now and then gains no time by it."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.has_cut = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(max(0.0, deadline - time.monotonic()), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()

    def left(self) -> float:
        """Seconds until the deadline; raises TimeoutError where there are none."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def watch(self, watched: socket.socket) -> None:
        self._socket = watched
        if self.has_cut:
            self._cut()

    def _cut(self) -> None:
        self.has_cut = True
        if self._socket is not None:
            # That of a plain socket: the one of TLS would pull its state from under the reading thread.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
