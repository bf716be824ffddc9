"""The shipped catalogue of indicators, and what happens to a file with a mistake."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from indicators.actions.limits import LIMITS, change_limits
from indicators.actions.load_catalogue import DATA, load_catalogue
from indicators.models import (
    DefinitionLevel,
    DefinitionOwner,
    Indicator,
    IndicatorDefinition,
    Pillar,
    Target,
)
from provinces.datafiles import DataFileErrors
from tests.cast import make_person
from tests.factories.reference import folder_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

FILE = "indicator_catalogue.csv"
LIMITS_FILE = "indicator_limits.csv"


def definition(code: str) -> IndicatorDefinition:
    return IndicatorDefinition.objects.get(indicator__code=code)


def levels_on(code: str, day: date) -> set[str]:
    rows = DefinitionLevel.objects.filter(definition__indicator__code=code).valid_on(day)
    return set(rows.values_list("level", flat=True))


def owners_on(code: str, day: date) -> list[str]:
    rows = DefinitionOwner.objects.filter(definition__indicator__code=code).valid_on(day)
    return list(rows.values_list("agency_kind__short_name", flat=True))


def test_catalogue_has_sixty_indicators_in_eight_pillars() -> None:
    assert Indicator.objects.exclude(code__startswith="NQ03-").count() == 60
    pillars = Pillar.objects.values_list("code", flat=True)
    assert list(pillars) == ["NT", "TC", "HT", "NL", "AT", "CQ", "KT", "XH"]


def test_definition_of_dossiers_on_time_is_as_the_catalogue_says() -> None:
    found = definition("CQ-11")
    assert found.numerator_vi == "Số hồ sơ giải quyết đúng hạn"
    assert found.denominator_vi == "Tổng số hồ sơ đã giải quyết"
    assert (found.unit_of_measure, found.decimals, found.direction) == ("%", 2, "higher")
    assert (found.measure_mode, found.entered_as) == ("flow", "in_period")
    assert (found.pooling, found.levels_relate) == ("ratio_of_sums", "disjoint")
    assert (found.frequency, found.coverage_floor_percent, found.ratio_factor) == ("quarter", 80, 100)
    assert found.numerator_within_denominator
    assert (found.valid_from, found.valid_to) == (None, None)


def test_definition_of_a_ratio_of_days_is_no_percentage() -> None:
    found = definition("CQ-14")
    assert found.is_ratio
    assert (found.ratio_factor, found.coverage_floor_percent) == (1, 100)
    assert not found.numerator_within_denominator


@pytest.mark.parametrize("code", ["XH-03", "XH-04", "HT-07"])
def test_definition_of_a_rate_of_what_was_assigned_may_exceed_it(code: str) -> None:
    assert not definition(code).numerator_within_denominator


@pytest.mark.parametrize(
    ("code", "entered_as"), [("NL-04", "cumulative"), ("NL-05", "in_period"), ("HT-01", "in_period")]
)
def test_definition_says_how_it_is_entered(code: str, entered_as: str) -> None:
    assert definition(code).entered_as == entered_as


@pytest.mark.parametrize(
    ("code", "pooling"),
    [("NT-03", "all_true"), ("TC-02", "computed"), ("TC-04", "none"), ("NL-02", "sum")],
)
def test_definition_says_how_it_pools(code: str, pooling: str) -> None:
    assert definition(code).pooling == pooling


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("CQ-11", {"province", "district", "commune", "total"}, {"province", "commune", "total"}),
        ("NT-02", {"district", "commune"}, {"commune"}),
        ("TC-06", {"province", "total"}, {"province", "commune", "total"}),
        ("NL-05", {"commune"}, {"commune"}),
        ("CQ-17", set(), {"commune"}),
        ("TC-04", {"province", "total"}, {"province", "total"}),
    ],
)
def test_levels_are_those_of_the_tiers_of_the_day(code: str, before: set[str], after: set[str]) -> None:
    assert levels_on(code, date(2025, 6, 30)) == before
    assert levels_on(code, date(2025, 7, 1)) == after


def test_level_that_stays_is_one_open_row() -> None:
    rows = DefinitionLevel.objects.filter(definition__indicator__code="CQ-11", level="commune")
    assert [(row.valid_from, row.valid_to) for row in rows] == [(None, None)]


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("AT-01", ["Sở TT&TT"], ["Công an tỉnh"]),
        ("CQ-01", ["Sở TT&TT"], ["Sở KH&CN"]),
        ("NL-01", ["Sở Nội vụ"], ["Sở Nội vụ"]),
        ("CQ-17", [], ["Sở KH&CN"]),
    ],
)
def test_owner_changed_when_the_departments_merged(code: str, before: list[str], after: list[str]) -> None:
    assert owners_on(code, date(2025, 2, 28)) == before
    assert owners_on(code, date(2025, 3, 1)) == after


def test_owner_that_stays_is_one_open_row() -> None:
    rows = DefinitionOwner.objects.filter(definition__indicator__code="NL-01")
    assert [(row.valid_from, row.valid_to) for row in rows] == [(None, None)]


def test_notes_on_targets_are_words_and_no_targets() -> None:
    noted = Indicator.objects.get(code="KT-03")
    assert noted.target_notes == "2023: 50 (Gia Lai)\n2025: 80\n2030: 100"
    assert not Target.objects.filter(indicator=noted).exists()


def test_catalogue_loaded_again_changes_nothing() -> None:
    assert all(count == (0, 0) for count in load_catalogue().values())


def test_catalogue_leaves_what_a_person_recorded() -> None:
    first = definition("CQ-11")
    IndicatorDefinition.objects.filter(pk=first.pk).update(valid_to=date(2026, 12, 31))
    first.pk, first.valid_from = None, date(2027, 1, 1)
    first.save(force_insert=True)
    assert all(count == (0, 0) for count in load_catalogue().values())


def test_catalogue_changed_in_the_file_is_updated(tmp_path: Path) -> None:
    counts = load_catalogue(folder=folder_with(tmp_path, DATA, FILE, {(2, "decimals"): "1"}))
    assert counts["indicator definitions"] == (0, 1)
    assert definition("NT-01").decimals == 1


@pytest.mark.parametrize(
    ("code", "limits"),
    [
        ("HT-01", (None, None, 10, False)),
        ("CQ-03", (None, None, 20, False)),
        ("TC-04", (1, 63, None, False)),
        ("TC-05", (0, 1, None, False)),
        ("CQ-13", (0, 100, None, False)),
        ("XH-03", (0, 1000, None, False)),
        ("XH-05", (-365, 365, None, False)),
        ("CQ-11", (None, None, None, False)),
    ],
)
def test_definition_has_the_limits_of_the_file(code: str, limits: tuple[Any, ...]) -> None:
    found = definition(code)
    assert tuple(getattr(found, name) for name in LIMITS) == limits


def test_rate_that_may_exceed_what_was_assigned_may_be_entered_above_it() -> None:
    for code in ("XH-03", "XH-04", "HT-07"):
        found = definition(code)
        assert not found.numerator_within_denominator
        assert found.most > 100


def test_denominator_is_watched_only_where_it_is_a_stock_of_many() -> None:
    watched = IndicatorDefinition.objects.exclude(denominator_change_percent=None)
    assert watched.count() == 18
    assert set(watched.values_list("measure_mode", "value_type")) == {("stock", "rate")}
    assert all(each.denominator_vi for each in watched)


def test_no_indicator_demands_evidence_without_a_source_that_says_so() -> None:
    assert not IndicatorDefinition.objects.filter(evidence_required=True).exists()


def test_limits_changed_in_the_file_are_updated(tmp_path: Path) -> None:
    counts = load_catalogue(
        folder=folder_with(
            tmp_path,
            DATA,
            LIMITS_FILE,
            {(2, "denominator_change_percent"): "15", (2, "evidence_required"): "yes"},
        )
    )
    assert counts["limits of indicators"] == (0, 1)
    assert counts["indicator definitions"] == (0, 0)
    found = definition("NT-01")
    assert (found.denominator_change_percent, found.evidence_required) == (15, True)


def test_limits_that_a_person_set_stay() -> None:
    by = make_person("sets-limits")
    cleared = change_limits(
        definition=definition("HT-01"),
        by=by,
        least=None,
        most=None,
        denominator_change_percent=None,
        evidence_required=False,
    )
    assert all(count == (0, 0) for count in load_catalogue().values())
    cleared.refresh_from_db()
    assert cleared.denominator_change_percent is None


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("code", "XX-99"),
        ("code", "NT-02"),
        ("least", "many"),
        ("least", "0.00001"),
        ("most", "-1"),
        ("denominator_change_percent", "0"),
        ("denominator_change_percent", "ten"),
        ("evidence_required", "perhaps"),
        ("why", ""),
    ],
)
def test_limits_with_a_mistake_name_its_place_and_load_nothing(
    tmp_path: Path, column: str, cell: str
) -> None:
    # Line 6 is TC-05, an index from 0 to 1; line 2 would be changed, too.
    cells = {(2, "denominator_change_percent"): "99", (6, column): cell}
    with pytest.raises(DataFileErrors) as raised:
        load_catalogue(folder=folder_with(tmp_path, DATA, LIMITS_FILE, cells))
    assert [(e.file, e.line, e.column) for e in raised.value.errors] == [(LIMITS_FILE, 6, column)]
    assert definition("NT-01").denominator_change_percent == 10


def test_denominator_of_what_is_no_ratio_is_refused(tmp_path: Path) -> None:
    cells = {(6, "denominator_change_percent"): "10"}
    with pytest.raises(DataFileErrors, match=rf"{LIMITS_FILE}:6:denominator_change_percent"):
        load_catalogue(folder=folder_with(tmp_path, DATA, LIMITS_FILE, cells))


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("value_type", "percentage"),
        ("decimals", "two"),
        ("decimals", "5"),
        ("direction", "up"),
        ("aggregation", "mean"),
        ("levels_before_2025_07", "T|D"),
        ("owner_now", "Sở Bưu chính"),
        ("owner_before_2025_03", "Bộ Y tế"),
        ("entered_as", "in_period"),
        ("denominator_vi", ""),
        ("frequency", "weekly"),
        ("pillar_en", "Another name"),
        ("code", "NT-01"),
        ("name_en", ""),
    ],
)
def test_catalogue_with_a_mistake_names_its_place_and_loads_nothing(
    tmp_path: Path, column: str, cell: str
) -> None:
    cells = {(2, "name_en"): "Another name", (12, column): cell}
    with pytest.raises(DataFileErrors) as raised:
        load_catalogue(folder=folder_with(tmp_path, DATA, FILE, cells))
    assert (FILE, 12, column) in [(e.file, e.line, e.column) for e in raised.value.errors]
    assert Indicator.objects.get(code="NT-01").name_en != "Another name"


def test_catalogue_row_without_levels_is_refused(tmp_path: Path) -> None:
    cells = {(3, "levels_before_2025_07"): "", (3, "levels_after_2025_07"): ""}
    with pytest.raises(DataFileErrors, match=rf"{FILE}:3:levels_after_2025_07"):
        load_catalogue(folder=folder_with(tmp_path, DATA, FILE, cells))
