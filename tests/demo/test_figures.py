"""The demonstration's figures before the rule table of entry, and its results judged again."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from dashboard.proving import proof_of, stored_answer
from dashboard.rows import measures_on
from indicators.actions.reporting import CellValue
from indicators.api.calculator import CalculatorView
from indicators.entry.context import context_of
from indicators.entry.findings import Code
from indicators.entry.places import Place
from indicators.entry.rules import CellCase, check
from indicators.models import Attainment, Report, Target
from indicators.models.results import Status

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


EVALUATE = "/api/v1/attainment/evaluate/"


def test_every_result_is_judged_the_same_again() -> None:
    seen: Counter[str] = Counter()
    different = []
    measures = {}
    rows = (
        Attainment.objects.select_related("target__document", "period", "revision")
        .prefetch_related("revision__milestones", "revision__parts", "target__declarations")
        .order_by("pk")
    )
    for judged in rows:
        day = judged.assessed_on
        if day not in measures:
            measures[day] = measures_on(day, Target.objects.values_list("indicator", flat=True))
            parts = Target.objects.values_list("revisions__parts__indicator", flat=True)
            measures[day] |= measures_on(day, parts)
        proof = proof_of(judged, judged.target.declarations.all(), measures[day])
        seen[judged.status] += 1
        if not proof.agrees:
            different.append((str(judged.target), judged.period.code, proof))
    assert different == []
    # Not one kind of result alone: what is missing, declared and measured is among them.
    assert {Status.MET, Status.EXCEEDED, Status.MISSED, Status.NO_DATA, Status.NOT_DUE} <= set(seen)
    assert sum(seen.values()) > 1000


def test_the_json_of_a_target_page_gives_the_stored_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CalculatorView, "throttle_classes", [])
    client, calculator = Client(), APIClient()
    client.force_login(User.objects.create_superuser("reads-all", full_name="Người đọc"))
    latest = {
        each.target_id: each
        for each in Attainment.objects.select_related("period", "target").order_by("assessed_on", "pk")
    }
    assert len(latest) > 100
    # The test above judges every result; the way through the page is walked for every fifth target.
    for judged in list(latest.values())[::5]:
        body = client.get(f"/targets/{judged.target_id}/case/{judged.period.code}/").json()
        answer = calculator.post(EVALUATE, body["case"], format="json")
        assert answer.status_code == 200, (str(judged.target), answer.json())
        stored = stored_answer(judged)
        assert body["stored"] == stored
        assert {key: stored[key] for key in answer.json()} == answer.json(), str(judged.target)
