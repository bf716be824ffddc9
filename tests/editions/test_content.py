"""What an edition freezes: the shape that pages, the API and the brief rely on, and exact numbers."""

import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from dashboard.editions.canonical import bytes_of, exact
from dashboard.editions.content import content_of
from indicators.models import Attainment, Milestone, TargetPart
from indicators.models.results import Status
from tests.dashboard.test_queries import fill
from tests.factories.results import make_attainment, make_indicator, make_period, make_target
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db

SUMS = {
    *("total", "met", "counts", "share", "due_total", "due_met", "due_share", "not_applicable"),
    *("overdue", "illustrative"),
}
TARGET = {
    *("id", "code", "name", "document", "document_id", "heading", "level", "indicator", "owner"),
    *("owner_ref", "status", "met", "counts", "is_due", "is_overdue", "numerator", "denominator"),
    *("value", "out_of", "missing_reason", "progress", "expected", "landing", "pace", "pace_needed"),
    *("days_early", "is_late", "owing", "reporting", "is_partial", "is_restated", "qualifier"),
    *("provenance", "through", "previous_numerator", "previous_denominator", "previous_value"),
    *("report_due_on", "assessed_on", "judged_on", "revision", "inputs", "rules_version"),
    *("is_value_illustrative", "is_target_illustrative", "texts"),
}
REVISION = {
    *("number", "rule", "threshold", "low", "high", "direction", "baseline", "baseline_on", "due_on"),
    *("effective_on", "window_from", "years", "shape", "milestones", "document", "parts"),
}
TEXTS = {
    *("name", "owner", "heading", "value", "value_short", "asked", "asked_short", "unit_word", "gap"),
    *("pace", "landing", "change", "change_relative", "before", "status", "place", "why", "notes"),
}


@pytest.fixture
def content(plan):
    return content_of(plan.unit, plan.period)


def row(content, code):
    return next(each for each in content["targets"] if each["code"] == code)


def test_top_level(content):
    assert set(content) == {
        *("format", "unit", "period", "rules_version", "computed_at", "headline", "groups", "targets"),
        *("narratives", "documents", "tasks", "is_illustrative"),
    }
    assert content["format"] == "edition/1"
    assert content["unit"] == {
        "ref": "P58", "name": "Tỉnh Ninh Thuận", "label": "tỉnh Ninh Thuận", "tier": "province",
        "kind": "Tỉnh",
    }  # fmt: skip
    assert content["period"] == {
        "code": "2023", "kind": "year", "year": 2023, "starts_on": "2023-01-01", "cutoff_on": "2023-12-31",
        "assessed_on": "2023-12-31", "name_vi": "Năm 2023", "name_en": "Year 2023",
    }  # fmt: skip


def test_every_key_is_always_there(content):
    assert set(content["headline"]) == SUMS | {"previous"}
    for name in ("document", "level", "pillar", "owner"):
        for group in content["groups"][name]:
            assert set(group) == SUMS | {"key", "label", "label_en", "sub", "sub_en"}
    for target in content["targets"]:
        assert set(target) == TARGET
        assert set(target["revision"]) == REVISION
        assert set(target["texts"]) == {"vi", "en"}
        assert set(target["texts"]["vi"]) == set(target["texts"]["en"]) == TEXTS


def test_all_ten_states_add_up_to_the_total(content):
    counts = content["headline"]["counts"]
    assert set(counts) == {str(status) for status in Status} - {"not_applicable"}
    assert sum(counts.values()) == content["headline"]["total"] == 3
    for groups in content["groups"].values():
        assert sum(group["total"] for group in groups) == 3
        assert all(sum(group["counts"].values()) == group["total"] for group in groups)


def test_headline_counts_the_targets_listed(content):
    counting = [each for each in content["targets"] if each["counts"]]
    assert content["headline"]["total"] == len(counting)
    assert content["headline"]["met"] == sum(each["met"] is True for each in counting) == 2
    assert content["headline"]["share"] == "66.67"


def test_numbers_that_are_not_counts_are_text(content):
    def plain(number):
        raise AssertionError(f"{number} would be read as a binary float")

    json.loads(bytes_of(content), parse_float=plain)
    assert (row(content, "1")["numerator"], row(content, "3")["value"]) == ("989", "146587")
    assert row(content, "2")["numerator"] == "7001"
    assert row(content, "1")["revision"]["threshold"] == "90"


def test_targets_stand_in_the_order_of_the_page(content):
    assert [each["code"] for each in content["targets"]] == ["1", "2", "3", "4", "5"]


def test_words_are_those_of_the_page_in_both_languages(content):
    found = row(content, "1")["texts"]
    assert (found["vi"]["value"], found["en"]["value"]) == ("98,90\u00a0%", "98.90\u00a0%")
    assert (found["vi"]["status"], found["en"]["status"]) == ("Vượt", "Exceeded")
    assert (found["vi"]["change"], found["vi"]["before"]) == ("+8,90\u00a0điểm\u00a0%", "90,00\u00a0%")
    assert row(content, "3")["texts"]["vi"]["unit_word"] == "địa chỉ"
    assert row(content, "3")["texts"]["en"]["unit_word"] == "addresses"


def test_inputs_are_kept_as_stored(content, plan):
    assert row(content, "2")["inputs"] == Attainment.objects.get(pk=plan.missed.pk).inputs != []


def test_narratives_of_approved_reports_only_the_units_own_first(content):
    assert [each["body"] for each in content["narratives"]] == [
        "Tỉnh Ninh Thuận",
        "Xã Lợi Hải, huyện Thuận Bắc, tỉnh Ninh Thuận",
    ]
    assert content["narratives"][0]["difficulties"] == "Thiếu người"
    assert content["narratives"][1] == {
        "ref": content["narratives"][1]["ref"], "body": "Xã Lợi Hải, huyện Thuận Bắc, tỉnh Ninh Thuận",
        "results": "", "difficulties": "", "causes": "Mưa bão", "proposals": "",
    }  # fmt: skip


def test_documents_carry_their_notes(content):
    assert [each["number"] for each in content["documents"]] == ["09-NQ/TU", "06/QĐ-TTg"]
    assert content["documents"][1]["note_vi"] == "Ghi chú của văn bản"


def test_owners_are_named_in_both_languages(content, plan):
    [named] = [each for each in content["groups"]["owner"] if each["key"] == plan.owner.ref]
    assert named["label"] == plan.owner.label
    assert named["label_en"] == plan.owner.name_en


def test_same_results_are_the_same_bytes_in_either_language(plan, content):
    with override("en"):
        assert bytes_of(content_of(plan.unit, plan.period)) == bytes_of(content)


def test_year_before_is_compared(plan):
    before = make_period("2022")
    for status in ("met", "missed"):
        make_attainment(make_target(plan.unit, document=plan.first), before, status=status)
    assert content_of(plan.unit, plan.period)["headline"]["previous"] == {
        "period": "2022", "met": 1, "total": 2, "share": "50.00", "name_vi": "Năm 2022",
        "name_en": "Year 2022",
    }  # fmt: skip


def test_milestones_and_parts_are_frozen(plan):
    revision = plan.met.revision
    Milestone.objects.create(revision=revision, on="2023-06-30", value=Decimal("45.5"))
    TargetPart.objects.create(
        revision=revision, position=1, indicator=make_indicator("P-1"), level="total", rule="at_most",
        threshold=Decimal(3), name_vi="Phần một",
    )  # fmt: skip
    found = row(content_of(plan.unit, plan.period), "1")["revision"]
    assert found["milestones"] == [{"on": "2023-06-30", "value": "45.5"}]
    [part] = found["parts"]
    assert (part["name"], part["threshold"], part["asked"]["vi"]) == ("Phần một", "3", "≤\u00a03\u00a0%")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (0, "0"),
        (Decimal("97.2200"), "97.22"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.5000"), "-0.5"),
        (Decimal("100"), "100"),
        (Decimal("-0.00"), "0"),
    ],
)
def test_exact_text_of_a_number(value, text):
    assert exact(value) == text


def test_content_asks_the_same_for_2_20_and_200_targets(places):
    period = make_period("2023-Q4")
    counts = []
    for number in (2, 20, 200):
        unit = make_unit("province")
        fill(unit, number)
        with CaptureQueriesContext(connection) as asked:
            content = content_of(unit, period)
        assert len(json.loads(bytes_of(content))["targets"]) == number
        counts.append(len(asked))
    assert max(counts) - min(counts) <= 2
    assert max(counts) <= 22
