"""Everything the portal ships, loaded into an empty database by one command."""

from collections.abc import Iterator
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.management.commands import load_reference
from indicators.actions.load_periods import load_periods
from indicators.models import Job, Period
from provinces.datafiles import DataFileError, DataFileErrors

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def run() -> list[str]:
    out = StringIO()
    call_command("load_reference", stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture(scope="module")
def first_lines(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[str]]:
    """What the first run prints; its rows stay for this module."""
    with django_db_blocker.unblock():
        lines = run()
    yield lines
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)


def test_first_run_prints_a_line_for_each_kind(first_lines: list[str]) -> None:
    kinds = [line.split(":")[0] for line in first_lines[:-1]]
    assert len(kinds) == len(set(kinds))
    assert {"documents: 15 created, 0 updated", "events: 7 created, 0 updated"} <= set(first_lines)
    assert "targets: 80 created, 0 updated" in first_lines


def test_first_run_marks_everything_stale_once(first_lines: list[str]) -> None:
    job = Job.objects.get()
    assert (job.unit, job.indicator, job.period, job.target) == (None, None, None, None)


@pytest.mark.usefixtures("first_lines")
def test_second_run_changes_nothing() -> None:
    lines = run()
    assert all(line.endswith("0 created, 0 updated") for line in lines[:-1])
    assert Job.objects.count() == 1


def test_malformed_file_undoes_what_was_loaded_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def malformed() -> Any:
        assert Period.objects.filter(year=2030).exists()
        raise DataFileErrors([DataFileError("events.csv", 3, "note", "is not understood")])

    monkeypatch.setattr(load_reference, "LOADERS", [partial(load_periods, years=[2030]), malformed])
    with pytest.raises(CommandError, match=r"events\.csv:3:note: is not understood"):
        run()
    assert not Period.objects.filter(year=2030).exists()
