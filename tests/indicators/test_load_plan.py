"""Ninh Thuận's plan of 2023: 17 of 23, with the provenance of every figure."""

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from indicators.actions.load_plan import DATA, load_plan
from indicators.engine.rules import Observation, Status, judge
from indicators.engine.targets import JudgedTarget, load_targets
from indicators.models import Declaration, Measurement, Obligation, Target, TargetRevision
from provinces.datafiles import DataFileErrors
from provinces.models import Unit
from tests.factories.reference import folder_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

FILE, DETAILS = "ninh_thuan_2023_plan.csv", "ninh_thuan_2023_details.csv"
LAST_DAY = date(2023, 12, 31)


def target(code: str) -> Target:
    return Target.objects.get(unit__ref="P58", code=code)


def revision(code: str) -> TargetRevision:
    return TargetRevision.objects.get(target=target(code))


def measured(indicator: str, year: str = "2023", level: str = "total") -> Measurement:
    return Measurement.objects.get(unit__ref="P58", indicator__code=indicator, period__code=year, level=level)


def observed(judged: JudgedTarget) -> Observation:
    declared = judged.declarations.get(0)
    if declared is not None:
        return Observation(done=declared.is_met, done_on=declared.declared_on)
    row = Target.objects.get(pk=judged.id)
    cell = Measurement.objects.get(
        unit=row.unit, indicator=row.indicator, level=row.level, period__code="2023"
    )
    return Observation(value=cell.value)


def states() -> dict[str, Status]:
    """Each row's state at the end of the year, by document and row."""
    unit = Unit.objects.get(ref="P58")
    found = {}
    for judged in load_targets(frozenset([unit.pk]), None, None):
        row = Target.objects.select_related("document").get(pk=judged.id)
        (asked,) = judged.revisions
        found[f"{row.document.number} {row.code}"] = judge(
            asked.target, observed(judged), as_of=LAST_DAY
        ).status
    return found


def test_plan_has_17_of_23_targets_met() -> None:
    found = states()
    assert len(found) == 23
    assert sum(state in (Status.MET, Status.EXCEEDED) for state in found.values()) == 17


@pytest.mark.parametrize(("number", "met", "of"), [("09-NQ/TU", 13, 19), ("06/QĐ-TTg", 4, 4)])
def test_plan_met_by_document(number: str, met: int, of: int) -> None:
    found = Counter(
        state in (Status.MET, Status.EXCEEDED)
        for row, state in states().items()
        if row.startswith(f"{number} ")
    )
    assert (found[True], found.total()) == (met, of)


@pytest.mark.parametrize(
    ("code", "issuer"),
    [("01", "Ban Thường vụ Tỉnh ủy Ninh Thuận"), ("06", "Thủ tướng Chính phủ")],
)
def test_row_belongs_to_its_document_and_to_ninh_thuan(code: str, issuer: str) -> None:
    found = target(code)
    assert (found.document.issuer, found.unit.ref) == (issuer, "P58")


def test_rows_count_from_the_first_day_of_the_year() -> None:
    rows = Target.objects.filter(unit__ref="P58")
    assert set(rows.values_list("counts_from", flat=True)) == {date(2023, 1, 1)}
    revisions = TargetRevision.objects.filter(target__in=rows)
    assert set(revisions.values_list("number", "effective_on")) == {(1, date(2023, 1, 1))}


def test_three_levels_of_one_indicator_are_three_figures() -> None:
    values = [measured("CQ-01", level=level).value for level in ("province", "district", "commune")]
    assert values == [Decimal("98.90"), Decimal("96.52"), Decimal("94.89")]
    assert not Measurement.objects.filter(unit__ref="P58", indicator__code="CQ-01", level="total").exists()


def test_rate_known_only_as_a_percentage_has_no_numerator() -> None:
    cell = measured("CQ-03")
    assert (cell.value, cell.numerator, cell.denominator) == (Decimal("97.22"), None, None)


def test_signatures_of_the_year_before_are_reported() -> None:
    cell = measured("CQ-03", "2022")
    assert (cell.value, cell.provenance) == (Decimal("87.74"), "reported")


@pytest.mark.parametrize(("year", "rank"), [("2023", 27), ("2022", 53)])
def test_rank_is_out_of_63_provinces(year: str, rank: int) -> None:
    cell = measured("TC-04", year, "province")
    assert (cell.value, cell.out_of, cell.provenance) == (rank, 63, "reported")


@pytest.mark.parametrize(
    ("code", "done_on", "early"), [("06", date(2023, 4, 8), 52), ("07", date(2023, 11, 30), 31)]
)
def test_declared_row_is_done_on_an_illustrative_day(code: str, done_on: date, early: int) -> None:
    declaration = Declaration.objects.get(target=target(code))
    assert (declaration.is_met, declaration.declared_on) == (True, done_on)
    assert (declaration.provenance, declaration.day_provenance) == ("reported", "illustrative")
    assert (revision(code).due_on - done_on).days == early


@pytest.mark.parametrize("code", ["06", "07"])
def test_declared_row_has_an_illustrative_due_day(code: str) -> None:
    assert revision(code).due_provenance == "illustrative"


def test_thresholds_that_are_reported() -> None:
    rows = TargetRevision.objects.filter(target__unit__ref="P58", threshold__isnull=False)
    reported = rows.filter(threshold_provenance="reported").values_list("target__code", flat=True)
    assert sorted(reported) == ["04", "05", "09"]


def test_baselines_that_are_reported() -> None:
    rows = TargetRevision.objects.filter(target__unit__ref="P58", baseline__isnull=False)
    reported = rows.filter(baseline_provenance="reported").values_list("target__code", "baseline")
    assert sorted(reported) == [("04", Decimal("87.74")), ("10", 53)]


def test_values_that_are_reported() -> None:
    cells = Measurement.objects.filter(unit__ref="P58", period__code="2023", provenance="reported")
    assert sorted(cells.values_list("indicator__code", "level")) == [
        *[("CQ-01", "commune"), ("CQ-01", "district"), ("CQ-01", "province")],
        *[("CQ-03", "total"), ("CQ-06", "total"), ("TC-04", "province"), ("XH-01", "total")],
        ("XH-06", "total"),
    ]


def test_documents_of_the_plan_are_not_illustrative() -> None:
    assert not Target.objects.filter(unit__ref="P58", document__is_illustrative=True).exists()


def test_figures_were_entered_and_approved_by_two_accounts_nobody_can_use() -> None:
    version = measured("CQ-03").approved_version
    assert version is not None
    assert version.entered_by != version.approved_by
    for user in (version.entered_by, version.approved_by):
        assert user is not None
        assert not user.is_active
        assert not user.has_usable_password()


def test_obligations_are_yearly_and_filed_by_the_owner() -> None:
    rows = Obligation.objects.filter(unit__ref="P58")
    assert set(rows.values_list("frequency", "valid_from", "valid_to")) == {
        ("year", date(2023, 1, 1), LAST_DAY)
    }
    filed = rows.get(indicator__code="CQ-01", level="district").filed_by
    assert filed is not None
    assert filed.ref == "P58.so-tttt"
    assert rows.count() == 21


def test_plan_loaded_again_changes_nothing() -> None:
    assert all(count == (0, 0) for count in load_plan().values())


def test_plan_leaves_a_figure_that_is_there(tmp_path: Path) -> None:
    counts = load_plan(folder=folder_with(tmp_path, DATA, FILE, {(2, "value"): "1"}))
    assert counts["measurements"] == (0, 0)
    assert measured("CQ-01", level="province").value == Decimal("98.90")


@pytest.mark.parametrize(
    ("line", "column", "cell"),
    [
        (5, "document", "09-NQ/TW"),
        (5, "indicator_code", "CQ-99"),
        (5, "level", "village"),
        (12, "level", "nation"),
        (11, "level", "commune"),
        (5, "rule", "about"),
        (5, "target", "100,00"),
        (5, "target", ""),
        (7, "target", "1"),
        (5, "due_on", "31/12/2023"),
        (5, "baseline_on", ""),
        (5, "baseline_on", "2023-12-31"),
        (5, "value", "97,22"),
        (7, "value", "97.22"),
        (5, "provenance", "rumour"),
        (5, "owner", "Sở Bưu chính"),
        (5, "row", "03"),
    ],
)
def test_plan_with_a_mistake_names_its_place_and_loads_nothing(
    tmp_path: Path, line: int, column: str, cell: str
) -> None:
    cells = {(2, "due_on"): "2023-12-30", (line, column): cell}
    with pytest.raises(DataFileErrors) as raised:
        load_plan(folder=folder_with(tmp_path, DATA, FILE, cells))
    assert (FILE, line, column) in [(e.file, e.line, e.column) for e in raised.value.errors]
    assert revision("01").due_on == LAST_DAY


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("row", "99"),
        ("target_provenance", ""),
        ("out_of", "0"),
        ("previous_period", "2020"),
        ("previous_value", ""),
    ],
)
def test_details_with_a_mistake_name_their_place(tmp_path: Path, column: str, cell: str) -> None:
    folder = folder_with(tmp_path, DATA, DETAILS, {(5, column): cell})
    with pytest.raises(DataFileErrors) as raised:
        load_plan(folder=folder)
    assert (DETAILS, 5, column) in [(e.file, e.line, e.column) for e in raised.value.errors]
