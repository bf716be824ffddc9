"""The real reference data as a fixture: import `national_units` into a conftest to use it there."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Change
from provinces.actions import load_agencies, load_holidays, load_units
from provinces.bulk import Count
from provinces.models import (
    Agency,
    AgencyKind,
    AgencySuccession,
    Holiday,
    Unit,
    UnitClosure,
    UnitName,
    UnitSuccession,
)

_LEAVES_FIRST = [
    # What loading tells the change feed.
    Change,
    AgencySuccession,
    Agency,
    AgencyKind,
    Holiday,
    UnitClosure,
    UnitSuccession,
    UnitName,
    Unit,
]


@pytest.fixture(scope="module")
def national_units(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Count]]:
    """All units, agencies and holidays, committed for the tests of one module and taken away after it.

    Loaded once a module (about three seconds); a test rolls back only what it wrote itself. Not for modules
    with `transaction=True` tests: those empty every table.
    """
    with django_db_blocker.unblock():
        counts = load_units() | load_agencies() | load_holidays()
    yield counts
    with django_db_blocker.unblock():
        for model in _LEAVES_FIRST:
            # Without collecting: nothing outside these tables refers to them once the tests rolled back.
            rows = model._base_manager.all()
            rows._raw_delete(rows.db)
