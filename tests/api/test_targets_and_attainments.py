"""Targets with the revision in force on a day, and judged targets."""

from datetime import date
from decimal import Decimal

import pytest

from tests.factories.results import make_attainment, make_document, make_indicator, make_period, make_target
from tests.factories.units import make_agency


def test_target_with_its_revision(get, places):
    target = make_target(places.ninh_thuan, threshold="98.9")
    revision = target.revisions.get()
    revision.milestones.create(on=date(2023, 6, 30), value=Decimal("92.5"))
    body = get(f"targets/{target.pk}/")
    assert (body["unit"], body["code"], body["kind"]) == ("P58", target.code, "leaf")
    assert body["revision"]["rule"] == "at_least"
    assert body["revision"]["threshold"] == "98.9"
    assert body["revision"]["due_on"] == "2023-12-31"
    assert body["revision"]["milestones"] == [{"on": "2023-06-30", "value": "92.5"}]


def test_target_with_its_parts(get, places):
    target = make_target(places.ninh_thuan)
    revision = target.revisions.get()
    target.revisions.update(rule="all_of", threshold=None)
    part = make_indicator("DI-02")
    revision.parts.create(
        position=1, indicator=part, level="total", rule="rank_at_most", threshold=Decimal(3)
    )
    [found] = get(f"targets/{target.pk}/")["revision"]["parts"]
    assert (found["indicator"], found["rule"], found["threshold"]) == ("DI-02", "rank_at_most", "3")


def test_target_has_all_its_revisions_with_their_milestones(get, places):
    """Also those of days to come; the list tells the one in force alone."""
    target = make_target(places.khanh_hoa, threshold="90")
    target.revisions.get().milestones.create(on=date(2023, 6, 30), value=Decimal("40"))
    later = target.revisions.create(
        number=2,
        document=target.document,
        effective_on=date(2099, 1, 1),
        rule="at_least",
        threshold=Decimal("95"),
        due_on=date(2099, 12, 31),
    )
    later.milestones.create(on=date(2099, 6, 30), value=Decimal("92.5"))
    found = get(f"targets/{target.pk}/")
    assert [(each["number"], each["threshold"]) for each in found["revisions"]] == [(2, "95"), (1, "90")]
    assert [each["milestones"] for each in found["revisions"]] == [
        [{"on": "2099-06-30", "value": "92.5"}],
        [{"on": "2023-06-30", "value": "40"}],
    ]
    assert found["revision"] == found["revisions"][1]
    [row] = get("targets/")["results"]
    assert "revisions" not in row
    assert row == {key: value for key, value in found.items() if key != "revisions"}


@pytest.mark.parametrize(
    ("day", "threshold"), [("2023-06-30", "90"), ("2024-03-01", "95"), ("2024-02-29", "90")]
)
def test_targets_filter_on_shows_the_revision_in_force(day, threshold, get, places):
    target = make_target(places.ninh_thuan, threshold="90")
    target.revisions.create(
        number=2,
        document=target.document,
        effective_on=date(2024, 3, 1),
        rule="at_least",
        threshold=Decimal(95),
        due_on=date(2025, 12, 31),
    )
    assert get("targets/", on=day)["results"][0]["revision"]["threshold"] == threshold


def test_targets_filter_on_leaves_out_those_not_set_yet(get, places):
    make_target(places.ninh_thuan)
    assert get("targets/", on="2022-12-31")["results"] == []


@pytest.fixture
def two_targets(places):
    document = make_document(places.ninh_thuan, "32/KH-UBND")
    owner = make_agency(places.ninh_thuan)
    wanted = make_target(
        places.ninh_thuan, make_indicator("DI-01", pillar="I"), document, level="commune", owner=owner
    )
    make_target(places.khanh_hoa, kind="heading", counts_as="one")
    return wanted


TARGET_FILTERS = [
    ("unit", "P58"),
    ("document", "UBND Tỉnh Ninh Thuận|32/kh-ubnd|2023-01-10"),
    ("indicator", "DI-01"),
    ("pillar", "I"),
    ("owner", "P58.so-khcn"),
    ("level", "commune"),
]


@pytest.mark.parametrize(("name", "value"), [*TARGET_FILTERS, ("kind", "leaf")])
def test_targets_filter(name, value, two_targets, get):
    assert [row["id"] for row in get("targets/", **{name: value})["results"]] == [two_targets.pk]


def test_targets_filter_document_by_id(two_targets, get):
    found = get("targets/", document=two_targets.document_id)["results"]
    assert [row["id"] for row in found] == [two_targets.pk]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *TARGET_FILTERS,
        ("period", "2023-Q4"),
        ("status", "missed"),
        ("counts", "false"),
        ("due", "false"),
        ("overdue", "true"),
    ],
)
def test_attainments_filter(name, value, two_targets, get, places):
    wanted = make_attainment(
        two_targets, make_period("2023-Q4"), status="missed", counts=False, is_due=False, is_overdue=True
    )
    make_attainment(make_target(places.khanh_hoa), status="met")
    assert [row["id"] for row in get("attainments/", **{name: value})["results"]] == [wanted.pk]


def test_attainments_filter_several_states(get, reader, places):
    for status in ("met", "exceeded", "missed"):
        make_attainment(make_target(places.khanh_hoa), status=status)
    assert reader.get("/api/v1/attainments/?status=met&status=exceeded&count=true").json()["count"] == 2


def test_attainment_numbers_are_exact_text(get, places):
    wanted = make_attainment(
        make_target(places.khanh_hoa),
        status="exceeded",
        numerator=Decimal(137884),
        denominator=Decimal(147818),
        progress=Decimal("1.39"),
        expected=Decimal("0.000001"),
        previous_value=Decimal("87.74"),
        days_early=52,
    )
    body = get(f"attainments/{wanted.pk}/")
    assert (body["numerator"], body["denominator"], body["value"]) == ("137884", "147818", None)
    assert (body["progress"], body["expected"], body["pace"]) == ("1.39", "0.000001", None)
    assert (body["previous_value"], body["days_early"], body["met"]) == ("87.74", 52, True)
    assert (body["unit"], body["period"], body["revision"]) == ("P56-2025", "2023", 1)
    assert (body["assessed_on"], body["rules_version"]) == ("2023-12-31", "1")


def test_attainment_of_another_province_is_open(get, places):
    assert get(f"attainments/{make_attainment(make_target(places.dak_lak)).pk}/")["unit"] == "P66-2025"


@pytest.mark.parametrize("kind", ["targets", "attainments"])
def test_result_of_a_foreign_commune_is_404(kind, refused, places):
    target = make_target(places.ea_kao)
    found = make_attainment(target) if kind == "attainments" else target
    assert refused(f"{kind}/{found.pk}/") == (404, [(None, "not_found")])


@pytest.mark.parametrize("kind", ["targets", "attainments"])
def test_results_of_a_foreign_commune_are_not_counted(kind, get, places):
    make_attainment(make_target(places.ea_kao))
    assert get(f"{kind}/", count="true")["count"] == 0
    assert get(f"{kind}/", unit=places.ea_kao.ref, count="true")["count"] == 0
