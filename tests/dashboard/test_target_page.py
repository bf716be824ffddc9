"""One target: what it was judged from, why it has its state, and who may see what."""

from datetime import date
from decimal import Decimal

import pytest

from events.models import Event
from indicators.models import Declaration, Evidence, Milestone, TargetRevision
from resolutions.models import Task
from tests.cast import make_person
from tests.dashboard.reading import card, words
from tests.factories.results import (
    make_attainment,
    make_document,
    make_indicator,
    make_measurement,
    make_period,
    make_target,
)


@pytest.fixture
def signatures(places, plan):
    """97,22 % of Ninh Thuận in 2023 from one approved cell, after 87,74 %; asked are 100 %."""
    indicator = make_indicator("CQ-03", numerator_vi="Số người dùng", denominator_vi="Số người")
    target = make_target(places.ninh_thuan, indicator, plan, threshold="100", code="04")
    target.revisions.update(baseline=Decimal("87.74"), baseline_on=date(2022, 12, 31))
    cell = make_measurement(
        places.ninh_thuan, indicator, make_period("2023"), numerator=9722, denominator=10000
    )
    return make_attainment(
        target,
        make_period("2023"),
        status="missed",
        numerator=Decimal(9722),
        denominator=Decimal(10000),
        previous_value=Decimal("87.74"),
        progress=Decimal("0.773246"),
        expected=Decimal(1),
        pace=Decimal("0.773246"),
        owing=1,
        reporting=1,
        inputs=[[0, "2023", "measurement", cell.pk, 1, "value", 97220000, 100000000, None]],
    )


@pytest.fixture
def page_of(reads):
    return lambda judged: reads.get(f"/targets/{judged.target_id}/?period={judged.period.code}")


def test_inputs_are_listed_with_their_versions(page_of, signatures):
    assert "Năm 2023 báo cáo, đã duyệt" in card(page_of(signatures), "inputs")
    assert "9.722 10.000 97,22 % 1" in card(page_of(signatures), "inputs")


def test_tasks_that_serve_it_and_events_about_its_document_are_told(page_of, signatures, places):
    target = signatures.target
    assert 'id="tied"' not in page_of(signatures).content.decode()
    task = Task.objects.create(unit=target.unit, title_vi="Cấp chữ ký số", due_on=date(2023, 6, 30))
    task.targets.add(target)
    Task.objects.create(unit=target.unit, title_vi="Việc khác", due_on=date(2023, 6, 30))
    held = {"unit": target.unit, "kind": "conference", "ends_on": "2023-12-31", "starts_on": "2023-12-31"}
    Event.objects.create(**held, title_vi="Hội nghị tổng kết").documents.add(target.document)
    Event.objects.create(**held, title_vi="Hội nghị khác")
    told = card(page_of(signatures), "tied")
    assert "Cấp chữ ký số" in told
    assert "hạn 30/06/2023" in told
    assert "Hội nghị tổng kết" in told
    assert "khác" not in told


def test_formulas_have_the_numbers_put_in(page_of, signatures):
    found = card(page_of(signatures), "inputs")
    assert "9.722 ÷ 10.000 × 100 = 97,22 %" in found
    assert "(97,22 − 87,74) ÷ (100 − 87,74) = 77,32 %" in found
    assert "77,32 % ÷ 100,00 % = 77,32 %" in found


def test_accumulated_figure_says_what_was_added(page_of, judge):
    judged = judge(
        "missed",
        numerator=Decimal(30),
        denominator=Decimal(100),
        inputs=[
            [0, "2023-Q1", "roll_up", 1, 1, "value", 100000, 400000, None],
            [0, "2023-Q2", "roll_up", 2, 1, "value", 200000, 600000, None],
        ],
    )
    assert "Lũy kế (10 + 20) ÷ (40 + 60)" in card(page_of(judged), "inputs")


def test_verdict_says_why(page_of, signatures):
    found = words(page_of(signatures), 'class="card verdict', "</section>")
    assert "97,22 % chưa đạt mức ≥ 100 %; ngày đánh giá 31/12/2023 đã đến hạn 31/12/2023." in found
    assert "+9,48 điểm % · +10,80 %" in found


def test_facts_name_rules_revision_and_days(page_of, signatures):
    found = card(page_of(signatures), "asked")
    assert "Đạt ít nhất 100 %, hạn 31/12/2023" in found
    assert "Ngày đánh giá 31/12/2023 kỳ được chốt đánh giá ngày 31/12/2023" in found
    assert "Mức bao phủ 1/1 đơn vị" in found
    assert "Quy tắc phiên bản 1" in found
    assert "đúng tiến độ từ 95 %, có nguy cơ từ 60 % nhịp độ" in found


def test_another_province_sees_the_result_but_no_cell(signed_in, neighbour, signatures):
    page = signed_in(neighbour).get(f"/targets/{signatures.target_id}/?period=2023")
    assert "97,22 %" in words(page, 'class="card verdict', "</section>")
    assert "ngoài phạm vi của bạn" in card(page, "inputs")
    assert "Số liệu của từng đơn vị báo cáo chỉ hiển thị" in words(page)


def test_target_out_of_reach_is_not_found(signed_in, neighbour, judge, places):
    judged = judge("met", unit=places.phan_rang)
    assert signed_in(neighbour).get(f"/targets/{judged.target_id}/").status_code == 404


def test_unknown_target_is_not_found(reads):
    assert reads.get("/targets/999999/").status_code == 404


def test_unknown_period_of_a_target_is_not_found(reads, signatures):
    page = reads.get(f"/targets/{signatures.target_id}/?period=2023-13")
    assert page.status_code == 404
    assert "Không có kỳ “2023-13”" in words(page)


def test_target_opens_its_latest_closed_period(reads, signatures):
    make_attainment(signatures.target, make_period("2026"), status="not_due")
    assert reads.get(f"/targets/{signatures.target_id}/").context["period"].code == "2023"


def test_target_that_was_never_judged_says_so(reads, places):
    target = make_target(places.khanh_hoa)
    assert "Chưa có kết quả" in words(reads.get(f"/targets/{target.pk}/"))


def test_done_before_its_day_says_how_early(page_of, places, plan):
    target = make_target(places.ninh_thuan, document=plan)
    target.revisions.update(rule="done", threshold=None, due_on=date(2023, 5, 30))
    enters, approves = make_person("enters"), make_person("approves")
    Declaration.objects.create(
        target=target, kind="done", is_met=True, declared_on=date(2023, 4, 8), number=1, state="approved",
        entered_by=enters, submitted_by=enters, approved_by=approves, approved_at="2023-04-09T00:00:00Z",
    )  # fmt: skip
    judged = make_attainment(target, make_period("2023"), status="met", days_early=52)
    page = page_of(judged)
    found = words(page, 'class="card verdict', "</section>")
    assert "Xong 08/04/2023" in found
    assert "sớm 52 ngày" in found
    assert "Xác nhận hoàn thành ngày 08/04/2023; hạn là 30/05/2023." in found
    assert "Đã hoàn thành 08/04/2023 phiên bản 1" in card(page, "declarations")


def test_reason_of_a_judgement_stays_within_reach(page_of, signed_in, neighbour, places, plan):
    target = make_target(places.ninh_thuan, document=plan)
    target.revisions.update(rule="judged", threshold=None)
    enters, approves = make_person("enters"), make_person("approves")
    Declaration.objects.create(
        target=target, kind="judged", is_met=True, declared_on=date(2023, 4, 8), number=1, state="approved",
        reason="Ngang mức các nước tiên tiến", judged_by=enters, entered_by=enters, submitted_by=enters,
        approved_by=approves, approved_at="2023-04-09T00:00:00Z",
    )  # fmt: skip
    judged = make_attainment(target, make_period("2023"), status="met")
    assert "Ngang mức các nước tiên tiến" in words(page_of(judged))
    page = signed_in(neighbour).get(f"/targets/{target.pk}/?period=2023")
    assert "Ngang mức các nước tiên tiến" not in words(page)


def test_revisions_name_the_document_that_changed_them(page_of, signatures, places):
    later = make_document(places.ninh_thuan, "99/QĐ-UBND")
    TargetRevision.objects.create(
        target=signatures.target, number=2, document=later, effective_on=date(2024, 1, 1),
        rule="at_least", threshold=Decimal(95), due_on=date(2024, 12, 31),
    )  # fmt: skip
    found = card(page_of(signatures), "revisions")
    assert "Đạt ít nhất 95 %, hạn 31/12/2024 Lần 2, hiệu lực từ 01/01/2024, theo 99/QĐ-UBND" in found
    assert "Đạt ít nhất 100 %, hạn 31/12/2023 đang áp dụng" in found


def test_trajectory_draws_the_way_with_its_table(page_of, signatures):
    Milestone.objects.create(revision=signatures.revision, on=date(2023, 6, 30), value=95)
    page = page_of(signatures)
    assert page.context["page"].chart.milestones
    assert 'class="trajectory-plot"' in page.content.decode()
    assert "Năm 2023 97,22 % ≥ 100 % Không đạt" in card(page, "trajectory")


def test_note_of_its_document_is_shown(page_of, signatures, plan):
    plan.note_vi = "Phụ lục chưa đọc được."
    plan.save()
    assert "Phụ lục chưa đọc được." in card(page_of(signatures), "asked")


def test_linked_copies_lead_to_each_other(page_of, judge, places):
    given = judge("met")
    copy = judge("met", unit=places.khanh_hoa)
    copy.target.linked_to = given.target
    copy.target.save()
    assert f"/targets/{given.target_id}/" in page_of(copy).content.decode()
    assert "Giao cho Tỉnh Khánh Hòa" in card(page_of(given), "links")


def test_bodies_figures_are_listed_for_their_leader(page_of, places, signatures):
    indicator = signatures.target.indicator
    make_measurement(
        places.loi_hai, indicator, make_period("2023"), level="commune", numerator=90, denominator=100
    )
    assert "Xã Lợi Hải Cấp xã 90 100 90,00 % 1" in card(page_of(signatures), "cells")


def test_bodies_figures_are_hidden_from_a_neighbour(signed_in, neighbour, places, signatures):
    indicator = signatures.target.indicator
    make_measurement(places.loi_hai, indicator, make_period("2023"), level="commune", value=Decimal(90))
    page = signed_in(neighbour).get(f"/targets/{signatures.target_id}/?period=2023")
    assert "Xã Lợi Hải" not in words(page)


def test_english_target_page_speaks_english(reads, signatures):
    reads.cookies["django_language"] = "en"
    page = reads.get(f"/targets/{signatures.target_id}/?period=2023")
    assert "Reach at least 100 % by 31 Dec 2023" in card(page, "asked")
    assert "(97.22 − 87.74) ÷ (100 − 87.74) = 77.32 %" in card(page, "inputs")


def _proven(target, judged, **more):
    """The target was judged from a cell of its unit, to which a file is attached."""
    cell = make_measurement(target.unit, target.indicator, judged.period, numerator=9, denominator=10)
    row = [0, judged.period.code, "measurement", cell.pk, 1, "value", 90_000, 100_000, None]
    type(judged).objects.filter(pk=judged.pk).update(inputs=[row])
    by = cell.approved_version.entered_by
    return Evidence.objects.create(
        measurement=cell, name="bien-ban.pdf", size=4, sha256="0" * 64, uploaded_by=by, **more
    )


def test_evidence_of_a_figure_stands_beside_it(reads, judge):
    judged = judge(status="missed", value=Decimal(90))
    proof = _proven(judged.target, judged)
    found = reads.get(f"/targets/{judged.target_id}/").content.decode()
    assert found.count(f'href="/evidence/{proof.pk}/"') == 1


def test_removed_evidence_is_not_offered(reads, judge, leader):
    judged = judge(status="missed", value=Decimal(90))
    removed = {"removed_at": "2024-01-01T00:00:00Z", "removed_by": leader, "removal_reason": "Nhầm tệp"}
    proof = _proven(judged.target, judged, **removed)
    assert f"/evidence/{proof.pk}/" not in reads.get(f"/targets/{judged.target_id}/").content.decode()


def test_evidence_is_hidden_from_who_may_not_see_the_cell(signed_in, judge, neighbour):
    judged = judge(status="missed", value=Decimal(90))
    proof = _proven(judged.target, judged)
    answer = signed_in(neighbour).get(f"/targets/{judged.target_id}/")
    assert answer.status_code == 200
    assert f"/evidence/{proof.pk}/" not in answer.content.decode()
