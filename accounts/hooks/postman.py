"""Sends what is due, many calls at once, beside the work of the worker.

One thread of a worker's process claims deliveries and writes down what came of them; others call the
receivers and ask nothing of the database. The task only wakes it, so a receiver that hangs holds up neither
approvals nor other receivers. Where the process is killed, leases run out and another worker sends again.
"""

from __future__ import annotations

import datetime
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from celery.worker import state as worker_state
from django.db import close_old_connections, connection

from accounts.hooks import queue
from accounts.hooks.sending import Answer, Parcel, send

log = logging.getLogger(__name__)

THREADS = 64
LINGERS = datetime.timedelta(seconds=5)
"""How long the thread looks for deliveries coming due before it leaves them to the sweep."""
NOT_AT_ALL = datetime.timedelta()
_SHORTEST, _LONGEST = 0.02, 1.0

Send = Callable[[Parcel], Answer]


def is_stopping() -> bool:
    """Whether this worker was asked to stop."""
    return any(
        asked is not None and asked is not False
        for asked in (worker_state.should_stop, worker_state.should_terminate)
    )


def work(send: Send = send, *, lingers: datetime.timedelta = NOT_AT_ALL, threads: int = THREADS) -> None:
    """Send until nothing has been due for that long, or until the worker stops."""
    flying: dict[Future[Answer], Parcel] = {}
    idle, quiet_since = _SHORTEST, time.monotonic()
    with ThreadPoolExecutor(threads, thread_name_prefix="hooks") as pool:
        while True:
            landed = [future for future in flying if future.done()]
            if landed:
                queue.settle([(flying.pop(future), future.result()) for future in landed])
            parcels = [] if is_stopping() else queue.claim(threads - len(flying))
            for parcel in parcels:
                flying[pool.submit(send, parcel)] = parcel
            if landed or parcels:
                idle, quiet_since = _SHORTEST, time.monotonic()
            if flying:
                wait(flying, timeout=_LONGEST / 4, return_when=FIRST_COMPLETED)
                # Others land in the next moment: what is written together is written faster.
                time.sleep(_SHORTEST)
                continue
            if is_stopping() or time.monotonic() - quiet_since >= lingers.total_seconds():
                return
            if not queue.has_open(within=lingers):
                return
            time.sleep(idle)
            idle = min(idle * 2, _LONGEST)


class Postman:
    """The one thread of this process that delivers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_called_again = False

    def wake(self) -> None:
        """Have what is due sent; comes back at once."""
        with self._lock:
            self._is_called_again = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="postman", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        close_old_connections()
        try:
            while self._goes_on():
                work(lingers=LINGERS)
        except Exception:
            # The sweep wakes it again; what was claimed is sent again when its lease has run out.
            log.exception("deliveries interrupted")
            with self._lock:
                self._thread = None
        finally:
            connection.close()

    def _goes_on(self) -> bool:
        """Whether somebody called since the last look; otherwise the thread has ended for all who call."""
        with self._lock:
            if self._is_called_again and not is_stopping():
                self._is_called_again = False
                return True
            self._thread = None
            return False


postman = Postman()
