"""The sheet of obligations."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import AuditEntry, Change, User
from indicators.models import Indicator, Job, Obligation
from tests.cast import Places
from tests.factories.cells import owe
from tests.factories.units import BEFORE_MERGER, MERGER, make_agency, make_unit
from tests.workbooks.setting_up import FIRST, check, codes, counted, counts, duty, problems, write

LAST = date(2026, 6, 30)
DUE = date(2026, 10, 15)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def indicator(db: None) -> Indicator:
    return counted("DI-01", "commune", "province", "total", "district")


def test_new_obligation(places: Places, coordinator: User, indicator: Indicator) -> None:
    row = duty(places.phan_rang, indicator)
    before = counts()
    assert [(each.code, each.subject, each.new) for each in check(coordinator, obligations=[row])] == [
        *[("obligation.new", "DI-01 · Commune level · Quarter · Phường Phan Rang", "01/01/2026 – …")]
    ]
    assert counts() == before

    assert write(coordinator, obligations=[row]) == 1
    made = Obligation.objects.get()
    assert (made.unit, made.agency, made.indicator, made.level, made.frequency) == (
        *(places.phan_rang, None, indicator),
        *("commune", "quarter"),
    )
    entry: Any = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.unit, entry.after["level"]) == (
        *(coordinator, "obligation.add"),
        *(places.phan_rang, "commune"),
    )
    assert list(Change.objects.values_list("resource", "object_id", "operation")) == [
        ("obligation", made.pk, "created")
    ]
    assert list(Job.objects.values_list("unit", "indicator", "kind")) == [
        (places.phan_rang.pk, indicator.pk, "pool")
    ]
    assert check(coordinator, obligations=[row]) == []
    assert write(coordinator, obligations=[row]) == 0


def test_obligation_of_an_agency_and_one_filed_by_it(
    places: Places, coordinator: User, indicator: Indicator
) -> None:
    rows = [
        duty(places.khanh_hoa, indicator, "Cấp tỉnh", "Năm", agency=places.department),
        duty(places.khanh_hoa, indicator, "Whole unit", "Once", filed_by=places.department, due=DUE),
    ]
    assert write(coordinator, obligations=rows) == 2
    made = Obligation.objects.order_by("pk").values_list("agency", "level", "frequency", "filed_by", "due_on")
    assert list(made) == [
        (places.department.pk, "province", "year", None, None),
        (None, "total", "once", places.department.pk, DUE),
    ]
    assert check(coordinator, obligations=rows) == []


def test_obligation_ends(places: Places, coordinator: User, indicator: Indicator) -> None:
    stored = owe(places.phan_rang, indicator, "commune", valid_from=FIRST)
    row = duty(places.phan_rang, indicator, last=LAST)
    assert [(each.code, each.cell, each.old, each.new) for each in check(coordinator, obligations=[row])] == [
        ("obligation.ended", "G2", "01/01/2026 – …", "01/01/2026 – 30/06/2026")
    ]
    assert write(coordinator, obligations=[row]) == 1
    stored.refresh_from_db()
    assert stored.valid_to == LAST
    entry: Any = AuditEntry.objects.get()
    assert (entry.action, entry.before["valid_to"], entry.after["valid_to"]) == (
        *("obligation.end", None),
        "2026-06-30",
    )
    assert Change.objects.get().operation == "updated"
    assert Job.objects.get().unit == places.phan_rang


def test_obligation_is_followed_by_another(places: Places, coordinator: User, indicator: Indicator) -> None:
    """The open one closes before the next opens: the database allows one open one."""
    owe(places.phan_rang, indicator, "commune", valid_from=FIRST)
    rows = [
        duty(places.phan_rang, indicator, first=date(2026, 7, 1)),
        duty(places.phan_rang, indicator, last=LAST),
    ]
    assert write(coordinator, obligations=rows) == 2
    assert Obligation.objects.filter(valid_to=None).get().valid_from == date(2026, 7, 1)


def test_open_and_closed_change_places(places: Places, coordinator: User, indicator: Indicator) -> None:
    """An ended one is opened again while the open one ends; of two open ones the database refuses one."""
    owe(places.phan_rang, indicator, "commune", valid_from=date(2026, 7, 1), valid_to=date(2026, 7, 31))
    owe(places.phan_rang, indicator, "commune", valid_from=FIRST, valid_to=None)
    rows = [
        duty(places.phan_rang, indicator, first=date(2026, 7, 1)),
        duty(places.phan_rang, indicator, last=LAST),
    ]
    assert write(coordinator, obligations=rows) == 2


@pytest.mark.parametrize(
    ("fields", "cell", "code"),
    [
        ({"unit": ""}, "A2", "unit.missing"),
        ({"unit": "P99"}, "A2", "unit.unknown"),
        ({"agency": "P99.so-x"}, "B2", "agency.unknown"),
        ({"agency": "department"}, "B2", "agency.elsewhere"),
        ({"indicator": ""}, "C2", "indicator.missing"),
        ({"indicator": "XX-01"}, "C2", "indicator.unknown"),
        ({"level": ""}, "D2", "level.missing"),
        ({"level": "hamlet"}, "D2", "level.unknown"),
        ({"level": "Province level"}, "D2", "level.not_of_this_body"),
        ({"frequency": ""}, "E2", "frequency.missing"),
        ({"frequency": "daily"}, "E2", "frequency.unknown"),
        ({"first": ""}, "F2", "first_day.missing"),
        ({"first": "x"}, "F2", "day.invalid"),
        ({"last": date(2025, 12, 31)}, "G2", "days.order"),
        ({"filed_by": "P99.so-x"}, "H2", "agency.unknown"),
        ({"filed_by": "department"}, "H2", "agency.elsewhere"),
        ({"due": "x"}, "I2", "day.invalid"),
        ({"due": DUE}, "I2", "due_day.not_wanted"),
        ({"frequency": "Once"}, "I2", "due_day.missing"),
    ],
)
def test_bad_cell(
    places: Places, coordinator: User, indicator: Indicator, fields: dict[str, Any], cell: str, code: str
) -> None:
    given: dict[str, Any] = {"unit": places.phan_rang, "indicator": indicator} | fields
    given = {name: places.department if value == "department" else value for name, value in given.items()}
    before = counts()
    found = check(coordinator, obligations=[duty(**given)])
    assert problems(found) == [("Obligations", cell, code)]
    assert found[0].message
    assert counts() == before


def test_level_must_fit_the_body(places: Places, coordinator: User, indicator: Indicator) -> None:
    def refused(*row: Any, **fields: Any) -> list[str]:
        return codes(check(coordinator, obligations=[duty(*row, **fields)]))

    then = {"first": date(2024, 1, 1), "last": BEFORE_MERGER}
    assert refused(places.khanh_hoa, indicator, "Commune level") == ["obligation.new"]
    assert refused(places.phan_rang, indicator, "Whole unit") == ["obligation.new"]
    assert refused(places.phan_rang, indicator, "Province level") == ["level.not_of_this_body"]
    assert refused(places.loi_hai, indicator, "District level", **then) == ["level.not_of_this_body"]
    assert refused(places.thuan_bac, indicator, "Province level", **then) == ["level.not_of_this_body"]
    assert refused(places.thuan_bac, indicator, "District level", **then) == ["obligation.new"]
    assert refused(places.khanh_hoa, indicator, "Commune level", agency=places.department) == [
        "level.not_of_this_body"
    ]


@pytest.mark.parametrize("last", ["", date(2025, 7, 1)])
def test_no_district_level_after_the_districts(
    places: Places, coordinator: User, indicator: Indicator, last: Any
) -> None:
    row = duty(places.ninh_thuan, indicator, "District level", first=date(2024, 1, 1), last=last)
    assert problems(check(coordinator, obligations=[row])) == [("Obligations", "D2", "level.no_districts")]


def test_indicator_must_be_counted_at_the_level_then(places: Places, coordinator: User) -> None:
    indicator = counted("DI-02", "commune")
    row = duty(places.phan_rang, indicator, "Whole unit")
    found = check(coordinator, obligations=[row])
    assert problems(found) == [("Obligations", "D2", "level.not_of_this_indicator")]
    assert "Commune level" in found[0].message
    indicator.definitions.get().levels.update(valid_to=BEFORE_MERGER)
    row = duty(places.phan_rang, indicator)
    assert codes(check(coordinator, obligations=[row])) == ["level.not_of_this_indicator"]
    indicator.definitions.update(valid_to=BEFORE_MERGER)
    assert codes(check(coordinator, obligations=[row])) == ["indicator.not_then"]


def test_computed_indicator_is_owed_by_nobody(places: Places, coordinator: User) -> None:
    indicator = counted("TC-02", "total", pooling="computed")
    row = duty(places.khanh_hoa, indicator, "Whole unit")
    assert problems(check(coordinator, obligations=[row])) == [("Obligations", "C2", "indicator.computed")]


def test_bodies_of_another_time(places: Places, coordinator: User, indicator: Indicator) -> None:
    assert problems(check(coordinator, obligations=[duty(places.loi_hai, indicator)])) == [
        ("Obligations", "A2", "unit.not_then")
    ]
    ended = make_agency(places.khanh_hoa, "so-cu", valid_from=MERGER, valid_to=date(2025, 9, 30))
    own = duty(places.khanh_hoa, indicator, "Province level", agency=ended)
    filed = duty(places.khanh_hoa, indicator, "Whole unit", filed_by=ended)
    assert problems(check(coordinator, obligations=[own, filed])) == [
        ("Obligations", "B2", "agency.not_then"),
        ("Obligations", "H3", "filed_by.not_then"),
    ]


def test_agency_files_its_own_part(places: Places, coordinator: User, indicator: Indicator) -> None:
    row = duty(
        *(places.khanh_hoa, indicator, "Province level"), agency=places.department, filed_by=places.department
    )
    assert problems(check(coordinator, obligations=[row])) == [("Obligations", "H2", "filed_by.not_wanted")]


def test_who_files_it_and_the_due_day_stay(places: Places, coordinator: User, indicator: Indicator) -> None:
    owe(places.khanh_hoa, indicator, "total", frequency="once", valid_from=FIRST, due_on=DUE)
    row = duty(
        *(places.khanh_hoa, indicator, "Whole unit", "Once"),
        filed_by=places.department,
        due=date(2026, 11, 1),
    )
    assert problems(check(coordinator, obligations=[row])) == [
        ("Obligations", "H2", "filed_by.fixed"),
        ("Obligations", "I2", "due_day.fixed"),
    ]


def test_owed_already(places: Places, coordinator: User, indicator: Indicator) -> None:
    owe(places.phan_rang, indicator, "commune", valid_from=FIRST)
    row = duty(places.phan_rang, indicator, first=date(2026, 4, 1))
    found = check(coordinator, obligations=[row])
    assert problems(found) == [("Obligations", "F2", "row.overlap")]
    assert "01/01/2026 – …" in found[0].message


def test_owed_twice_in_the_file(places: Places, coordinator: User, indicator: Indicator) -> None:
    row = duty(places.phan_rang, indicator)
    assert problems(check(coordinator, obligations=[row, row])) == [("Obligations", "F3", "row.twice")]
    # The same figure of others, of another level or frequency is another obligation.
    others = [duty(places.cam_ranh, indicator), duty(places.phan_rang, indicator, "Whole unit")]
    others.append(duty(places.phan_rang, indicator, frequency="Year"))
    assert codes(check(coordinator, obligations=[row, *others])) == ["obligation.new"] * 4


def test_stored_rows_that_break_a_rule_are_left_alone(
    places: Places, coordinator: User, indicator: Indicator
) -> None:
    owe(places.ninh_thuan, indicator, "district", valid_from=date(2024, 1, 1))
    row = duty(places.ninh_thuan, indicator, "District level", first=date(2024, 1, 1))
    assert check(coordinator, obligations=[row]) == []


def test_many_units_are_recomputed_by_one_job(
    places: Places, coordinator: User, indicator: Indicator
) -> None:
    """Twenty jobs for one indicator cost more than one for it everywhere."""
    communes = [make_unit("commune", parent=places.khanh_hoa) for _n in range(20)]
    write(coordinator, obligations=[duty(each, indicator) for each in communes])
    assert list(Job.objects.values_list("unit", "indicator", "period")) == [(None, indicator.pk, None)]
