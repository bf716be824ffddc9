"""Make the reporting periods of further years, and the campaigns of the data files."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from indicators.actions.load_periods import YEARS, load_periods
from provinces.datafiles import DataFileErrors


class Command(BaseCommand):
    help = "Make the periods that are not there yet; those that are keep their days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("years", type=int, nargs="*", default=list(YEARS), help="such as 2028 2029")

    def handle(self, *args: Any, **options: Any) -> None:
        if wrong := [year for year in options["years"] if not 2000 <= year <= 2100]:
            raise CommandError(f"{wrong[0]} is not a year from 2000 to 2100")
        try:
            counts = load_periods(years=options["years"])
        except DataFileErrors as errors:
            raise CommandError(str(errors)) from None
        for what, count in counts.items():
            self.stdout.write(f"{what}: {count.created} created")
