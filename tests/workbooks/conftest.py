"""The commune of tests/entry, its workbook, and the way an upload goes."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from indicators.actions import uploads
from indicators.entry.places import Place
from indicators.entry.rows import rows_in
from indicators.models import Upload
from indicators.workbooks.figures_book import write_book
from indicators.workbooks.setup_forms import MILESTONES, PARTS, TARGETS

# The commune and its cells are those of the tests of entry.
from tests.entry.conftest import enter, office, on_time, place  # noqa: F401
from tests.factories.results import make_document, make_indicator
from tests.workbooks.setting_targets import COMPOSITE, HEADING

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


# --- The sheets of targets, parts and milestones ---


@pytest.fixture
def document(places):
    return make_document(places.khanh_hoa, "15/KH-UBND", valid_from=date(2026, 1, 1))


@pytest.fixture
def row(document):
    """What every line of the three sheets says: which row it speaks of."""
    return {"document": document.key, "unit": "P56-2025 Tỉnh Khánh Hòa"}


@pytest.fixture
def heading(row):
    name = {"code": "11", "name_vi": "Hạ tầng số"}
    return row | name | {"row_kind": HEADING, "counts_from": "01/01/2026"}


@pytest.fixture
def leaf(row):
    make_indicator("HT-01")
    asks = {"rule": "Ít nhất", "threshold": "98,90", "due_on": date(2030, 12, 31)}
    said = {"code": "11.1", "parent": "11", "indicator": "HT-01", "level": "Toàn tỉnh"}
    return row | asks | said | {"counts_from": "01/01/2026"}


@pytest.fixture
def ranks(row):
    """A target of two parts: the row, and the lines of its parts."""
    for code in ("TH-01", "TH-02"):
        make_indicator(code, value_type="rank", direction="lower")
    target = row | {"code": "4", "name_vi": "Xếp hạng Chính phủ điện tử", "rule": COMPOSITE}
    one = row | {"code": "4", "level": "Toàn tỉnh", "rule": "Thứ hạng không quá"}
    return target | {"counts_from": "01/01/2026", "due_on": "31/12/2026"}, [
        one | {"position": 1, "indicator": "TH-01", "threshold": 3, "name_vi": "Đông Nam Á"},
        one | {"position": 2, "indicator": "TH-02", "threshold": "50", "name_vi": "Thế giới"},
    ]


@pytest.fixture
def milestones(row):
    return [
        row | {"code": "11.1", "on": 2027, "value": "95,50"},
        row | {"code": "11.1", "on": date(2026, 6, 30), "value": Decimal(90)},
    ]


@pytest.fixture
def everything(heading, leaf, ranks, milestones):
    return {TARGETS: [heading, leaf, ranks[0]], PARTS: ranks[1], MILESTONES: milestones}
