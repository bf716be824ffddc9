"""`manage.py run_trial`: what `make run` starts."""

import os
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import trial
from config.trial_data import prepare_data, ring


class Command(BaseCommand):
    help = "Start the portal on this machine: web, worker and beat, with reference and demo data."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", default="8000")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TRIAL:
            raise CommandError("run_trial is for the trial: production starts each process by itself")
        try:
            trial.stop_on_signals()
            self._run(trial.port_number(options["port"]))
        except trial.StopSignal:
            self.stderr.write("stopped")
        except trial.TrialError as error:
            raise CommandError(str(error)) from None

    def _run(self, port: int) -> None:
        # Nobody else on this machine may read the data, whatever makes the file.
        os.umask(0o077)
        trial.prepare_folder(settings.DATA_DIR)
        trial.check_port(port)
        with trial.lock_folder(settings.DATA_DIR):
            demo = prepare_data(os.environ.get("DEMO_PASSWORD", ""), say=self._say)
            began = time.monotonic()
            processes = trial.Processes(
                trial.commands(port, settings.DATA_DIR), settings.DATA_DIR, say=self._say
            )
            try:
                processes.start()
                ring()
                trial.wait_until_ready(processes, port, began)
                self._announce(port, demo)
                trial.watch(processes)
            finally:
                processes.stop()

    def _announce(self, port: int, demo: trial.Demo) -> None:
        self.stdout.write(f"URL: http://{trial.HOST}:{port}")
        self.stdout.write(f"TOKEN: {demo.token}")
        for person in trial.PEOPLE:
            self.stdout.write(f"SIGN-IN: {person} {demo.password}")
        sys.stdout.flush()

    def _say(self, line: str) -> None:
        self.stderr.write(line)
        sys.stderr.flush()
