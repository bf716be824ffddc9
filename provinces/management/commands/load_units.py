"""Load the administrative units, their agencies and the holidays."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from provinces.actions import DATA, load_agencies, load_holidays, load_units
from provinces.datafiles import DataFileErrors


class Command(BaseCommand):
    help = "Load administrative units, agencies and holidays; a second run changes only what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=DATA, help="where the data files lie")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            with transaction.atomic():
                counts = load_units(folder=folder) | load_agencies(folder=folder) | load_holidays()
        except DataFileErrors as errors:
            raise CommandError(str(errors)) from None
        for what, count in counts.items():
            self.stdout.write(f"{what}: {count.created} created, {count.updated} updated")
