"""All 57 rows of Annex I of 03/NQ-CP as targets of the nation, each judged by the engine."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from indicators.actions.load_annex import DATA, load_annex
from indicators.engine.rules import Observation, judge
from indicators.engine.targets import load_targets
from indicators.models import (
    DefinitionOwner,
    Indicator,
    IndicatorDefinition,
    Obligation,
    Target,
    TargetPart,
    TargetRevision,
)
from provinces.datafiles import DataFileErrors
from provinces.models import Unit
from tests.factories.reference import folder_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

FILE = "resolution_03_annex.csv"
ANNEX = [
    *(f"{n}" for n in range(1, 12)),
    *(f"11.{n}" for n in range(1, 13)),
    *(f"{n}" for n in range(12, 24)),
    *(f"23.{n}" for n in range(1, 5)),
    *(f"{n}" for n in range(24, 42)),
]

# What each numeric leaf asks, read from the annex by eye; a range is met from its low end on.
AT_LEAST = {
    "7": "5",
    "8": "55",
    "9": "50",
    "10": "30",
    "12": "80",
    "13": "40",
    "15": "2",
    "18": "12",
    "11.1": "80",
    "11.2": "90",
    "11.3": "100",
    "11.4": "100",
    "11.5": "80",
    "11.6": "80",
    "11.7": "70",
    "11.8": "30",
    "11.9": "50",
    "11.10": "100",
    "11.11": "100",
    "11.12": "100",
    "20": "10",
    "23.1": "100",
    "23.2": "9",
    "23.3": "350",
    "23.4": "99",
    "24": "6",
    "25": "3",
    "26": "100",
    "27": "100",
    "28": "5",
    "29": "3",
    "30": "95",
    "31": "70",
    "32": "95",
    "34": "1",
    "35": "50",
    "36": "50",
    "38": "1",
    "39": "10",
    "40": "5",
}
MORE_THAN = {"14": "0.7", "16": "60"}
BETWEEN = {"19": ("40", "50"), "21": ("16", "18"), "22": ("8", "10"), "41": ("20", "50")}
RANK_AT_MOST = {"6": "3", "33": "10", "37": "30"}
JUDGED = ["1", "2", "3"]
TWO_RANKS = ["4", "5"]
HEADINGS = ["11", "23"]


def target(code: str) -> Target:
    return Target.objects.get(document__number="03/NQ-CP", unit__ref="VN", code=code)


@dataclass
class Seen:
    """What the engine says of a row on the last day of 2050, when everything is due."""

    code: str

    def __call__(self, observation: Observation) -> bool | None:
        unit = Unit.objects.get(ref="VN")
        (judged,) = load_targets(frozenset([unit.pk]), None, frozenset([target(self.code).pk]))
        (revision,) = judged.revisions
        return judge(revision.target, observation, as_of=date(2050, 12, 31)).met


def value(number: str, *, plus: str = "0") -> Observation:
    return Observation(value=Decimal(number) + Decimal(plus))


def test_annex_has_57_rows_in_the_order_of_the_document() -> None:
    rows = Target.objects.filter(document__number="03/NQ-CP", unit__ref="VN").order_by("sort_key")
    assert [row.code for row in rows] == ANNEX
    assert len(ANNEX) == 57


def test_annex_has_55_leaves() -> None:
    rows = Target.objects.filter(document__number="03/NQ-CP").leaves()
    assert rows.count() == 55
    assert len(AT_LEAST | MORE_THAN | BETWEEN | RANK_AT_MOST) + len(JUDGED + TWO_RANKS) + 1 == 55


@pytest.mark.parametrize("code", HEADINGS)
def test_heading_counts_by_its_leaves_and_asks_nothing_itself(code: str) -> None:
    heading = target(code)
    assert (heading.kind, heading.counts_as) == ("heading", "leaves")
    assert not heading.revisions.exists()
    assert heading.children.count() == {"11": 12, "23": 4}[code]


def test_heading_keeps_the_words_of_the_document() -> None:
    assert target("23").note.startswith("Tiên tiến, hiện đại, dung lượng siêu lớn")


@pytest.mark.parametrize(("code", "threshold"), AT_LEAST.items())
def test_leaf_that_asks_at_least_is_met_from_its_threshold_on(code: str, threshold: str) -> None:
    seen = Seen(code)
    assert seen(value(threshold, plus="-0.0001")) is False
    assert seen(value(threshold)) is True
    assert seen(value(threshold, plus="0.0001")) is True


@pytest.mark.parametrize(("code", "threshold"), MORE_THAN.items())
def test_leaf_that_asks_more_is_met_above_its_threshold(code: str, threshold: str) -> None:
    seen = Seen(code)
    assert seen(value(threshold, plus="-0.0001")) is False
    assert seen(value(threshold)) is False
    assert seen(value(threshold, plus="0.0001")) is True


@pytest.mark.parametrize(("code", "ends"), BETWEEN.items())
def test_leaf_that_asks_a_range_is_met_from_its_low_end_on(code: str, ends: tuple[str, str]) -> None:
    seen = Seen(code)
    low, high = ends
    assert seen(value(low, plus="-0.0001")) is False
    assert seen(value(low)) is True
    assert seen(value(high)) is True
    assert seen(value(high, plus="0.0001")) is True


@pytest.mark.parametrize(("code", "rank"), RANK_AT_MOST.items())
def test_leaf_that_asks_a_rank_is_met_up_to_it(code: str, rank: str) -> None:
    seen = Seen(code)
    assert seen(value(rank, plus="1")) is False
    assert seen(value(rank)) is True
    assert seen(value(rank, plus="-1")) is True


@pytest.mark.parametrize("code", JUDGED)
def test_leaf_in_words_is_met_once_judged_so(code: str) -> None:
    seen = Seen(code)
    assert seen(Observation()) is False
    assert seen(Observation(judged_met=False)) is False
    assert seen(Observation(judged_met=True)) is True
    assert target(code).note


@pytest.mark.parametrize("code", TWO_RANKS)
@pytest.mark.parametrize(
    ("region", "world", "met"), [("3", "50", True), ("4", "50", False), ("3", "51", False), ("1", "1", True)]
)
def test_leaf_of_two_ranks_needs_both(code: str, region: str, world: str, met: bool) -> None:
    assert Seen(code)(Observation(parts=[value(region), value(world)])) is met


@pytest.mark.parametrize(
    ("share", "rising", "met"),
    [
        ("3", True, True),
        ("3.0001", True, True),
        ("2.9999", True, False),
        ("3", False, False),
        ("3", None, False),
    ],
)
def test_leaf_17_needs_the_share_and_the_judgement_that_it_rises(
    share: str, rising: bool | None, met: bool
) -> None:
    assert Seen("17")(Observation(parts=[value(share), Observation(judged_met=rising)])) is met


def test_each_rank_of_two_has_its_own_indicator() -> None:
    parts = TargetPart.objects.filter(revision__target=target("4"))
    assert [(part.indicator.code, part.name_vi) for part in parts] == [
        ("NQ03-4A", "Đông Nam Á"),
        ("NQ03-4B", "Thế giới"),
    ]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        *[("11.1", "CQ-16"), ("11.2", "CQ-04"), ("11.3", "CQ-08"), ("11.5", "CQ-09"), ("11.6", "CQ-10")],
        *[("11.10", "CQ-01"), ("12", "KT-05"), ("23.4", "HT-04"), ("30", "XH-09"), ("31", "XH-10")],
        *[("32", "XH-07"), ("27", "NQ03-27"), ("36", "NQ03-10"), ("39", "NQ03-7"), ("40", "NQ03-25")],
    ],
)
def test_row_uses_the_indicator_that_already_measures_it(row: str, code: str) -> None:
    found = target(row).indicator
    assert found is not None
    assert found.code == code


def test_row_17_is_measured_by_the_catalogue() -> None:
    parts = TargetPart.objects.filter(revision__target=target("17"))
    assert [(part.indicator.code, part.rule) for part in parts] == [
        ("TC-06", "at_least"),
        ("TC-06", "judged"),
    ]


def test_rows_20_and_21_judge_a_measured_yearly_rate() -> None:
    definitions = IndicatorDefinition.objects.filter(indicator__code__in=["NQ03-20", "NQ03-21"])
    assert {(d.unit_of_measure, d.value_type) for d in definitions} == {("%/năm", "rate")}


@pytest.mark.parametrize(
    ("code", "value_type", "direction", "decimals"),
    [
        ("NQ03-33", "rank", "lower", 0),
        ("NQ03-14", "index", "higher", 3),
        ("NQ03-23.3", "amount", "higher", 0),
        ("NQ03-28", "count", "higher", 0),
        ("NQ03-18", "rate", "higher", 2),
    ],
)
def test_own_indicator_is_defined_by_its_unit(
    code: str, value_type: str, direction: str, decimals: int
) -> None:
    found = IndicatorDefinition.objects.get(indicator__code=code)
    assert (found.value_type, found.direction, found.decimals) == (value_type, direction, decimals)


@pytest.mark.parametrize(("code", "due_on"), [("1", date(2030, 12, 31)), ("41", date(2045, 12, 31))])
def test_target_is_due_at_the_end_of_its_horizon(code: str, due_on: date) -> None:
    assert target(code).revisions.get().due_on == due_on


def test_targets_count_from_the_day_of_the_resolution() -> None:
    rows = Target.objects.filter(document__number="03/NQ-CP")
    assert set(rows.values_list("counts_from", "level")) == {(date(2025, 1, 9), "total")}
    revisions = TargetRevision.objects.filter(target__in=rows)
    assert set(revisions.values_list("effective_on", "number")) == {(date(2025, 1, 9), 1)}


@pytest.mark.parametrize(
    ("code", "owner", "words"),
    [
        ("10", "VN.bo-tttt", "Bộ Thông tin và Truyền thông"),
        ("29", "VN.bo-cong-an", "Bộ Công an, Bộ Thông tin và Truyền thông và các bộ, ngành"),
        ("30", "VN.ngan-hang-nha-nuoc", "Ngân hàng Nhà nước"),
    ],
)
def test_owner_is_the_ministry_named_first(code: str, owner: str, words: str) -> None:
    found = target(code)
    assert found.owner is not None
    assert (found.owner.ref, found.owner_note) == (owner, words)


def test_owner_of_an_indicator_follows_the_merger_of_ministries() -> None:
    rows = DefinitionOwner.objects.filter(definition__indicator__code="NQ03-10")
    assert {(row.agency_kind.code, row.valid_from, row.valid_to) for row in rows} == {
        ("bo-tttt", None, date(2025, 2, 28)),
        ("bo-khcn", date(2025, 3, 1), None),
    }


def test_obligation_passes_on_with_the_ministry() -> None:
    rows = Obligation.objects.filter(unit__ref="VN", indicator__code="NQ03-10").order_by("valid_from")
    assert [(row.filed_by.ref, row.valid_from, row.valid_to) for row in rows if row.filed_by] == [
        ("VN.bo-tttt", date(2025, 1, 9), date(2025, 2, 28)),
        ("VN.bo-khcn", date(2025, 3, 1), None),
    ]


def test_nation_owes_every_measured_indicator_once_a_year() -> None:
    asked = set(Target.objects.filter(unit__ref="VN").values_list("indicator__code", flat=True))
    asked |= set(TargetPart.objects.values_list("indicator__code", flat=True))
    rows = Obligation.objects.filter(unit__ref="VN").valid_on(date(2025, 12, 31))
    owed = list(rows.values_list("indicator__code", "frequency", "level"))
    assert sorted(owed) == sorted((code, "year", "total") for code in asked - {None})


def test_rows_and_their_indicators_have_english_names() -> None:
    assert not Target.objects.filter(unit__ref="VN", name_en="").exists()
    assert not Indicator.objects.filter(name_en="").exists()


def test_annex_loaded_again_changes_nothing() -> None:
    assert all(count == (0, 0) for count in load_annex().values())


@pytest.mark.parametrize(
    ("line", "column", "cell"),
    [
        (8, "target_text", "khoảng 5"),
        (8, "target_text", ""),
        (8, "row", "7.10.1"),
        (8, "row", "6"),
        (8, "horizon", "2035"),
        (8, "lead_agency_vi", "Bộ Bưu chính"),
        (8, "name_vi", ""),
        (13, "parent_row", "99"),
        (13, "parent_row", "10"),
    ],
)
def test_annex_with_a_mistake_names_its_place_and_loads_nothing(
    tmp_path: Path, line: int, column: str, cell: str
) -> None:
    cells = {(2, "lead_agency_vi"): "Bộ Tài chính", (line, column): cell}
    with pytest.raises(DataFileErrors) as raised:
        load_annex(folder=folder_with(tmp_path, DATA, FILE, cells))
    assert (FILE, line, column) in [(e.file, e.line, e.column) for e in raised.value.errors]
    assert target("1").owner_note == "Bộ Khoa học và Công nghệ"


def test_annex_row_without_english_name_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, DATA, "resolution_03_annex_en.csv", {(6, "row"): "99"})
    with pytest.raises(DataFileErrors) as raised:
        load_annex(folder=folder)
    places = [(error.file, error.line, error.column) for error in raised.value.errors]
    assert places == [(FILE, 5, "row"), ("resolution_03_annex_en.csv", 6, "row")]


def test_annex_without_its_document_says_what_to_load_first() -> None:
    TargetRevision.objects.all().delete()
    Target.objects.exclude(parent=None).delete()
    Target.objects.all().delete()
    target_document = Unit.objects.get(ref="VN").documents.get(number="03/NQ-CP")
    target_document.linked_from.all().delete()
    target_document.delete()
    with pytest.raises(DataFileErrors, match=FILE):
        load_annex()
