"""Load the demonstration: people, illustrative plans and figures of Khánh Hòa in both generations."""

import os
from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.demo.load import load_demo
from config.demo.world import NothingToStandOn
from provinces.datafiles import DataFileErrors

_SHORTEST = 8


class Command(BaseCommand):
    help = "Load the demonstration data; a second run changes nothing. It needs the reference data."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--password", help="of the demo people; else DEMO_PASSWORD, else one is made up")
        parser.add_argument("--token", help="a token with which the API client demo may read")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TRIAL:
            raise CommandError("load_demo is for the trial: its people have one password that many know.")
        started = perf_counter()
        password = options["password"] or os.environ.get("DEMO_PASSWORD") or None
        if password and (len(password) < _SHORTEST or any(letter.isspace() for letter in password)):
            raise CommandError(f"The demo password must have at least {_SHORTEST} characters and no spaces.")
        try:
            loaded = load_demo(password=password, token=options["token"])
        except (NothingToStandOn, DataFileErrors) as problem:
            raise CommandError(str(problem)) from None
        for what, count in loaded.counts.items():
            self.stdout.write(f"{what}: {count} written")
        if loaded.password:
            self.stdout.write(f"password of the demo people, shown this once: {loaded.password}")
        self.stdout.write(f"loaded in {perf_counter() - started:.1f} s")
