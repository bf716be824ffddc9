"""After any series of edits the stored results are those of recomputing everything (architecture)."""

import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from indicators.engine import queue
from indicators.models import Attainment, Job, JobState, Measurement, RollUp
from tests.factories.setup import make_world
from tests.recompute.edits import Editor
from tests.recompute.reference import Key, Pooled, pool_everything

EDITS = 500
CHECK_EVERY = 50
LEAVE_OUT = {"id", "version", "computed_at"}


def work_off(worker: str = "tests") -> None:
    """Run the real queue until nothing is left; every job ends done."""
    while queue.run_next(worker):
        pass
    assert not Job.objects.exclude(state=JobState.DONE).exists(), list(
        Job.objects.exclude(state=JobState.DONE).values_list("state", "error")
    )


def stored() -> dict[str, dict[Any, Any]]:
    """The content of both tables of results; inputs without the ids and versions of roll-ups."""
    roll_ups, attainments = {}, {}
    for row in rows_of(RollUp):
        roll_ups[Key(row["indicator_id"], row["period_id"], row["unit_id"], row["level"])] = row
    for row in rows_of(Attainment):
        row["inputs"] = [
            one[:3] + (one[3:5] if one[2] == "measurement" else []) + one[5:] for one in row["inputs"]
        ]
        attainments[row["target_id"], row["period_id"]] = row
    return {"roll_ups": roll_ups, "attainments": attainments}


def rows_of(model: Any) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if name not in LEAVE_OUT}
        for row in model.objects.values()
    ]


def differing(one: dict[Any, Any], other: dict[Any, Any]) -> str:
    """The first few rows that differ, to read in a failure."""
    keys = sorted((key for key in one.keys() | other.keys() if one.get(key) != other.get(key)), key=str)
    lines = [f"{len(keys)} rows differ"]
    for key in keys[:5]:
        here, there = one.get(key), other.get(key)
        if isinstance(here, dict) and isinstance(there, dict):
            names = [name for name in here if here[name] != there.get(name)]
            here, there = {n: here[n] for n in names}, {n: there[n] for n in names}
        lines.append(f"{key}: {here} / {there}")
    return "\n".join(lines)


def exact(number: Any) -> Fraction | None:
    return None if number is None else Fraction(number)


def pooled_rows() -> dict[Key, Pooled]:
    return {
        Key(row.indicator_id, row.period_id, row.unit_id, row.level): Pooled(
            row.basis,
            row.answer,
            exact(row.numerator),
            exact(row.denominator),
            exact(row.value),
            row.owing,
            row.reporting,
            row.not_applicable,
            row.definition_id,
        )
        for row in RollUp.objects.exclude(definition__pooling="computed")
    }


def inputs_that_are_gone() -> list[Any]:
    """Inputs whose id and version are not those of the figure that is stored now."""
    versions = {("roll_up", pk, version) for pk, version in RollUp.objects.values_list("pk", "version")}
    versions |= {
        ("measurement", pk, number)
        for pk, number in Measurement.objects.values_list("pk", "approved_version__number")
    }
    return [
        one
        for inputs in Attainment.objects.values_list("inputs", flat=True)
        for one in inputs
        if tuple(one[2:5]) not in versions
    ]


@pytest.fixture
def silent_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are worked off here and now; no message goes to a broker."""
    for module in ("jobs", "periods"):
        monkeypatch.setattr(f"indicators.actions.{module}.ring", lambda: None)


@pytest.mark.slow
# With real commits: within one transaction PostgreSQL keeps every row that was ever rewritten.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [2025])
def test_results_after_random_edits_are_those_of_recomputing_everything(
    seed: int, pin_today: Callable[[date], None], silent_bell: None
) -> None:
    today = date(2025, 7, 20)
    pin_today(today)
    editor = Editor(make_world(), seed, today, pin_today)
    queue.recompute_everything()
    for made in range(1, EDITS + 1):
        editor.edit()
        if made % CHECK_EVERY and editor.random.random() < 0.7:
            continue
        work_off()
        if made % CHECK_EVERY == 0:
            assert inputs_that_are_gone() == []
            counts = queue.recompute_everything()
            assert (counts.roll_ups_written, counts.attainments_written) == (0, 0), f"after {made} edits"
    expected, found = pool_everything(), pooled_rows()
    assert found == expected, differing(found, expected)
    by_jobs = stored()
    RollUp.objects.all().delete()
    Attainment.objects.all().delete()

    queue.recompute_everything()

    afresh = stored()
    assert by_jobs["roll_ups"] == afresh["roll_ups"], differing(by_jobs["roll_ups"], afresh["roll_ups"])
    assert by_jobs["attainments"] == afresh["attainments"], differing(
        by_jobs["attainments"], afresh["attainments"]
    )
    assert len(editor.made) == len(editor.kinds), f"an edit of each kind: {json.dumps(editor.made)}"
