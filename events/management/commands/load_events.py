"""Load the events."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.actions.load_events import DATA, load_events
from provinces.datafiles import DataFileErrors


class Command(BaseCommand):
    help = "Load events; a second run changes only what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=DATA, help="where the data files lie")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = load_events(folder=options["folder"])
        except DataFileErrors as errors:
            raise CommandError(str(errors)) from None
        for what, count in counts.items():
            self.stdout.write(f"{what}: {count.created} created, {count.updated} updated")
