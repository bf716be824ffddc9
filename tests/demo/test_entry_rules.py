"""The demonstration's figures before the rule table of entry, with the limits of the catalogue."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from indicators.actions.reporting import CellValue
from indicators.entry.context import context_of
from indicators.entry.findings import Code
from indicators.entry.places import Place
from indicators.entry.rules import CellCase, check
from indicators.models import Report

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("demo")]

# The last year, the last quarter that is done and the one that is open.
PERIODS = ("2025", "2026-Q3", "2026-Q4")
NUMBERS = ("answer", "missing_reason", "numerator", "denominator", "value")


def cases() -> Iterator[tuple[str, CellCase]]:
    """Every figure there is, as if it were typed into an open report."""
    reports = Report.objects.filter(period__code__in=PERIODS).select_related("unit", "agency", "period")
    for report in reports:
        context = context_of(Place(report.unit, report.agency, report.period, report))
        for key in context.owed:
            version = context.working(key)
            if version is not None:
                typed = CellValue(**{name: getattr(version, name) for name in NUMBERS})
                yield f"{report} {key}", replace(context.case(key, typed, {}), is_locked=False)


def test_nothing_keeps_a_report_from_being_saved_and_sent() -> None:
    found = {name: {each.code for each in check(case)} for name, case in cases()}
    assert len(found) > 1000
    # Some figures of the demonstration differ from the ones before on purpose; that asks for a word, no more.
    assert {name: codes for name, codes in found.items() if codes - {Code.OUTLIER}} == {}


def test_denominators_are_watched() -> None:
    watched = [name for name, case in cases() if case.denominator_change_percent and case.last_denominator]
    assert len(watched) > 100
