"""The worker's part of importing, in a process of its own so that its memory can be told: UPLOAD ROWS."""

import json
import os
import resource
import sys
import time

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from indicators.actions import uploads  # noqa: E402
from indicators.models import Upload  # noqa: E402


def main(pk: int, rows: int) -> dict[str, float]:
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
    # Of the process itself, and of the one that parses for it.
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "portal": done - began,
        "check": checked - began,
        "write": done - checked,
        "megabytes": peak / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
