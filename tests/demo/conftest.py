"""The demonstration, loaded once for each module on top of the reference data, on the trial's day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from config.demo.load import Loaded, load_demo

PASSWORD = "trial-of-the-portal"
TOKEN = "ptp_demonstration-token-of-the-tests"


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Loaded]:
    """What the first load wrote; everything is rolled back after the module."""
    with (
        django_db_blocker.unblock(),
        override_settings(PORTAL_TODAY=date(2026, 11, 21)),
        transaction.atomic(),
    ):
        call_command("load_reference", verbosity=0, stdout=_Silent())
        loaded = load_demo(password=PASSWORD, token=TOKEN)
        # Checked here once: PostgreSQL would check every row of it again at the end of each test.
        connection.check_constraints()
        yield loaded
        transaction.set_rollback(True)


class _Silent:
    def write(self, _text: str) -> None:
        """Say nothing."""
