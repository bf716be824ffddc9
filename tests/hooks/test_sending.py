"""Real calls over real sockets: where they go, how long they last, what of the answer counts."""

import contextlib
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.hooks import addresses, sending, signing
from accounts.hooks.sending import Answer, Parcel, send
from accounts.models.webhooks import Problem

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
KEY = b"k" * 32
Talk = Callable[[socket.socket, bytes], None]


class Server:
    """Listens on a loopback port; what it answers is up to the test."""

    def __init__(self, talk: Talk, host: str = "127.0.0.1") -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.create_server((host, 0), family=family)
        self.port = self.listener.getsockname()[1]
        self.talk = talk
        self.came: list[bytes] = []
        self.ended = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _from = self.listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                self.talk(connection, self._read(connection))
            self.ended.set()

    def _read(self, connection: socket.socket) -> bytes:
        text = b""
        while b"\r\n\r\n" not in text or not text.endswith(b"}"):
            part = connection.recv(65536)
            if not part:
                break
            text += part
        self.came.append(text)
        return text


def answering(*parts: bytes, every: float = 0) -> Talk:
    def talk(connection: socket.socket, _text: bytes) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(every)

    return talk


@pytest.fixture
def serve(settings: Any) -> Iterator[Callable[..., Server]]:
    """Starts servers that may be called."""
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8", "::1/128"]
    settings.WEBHOOK_PORTS = [443]
    started: list[Server] = []

    def start(talk: Talk | None = None, host: str = "127.0.0.1") -> Server:
        server = Server(talk or answering(OK), host)
        started.append(server)
        settings.WEBHOOK_PORTS = [*settings.WEBHOOK_PORTS, server.port]
        return server

    yield start
    for server in started:
        server.listener.close()


def parcel(address: str, keys: tuple[bytes, ...] = (KEY,)) -> Parcel:
    return Parcel(1, 1, "claim", address, "evt_7", b'{"id":"evt_7"}', keys)


def call(server: Server, path: str = "/hook?x=1", host: str = "127.0.0.1") -> Answer:
    return send(parcel(f"http://{host}:{server.port}{path}"))


def test_call_is_signed_and_whole(serve: Callable[..., Server]) -> None:
    server = serve()
    answer = call(server)
    assert (answer.status, answer.problem, answer.is_delivered) == (200, "", True)
    head, _blank, body = server.came[0].partition(b"\r\n\r\n")
    line, *rest = head.decode().split("\r\n")
    headers = dict(each.lower().split(": ", 1) for each in rest)
    raw = dict(each.split(": ", 1) for each in rest)
    assert line == "POST /hook?x=1 HTTP/1.1"
    assert headers["host"] == f"127.0.0.1:{server.port}"
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == "evt_7"
    assert signing.verify(
        signing.secret_of(KEY),
        name="evt_7",
        timestamp=raw["Webhook-Timestamp"],
        body=body,
        signatures=raw["Webhook-Signature"],
        now=int(time.time()),
    )


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        *((200, ""), (204, ""), (301, Problem.REDIRECT), (307, Problem.REDIRECT)),
        *((400, Problem.STATUS), (410, Problem.STATUS), (500, Problem.STATUS)),
    ],
)
def test_only_a_2xx_is_a_delivery(serve: Callable[..., Server], status: int, problem: str) -> None:
    answer = call(serve(answering(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status)))
    assert (answer.status, answer.problem) == (status, problem)


def test_redirect_is_not_followed(serve: Callable[..., Server]) -> None:
    inner = serve()
    away = b"HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n" % inner.port
    assert call(serve(answering(away))).problem == Problem.REDIRECT
    assert inner.came == []


def test_wish_for_patience_is_heard(serve: Callable[..., Server]) -> None:
    busy = b"HTTP/1.1 503 X\r\nRetry-After: %s\r\nContent-Length: 0\r\n\r\n"
    assert call(serve(answering(busy % b"90"))).retry_after == 90
    assert call(serve(answering(busy % b"999999"))).retry_after == sending.LONGEST_PAUSE
    assert call(serve(answering(busy % b"-5"))).retry_after == 0


def test_connection_goes_to_the_checked_address_with_one_lookup(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(host="127.0.0.2")
    asked = []

    def lookup(host: str, port: int) -> list[str]:
        # DNS rebinding: the second answer would lead elsewhere.
        asked.append(host)
        return ["127.0.0.2"] if len(asked) == 1 else ["10.0.0.1"]

    monkeypatch.setattr(addresses, "lookup", lookup)
    monkeypatch.setattr(socket, "getaddrinfo", no_lookup(socket.getaddrinfo))
    assert call(server, host="rebinding.example.vn").status == 200
    assert asked == ["rebinding.example.vn"]
    assert f"Host: rebinding.example.vn:{server.port}".encode() in server.came[0]


def no_lookup(real: Any) -> Any:
    """What connects may spell out an IP address and nothing else."""

    def guarded(host: Any, *args: Any, **options: Any) -> Any:
        assert str(host).replace(".", "").isdigit(), f"looked up {host}"
        return real(host, *args, **options)

    return guarded


def test_every_call_is_checked_anew(serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve()
    monkeypatch.setattr(addresses, "lookup", lambda *_asked: ["10.0.0.1"])
    assert call(server, host="moved.example.vn").problem == Problem.ADDRESS
    assert server.came == []


def test_without_leave_an_inner_receiver_is_never_reached(
    serve: Callable[..., Server], settings: Any
) -> None:
    server = serve()
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
        assert call(server, host=host).problem == Problem.ADDRESS
    assert server.came == []


def test_second_address_is_tried_where_the_first_is_dead(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(host="127.0.0.2")
    monkeypatch.setattr(addresses, "lookup", lambda *_asked: ["127.0.0.3", "127.0.0.2"])
    assert call(server, host="two.example.vn").status == 200


def test_receiver_that_says_nothing_is_left_at_the_deadline(
    serve: Callable[..., Server], settings: Any
) -> None:
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.3
    started = time.monotonic()
    answer = call(serve(lambda _connection, _text: time.sleep(2)))
    assert (answer.status, answer.problem) == (None, Problem.TIMEOUT)
    assert time.monotonic() - started < 1.5
    assert 250 <= answer.took_ms < 1500


def test_receiver_that_drips_gains_no_time(serve: Callable[..., Server], settings: Any) -> None:
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.5
    drops = [b"HTTP/1.1 200 OK\r\n", *(b"X-%d: y\r\n" % number for number in range(60))]
    started = time.monotonic()
    assert call(serve(answering(*drops, every=0.1))).problem == Problem.TIMEOUT
    assert time.monotonic() - started < 2


def test_long_answer_is_not_read_to_its_end(serve: Callable[..., Server]) -> None:
    sent = []

    def talk(connection: socket.socket, _text: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        for _number in range(1000):
            connection.sendall(b"x" * 100_000)
            sent.append(100_000)

    server = serve(talk)
    answer = call(server)
    assert answer.status == 200
    assert server.ended.wait(5)
    assert sum(sent) < 30_000_000


@pytest.mark.parametrize("text", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500])
def test_broken_answer_is_a_failed_connection(serve: Callable[..., Server], text: bytes) -> None:
    answer = call(serve(answering(text)))
    assert (answer.status, answer.problem) == (None, Problem.CONNECTION)


def test_nobody_listening_is_a_failed_connection(serve: Callable[..., Server]) -> None:
    server = serve()
    # Closing alone leaves the socket to the thread that waits for callers.
    server.listener.shutdown(socket.SHUT_RDWR)
    server.listener.close()
    assert call(server).problem == Problem.CONNECTION


def test_without_a_key_nothing_is_sent(serve: Callable[..., Server]) -> None:
    server = serve()
    assert send(parcel(f"http://127.0.0.1:{server.port}/", ())).problem == Problem.SECRET_LOST
    assert server.came == []


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of receiver.example.vn that signs itself, with its key in the same file."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=receiver.example.vn", "-addext", "subjectAltName=DNS:receiver.example.vn"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        ],
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_text((folder / "key.pem").read_text() + (folder / "cert.pem").read_text())
    return both


@pytest.fixture
def secure_server(serve: Callable[..., Server], certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Speaks TLS with that certificate; every name leads to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = serve()
    server.listener.settimeout(None)
    plain_serve = server._read

    def talk_tls(connection: socket.socket) -> bytes:
        secured = context.wrap_socket(connection, server_side=True)
        text = plain_serve(secured)
        secured.sendall(OK)
        secured.close()
        return text

    server._read = talk_tls  # type: ignore[method-assign]
    server.talk = lambda _connection, _text: None
    monkeypatch.setattr(addresses, "lookup", lambda *_asked: ["127.0.0.1"])
    return server


def call_securely(server: Server, host: str) -> Answer:
    return send(parcel(f"https://{host}:{server.port}/"))


def test_certificate_nobody_vouches_for_is_refused(secure_server: Server) -> None:
    assert call_securely(secure_server, "receiver.example.vn").problem == Problem.TLS
    assert secure_server.came == []


def test_certificate_must_be_that_of_the_name(
    secure_server: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(sending, "tls_context", lambda: trusting)
    assert call_securely(secure_server, "receiver.example.vn").status == 200
    assert call_securely(secure_server, "other.example.vn").problem == Problem.TLS
    assert len(secure_server.came) == 1
