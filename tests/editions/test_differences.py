"""What a correction changed: every field of every target once, and nothing that stayed."""

import copy
from decimal import Decimal

import pytest

from dashboard.editions.canonical import content_in
from dashboard.editions.compared import EDITION, HEADLINE, TARGET
from dashboard.editions.content import content_of
from dashboard.editions.differences import differences, is_same
from indicators.models import Attainment, Report, Target
from tests.factories.results import make_attainment, make_target

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(plan):
    return content_of(plan.unit, plan.period)


def told(before, after, language="vi"):
    found = []
    for each in differences(before, after):
        said = each.said[language]
        words = (each.part, each.field, said.subject, said.field, said.before, said.after)
        found.append(tuple(word.replace("\u00a0", " ") for word in words))
    return found


def test_nothing_differs_from_itself(content):
    assert differences(content, copy.deepcopy(content)) == []
    assert is_same(content, content | {"computed_at": "2030-01-01T00:00:00+00:00"})


def test_corrected_figure_is_told_field_by_field_with_the_headline(corrected):
    first, second = (content_in(each.raw) for each in corrected)
    assert told(first, second) == [
        ("headline", "met", "Kết quả chung", "đạt trên tổng số", "2/3 (66,67 %)", "3/3 (100,00 %)"),
        ("headline", "counts", "Kết quả chung", "các trạng thái",
         "Vượt 1, Đạt 1, Không đạt 1", "Vượt 1, Đạt 2"),
        ("headline", "due", "Kết quả chung", "đạt trong số đến hạn", "2/3", "3/3"),
        ("target", "status", "2 Chữ ký số", "trạng thái", "Không đạt", "Đạt"),
        ("target", "value", "2 Chữ ký số", "kết quả", "97,22 % (7.001/7.201)", "100,00 % (7.201/7.201)"),
    ]  # fmt: skip


def test_differences_are_told_in_english_too(corrected):
    first, second = (content_in(each.raw) for each in corrected)
    assert told(first, second, "en")[3:] == [
        ("target", "status", "2 Digital signatures", "state", "Missed", "Met"),
        (
            "target",
            "value",
            "2 Digital signatures",
            "result",
            "97.22 % (7,001/7,201)",
            "100.00 % (7,201/7,201)",
        ),
    ]


def test_new_input_without_a_new_figure_is_told(plan, content):
    inputs = copy.deepcopy(plan.missed.inputs)
    inputs[0][4] += 1
    Attainment.objects.filter(pk=plan.missed.pk).update(inputs=inputs)
    [(part, field, *_words)] = told(content, content_of(plan.unit, plan.period))
    assert (part, field) == ("target", "inputs")


def test_number_that_reads_the_same_is_told_as_it_is_stored(plan, content):
    changed = copy.deepcopy(content)
    changed["targets"][0]["progress"] = "0.5"
    [(part, field, _subject, _label, before, after)] = told(content, changed)
    assert (part, field, before, after) == ("target", "pace", "[None]", "[0.5]")


def test_plan_owner_and_name_are_told(plan, content):
    revision = plan.met.revision
    type(revision).objects.filter(pk=revision.pk).update(threshold=Decimal("97.5"))
    Target.objects.filter(pk=plan.met.target_id).update(name_vi="Tên khác", owner=None, owner_note="Ai đó")
    found = told(content, content_of(plan.unit, plan.period))
    assert [(field, before, after) for _part, field, _s, _l, before, after in found] == [
        ("asked", "≥ 90 %, hạn 31/12/2023", "≥ 97,5 %, hạn 31/12/2023"),
        ("name", "Văn bản điện tử", "Tên khác"),
        ("owner", plan.owner.label, "Ai đó"),
    ]


def test_english_name_alone_is_told(plan, content):
    Target.objects.filter(pk=plan.met.target_id).update(name_en="E-documents")
    [(part, field, *_rest)] = told(content, content_of(plan.unit, plan.period))
    assert (part, field) == ("target", "wording")


def test_added_and_dropped_targets_are_told(plan, content):
    make_attainment(make_target(plan.unit, document=plan.first, code="9", name_vi="Mới"), status="met")
    Attainment.objects.filter(pk=plan.none.pk).delete()
    found = told(content, content_of(plan.unit, plan.period))
    labels = {(subject.split()[0], label) for part, _f, subject, label, *_r in found if part == "target"}
    assert labels == {("9", "thêm chỉ tiêu"), ("5", "bỏ chỉ tiêu")}


def test_narratives_are_told(plan, content):
    Report.objects.filter(unit=plan.unit).update(results="Đã làm lại")
    Report.objects.exclude(unit=plan.unit).filter(state="locked").delete()
    found = told(content, content_of(plan.unit, plan.period))
    assert [each[1:] for each in found] == [
        ("results", "Tỉnh Ninh Thuận", "kết quả thực hiện", "Đã làm xong", "Đã làm lại"),
        ("causes", "Xã Lợi Hải, huyện Thuận Bắc, tỉnh Ninh Thuận", "nguyên nhân", "Mưa bão", "–"),
    ]


def test_every_frozen_key_is_compared(content):
    """A key that no field stands for could change without being told."""
    covered = {key for one in TARGET for key in one.keys}
    assert covered | {"id", "texts"} == set(content["targets"][0])
    assert {key for one in HEADLINE for key in one.keys} == set(content["headline"])
    assert {key for one in EDITION for key in one.keys} <= set(content)


@pytest.mark.parametrize("key", [key for one in TARGET for key in one.keys])
def test_change_of_any_one_key_is_told_once(content, key):
    changed = copy.deepcopy(content)
    target = changed["targets"][0]
    target[key] = other(target[key], key)
    found = differences(content, changed)
    field = next(one.field for one in TARGET if key in one.keys)
    assert [(each.part, each.field) for each in found if each.part == "target"] == [("target", field)]
    said = found[-1].said["vi"]
    assert said.before != said.after


def other(value, key):
    if key == "revision":
        return value | {"threshold": "1"}
    if key == "heading":
        return {"code": "H", "name": "Mục"}
    if key == "indicator":
        return value | {"code": "OTHER"}
    if key == "qualifier":
        return "estimate"
    if key == "provenance":
        return "illustrative"
    if key == "through":
        return "2023-Q3"
    if key == "inputs":
        return [[0, "2023", "measurement", 1, 2, "value", 1, 2, None]]
    if key.endswith("_on"):
        return "2020-01-01"
    if isinstance(value, bool):
        return not value
    return 7 if isinstance(value, int) or value is None else f"{value}1"
