"""Load the documents that set targets."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from provinces.datafiles import DataFileErrors
from resolutions.actions.load_documents import DATA, load_documents


class Command(BaseCommand):
    help = "Load documents and their links; a second run changes only what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=DATA, help="where the data files lie")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = load_documents(folder=options["folder"])
        except DataFileErrors as errors:
            raise CommandError(str(errors)) from None
        for what, count in counts.items():
            self.stdout.write(f"{what}: {count.created} created, {count.updated} updated")
