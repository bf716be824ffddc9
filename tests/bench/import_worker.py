"""The worker's part of importing, in a process of its own so that its memory can be told: UPLOAD ROWS."""

import json
import os
import sys
import threading
import time
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from indicators.actions import uploads  # noqa: E402
from indicators.models import Upload  # noqa: E402


def _peak(pid: int) -> int:
    """The most memory that a process has held, in KiB; 0 for one that has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


class Parser(threading.Thread):
    """Watches the process that parses for this one: getrusage tells what it was before it became another."""

    peak = 0

    def run(self) -> None:
        children = Path(f"/proc/self/task/{os.getpid()}/children")
        while True:
            self.peak = max([self.peak, *(_peak(int(pid)) for pid in children.read_text().split())])
            time.sleep(0.05)


def main(pk: int, rows: int) -> dict[str, float]:
    parser = Parser(daemon=True)
    parser.start()
    began = time.monotonic()
    uploads.run_next(lambda: True)
    checked = time.monotonic()
    upload = Upload.objects.get(pk=pk)
    uploads.confirm(upload=upload)
    uploads.run_next(lambda: True)
    done = time.monotonic()
    upload.refresh_from_db()
    if (upload.state, upload.written) != ("done", rows):
        raise SystemExit(f"{upload.state} {upload.written} {upload.message} {upload.lines.first()}")
    peak = _peak(os.getpid()) + parser.peak
    return {
        "portal": done - began,
        "check": checked - began,
        "write": done - checked,
        "megabytes": peak / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
