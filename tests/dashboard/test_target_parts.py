"""Headings and targets of several parts, entered and revised by form."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import AuditEntry, Change
from indicators.actions.storing import TargetRow, store_targets
from indicators.engine.rules import Observation, judge
from indicators.engine.targets import load_targets
from indicators.models import Attainment, DefinitionLevel, Job, Target, TargetPart, TargetRevision
from indicators.rule_text import parse_rule
from tests.dashboard.reading import words
from tests.factories.cells import recompute_all
from tests.factories.results import make_document, make_indicator, make_period, make_target

UNIT = "Tỉnh Khánh Hòa · P56-2025"


@pytest.fixture
def enters(signed_in, coordinator):
    return signed_in(coordinator)


@pytest.fixture
def document(places):
    return make_document(places.khanh_hoa, "15/KH-UBND", valid_from=date(2026, 1, 1))


@pytest.fixture
def ranks():
    return [make_indicator(code, value_type="rank", direction="lower") for code in ("TH-01", "TH-02")]


@pytest.fixture
def row():
    return {"unit": UNIT, "level": "total", "counts_from": "01/01/2026", "shape": "linear"}


@pytest.fixture
def composite(row, ranks):
    """`≤ 3 Đông Nam Á; ≤ 50 Thế giới`"""
    return {
        **row,
        "code": "4",
        "name_vi": "Xếp hạng Chính phủ điện tử",
        "rule": "all_of",
        "due_on": "31/12/2026",
        **part(1, ranks[0], "3", name_vi="Đông Nam Á"),
        **part(2, ranks[1], "50", name_vi="Thế giới"),
    }


@pytest.fixture
def heading(row):
    return row | {"code": "11", "name_vi": "Hạ tầng số", "counts_as": "leaves"}


def part(number, indicator, threshold, rule="rank_at_most", **other):
    said = {"indicator": indicator.pk, "level": "total", "rule": rule, "threshold": threshold} | other
    return {f"part-{number}-{name}": value for name, value in said.items()}


def leaf(row, code, **other):
    rule = {"rule": "at_least", "threshold": "80", "due_on": "31/12/2026"}
    return row | rule | {"code": code, "indicator": make_indicator().pk} | other


def add(client, document, said):
    return client.post(f"/documents/{document.pk}/targets/new/", said)


def judged_of(target):
    (judged,) = load_targets(None, None, frozenset([target.pk]))
    return judged


def beside(answer, number, name):
    """The words of a field of a part, with its errors."""
    return words(answer, f'for="id_part-{number}-{name}"', "<label")


# --- Composites ---------------------------------------------------------------------------------------------
def test_two_ranks_are_entered_with_their_trace_and_their_job(enters, document, composite, ranks):
    assert add(enters, document, composite).status_code == 302
    target = Target.objects.get()
    found = TargetPart.objects.values_list("position", "indicator", "level", "name_vi", "rule", "threshold")
    assert list(found) == [
        (1, ranks[0].pk, "total", "Đông Nam Á", "rank_at_most", Decimal(3)),
        (2, ranks[1].pk, "total", "Thế giới", "rank_at_most", Decimal(50)),
    ]
    assert (target.indicator, target.revisions.get().rule) == (None, "all_of")
    told = AuditEntry.objects.get(action="target.add").after["parts"]
    assert [each["threshold"] for each in told] == ["3.0000", "50.0000"]
    assert Change.objects.filter(resource="target", operation="created").exists()
    assert Job.objects.filter(target=target).exists()


@pytest.mark.parametrize(
    ("region", "world"), [("3", "50"), ("4", "50"), ("3", "51"), ("1", "1"), ("3", None)]
)
def test_two_ranks_are_judged_as_those_the_loader_reads(
    enters, document, composite, ranks, places, region, world
):
    add(enters, document, composite)
    loaded = TargetRow(
        document=document,
        code="5",
        level="total",
        due_on=date(2026, 12, 31),
        rule=parse_rule("≤ 3 Đông Nam Á; ≤ 50 Thế giới", is_rank=True),
        part_indicators=ranks,
    )
    store_targets([loaded], unit=places.khanh_hoa, counts_from=date(2026, 1, 1))
    results = []
    for code in ("4", "5"):
        (revision,) = judged_of(Target.objects.get(code=code)).revisions
        seen = [Observation(value=None if each is None else Decimal(each)) for each in (region, world)]
        results.append(
            (revision.asks, judge(revision.target, Observation(parts=seen), as_of=date(2026, 12, 31)))
        )
    assert results[0] == results[1]
    assert results[0][1].met is (None if world is None else (region, world) in [("3", "50"), ("1", "1")])


def test_an_empty_part_between_is_left_out(enters, document, composite, ranks):
    third = {name.replace("part-2", "part-4"): value for name, value in composite.items()}
    assert add(enters, document, third | {"part-2-level": "commune"}).status_code == 302
    assert [(each.position, each.name_vi) for each in TargetPart.objects.all()] == [
        (1, "Đông Nam Á"),
        (2, "Thế giới"),
    ]


def test_parts_have_rules_of_every_simple_kind(enters, document, composite, ranks):
    said = (
        composite
        | part(3, ranks[0], "", "between", low="1,5", high="2,5", direction="within")
        | part(4, ranks[0], "10", "growth_at_least", years="3", baseline="7", baseline_on="31/12/2025")
        | part(5, ranks[1], "", "judged", name_vi="tăng dần")
        | {"rule": "any_of"}
    )
    assert add(enters, document, said).status_code == 302
    stored = TargetPart.objects.values_list("rule", "threshold", "low", "high", "years", "baseline")
    assert list(stored)[2:] == [
        ("between", None, Decimal("1.5"), Decimal("2.5"), None, None),
        ("growth_at_least", Decimal(10), None, None, 3, Decimal(7)),
        ("judged", None, None, None, None, None),
    ]


@pytest.mark.parametrize(
    ("other", "field", "told"),
    [
        ({"part-2-threshold": ""}, "threshold", "Bắt buộc"),
        ({"part-2-threshold": "98.902"}, "threshold", "98,9020"),
        ({"part-2-indicator": ""}, "indicator", "bắt buộc"),
        ({"part-2-rule": ""}, "rule", "bắt buộc"),
        ({"part-2-rule": "any_of"}, "rule", "any_of"),
        ({"part-2-low": "3"}, "low", "để trống"),
        ({"part-2-rule": "growth_at_least"}, "years", "Bắt buộc"),
        ({"part-2-baseline": "3"}, "baseline_on", "31/12/2025"),
        ({"part-2-baseline": "3", "part-2-baseline_on": "01/01/2027"}, "baseline_on", "đứng trước"),
    ],
)
def test_a_wrong_part_is_named_and_all_that_was_typed_kept(enters, document, composite, other, field, told):
    answer = add(enters, document, composite | other)
    assert answer.status_code == 422
    assert told in beside(answer, 2, field)
    assert (
        "field-error" not in answer.content.decode().split('id="id_part-1-indicator"')[1].split("Phần 2")[0]
    )
    assert "Đông Nam Á" in answer.content.decode()
    assert not Target.objects.exists()


def test_what_the_action_refuses_stands_at_the_part_it_is_about(enters, document, composite, ranks):
    """The third part typed is the second one stored: the empty one between is not counted."""
    moved = {name.replace("part-2", "part-3"): value for name, value in composite.items()}
    DefinitionLevel.objects.create(definition=ranks[1].definitions.get(), level="commune")
    answer = add(enters, document, moved | {"part-3-level": "district"})
    assert answer.status_code == 422
    assert "Cấp xã" in beside(answer, 3, "level")
    assert "Phần 3" in words(answer, 'class="stack form-page"', "<section")


@pytest.mark.parametrize(
    ("other", "field", "told"),
    [
        (
            {"part-2-indicator": "", "part-2-rule": "", "part-2-threshold": "", "part-2-name_vi": ""},
            "rule",
            "hai",
        ),
        ({"rule": "at_least", "threshold": "3"}, "rule", "không có phần"),
        ({"name_vi": ""}, "name_vi", "tên"),
        ({"threshold": "3"}, "threshold", "để trống"),
    ],
)
def test_a_composite_that_contradicts_itself_is_refused(enters, document, composite, other, field, told):
    answer = add(enters, document, composite | other)
    assert answer.status_code == 422
    assert told in words(answer, f'for="id_{field}"', "<label")
    assert not Target.objects.exists()


def test_a_composite_has_no_indicator_of_its_own(enters, document, composite, ranks):
    answer = add(enters, document, composite | {"indicator": ranks[0].pk})
    assert answer.status_code == 422
    assert "Các phần" in words(answer, 'for="id_indicator"', "<label")


def test_the_form_reads_the_indicators_once(enters, document, django_assert_max_num_queries, ranks):
    address = f"/documents/{document.pk}/targets/new/"
    enters.get(address)
    with django_assert_max_num_queries(60) as few:
        enters.get(address)
    for number in range(20):
        make_indicator(f"XX-{number:02}")
        make_target(document.unit, document=document, kind="heading", counts_as="leaves", code=f"{number}")
    with django_assert_max_num_queries(len(few)):
        enters.get(address)


def test_parts_stand_open_where_they_are_asked_for_or_filled(enters, document, composite):
    emptied = {name: value for name, value in composite.items() if not name.startswith("part")}
    closed, opened = '<details class="card part-list" >', '<details class="card part-list" open>'
    assert closed in enters.get(f"/documents/{document.pk}/targets/new/").content.decode()
    assert opened in add(enters, document, emptied).content.decode()
    assert opened in add(enters, document, composite | {"rule": "at_least"}).content.decode()


# --- Revising -----------------------------------------------------------------------------------------------
@pytest.fixture
def entered(enters, document, composite):
    add(enters, document, composite)
    return Target.objects.get()


@pytest.fixture
def revised(places, composite):
    later = make_document(places.khanh_hoa, "20/KH-UBND", valid_from=date(2026, 5, 1))
    kept = {
        name: value for name, value in composite.items() if name.startswith(("part", "rule", "due", "shape"))
    }
    return kept | {"document": later.pk, "effective_on": "01/07/2026", "part-1-threshold": "2"}


def test_the_form_begins_with_the_parts_asked_today(enters, entered):
    answer = enters.get(f"/targets/{entered.pk}/revise/")
    told = words(answer, "note-line", "</p>")
    assert "Đông Nam Á hạng ≤ 3" in told
    assert "Thế giới hạng ≤ 50" in told
    html = answer.content.decode()
    assert 'name="part-2-threshold" value="50"' in html
    assert '<details class="card part-list" open>' in html


def test_a_composite_is_revised_and_its_old_reading_stays(enters, entered, revised):
    assert enters.post(f"/targets/{entered.pk}/revise/", revised).status_code == 302
    old, new = judged_of(entered).revisions
    assert [part.target for part in old.target.parts] == [3, 50]
    assert [part.target for part in new.target.parts] == [2, 50]
    revision = TargetRevision.objects.get(number=2)
    assert (revision.document.number, revision.effective_on) == ("20/KH-UBND", date(2026, 7, 1))
    entry = AuditEntry.objects.get(action="target.revise")
    assert [each["threshold"] for each in entry.before["parts"]] == ["3.0000", "50.0000"]
    assert [each["threshold"] for each in entry.after["parts"]] == ["2.0000", "50.0000"]
    assert Job.objects.filter(target=entered).count() == 2
    assert Change.objects.filter(resource="target", operation="updated").exists()


def test_an_emptied_part_leaves_the_composite(enters, entered, revised, ranks):
    emptied = {"part-1-indicator": "", "part-1-rule": "", "part-1-threshold": "", "part-1-name_vi": ""}
    said = revised | emptied | part(3, ranks[0], "1", name_vi="ASEAN")
    assert enters.post(f"/targets/{entered.pk}/revise/", said).status_code == 302
    stored = TargetPart.objects.filter(revision__number=2)
    assert [(each.position, each.name_vi) for each in stored] == [(1, "Thế giới"), (2, "ASEAN")]


def test_a_wrong_part_of_a_revision_is_named(enters, entered, revised):
    answer = enters.post(f"/targets/{entered.pk}/revise/", revised | {"part-2-threshold": ""})
    assert answer.status_code == 422
    assert "Bắt buộc" in beside(answer, 2, "threshold")
    assert entered.revisions.count() == 1


def test_a_simple_target_is_revised_to_several_parts(enters, places, revised):
    target = make_target(places.khanh_hoa)
    assert enters.post(f"/targets/{target.pk}/revise/", revised).status_code == 302
    assert TargetRevision.objects.get(number=2).parts.count() == 2


# --- Headings -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("kind", "counting"), [("leaves", ["11.1", "11.2"]), ("one", ["11"])])
def test_a_heading_counts_by_its_rows_or_as_one(enters, document, heading, row, kind, counting):
    make_period("2026")
    said = heading if kind == "leaves" else leaf(row, "11", counts_as="one", name_vi="Hạ tầng số")
    assert add(enters, document, said).status_code == 302
    chosen = Target.objects.get()
    assert (chosen.kind, chosen.counts_as) == ("heading", kind)
    for code in ("11.1", "11.2"):
        assert add(enters, document, leaf(row, code, parent=chosen.pk)).status_code == 302
    recompute_all()
    counted = Attainment.objects.filter(counts=True, period__code="2026").order_by("target__sort_key")
    assert [each.target.code for each in counted] == counting


def test_a_heading_that_counts_by_its_rows_asks_nothing(enters, document, heading):
    assert add(enters, document, heading | {"rule": "at_least"}).status_code == 302
    assert not TargetRevision.objects.exists()
    assert AuditEntry.objects.get(action="target.add").after["counts_as"] == "leaves"


@pytest.mark.parametrize(
    ("other", "field", "told"),
    [
        ({"threshold": "80"}, "threshold", "để trống"),
        ({"due_on": "31/12/2026"}, "due_on", "để trống"),
        ({"name_vi": ""}, "name_vi", "tên"),
        ({"rule": "all_of"}, "counts_as", "không có phần"),
    ],
)
def test_what_a_heading_does_not_have_is_refused_beside_its_field(
    enters, document, heading, other, field, told
):
    answer = add(enters, document, heading | other)
    assert answer.status_code == 422
    assert told in words(answer, f'for="id_{field}"', "<label")
    assert not Target.objects.exists()


def test_a_heading_has_no_indicator(enters, document, heading):
    answer = add(enters, document, heading | {"indicator": make_indicator().pk})
    assert "không có chỉ số" in words(answer, 'for="id_indicator"', "<label")


def test_a_row_under_a_heading_bears_its_number(enters, document, row):
    chosen = make_target(document.unit, document=document, kind="heading", counts_as="leaves", code="11")
    answer = add(enters, document, leaf(row, "12", parent=chosen.pk))
    assert answer.status_code == 422
    assert "11.1" in words(answer, 'for="id_code"', "<label").removesuffix("11.10.")


def test_a_heading_stands_under_none(enters, document, heading):
    chosen = make_target(document.unit, document=document, kind="heading", counts_as="leaves", code="11")
    answer = add(enters, document, heading | {"code": "11.1", "parent": chosen.pk})
    assert "nhóm khác" in words(answer, 'for="id_parent"', "<label")


def test_headings_of_other_documents_and_plain_targets_are_not_offered(enters, document, row, places):
    other = make_document(places.khanh_hoa)
    foreign = make_target(places.khanh_hoa, document=other, kind="heading", counts_as="leaves", code="11")
    plain = make_target(places.khanh_hoa, document=document, code="11")
    for chosen in (foreign, plain):
        assert add(enters, document, leaf(row, "11.1", parent=chosen.pk)).status_code == 422


def test_a_heading_of_another_unit_is_refused_with_its_unit(enters, document, row, places):
    chosen = make_target(places.phan_rang, document=document, kind="heading", counts_as="leaves", code="11")
    answer = add(enters, document, leaf(row, "11.1", parent=chosen.pk))
    assert answer.status_code == 422
    assert chosen.unit.name in words(answer, 'for="id_parent"', "<label")
