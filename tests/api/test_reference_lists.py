"""Units, documents, indicators and periods: reference data, open to everybody signed in."""

from datetime import date

import pytest

from provinces.models import UnitName
from resolutions.models import DocumentLink
from tests.api.conftest import signed_in
from tests.factories.results import make_document, make_indicator, make_period
from tests.factories.units import MERGER, make_kind


@pytest.mark.parametrize("path", ["units/", "documents/", "indicators/", "periods/"])
def test_reference_list_is_open_to_whoever_signs_in(path, places, outsider):
    make_document(places.khanh_hoa)
    make_indicator()
    make_period()
    assert signed_in(outsider).get(f"/api/v1/{path}").json()["results"]


def test_unit(get, places):
    body = get("units/P58/")
    assert body["name"] == "Tỉnh Ninh Thuận"
    assert (body["tier"], body["parent"], body["province"]) == ("province", "VN", "P58")
    assert body["successors"] == [{"unit": "P56-2025", "share": "whole", "effective_on": "2025-07-01"}]
    assert body["predecessors"] == []
    assert [name["name"] for name in body["names"]] == ["Tỉnh Ninh Thuận"]


def test_units_filter_tier(get, places):
    assert {row["ref"] for row in get("units/", tier="province")["results"]} == {
        "P56-2025",
        "P58",
        "P66-2025",
    }


def test_units_filter_on(get, places):
    def provinces(day):
        return {row["ref"] for row in get("units/", tier="province", on=day)["results"]}

    assert provinces("2025-06-30") == {"P58"}
    assert provinces("2025-07-01") == {"P56-2025", "P66-2025"}


def test_units_filter_under_leaves_out_the_unit_itself(get, places):
    refs = {row["ref"] for row in get("units/", under="P58")["results"]}
    assert refs == {"D588", places.loi_hai.ref}


def test_units_filter_under_with_tier_and_day(get, places):
    assert len(get("units/", under="P56-2025", tier="commune", on="2025-07-01")["results"]) == 2


@pytest.mark.parametrize("q", ["khanh hoa", "Khánh Hòa", "KHÁNH HOÀ", "P56-2025"])
def test_units_filter_q_without_diacritics(q, get, places):
    assert [row["ref"] for row in get("units/", q=q)["results"]] == ["P56-2025"]


def test_units_bear_the_name_of_the_day(get, places):
    unit = places.khanh_hoa
    unit.names.update(valid_to=date(2026, 4, 29))
    UnitName.objects.create(
        unit=unit, name="Thành phố Khánh Hòa", kind="Thành phố", valid_from=date(2026, 4, 30)
    )
    unit.name = "Thành phố Khánh Hòa"
    unit.save()

    def name_on(**day):
        return get("units/", under="VN", q="P56-2025", **day)["results"][0]["name"]

    assert name_on(on=MERGER.isoformat()) == "Tỉnh Khánh Hòa"
    assert name_on(on="2026-04-30") == name_on() == "Thành phố Khánh Hòa"


@pytest.fixture
def plan(places):
    return make_document(places.ninh_thuan, "32/KH-UBND", valid_to=date(2023, 12, 31))


def test_document_with_its_key_and_links(get, places, plan):
    resolution = make_document(places.ninh_thuan, "09-NQ/TU", issuer="Tỉnh ủy Ninh Thuận", kind="resolution")
    DocumentLink.objects.create(document=plan, other=resolution, relation="implements")
    body = get(f"documents/{plan.pk}/")
    assert body["key"] == "UBND Tỉnh Ninh Thuận|32/KH-UBND|2023-01-10"
    assert body["links"] == [{"relation": "implements", "document": resolution.pk, "key": resolution.key}]
    assert (body["on_track_from"], body["at_risk_from"]) == ("0.95", "0.60")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("unit", "P58"),
        ("kind", "plan"),
        ("on", "2023-06-30"),
        ("number", "32 / kh–ubnd"),
        ("illustrative", "false"),
    ],
)
def test_documents_filter(name, value, get, plan, places):
    make_document(
        places.khanh_hoa, "1/NQ", kind="resolution", valid_from=date(2024, 1, 1), is_illustrative=True
    )
    assert [row["id"] for row in get("documents/", **{name: value})["results"]] == [plan.pk]


def test_indicator_with_its_definitions(get, db):
    make_indicator("DI-01", owner_kind=make_kind(), pillar="I", decimals=2)
    body = get("indicators/DI-01/")
    [definition] = body["definitions"]
    assert (body["pillar"], definition["pooling"], definition["decimals"]) == ("I", "ratio_of_sums", 2)
    assert definition["owners"][0]["agency_kind"] == "so-khcn"


@pytest.mark.parametrize(
    ("name", "value"),
    [("pillar", "I"), ("owner", "so-khcn"), ("value_type", "rate"), ("level", "commune"), ("q", "DI-01")],
)
def test_indicators_filter(name, value, get, db):
    wanted = make_indicator("DI-01", owner_kind=make_kind(), pillar="I")
    wanted.definitions.get().levels.create(level="commune")
    other = make_indicator(
        "ZZ", owner_kind=make_kind("so-nv"), pillar="II", value_type="count", pooling="sum"
    )
    other.definitions.get().levels.create(level="total")
    assert [row["code"] for row in get("indicators/", **{name: value})["results"]] == ["DI-01"]


def test_period_says_whether_it_is_closed(get, db, pin_today):
    make_period("2026-Q4")
    pin_today(date(2026, 12, 31))
    assert get("periods/2026-Q4/")["is_closed"] is False
    pin_today(date(2027, 1, 1))
    assert get("periods/2026-Q4/")["is_closed"] is True


def test_period_with_its_due_days(get, db):
    make_period("2023").due_days.create(body="commune", due_on="2023-12-18")
    assert get("periods/2023/")["due_days"] == [{"body": "commune", "due_on": "2023-12-18"}]


@pytest.mark.parametrize(("name", "value"), [("kind", "quarter"), ("year", "2023"), ("on", "2023-11-01")])
def test_periods_filter(name, value, get, db):
    make_period("2023-Q4")
    make_period("2024")
    assert [row["code"] for row in get("periods/", **{name: value})["results"]] == ["2023-Q4"]


@pytest.mark.parametrize("path", ["units/P99/", "documents/999/", "indicators/NO/", "periods/2099/"])
def test_reference_detail_unknown_is_404_with_words(path, refused, places):
    assert refused(path) == (404, [(None, "not_found")])
