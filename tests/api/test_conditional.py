"""Strong tags, and 304 in at most three queries where nothing has changed."""

import gzip
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.api_urls import router
from events.models import CampaignFigure, CampaignGoal, Event
from indicators.models import (
    Attainment,
    DefinitionLevel,
    DefinitionOwner,
    Indicator,
    IndicatorDefinition,
    Measurement,
    Milestone,
    PeriodDueDay,
    Target,
    TargetPart,
    TargetRevision,
)
from provinces.models import AgencyKind, Unit, UnitName, UnitSuccession
from provinces.reading.sources import ModelRows
from resolutions.models import Document, DocumentLink
from tests.api.test_query_counts import MAKERS
from tests.factories.results import make_document, make_indicator, make_measurement

LISTS = [prefix for prefix, _view, _name in router.registry]


def detail_of(name, get):
    """The address of the last thing of a list."""
    if name == "units":
        return "units/P58/"
    row = get(f"{name}/", limit=1000)["results"][-1]
    lookup = next(view.lookup_field for prefix, view, _name in router.registry if prefix == name)
    return f"{name}/{row['id' if lookup == 'pk' else lookup]}/"


@pytest.fixture
def tag(reader):
    """The tag of an address now."""

    def tag(path, **headers):
        response = reader.get(f"/api/v1/{path}", **headers)
        assert response.status_code == 200, response.content
        assert response["ETag"].startswith('"')
        return response["ETag"]

    return tag


@pytest.mark.parametrize("which", ["list", "detail"])
@pytest.mark.parametrize("name", LISTS)
def test_nothing_changed_is_304_in_at_most_three_queries(name, which, get, reader, tag, places):
    MAKERS[name](20, places)
    path = f"{name}/" if which == "list" else detail_of(name, get)
    known = tag(path)
    assert tag(path) == known
    with CaptureQueriesContext(connection) as queries:
        response = reader.get(f"/api/v1/{path}", HTTP_IF_NONE_MATCH=known)
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", known)
    assert len(queries) <= 3, [each["sql"] for each in queries]


@pytest.mark.parametrize("narrowed", ["", "&level=total"])
def test_scoreboard_that_has_not_changed_is_304_in_at_most_three_queries(narrowed, reader, tag, places):
    MAKERS["attainments"](20, places)
    path = f"scoreboards/?unit=P56-2025&period=2023{narrowed}"
    known = tag(path)
    with CaptureQueriesContext(connection) as queries:
        assert reader.get(f"/api/v1/{path}", HTTP_IF_NONE_MATCH=known).status_code == 304
    assert len(queries) <= 3
    Attainment.objects.update(is_due=False)
    assert tag(path) != known


@pytest.mark.parametrize("name", LISTS)
def test_304_of_a_page_reads_as_many_queries_for_2_and_100_rows(name, reader, tag, places):
    counts = []
    for more in (2, 98):
        MAKERS[name](more, places)
        known = tag(f"{name}/")
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(f"/api/v1/{name}/", HTTP_IF_NONE_MATCH=known).status_code == 304
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 3


DAY = date(2020, 2, 29)
# Everything an answer is made of, with a change of it that can be seen in the answer.
CHANGES = [
    ("units", Unit, {"name": "Tên khác"}),
    ("documents", Document, {"title_vi": "Khác"}),
    ("documents", DocumentLink, {"relation": "amends"}),
    ("indicators", Indicator, {"notes": "khác"}),
    ("indicators", IndicatorDefinition, {"numerator_vi": "khác"}),
    ("indicators", DefinitionLevel, {"valid_from": DAY}),
    ("indicators", DefinitionOwner, {"valid_from": DAY}),
    ("indicators", AgencyKind, {"short_name": "Khác"}),
    ("periods", PeriodDueDay, {"due_on": DAY}),
    ("targets", Target, {"note": "khác"}),
    ("targets", Indicator, {"name_vi": "khác"}),
    ("targets", TargetRevision, {"threshold": Decimal("1.5")}),
    ("targets", Milestone, {"value": Decimal("1.5")}),
    ("targets", TargetPart, {"threshold": Decimal("1.5")}),
    ("measurements", Measurement, {"qualifier": "estimate"}),
    ("attainments", Attainment, {"days_early": 9}),
    ("campaigns", Event, {"title_en": "Other"}),
    ("campaigns", CampaignGoal, {"value": Decimal("1.5")}),
    ("campaign-figures", CampaignFigure, {"note": "khác"}),
]


@pytest.mark.parametrize("which", ["list", "detail"])
@pytest.mark.parametrize(("name", "model", "change"), CHANGES)
def test_tag_changes_with_whatever_is_shown(name, model, change, which, get, tag, places):
    MAKERS[name](2, places)
    path = f"{name}/" if which == "list" else detail_of(name, get)
    before, known = get(path), tag(path)
    model.objects.update(**change) if model is not Unit else Unit.objects.filter(ref="P58").update(**change)
    assert (get(path) != before, tag(path) != known) == (True, True)


@pytest.mark.parametrize("which", ["list", "detail"])
def test_tag_of_an_edition_changes_with_its_correction(which, get, tag, places):
    MAKERS["editions"](1, places)
    path = "editions/" if which == "list" else detail_of("editions", get)
    known = tag(path)
    MAKERS["editions"](1, places)
    assert tag(path) != known


@pytest.mark.parametrize(
    "write",
    [
        lambda: UnitName.objects.filter(unit__ref="P58").update(kind="khác"),
        lambda: UnitSuccession.objects.filter(predecessor__ref="P58").update(effective_on=DAY),
        lambda: UnitSuccession.objects.filter(predecessor__ref="P58").delete(),
        lambda: Unit.objects.filter(ref="P56-2025").update(ref="X"),
    ],
)
def test_tag_of_a_unit_changes_with_its_names_and_successors(write, tag, places):
    known = tag("units/P58/")
    write()
    assert tag("units/P58/") != known


@pytest.mark.parametrize("path", ["targets/", "units/P58/", "measurements/", "indicators/"])
def test_tag_is_of_one_language_form_and_choice_of_fields(path, tag, places):
    MAKERS["targets"](1, places)
    make_measurement(places.khanh_hoa)
    accepts = ["application/json"] if not path.startswith("units") else ["application/json", "text/csv"]
    tags = [
        tag(f"{path}{query}", HTTP_ACCEPT=accept, HTTP_ACCEPT_LANGUAGE=language)
        for query in ("", "?fields=" + ("id" if path[0] in "tm" else "code"), "?labels=true")
        for accept in accepts
        for language in ("vi", "en")
    ]
    # Where the words are not in the bytes, both languages are the same bytes and the same tag.
    assert len(set(tags)) >= 3 * len(accepts)


def test_tag_of_the_targets_changes_with_the_day(tag, places, pin_today):
    MAKERS["targets"](1, places)
    pin_today(date(2024, 1, 1))
    known = tag("targets/")
    pin_today(date(2024, 1, 2))
    assert tag("targets/") != known


@pytest.mark.parametrize("given", ["*", '"x", {tag}', "W/{tag}"])
def test_tag_is_compared_as_http_has_it(given, reader, tag, places):
    header = given.format(tag=tag("units/"))
    assert reader.get("/api/v1/units/", HTTP_IF_NONE_MATCH=header).status_code == 304


def test_another_tag_is_answered_with_what_there_is(reader, places):
    assert reader.get("/api/v1/units/", HTTP_IF_NONE_MATCH='"x"').status_code == 200


@pytest.mark.parametrize("path", ["units/", "units/P58/", "targets/"])
def test_caches_are_told_whose_an_answer_is(path, reader, tag, places):
    MAKERS["targets"](1, places)
    for headers in ({}, {"HTTP_IF_NONE_MATCH": tag(path)}):
        response = reader.get(f"/api/v1/{path}", **headers)
        assert response["Cache-Control"] == "private, no-cache"
        vary = {each.strip() for each in response["Vary"].split(",")}
        assert {"Accept", "Accept-Language", "Authorization"} <= vary


def test_head_has_the_tag_of_get(reader, tag, places):
    response = reader.head("/api/v1/units/")
    assert (response["ETag"], response.content) == (tag("units/"), b"")


def test_error_and_stream_have_no_tag(reader, places):
    assert "ETag" not in reader.get("/api/v1/units/P99/")
    assert "ETag" not in reader.get("/api/v1/units/", HTTP_ACCEPT="text/csv")


def test_compressed_answer_has_a_strong_tag_and_the_same_bytes_every_time(reader, tag, places):
    first, second = (reader.get("/api/v1/units/", HTTP_ACCEPT_ENCODING="gzip") for _each in range(2))
    assert first["Content-Encoding"] == "gzip"
    assert first.content == second.content
    assert first["ETag"] == tag("units/")[:-1] + '-gzip"'
    assert gzip.decompress(first.content) == reader.get("/api/v1/units/").content


def test_compressed_answer_is_padded_by_what_its_reader_cannot_foresee(reader, places):
    lengths = set()
    for number in range(12):
        Unit.objects.filter(ref="P58").update(search_name=str(number), area_km2=100 + number)
        packed = reader.get("/api/v1/units/", HTTP_ACCEPT_ENCODING="gzip").content
        lengths.add(packed.index(b"\0", 10) - 10)
    assert len(lengths) > 4


def test_tag_of_the_compressed_form_is_known_again(reader, places):
    known = reader.get("/api/v1/units/", HTTP_ACCEPT_ENCODING="gzip")["ETag"]
    response = reader.get("/api/v1/units/", HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=known)
    assert (response.status_code, response["ETag"]) == (304, known)


def test_pages_stay_padded_by_chance(client, leader, places):
    client.force_login(leader)
    lengths = {len(client.get("/rules/", HTTP_ACCEPT_ENCODING="gzip").content) for _each in range(6)}
    assert len(lengths) > 1


def test_tag_of_an_indicator_changes_when_a_level_goes(get, tag, db):
    indicator = make_indicator("DI-01")
    level = indicator.definitions.get().levels.create(level="total")
    known = tag("indicators/DI-01/")
    level.delete()
    assert tag("indicators/DI-01/") != known


def test_digest_tells_of_links_of_many_to_many(places):
    """No list that reads more than one thing along has such a relation yet; the digest must know it."""
    first, second = (
        Event.objects.create(
            kind="conference", title_vi="Hội nghị", starts_on=day, ends_on=day, unit=places.khanh_hoa
        )
        for day in (date(2023, 1, 1), date(2023, 1, 2))
    )
    document = make_document(places.khanh_hoa)
    forward = ModelRows(Event.objects.prefetch_related("documents", "unit__names").order_by("pk"))
    backward = ModelRows(Document.objects.prefetch_related("events", "links").order_by("pk"))
    digests = []
    for write in (
        lambda: first.documents.add(document),
        lambda: (first.documents.clear(), second.documents.add(document)),
        lambda: Document.objects.update(title_vi="Khác"),
        lambda: second.documents.clear(),
    ):
        write()
        digests.append([rows.tag(rows.read(None, 5)) for rows in (forward, backward)])
    assert len({one for one, _other in digests}) == len({other for _one, other in digests}) == 4
