"""Small files of units and agencies: each mistake is named and nothing is written; changes are brought in."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from provinces.actions import DATA, load_agencies, load_units
from provinces.datafiles import DataFileErrors
from provinces.models import Agency, AgencyKind, Holiday, Unit, UnitClosure, UnitName, UnitSuccession

pytestmark = pytest.mark.django_db

FILES = {
    "administrative_units.csv": """\
ref,code,tier,kind,name,parent_ref,valid_from,valid_to,lat,lon,area_km2
C1,00001,commune,Xã,Xã Lợi Hải,D1,,2025-06-30,11.72,109.05,
VN,VN,nation,,Việt Nam,,,,,,
P1,58,province,Tỉnh,Tỉnh Ninh Thuận,VN,,2025-06-30,,,
P2,56,province,Tỉnh,Tỉnh Khánh Hòa,VN,2025-07-01,,,,
D1,588,district,Huyện,Huyện Thuận Bắc,P1,,2025-06-30,,,
C2,00001,commune,Xã,Xã Thuận Bắc,P2,2025-07-01,,,,137.2
""",
    "unit_successions.csv": """\
predecessor_ref,successor_ref,share,effective_on
P1,P2,whole,2025-07-01
C1,C2,part,2025-07-01
""",
    "unit_renamings.csv": """\
ref,name,kind,valid_from,source
P2,Thành phố Khánh Hòa,Thành phố,2027-01-01,a resolution
""",
    "agency_kinds.csv": """\
code,tier,short_name,name_vi,name_en,name_pattern,label_pattern,valid_from,valid_to
so-a,province,Sở A,Sở Anh,Department A,Sở Anh {unit},Sở A {place},,2025-02-28
so-b,province,Sở B,Sở Ba,Department B,Sở Ba {unit},Sở B {place},,
""",
    "agency_kind_successions.csv": """\
predecessor,successor,share,effective_on,scope
so-a,so-b,whole,2025-03-01,
""",
}

Change = Callable[..., None]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


@pytest.fixture
def change(folder: Path) -> Change:
    def replace(name: str, old: str, new: str) -> None:
        content = (folder / name).read_text(encoding="utf-8")
        assert content.count(old) == 1
        (folder / name).write_text(content.replace(old, new), encoding="utf-8")

    return replace


UNITS, SUCCESSIONS, RENAMINGS = list(FILES)[:3]
KINDS, KIND_SUCCESSIONS = list(FILES)[3:]


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "message"),
    [
        (UNITS, "ref,code", "ref,cod", f"{UNITS}:1:code", "This column is missing."),
        (UNITS, "P1,58,province", "P1,58,region", f"{UNITS}:4:tier", "is not one of"),
        (UNITS, "P1,58", ",58", f"{UNITS}:4:ref", "This must not be empty."),
        (UNITS, "Huyện,Huyện Thuận Bắc", "Huyện,", f"{UNITS}:6:name", "This must not be empty."),
        (UNITS, "Huyện,Huyện", ",Huyện", f"{UNITS}:6:kind", "This must not be empty."),
        (UNITS, "D1,588", "P1,588", f"{UNITS}:6:ref", "stands on line 4 already"),
        (UNITS, "Thuận Bắc,P1", "Thuận Bắc,P9", f"{UNITS}:6:parent_ref", "“P9” refers to nothing known."),
        (UNITS, "Thuận Bắc,P1", "Thuận Bắc,C1", f"{UNITS}:6:parent_ref", "cannot lie in one of that tier"),
        (UNITS, "Thuận Bắc,P2", "Thuận Bắc,P1", f"{UNITS}:7:parent_ref", "the one above it is not"),
        (UNITS, "Việt Nam,,", "Việt Nam,P1,", f"{UNITS}:3:parent_ref", "The nation has nothing above it."),
        (UNITS, "P2,2025-07-01,", "P2,2025-07-01,2025-06-30", f"{UNITS}:7:valid_to", "before the first"),
        (UNITS, "11.72", "11,72", f"{UNITS}:2:area_km2", "the header has 11"),
        (UNITS, "11.72", "N11", f"{UNITS}:2:lat", "is not a number"),
        (UNITS, "137.2", "137.20001", f"{UNITS}:7:area_km2", "more than 4 decimal places"),
        (UNITS, "VN,2025-07-01", "VN,01/07/2025", f"{UNITS}:5:valid_from", "is not a day"),
        (
            UNITS,
            "P1,58,province,Tỉnh,Tỉnh Ninh Thuận,VN,,2025-06-30",
            "P1,56,province,Tỉnh,Tỉnh Ninh Thuận,VN,,",
            f"{UNITS}:5:code",
            "Line 4 has the same code",
        ),
        (SUCCESSIONS, "P1,P2", "P1,P9", f"{SUCCESSIONS}:2:successor_ref", "“P9” refers to nothing known."),
        (SUCCESSIONS, "C1,C2", "C2,C2", f"{SUCCESSIONS}:3:successor_ref", "Nothing succeeds itself."),
        (SUCCESSIONS, "part", "half", f"{SUCCESSIONS}:3:share", "is not one of: whole, part."),
        (
            SUCCESSIONS,
            "C1,C2,part",
            "P1,P2,part",
            f"{SUCCESSIONS}:3:successor_ref",
            "stands on line 2 already",
        ),
        (SUCCESSIONS, "part,2025-07-01", "part,2025-06-01", f"{SUCCESSIONS}:3:effective_on", "not in being"),
        (RENAMINGS, "P2,", "P9,", f"{RENAMINGS}:2:ref", "“P9” refers to nothing known."),
        (RENAMINGS, "2027-01-01", "2025-07-01", f"{RENAMINGS}:2:valid_from", "after the unit's first day"),
    ],
)
def test_mistake_in_the_units_is_named_and_nothing_is_written(
    folder: Path, change: Change, file: str, old: str, new: str, place: str, message: str
) -> None:
    change(file, old, new)
    with pytest.raises(DataFileErrors) as raised:
        load_units(folder=folder)
    told = {str(error).split(": ", 1)[0]: error.message for error in raised.value.errors}
    assert message in told[place]
    assert not Unit.objects.exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        (KINDS, "so-b,province", "so-b,commune", f"{KINDS}:3:tier"),
        (KINDS, "Sở B,Sở Ba", "Sở A,Sở Ba", f"{KINDS}:3:short_name"),
        (KINDS, "so-b,", "so-a,", f"{KINDS}:3:code"),
        (KINDS, ",,2025-02-28", ",2025-03-01,2025-02-28", f"{KINDS}:2:valid_to"),
        (KIND_SUCCESSIONS, "so-a,so-b", "so-a,so-c", f"{KIND_SUCCESSIONS}:2:successor"),
        (KIND_SUCCESSIONS, "so-a,so-b", "so-a,so-a", f"{KIND_SUCCESSIONS}:2:successor"),
    ],
)
def test_mistake_in_the_agencies_is_named_and_nothing_is_written(
    folder: Path, change: Change, file: str, old: str, new: str, place: str
) -> None:
    load_units(folder=folder)
    change(file, old, new)
    with pytest.raises(DataFileErrors) as raised:
        load_agencies(folder=folder)
    assert place in {str(error).split(": ", 1)[0] for error in raised.value.errors}
    assert not AgencyKind.objects.exists()
    assert not Agency.objects.exists()


def test_mistakes_of_several_files_are_told_together(folder: Path, change: Change) -> None:
    change(UNITS, "11.72", "N11")
    change(SUCCESSIONS, "part", "half")
    with pytest.raises(DataFileErrors) as raised:
        load_units(folder=folder)
    assert [error.file for error in raised.value.errors] == [UNITS, SUCCESSIONS]


def test_command_tells_the_mistake_and_writes_nothing_at_all(folder: Path, change: Change) -> None:
    change(KINDS, "so-b,province", "so-b,commune")
    with pytest.raises(CommandError, match=f"^{KINDS}:3:tier: "):
        call_command("load_units", folder=folder)
    assert not Unit.objects.exists()
    assert not Holiday.objects.exists()


def test_command_prints_what_it_did(folder: Path, capsys) -> None:
    call_command("load_units", folder=folder)
    assert capsys.readouterr().out.splitlines()[0] == "units: 6 created, 0 updated"


def test_load_takes_rows_in_any_order(folder: Path) -> None:
    counts = load_units(folder=folder)
    assert {what: count.created for what, count in counts.items()} == {
        "units": 6,
        "unit names": 7,
        "unit successions": 2,
        "unit closure": 15,
    }
    assert Unit.objects.filter(ref="C1", province__ref="P1").exists()


def test_second_load_changes_nothing(folder: Path) -> None:
    first, second = ({**load_units(folder=folder), **load_agencies(folder=folder)} for _time in range(2))
    assert all(count.created for count in first.values())
    assert {tuple(count) for count in second.values()} == {(0, 0)}


def test_second_load_updates_the_changed_row_only(folder: Path, change: Change) -> None:
    load_units(folder=folder)
    change(UNITS, "Huyện Thuận Bắc", "Huyện Thuận Nam")
    counts = load_units(folder=folder)
    assert (counts["units"], counts["unit names"]) == ((0, 1), (0, 1))
    assert Unit.objects.get(ref="D1").search_name == "huyen thuan nam"


def test_second_load_moves_a_unit_with_its_closure(folder: Path, change: Change) -> None:
    load_units(folder=folder)
    change(UNITS, "Xã Lợi Hải,D1", "Xã Lợi Hải,P1")
    load_units(folder=folder)
    above = UnitClosure.objects.filter(descendant__ref="C1").values_list("ancestor__ref", "depth")
    assert set(above) == {("C1", 0), ("P1", 1), ("VN", 2)}


def test_second_load_keeps_a_unit_the_file_lost(folder: Path, change: Change) -> None:
    load_units(folder=folder)
    change(UNITS, FILES[UNITS].splitlines()[1] + "\n", "")
    change(SUCCESSIONS, "C1,C2,part,2025-07-01\n", "")
    load_units(folder=folder)
    assert Unit.objects.filter(ref="C1").exists()
    assert UnitSuccession.objects.count() == 2


def test_renaming_added_later_closes_the_open_name(folder: Path, change: Change) -> None:
    load_units(folder=folder)
    change(RENAMINGS, "a resolution\n", "a resolution\nP2,Tỉnh Mới,Tỉnh,2028-01-01,another\n")
    assert load_units(folder=folder)["unit names"] == (1, 1)
    names = UnitName.objects.filter(unit__ref="P2").order_by("valid_from")
    assert list(names.values_list("name", "valid_to")) == [
        ("Tỉnh Khánh Hòa", date(2026, 12, 31)),
        ("Thành phố Khánh Hòa", date(2027, 12, 31)),
        ("Tỉnh Mới", None),
    ]


def test_renaming_with_a_corrected_day_leaves_no_overlap(folder: Path, change: Change) -> None:
    load_units(folder=folder)
    change(RENAMINGS, "2027-01-01", "2026-12-01")
    load_units(folder=folder)
    assert UnitName.objects.filter(unit__ref="P2").count() == 2
    assert Unit.objects.get(ref="P2").name_on(date(2026, 12, 1)) == "Thành phố Khánh Hòa"


def test_agencies_live_while_both_unit_and_kind_do(folder: Path) -> None:
    load_units(folder=folder)
    load_agencies(folder=folder)
    assert set(Agency.objects.values_list("ref", "valid_from", "valid_to")) == {
        ("P1.so-a", None, date(2025, 2, 28)),
        ("P1.so-b", None, date(2025, 6, 30)),
        ("P2.so-b", date(2025, 7, 1), None),
    }


def test_shipped_files_are_named_as_here() -> None:
    assert {path.name for path in DATA.glob("*.csv")} == set(FILES)
