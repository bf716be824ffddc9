"""The shipped documents, indicators, periods, targets and events over the few units they name, as a fixture.

Import `reference` into a conftest to use it there. It takes part of a second, the real units take three.
"""

import csv
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from events.actions.load_events import load_events
from events.actions.load_roll_outs import load_roll_outs
from indicators.actions.load_annex import load_annex
from indicators.actions.load_catalogue import load_catalogue
from indicators.actions.load_periods import load_periods
from indicators.actions.load_plan import load_plan
from provinces.actions import load_agencies, load_holidays
from provinces.bulk import Count
from resolutions.actions.load_documents import load_documents
from tests.factories.units import BEFORE_MERGER, MERGER, make_unit, nation


def make_named_units() -> None:
    """The units that the shipped documents, plan and events name."""
    nation()
    make_unit("province", ref="P12", name="Tỉnh Lai Châu")
    make_unit("province", ref="P40", name="Tỉnh Nghệ An")
    make_unit("province", ref="P62", name="Tỉnh Kon Tum", valid_to=BEFORE_MERGER)
    make_unit("province", ref="P66", name="Tỉnh Đắk Lắk", valid_to=BEFORE_MERGER)
    dak_lak = make_unit("province", ref="P66-2025", name="Tỉnh Đắk Lắk", valid_from=MERGER)
    for code, name in (("24169", "Ea Kao"), ("24121", "Tân Lập"), ("24163", "Tân An")):
        ward = {"name": f"Phường {name}", "kind": "Phường", "valid_from": MERGER}
        make_unit("commune", ref=f"C{code}-2025", code=code, parent=dak_lak, **ward)
    ninh_thuan = make_unit("province", ref="P58", name="Tỉnh Ninh Thuận", valid_to=BEFORE_MERGER)
    make_unit("district", ref="D588", parent=ninh_thuan, name="Huyện Thuận Bắc", valid_to=BEFORE_MERGER)


def load_all() -> dict[str, Count]:
    """Everything but the units; counts of the same kind are added."""
    totals: dict[str, Count] = {}
    loaders = (load_documents, load_catalogue, load_periods, load_annex, load_plan, load_events)
    for load in (*loaders, load_roll_outs):
        for what, count in load().items():
            totals[what] = totals.get(what, Count()) + count
    return totals


@pytest.fixture(scope="module")
def reference(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Count]]:
    """Committed for the tests of one module and taken away after it; answers the counts.

    Not for modules with `transaction=True` tests: those empty every table.
    """
    with django_db_blocker.unblock():
        make_named_units()
        load_agencies()
        load_holidays()
        counts = load_all()
    yield counts
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)


def folder_with(
    tmp_path: Path, data: Path, file: str, cells: Mapping[tuple[int, str], str], *, cut: int = 0
) -> Path:
    """A copy of a folder of data files in which one file has other cells, by line and column.

    `cut` leaves the last cell of that line out.
    """
    folder = tmp_path / "data"
    shutil.copytree(data, folder)
    with (folder / file).open(encoding="utf-8", newline="") as source:
        lines = list(csv.reader(source))
    for (line, column), cell in cells.items():
        lines[line - 1][lines[0].index(column)] = cell
    if cut:
        lines[cut - 1].pop()
    with (folder / file).open("w", encoding="utf-8", newline="") as copy:
        csv.writer(copy).writerows(lines)
    return folder
