"""Between an approval and its recompute the overview shows the old figure and says that a newer one comes."""

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from indicators.actions.entering import CellInput, save_cells
from indicators.actions.reviewing import approve_cells, submit_report
from indicators.engine import queue
from indicators.entry.places import place_or_404
from indicators.models import DefinitionLevel, MeasurementVersion
from tests.cast import Places
from tests.dashboard.reading import card
from tests.factories.cells import aim, calendar, owe
from tests.factories.results import make_indicator

PERIOD = "2026-Q3"
COMPUTING = "đang tính"


@pytest.fixture
def approve_figure(places: Places, reporter: User, approver: User, pin_today: Any) -> Any:
    """A commune's report, entered, sent and approved by the real actions, on which a target stands."""
    pin_today(date(2026, 9, 20))  # before the report locks
    calendar(2025, 2026)
    indicator = make_indicator("DI-01")
    DefinitionLevel.objects.create(definition=indicator.definitions.get(), level="commune")
    owe(places.phan_rang, indicator, "commune")
    aim(places.khanh_hoa, indicator, threshold="95", due_on=date(2026, 9, 15))
    place = place_or_404(reporter, places.phan_rang.ref, PERIOD)

    def approve_figure(numerator: int) -> None:
        typed = CellInput(
            indicator="DI-01", level="commune", numerator=str(numerator), denominator="10", exact=True
        )
        [outcome] = save_cells(place=place, inputs=[typed], by=reporter, via="form")
        assert outcome.state == "saved"
        submit_report(place=place, by=reporter)
        waiting = MeasurementVersion.objects.filter(state="submitted").values_list("pk", flat=True)
        approve_cells(place=place, version_ids=list(waiting), by=approver)

    return approve_figure


def work() -> None:
    while queue.run_next("worker"):
        pass


def test_overview_says_that_an_approved_figure_is_being_computed(reads: Any, approve_figure: Any) -> None:
    def page() -> Any:
        return reads.get("/", {"unit": "P56-2025", "period": PERIOD})

    approve_figure(9)
    work()
    settled = page()
    assert "90,00 %" in card(settled, "unmet")
    assert 'data-pending="no"' in settled.text
    assert COMPUTING not in settled.text

    approve_figure(8)
    stale = page()
    assert "90,00 %" in card(stale, "unmet")
    assert 'data-pending="yes"' in stale.text
    assert COMPUTING in stale.text

    work()
    fresh = page()
    assert "80,00 %" in card(fresh, "unmet")
    assert 'data-pending="no"' in fresh.text
