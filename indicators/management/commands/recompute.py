"""Recompute stored results through the same code as the worker."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from indicators.engine.queue import recompute_everything


class Command(BaseCommand):
    help = "Recompute every roll-up and attainment; writes only what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="recompute everything (the only scope)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["all"]:
            raise CommandError("Say --all: approvals and changes are recomputed by the worker on their own.")
        started = time.monotonic()
        counts = recompute_everything()
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{counts.judged} attainments judged, {counts.attainments_written} written; "
            f"{counts.roll_ups_written} roll-ups written; {seconds:.1f} s"
        )
