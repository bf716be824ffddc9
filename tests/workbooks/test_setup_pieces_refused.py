"""Headings, targets of several parts and milestones by the set-up workbook: what is refused, and where."""

from datetime import date

import pytest

from indicators.models import Target
from indicators.workbooks.reading import WorkbookRefused
from indicators.workbooks.setup_forms import MILESTONES, PARTS, TARGETS
from tests.factories.results import make_target
from tests.workbooks.setting_targets import COMPOSITE, at, check, stored, write
from tests.workbooks.setting_up import problems

# --- What the portal has already ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "line", "column", "cell"),
    [
        (TARGETS, 0, "name_vi", "Hạ tầng"),
        (TARGETS, 0, "row_kind", "Nhóm: tính là một chỉ tiêu"),
        (TARGETS, 1, "parent", ""),
        (TARGETS, 1, "shape", "Bậc thang"),
        (TARGETS, 1, "indicator", "TH-01"),
        (TARGETS, 2, "rule", "Một trong các phần"),
        (PARTS, 0, "threshold", "4"),
        (PARTS, 0, "indicator", "TH-02"),
        (PARTS, 1, "name_vi", "Toàn cầu"),
        (PARTS, 1, "position", 3),
        (MILESTONES, 0, "value", "95,51"),
        (MILESTONES, 0, "on", 2028),
    ],
)
def test_what_is_there_is_not_changed_by_a_workbook(coordinator, everything, kind, line, column, cell):
    write(coordinator, everything)
    changed = list(everything[kind])
    changed[line] = changed[line] | {column: cell}
    given = everything | {kind: changed}
    if (column, cell) == ("row_kind", "Nhóm: tính là một chỉ tiêu"):
        # Such a heading asks something; what it asks is new as well.
        changed[line] |= {"rule": "Ít nhất", "threshold": "5", "due_on": "31/12/2026", "level": "Toàn tỉnh"}
    before = stored()
    found = check(coordinator, given)
    told = problems(found)
    assert (kind, at(kind, column, line + 2), "target.fixed") in told
    assert {code for *_where, code in told} == {"target.fixed"}
    assert "đổi bằng biểu mẫu" in found[0].message
    with pytest.raises(WorkbookRefused):
        write(coordinator, given)
    assert stored() == before


def test_a_part_is_not_added_to_what_is_there(coordinator, everything):
    write(coordinator, everything)
    third = everything[PARTS][1] | {"position": 3}
    found = check(coordinator, {PARTS: [*everything[PARTS], third]})
    assert problems(found) == [(PARTS, at(PARTS, "position", 4), "target.fixed")]


# --- What is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "column", "cell", "code"),
    [
        (0, "document", "Bộ|1/QĐ", "document.invalid"),
        (0, "code", "", "code.missing"),
        (0, "unit", "P99", "unit.unknown"),
        (0, "position", "hai", "position.invalid"),
        (0, "position", 7, "position.invalid"),
        (0, "position", 2, "position.twice"),
        (1, "position", 3, "position.gap"),
        (0, "indicator", "", "indicator.missing"),
        (0, "indicator", "XX-99", "indicator.unknown"),
        (0, "level", "", "level.missing"),
        (0, "rule", "", "rule.missing"),
        (0, "rule", COMPOSITE, "rule.refused"),
        (0, "threshold", "", "threshold.refused"),
        (0, "threshold", "98.902", "threshold.number_ambiguous"),
        (0, "low", "3", "low.refused"),
        (0, "years", "vài", "years.invalid"),
        (0, "baseline", "60", "baseline_on.refused"),
    ],
)
def test_every_bad_cell_of_a_part_is_named(coordinator, ranks, line, column, cell, code):
    target, parts = ranks
    spoiled = list(parts)
    spoiled[line] = spoiled[line] | {column: cell}
    found = problems(check(coordinator, {TARGETS: [target], PARTS: spoiled}))
    where = "baseline_on" if column == "baseline" else column
    # A part whose row cannot be read is told alone: not that its row is one short.
    assert found == [(PARTS, at(PARTS, where, 3 if code == "position.twice" else line + 2), code)]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("on", "", "on.missing"),
        ("on", "năm sau", "on.invalid"),
        ("on", date(2026, 6, 30), "on.twice"),
        ("on", "31/12/2030", "on.refused"),
        ("value", "", "value.missing"),
        ("value", "nhiều", "value.number_unreadable"),
        ("value", "98.902", "value.number_ambiguous"),
        ("code", "99", "target.unknown"),
        ("document", "Bộ|1/QĐ|2020-01-01", "document.unknown"),
    ],
)
def test_every_bad_cell_of_a_milestone_is_named(coordinator, heading, leaf, milestones, column, cell, code):
    spoiled = [milestones[1], milestones[0] | {column: cell}]
    found = check(coordinator, {TARGETS: [heading, leaf], MILESTONES: spoiled})
    assert problems(found) == [(MILESTONES, at(MILESTONES, column, 3), code)]


def test_a_part_of_a_heading_is_refused_in_the_words_of_the_action(coordinator, heading, ranks, leaf):
    _target, parts = ranks
    given = {TARGETS: [heading], PARTS: [parts[0] | {"code": "11"}]}
    found = check(coordinator, given)
    assert problems(found) == [(PARTS, at(PARTS, "position"), "position.refused")]
    assert found[0].message == "Nhóm tính theo các chỉ tiêu con thì tự nó không đặt yêu cầu."


def test_a_heading_with_a_rule_is_refused_at_each_cell(coordinator, heading, leaf, row):
    asks = {"rule": "Ít nhất", "threshold": "5", "due_on": "31/12/2026"}
    milestone = row | {"code": "11", "on": "30/06/2026", "value": 3}
    found = check(coordinator, {TARGETS: [heading | asks], MILESTONES: [milestone]})
    assert sorted(problems(found)) == sorted(
        [
            *[(TARGETS, at(TARGETS, name), f"{name}.refused") for name in asks],
            (MILESTONES, at(MILESTONES, "on"), "on.refused"),
        ]
    )


@pytest.mark.parametrize(
    ("change", "sheet", "column", "words"),
    [
        ({"indicator": "TH-01"}, TARGETS, "indicator", "Chỉ số nằm ở các phần"),
        ({"rule": "Ít nhất", "level": "Toàn tỉnh", "threshold": "3"}, PARTS, "position", "không có phần"),
    ],
)
def test_a_composite_that_contradicts_itself_is_refused(coordinator, ranks, change, sheet, column, words):
    target, parts = ranks
    found = check(coordinator, {TARGETS: [target | change], PARTS: parts})
    assert problems(found)[0] == (sheet, at(sheet, column), f"{column}.refused")


def test_what_is_refused_is_told_with_rules_and_days_as_people_write_them(coordinator, row, leaf):
    milestone = row | {"code": "1", "on": 2031, "value": 5}
    found = check(
        coordinator,
        {TARGETS: [leaf | {"code": "1", "parent": "", "low": "3"}], MILESTONES: [milestone]},
    )
    assert [each.message for each in found] == [
        "Quy tắc “Ít nhất” không dùng mục này. Hãy bỏ đi.",
        "Mốc trung gian 31/12/2031 phải trước thời hạn 31/12/2030.",
    ]


@pytest.mark.parametrize("kept", [0, 1])
def test_a_composite_of_fewer_than_two_parts_is_refused(coordinator, ranks, kept):
    target, parts = ranks
    found = check(coordinator, {TARGETS: [target], PARTS: parts[:kept]})
    assert problems(found) == [(TARGETS, at(TARGETS, "rule"), "rule.refused")]
    assert found[0].message == "Cách đánh giá “Tất cả các phần” cần ít nhất hai phần."


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"parent": "12"}, "parent", "parent.unknown"),
        ({"code": "12.1"}, "code", "code.refused"),
        ({"row_kind": "Nhóm: tính là một chỉ tiêu"}, "parent", "parent.refused"),
        ({"row_kind": "mục"}, "row_kind", "row_kind.unknown"),
        ({"shape": "cong"}, "shape", "shape.unknown"),
    ],
)
def test_a_row_that_does_not_fit_its_heading_is_refused(coordinator, heading, leaf, change, column, code):
    found = check(coordinator, {TARGETS: [heading, leaf | change]})
    assert problems(found) == [(TARGETS, at(TARGETS, column, 3), code)]


def test_a_refused_heading_is_told_once_and_its_rows_are_checked(coordinator, heading, leaf, milestones):
    given = {TARGETS: [heading | {"name_vi": ""}, leaf], MILESTONES: [milestones[0] | {"on": 2031}]}
    assert problems(check(coordinator, given)) == [
        (TARGETS, at(TARGETS, "name_vi"), "name_vi.refused"),
        (MILESTONES, at(MILESTONES, "on"), "on.refused"),
    ]
    with pytest.raises(WorkbookRefused):
        write(coordinator, {TARGETS: given[TARGETS]})
    assert not Target.objects.exists()


def test_parts_of_another_province_are_not_compared(coordinator, places, ranks):
    theirs = make_target(places.dak_lak, code="4")
    line = ranks[1][0] | {"document": theirs.document.key, "unit": places.dak_lak.ref}
    found = check(coordinator, {PARTS: [line]})
    assert problems(found) == [(PARTS, at(PARTS, "unit"), "unit.unknown")]
