"""A receiver of webhooks in a process of its own, which fails half of its calls in every way there is.

`python -m tests.hooks.receiver LOG SEED FAILS SLOW` prints its port, then keeps a line of JSON for each call.
Of 100 calls FAILS fail; some of them after the event was taken in, so that it comes twice. With SLOW it
answers nothing at all.
"""

import contextlib
import json
import random
import socket
import struct
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MOST_HANGS = 6
HANGS_FOR = 3.0
MOST_FAILURES = 8
"""Of one event: pauses double, and bad luck must not decide how long a test takes."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Receiver"

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            # The sender was killed in the middle: nobody takes a body that its signature is not of.
            self.reset()
            return
        outcome = self.server.outcome(self.headers["Webhook-Id"])
        self.server.keep(
            {
                "id": self.headers["Webhook-Id"],
                "timestamp": self.headers["Webhook-Timestamp"],
                "signatures": self.headers["Webhook-Signature"],
                "body": body.decode(),
                "at": time.time(),
                "outcome": outcome,
                "is_taken": outcome in ("ok", "taken_and_500", "taken_and_reset"),
            }
        )
        if outcome == "hang":
            time.sleep(HANGS_FOR)
        elif outcome in ("reset", "taken_and_reset"):
            self.reset()
            return
        with contextlib.suppress(OSError):
            self.send_response(200 if outcome == "ok" else 500)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def reset(self) -> None:
        # Without lingering, closing sends a reset.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.close()

    def log_message(self, *args: object) -> None:
        pass


class Receiver(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, log: str, seed: int, fails: int, slow: bool) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.log = Path(log).open("a", encoding="utf-8")  # noqa: SIM115 (open as long as the process)
        self.random = random.Random(seed)
        self.fails, self.slow, self.hangs = fails, slow, 0
        self.guard = threading.Lock()
        self.seen: Counter[str] = Counter()

    def outcome(self, event: str) -> str:
        if self.slow:
            return "hang"
        with self.guard:
            self.seen[event] += 1
            if self.random.randrange(100) >= self.fails or self.seen[event] > MOST_FAILURES:
                return "ok"
            if self.hangs < MOST_HANGS and self.random.randrange(20) == 0:
                self.hangs += 1
                return "hang"
            return self.random.choice(["500", "500", "reset", "taken_and_500", "taken_and_reset"])

    def keep(self, call: dict[str, object]) -> None:
        with self.guard:
            self.log.write(json.dumps(call) + "\n")
            self.log.flush()

    def handle_error(self, *args: object) -> None:
        pass  # a connection that it has reset itself


if __name__ == "__main__":
    log, seed, fails, slow = sys.argv[1:]
    receiver = Receiver(log, int(seed), int(fails), slow == "1")
    print(receiver.server_address[1], flush=True)
    receiver.serve_forever()
