"""Figures of many reports in one request: all or nothing, or an answer for each row."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from indicators.actions import entering
from indicators.models import DefinitionLevel, MeasurementVersion, Report
from tests.api.writing.conftest import BULK, PERIOD, acting_for, errors, written
from tests.cast import make_person
from tests.entry.conftest import owed_indicator
from tests.factories.cells import owe, period
from tests.factories.results import make_measurement


def test_rows_become_drafts_in_the_name_of_the_official(bulk, row, reporter):
    answer = bulk(row(value="12"), row("DI-03", value="1234.5"), row("DI-01", numerator="9", denominator=10))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["saved"], told["unchanged"], told["refused"], told["conflict"]) == (3, 0, 0, 0)
    assert [(each["index"], each["state"], each["version"]) for each in told["rows"]] == [
        (0, "saved", 1),
        (1, "saved", 1),
        (2, "saved", 1),
    ]
    versions = MeasurementVersion.objects.all()
    assert {(each.entered_by, each.via, each.state) for each in versions} == {(reporter, "api", "draft")}
    assert {each.value for each in versions} == {Decimal(12), Decimal("1234.5"), None}


@pytest.mark.parametrize(
    ("figure", "answer"),
    [
        ({"missing_reason": "late_source"}, "missing"),
        ({"answer": "missing", "missing_reason": "not_collected"}, "missing"),
        ({"answer": "nothing_arose"}, "nothing_arose"),
        ({"value": "0"}, "value"),
        ({"value": 0, "numerator": None, "missing_reason": None}, "value"),
    ],
)
def test_missing_zero_and_nothing_arose_are_three_answers(bulk, row, figure, answer):
    assert bulk(row(**figure)).status_code == 200
    assert MeasurementVersion.objects.get().answer == answer


def test_one_bad_row_and_nothing_is_written(bulk, row):
    before = written()
    answer = bulk(
        row(value="12"), row("DI-03", value="x"), row("DI-01", numerator="11", denominator="10"), {"unit": 5}
    )
    assert answer.status_code == 422
    assert errors(answer) == [
        ("rows.1.value", "number_unreadable"),
        ("rows.2.numerator", "numerator_exceeds_denominator"),
        ("rows.3.unit", "invalid"),
        ("rows.3.period", "required"),
        ("rows.3.indicator", "required"),
        ("rows.3.level", "required"),
        ("rows.3.version", "required"),
    ]
    assert written() == before


def test_row_refused_by_the_rule_table_alone_keeps_the_others_out(bulk, row):
    before = written()
    answer = bulk(row(value="12"), row("DI-01", value="101"))
    assert (answer.status_code, errors(answer)) == (422, [("rows.1.value", "out_of_range")])
    assert written() == before


def test_partial_writes_the_rows_that_stand(bulk, row):
    rows = [row(value="12"), row("DI-03"), row("DI-01", value="101"), row(value="1", unit="X99999")]
    told = bulk(*rows, partial=True).json()
    assert [each["state"] for each in told["rows"]] == ["saved", "refused", "refused", "refused"]
    codes = [each["findings"][0]["code"] for each in told["rows"][1:]]
    assert codes == ["number_missing", "out_of_range", "report_unknown"]
    assert MeasurementVersion.objects.get().measurement.indicator.code == "DI-02"


@pytest.mark.parametrize("bad", [{"value": 0.1}, {"level": "moon"}, {"colour": "red"}, {"indicator": None}])
def test_row_without_the_shape_of_one_refuses_all_partial_or_not(bulk, row, bad):
    before = written()
    answer = bulk(row(value="12"), row("DI-03") | bad, row("DI-01", value="101"), partial=True)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, f"rows.1.{next(iter(bad))}")
    assert written() == before


@pytest.mark.parametrize("number", ["0.1", "1.0", "1e3", "-2.5E-3"])
@pytest.mark.parametrize("field", ["value", "numerator", "denominator"])
def test_json_number_with_a_fraction_is_refused_in_words(partner, row, number, field):
    body = json.dumps({"rows": [row(**{field: "NUMBER"})]}).replace('"NUMBER"', number)
    answer = partner.post(BULK, body, content_type="application/json")
    assert (answer.status_code, errors(answer)) == (422, [(f"rows.0.{field}", "float_number")])
    assert number in answer.json()["errors"][0]["message"]


def test_the_same_figure_again_is_unchanged_whatever_version_it_names(bulk, row):
    bulk(row(value="12"))
    assert [each["state"] for each in bulk(row(value="12")).json()["rows"]] == ["unchanged"]
    assert bulk(row(value="12.00", version=1)).json()["unchanged"] == 1
    assert MeasurementVersion.objects.count() == 1


def test_stale_version_is_a_conflict_and_nothing_is_written(bulk, row):
    bulk(row(value="12"))
    bulk(row(value="13", version=1))
    before = written()
    answer = bulk(row("DI-03", value="1"), row(value="14", version=1))
    assert (answer.status_code, errors(answer)) == (412, [("rows.1", "conflict")])
    assert bulk(row(value="14")).status_code == 412
    # What stood there when it was read is no answer to what stands there now.
    assert bulk(row(value="12", version=1)).status_code == 412
    assert written() == before
    assert bulk(row(value="14", version=2)).json()["rows"][0]["version"] == 3


def test_partial_tells_the_current_version_of_a_conflict(bulk, row):
    bulk(row(value="12"))
    told = bulk(row(value="13"), row("DI-03", value="1"), partial=True).json()["rows"]
    assert [(each["state"], each["version"]) for each in told] == [("conflict", 1), ("saved", 1)]


def test_version_is_needed(bulk, row):
    sent = row(value="1")
    del sent["version"]
    answer = bulk(sent)
    assert (answer.status_code, errors(answer)) == (422, [("rows.0.version", "required")])


def test_a_cell_twice_is_refused_both_times(bulk, row):
    answer = bulk(row(value="1"), row(value="1"))
    assert errors(answer) == [("rows.0", "repeated"), ("rows.1", "repeated")]


def test_report_of_strangers_answers_like_one_that_does_not_exist(bulk, row, office):
    strange = [
        row(value="1", unit=office.ea_kao.ref),  # beyond the client and the official
        row(value="1", unit=office.cam_ranh.ref),  # the client reaches it, the official does not
        row(value="1", unit="X99999"),
        row(value="1", period="2099-Q9"),
        row(value="1", agency=office.department.ref),
    ]
    answer = bulk(*strange)
    assert answer.status_code == 422
    assert errors(answer) == [(f"rows.{index}", "report_unknown") for index in range(5)]
    assert len({each["message"] for each in answer.json()["errors"]}) == 1


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"indicator": "XX-99", "value": "1"}, (None, "not_owed")),
        ({"level": "province", "value": "1"}, (None, "not_owed")),
        ({"level": "moon", "value": "1"}, ("level", "unknown_choice")),
        ({"answer": "unanswered"}, ("answer", "unknown_choice")),
        ({"missing_reason": "tired"}, ("missing_reason", "unknown_choice")),
        ({"value": True}, ("value", "invalid")),
        ({"value": ["1"]}, ("value", "invalid")),
        ({"value": "1", "version": 0}, ("version", "invalid")),
        ({"value": "1", "version": "1"}, ("version", "invalid")),
        ({"value": "1", "version": True}, ("version", "invalid")),
        ({"value": "1" * 61}, ("value", "invalid")),
        ({"value": "1", "note": 5}, ("note", "invalid")),
        ({"value": "1", "note": "x" * 4001}, ("note", "invalid")),
        ({"value": "1", "unit": "\0"}, ("unit", "invalid")),
        ({"value": "1", "colour": "red"}, ("colour", "unknown_field")),
        ({}, (None, "number_missing")),
        ({"value": ""}, (None, "number_missing")),
    ],
)
def test_bad_row_says_where_and_why(bulk, row, fields, found):
    answer = bulk(row(**fields))
    name, code = found
    assert answer.status_code == 422
    assert errors(answer) == [(f"rows.0.{name}" if name else "rows.0", code)]


@pytest.mark.parametrize(
    "body", ["[]", "{}", '{"rows": {}}', '{"rows": []}', '{"rows": null}', "null", "1.5", ""]
)
def test_body_of_another_shape_is_400(partner, body):
    assert partner.post(BULK, body, content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[" * 5000,
        '{"rows": [NaN]}',
        '{"rows": ["\\ud800"]}',
        "9" * 5000,
        '{"rows": [], "rows": []}',
        b"\xff",
    ],
)
def test_body_that_is_no_json_is_400(partner, body):
    answer = partner.post(BULK, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"]


def test_unknown_names_are_refused(partner, row):
    assert partner.post(BULK, {"rows": [row(value="1")], "x": 1}, format="json").status_code == 400
    assert partner.post(f"{BULK}?partal=1", {"rows": [row(value="1")]}, format="json").status_code == 400
    assert partner.post(f"{BULK}?partial=yes", {"rows": [row(value="1")]}, format="json").status_code == 400
    assert partner.post(BULK, "x=1", content_type="text/plain").status_code == 415


def test_more_than_5000_rows_are_refused(bulk, row):
    answer = bulk(*[row(value="1")] * 5001)
    assert (answer.status_code, errors(answer)) == (400, [("rows", "too_many")])


def test_too_large_a_body_is_413(partner, monkeypatch):
    monkeypatch.setattr("indicators.api.bodies.ExactJSONParser.largest", 100)
    assert partner.post(BULK, {"rows": ["x" * 101]}, format="json").status_code == 413


def test_warning_is_carried_with_its_justification(bulk, row, office, reporter, approver):
    indicator = owed_indicator(office, "DI-09", value_type="count", pooling="sum")
    for code in ("2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"):
        make_measurement(office.phan_rang, indicator, period(code), level="commune", value="100")
    told = bulk(row("DI-09", value="900", justification="Chiến dịch")).json()["rows"][0]
    assert (told["state"], [each["severity"] for each in told["findings"]]) == ("saved", ["warning"])
    version = MeasurementVersion.objects.latest("pk")
    assert (version.warnings, version.justification) == (["outlier"], "Chiến dịch")


def test_period_that_has_not_begun_is_refused(bulk, row, pin_today):
    pin_today(date(2026, 5, 1))
    answer = bulk(row(value="1"))
    assert (answer.status_code, errors(answer)) == (422, [("rows.0", "period_not_open")])


def test_locked_report_is_refused(bulk, row, office):
    bulk(row(value="12"))
    Report.objects.update(state="locked")
    answer = bulk(row(value="13", version=1))
    assert (answer.status_code, errors(answer)) == (422, [("rows.0", "report_locked")])


def test_rows_of_a_unit_and_of_its_agency_in_several_periods(bulk, row, office, api_client):
    partner = acting_for(make_person("all", Role.COORDINATOR, office.khanh_hoa), api_client)
    indicator = owed_indicator(office, "DI-07", value_type="count", pooling="sum")
    DefinitionLevel.objects.create(definition=indicator.definitions.get(), level="province")
    owe(office.khanh_hoa, indicator, "province", agency=office.department)
    own = {"unit": office.khanh_hoa.ref, "agency": office.department.ref, "level": "province"}
    answer = bulk(
        row("DI-07", value="1"),
        row("DI-07", value="2", period="2026-Q2"),
        row("DI-07", value="3", **own),
        client=partner,
    )
    assert answer.status_code == 200, answer.json()
    told = answer.json()["rows"]
    assert [(each["unit"], each["agency"], each["period"]) for each in told] == [
        (office.phan_rang.ref, None, PERIOD),
        (office.phan_rang.ref, None, "2026-Q2"),
        (office.khanh_hoa.ref, office.department.ref, PERIOD),
    ]
    assert Report.objects.filter(state="draft").count() == 3


def test_failure_in_the_middle_writes_nothing(bulk, row, monkeypatch):
    before, write = written(), entering.write_drafts

    def dies(*args):
        write(*args)
        raise MemoryError

    monkeypatch.setattr(entering, "write_drafts", dies)
    with pytest.raises(MemoryError):
        bulk(row(value="12"), row("DI-03", value="1"))
    assert written() == before


def test_refusals_are_told_in_english_too(bulk, row):
    answer = bulk(row(value=0.5), **{"Accept-Language": "en"})
    assert "Write it as text" in answer.json()["errors"][0]["message"]


@pytest.fixture
def many(office):
    """200 indicators that the commune owes in each quarter."""
    return [owed_indicator(office, f"M-{n:03}", value_type="count", pooling="sum") for n in range(200)]


def test_queries_do_not_grow_with_the_rows(bulk, row, many):
    """But for INSERT: SQLite takes a thousand values in one statement."""
    bulk(row(value="1"))
    counts = []
    for first, rows in ((0, 2), (2, 20), (22, 170)):
        asked = []
        for version, value in ((None, "1"), (1, "2"), (2, "2")):
            sent = [row(each.code, value=value, version=version) for each in many[first : first + rows]]
            with CaptureQueriesContext(connection) as queries:
                assert bulk(*sent).status_code == 200
            asked.append(sum(not each["sql"].startswith("INSERT") for each in queries))
        counts.append(asked)
    assert counts[0] == counts[1] == counts[2]
    assert max(counts[0]) <= 25, counts


@pytest.mark.slow
def test_5000_rows_over_many_reports(bulk, row, many):
    quarters = [f"{year}-Q{n}" for year in (2025, 2026) for n in (1, 2, 3, 4)]
    begun = [each for each in quarters if each <= PERIOD]
    sent = [row(each.code, value="1", period=quarter) for quarter in begun for each in many]
    extra = [row(each.code, value="1", period="2025") for each in many]
    rows = (sent + extra)[:5000]
    rows += [row(f"XX-{n}", value="1") for n in range(5000 - len(rows))]
    with CaptureQueriesContext(connection) as queries:
        told = bulk(*rows, partial=True).json()
    assert told["saved"] == len(sent)
    assert told["saved"] + told["refused"] == 5000
    assert len(queries) <= 150, len(queries)
    assert MeasurementVersion.objects.count() == len(sent)
