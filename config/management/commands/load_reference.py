"""Load everything the portal ships: units, documents, indicators, periods, targets and events."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from events.actions.load_events import load_events
from events.actions.load_roll_outs import load_roll_outs
from indicators.actions.jobs import mark_stale
from indicators.actions.load_annex import load_annex
from indicators.actions.load_catalogue import load_catalogue
from indicators.actions.load_periods import load_periods
from indicators.actions.load_plan import load_plan
from indicators.models.jobs import JobPriority
from provinces.actions import load_agencies, load_holidays, load_units
from provinces.bulk import Count
from provinces.datafiles import DataFileErrors
from resolutions.actions.load_documents import load_documents

# Each needs what stands before it.
LOADERS: list[Callable[[], dict[str, Count]]] = [
    *(load_units, load_agencies, load_holidays, load_documents),
    *(load_catalogue, load_periods, load_annex, load_plan, load_events, load_roll_outs),
]


class Command(BaseCommand):
    help = "Load the reference data; a second run changes only what differs, a malformed file loads nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()
        totals: dict[str, Count] = {}
        try:
            with transaction.atomic():
                for load in LOADERS:
                    for what, count in load().items():
                        totals[what] = totals.get(what, Count()) + count
                if any(any(count) for count in totals.values()):
                    mark_stale(priority=JobPriority.BULK)
        except DataFileErrors as errors:
            raise CommandError(str(errors)) from None
        for what, count in totals.items():
            self.stdout.write(f"{what}: {count.created} created, {count.updated} updated")
        self.stdout.write(f"loaded in {perf_counter() - started:.1f} s")
