"""The commune of tests/entry, its workbook, and the way an upload goes."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from indicators.actions import uploads
from indicators.entry.places import Place
from indicators.entry.rows import rows_in
from indicators.models import Upload
from indicators.workbooks.figures_book import write_book

# The commune and its cells are those of the tests of entry.
from tests.entry.conftest import enter, office, on_time, place  # noqa: F401

SHEET = "Số liệu"


@pytest.fixture
def book(place: Place) -> Callable[[], bytes]:  # noqa: F811
    """The prefilled workbook of the commune as it is now."""

    def write() -> bytes:
        return write_book([(place, row) for row in rows_in([place], place.period)[place.key]])

    return write


@pytest.fixture
def upload(reporter: User, settings: Any, tmp_path: Any) -> Callable[..., Upload]:
    """Upload a workbook as the reporter and have it checked."""
    settings.MEDIA_ROOT = tmp_path

    def send(content: bytes, name: str = "a.xlsx", by: User | None = None, kind: str = "figures") -> Upload:
        sent = uploads.receive(by=by or reporter, kind=kind, name=name, content=content)
        assert uploads.run_next(lambda: True)
        sent.refresh_from_db()
        return sent

    return send


@pytest.fixture
def confirm() -> Callable[[Upload], Upload]:
    def go_on(sent: Upload) -> Upload:
        uploads.confirm(upload=sent)
        assert uploads.run_next(lambda: True)
        sent.refresh_from_db()
        return sent

    return go_on
