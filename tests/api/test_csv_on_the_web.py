"""An indicator's data as CSV on the Web: the table holds to its metadata; nobody sees more than in lists."""

import csv
import io
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import signed_in
from tests.factories.results import make_indicator, make_measurement, make_period, make_roll_up
from tests.factories.units import make_agency, make_unit

PATH = "/api/v1/indicators/DI-01/data.csv"
KINDS: dict[str, Any] = {
    "string": str,
    "integer": int,
    "nonNegativeInteger": int,
    "positiveInteger": int,
    "decimal": Decimal,
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
    "boolean": {"true": True, "false": False}.__getitem__,
}
LEAST = {"nonNegativeInteger": 0, "positiveInteger": 1}


def read(client: Any) -> tuple[list[str], list[dict[str, str]]]:
    answer = client.get(PATH)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()
    assert text.endswith("\r\n")
    [heading, *rows] = list(csv.reader(io.StringIO(text, newline="")))
    return heading, [dict(zip(heading, row, strict=True)) for row in rows]


def problems(heading: list[str], rows: list[dict[str, str]], metadata: Any) -> list[str]:
    """What is wrong with a table by its metadata: headings, datatypes, required cells, the primary key."""
    schema = metadata["tableSchema"]
    found = []
    columns = schema["columns"]
    for name, column in zip(heading, columns, strict=True):
        titles = column["titles"].values()
        if name != column["name"] or name not in titles:
            found.append(f"heading {name}")
    for number, row in enumerate(rows):
        for column in columns:
            cell = row[column["name"]]
            if cell in metadata["null"]:
                if column["required"]:
                    found.append(f"{number} {column['name']} is required")
            elif not fits(cell, column["datatype"]):
                found.append(f"{number} {column['name']} {cell!r}")
    keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows]
    return found + [f"key {key} twice" for key in set(keys) if keys.count(key) > 1]


def fits(cell: str, datatype: Any) -> bool:
    described = {"base": datatype} if isinstance(datatype, str) else datatype
    try:
        value = KINDS[described["base"]](cell)
    except (ValueError, ArithmeticError, KeyError):
        return False
    least = described.get("minimum", LEAST.get(described["base"]))
    if least is not None and value < least:
        return False
    return "format" not in described or re.fullmatch(described["format"], cell) is not None


@pytest.fixture
def indicator(places: Any) -> Any:
    """Cells and roll-ups with every answer, of the reader's province, its predecessor and next door."""
    made = make_indicator("DI-01", pillar="I", coverage_floor_percent=80)
    made.legal_basis = "Quyết định 1/QĐ"
    made.save()
    quarters = [make_period(f"2023-Q{number}") for number in (1, 2, 3, 4)]
    make_measurement(places.khanh_hoa, made, numerator="137884.25", denominator="147818")
    make_measurement(places.khanh_hoa, made, quarters[0], value="0")
    make_measurement(places.khanh_hoa, made, quarters[1], value="-9.4801", qualifier="estimate")
    make_measurement(places.khanh_hoa, made, quarters[2], answer="missing", missing_reason="not_applicable")
    make_measurement(places.khanh_hoa, made, quarters[3], answer="nothing_arose")
    make_measurement(places.khanh_hoa, made, quarters[3], answer="unanswered", level="commune")
    make_measurement(places.khanh_hoa, made, agency=places.department, provenance="illustrative")
    make_measurement(places.ea_kao, made, value="5")
    make_roll_up(places.khanh_hoa, made, quarters[0], owing=65, reporting=51, is_illustrative=True)
    make_roll_up(places.khanh_hoa, made, quarters[1], answer="not_comparable", basis="restated")
    make_roll_up(places.khanh_hoa, made, quarters[2], answer="missing", owing=65, reporting=0)
    make_roll_up(places.dak_lak, made, is_preliminary=True)
    make_roll_up(places.ea_kao, made)
    make_measurement(places.khanh_hoa, make_indicator("DI-02"), value="77")
    return made


@pytest.fixture
def metadata(reader: Any, indicator: Any) -> Any:
    answer = reader.get(f"{PATH}-metadata.json")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/csvm+json"
    return answer.json()


def test_table_holds_to_its_metadata(reader, metadata):
    heading, rows = read(reader)
    assert len(rows) == 10
    assert problems(heading, rows, metadata) == []


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("value", "1,5"),
        ("unit", ""),
        ("level", "village"),
        ("period_to", "31/12/2023"),
        ("is_partial", "yes"),
        ("owing", "-1"),
        ("updated_at", "today"),
    ],
)
def test_check_finds_a_bad_cell(column, cell, reader, metadata):
    heading, rows = read(reader)
    rows[0][column] = cell
    assert len(problems(heading, rows, metadata)) == 1


def test_check_finds_a_key_that_comes_twice(reader, metadata):
    heading, rows = read(reader)
    assert problems(heading, [*rows, rows[0]], metadata) != []


def test_table_tells_missing_zero_and_not_applicable_apart(reader, indicator):
    _heading, rows = read(reader)
    told = {
        (row["source"], row["period"], row["agency"]): (row["answer"], row["missing_reason"], row["value"])
        for row in rows
    }
    assert told["reported", "2023-Q1", ""] == ("value", "", "0")
    assert told["reported", "2023-Q2", ""] == ("value", "", "-9.4801")
    assert told["reported", "2023-Q3", ""] == ("missing", "not_applicable", "")
    assert told["reported", "2023-Q4", ""] == ("nothing_arose", "", "")
    assert told["pooled", "2023-Q2", ""] == ("not_comparable", "", "")
    assert told["pooled", "2023-Q3", ""] == ("missing", "", "")


def test_row_of_a_cell_and_of_a_roll_up(reader, indicator, places):
    _heading, rows = read(reader)
    assert rows[0] == {
        "source": "reported",
        "id": rows[0]["id"],
        "indicator": "DI-01",
        "unit": "P56-2025",
        "unit_name": "Tỉnh Khánh Hòa",
        "agency": "",
        "level": "total",
        "period": "2023",
        "period_from": "2023-01-01",
        "period_to": "2023-12-31",
        "answer": "value",
        "missing_reason": "",
        "numerator": "137884.25",
        "denominator": "147818",
        "value": "",
        "owing": "",
        "reporting": "",
        "is_partial": "false",
        "basis": "as_reported",
        "qualifier": "official",
        "provenance": "reported",
        "definition": str(indicator.definitions.get().pk),
        "version": "1",
        "updated_at": "2024-01-03T00:00:00Z",
    }
    partial = next(row for row in rows if row["source"] == "pooled" and row["period"] == "2023-Q1")
    shown = ("numerator", "owing", "reporting", "is_partial", "provenance", "qualifier", "basis")
    assert [partial[name] for name in shown] == [
        *("9", "65", "51", "true", "illustrative", "official", "as_reported")
    ]


def test_metadata_name_the_table_in_both_languages(metadata):
    assert metadata["@context"][0] == "http://www.w3.org/ns/csvw"
    assert metadata["url"] == "data.csv"
    assert {each["@language"]: each["@value"] for each in metadata["dc:title"]} == {
        "vi": "DI-01 Chỉ số DI-01",
        "en": "DI-01 Chỉ số DI-01",
    }
    assert metadata["dc:source"]["@value"] == "Quyết định 1/QĐ"
    assert metadata["tableSchema"]["primaryKey"] == ["source", "id"]
    for column in metadata["tableSchema"]["columns"]:
        assert set(column["titles"]) == {"und", "vi", "en"}


def test_table_names_its_metadata(reader, indicator):
    answer = reader.get(PATH)
    assert answer["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer["Link"] == '<data.csv-metadata.json>; rel="describedby"; type="application/csvm+json"'


def test_table_shows_each_what_their_lists_show(reader, indicator, cast):
    """The lists of figures, narrowed to the indicator, have the same ids for everybody."""
    people = (cast.reporter, cast.coordinator, cast.leader, cast.neighbour, cast.outsider, cast.administrator)
    for client in (reader, *map(signed_in, people)):
        _heading, rows = read(client)
        for source, path in (("reported", "measurements"), ("pooled", "rollups")):
            listed = client.get(f"/api/v1/{path}/?indicator=DI-01&limit=1000").json()["results"]
            ids = [str(row["id"]) for row in listed if row["answer"] != "unanswered"]
            assert [row["id"] for row in rows if row["source"] == source] == ids


def test_head_of_the_table_reads_no_rows(reader, indicator):
    with CaptureQueriesContext(connection) as queries:
        answer = reader.head(PATH)
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"")
    assert "indicators_measurement" not in " ".join(each["sql"] for each in queries)


@pytest.mark.parametrize("tail", ["", "-metadata.json"])
def test_file_of_no_indicator_is_404(tail, reader, places):
    answer = reader.get(f"/api/v1/indicators/X/data.csv{tail}")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "not_found"


@pytest.mark.parametrize("tail", ["", "-metadata.json"])
def test_file_takes_no_parameter_and_any_accept_header(tail, reader, indicator):
    answer = reader.get(f"{PATH}{tail}?unit=P58")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown_parameter")
    assert reader.get(f"{PATH}{tail}", HTTP_ACCEPT="text/html").status_code == 200


def test_table_takes_as_many_queries_for_any_number_of_rows(reader, places):
    indicator = make_indicator("DI-01")
    counts = []
    for number in (2, 20, 700):
        for _each in range(indicator.roll_ups.count(), number):
            unit = make_unit("commune", parent=places.khanh_hoa)
            make_roll_up(unit, indicator)
            make_measurement(unit, indicator, agency=make_agency(unit) if number < 20 else None)
        reader.head(PATH)  # notes the use of the token
        with CaptureQueriesContext(connection) as queries:
            _heading, rows = read(reader)
        assert len(rows) == 2 * number
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
