"""`/api/v1/scoreboards/`."""

import pytest

from indicators.models import Job
from tests.factories.results import make_attainment, make_document, make_period, make_target

PATH = "scoreboards/"


@pytest.fixture
def plan(places):
    """Three of four met."""
    document = make_document(places.ninh_thuan, "32/KH-UBND")
    for status in ("exceeded", "met", "met", "missed"):
        make_attainment(make_target(places.ninh_thuan, document=document), status=status)


def test_scoreboard_answers_counts_and_share(get, plan):
    body = get(PATH, unit="P58", period="2023")
    assert (body["unit"], body["period"]) == ("P58", "2023")
    assert (body["met_total"], body["total"], body["met_fraction"], body["met_share"]) == (
        3,
        4,
        "3/4",
        "75.00",
    )
    assert body["counts"] == {
        "exceeded": 1,
        "met": 2,
        "on_track": 0,
        "at_risk": 0,
        "off_track": 0,
        "worsening": 0,
        "missed": 1,
        "in_progress": 0,
        "no_data": 0,
        "not_due": 0,
    }
    assert body["due"] == {"total": 4, "met_total": 3, "met_share": "75.00"}
    assert body["rules_version"] == "1"
    assert body["computed_at"].endswith("Z")


def test_scoreboard_answers_its_breakdowns(get, plan):
    body = get(PATH, unit="P58", period="2023")
    [document] = body["by_document"]
    assert (document["label"], document["met_fraction"]) == ("32/KH-UBND", "3/4")
    assert document["key"] == "UBND Tỉnh Ninh Thuận|32/KH-UBND|2023-01-10"
    for group in ("by_level", "by_pillar", "by_owner"):
        assert [each["total"] for each in body[group]] == [4]


def test_scoreboard_says_whether_it_is_pending(get, plan):
    assert get(PATH, unit="P58", period="2023")["pending"] is False
    Job.objects.create()
    body = get(PATH, unit="P58", period="2023")
    assert (body["pending"], body["pending_jobs"]) == (True, 1)


def test_scoreboard_without_results(get, places):
    make_period("2023")
    body = get(PATH, unit="P58", period="2023")
    assert (body["total"], body["met_share"], body["computed_at"]) == (0, None, None)


@pytest.mark.parametrize(
    ("parameters", "status", "errors"),
    [
        ({}, 400, [("unit", "required"), ("period", "required")]),
        ({"unit": "P58"}, 400, [("period", "required")]),
        ({"unit": "P58", "period": ""}, 400, [("period", "empty")]),
        ({"unit": "P58", "period": "2023", "x": "1"}, 400, [("x", "unknown_parameter")]),
        ({"unit": "P99", "period": "2023"}, 404, [("unit", "not_found")]),
        ({"unit": "P58", "period": "2099"}, 404, [("period", "not_found")]),
    ],
)
def test_scoreboard_refuses(parameters, status, errors, refused, plan):
    assert refused(PATH, **parameters) == (status, errors)


def test_scoreboard_of_a_foreign_commune_is_like_an_unknown_unit(reader, places):
    make_period("2023")
    foreign = reader.get(f"/api/v1/{PATH}?unit={places.ea_kao.ref}&period=2023")
    unknown = reader.get(f"/api/v1/{PATH}?unit=NOWHERE&period=2023")
    assert foreign.status_code == unknown.status_code == 404
    assert (
        foreign.json()["errors"][0]["message"].replace(places.ea_kao.ref, "NOWHERE")
        == (unknown.json()["errors"][0]["message"])
    )


@pytest.mark.parametrize("unit", ["VN", "P66-2025", "P58", "D588"])
def test_scoreboard_of_provinces_and_own_units_is_open(unit, get, places):
    make_period("2023")
    assert get(PATH, unit=unit, period="2023")["unit"] == unit


@pytest.fixture
def two_plans(places, plan):
    """Beside the plan another one: one met at the communes, one missed at the whole unit."""
    other = make_document(places.ninh_thuan, "99/KH-UBND")
    for level, status in (("commune", "met"), ("total", "missed")):
        make_attainment(make_target(places.ninh_thuan, document=other, level=level), status=status)
    return other


def test_scoreboard_is_narrowed_to_a_document(get, two_plans):
    body = get(PATH, unit="P58", period="2023", document=two_plans.pk)
    assert body["met_fraction"] == "1/2"
    assert [each["label"] for each in body["by_document"]] == ["99/KH-UBND"]


def test_scoreboard_is_narrowed_to_a_level(get, two_plans):
    assert get(PATH, unit="P58", period="2023", level="commune")["met_fraction"] == "1/1"


@pytest.mark.parametrize("asked", [{}, {"level": "total"}, {"document": "other"}])
def test_page_export_and_api_answer_one_address_alike(get, client, leader, two_plans, asked):
    """One query string: the same sums on the page, in the file and in the API."""
    address = {"unit": "P58", "period": "2023"} | asked
    if "document" in asked:
        address["document"] = str(two_plans.pk)
    client.force_login(leader)
    fraction = get(PATH, **address)["met_fraction"]
    assert f"{fraction} chỉ tiêu đạt và vượt" in client.get("/", address).content.decode()
    lines = client.get("/scoreboard/", address | {"export": "csv"}).content.decode("utf-8-sig").splitlines()
    assert len(lines) - 1 == int(fraction.split("/")[1])


@pytest.mark.parametrize(("name", "value"), [("level", "ward"), ("document", "0"), ("document", "x|y|z")])
def test_scoreboard_refuses_a_filter_that_fits_nothing(refused, plan, name, value):
    status, errors = refused(PATH, unit="P58", period="2023", **{name: value})
    assert status == 400
    assert [field for field, _code in errors] == [name]
