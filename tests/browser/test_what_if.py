"""Trying other figures on a target's page: sums move exactly, the rules judge, nothing stays."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import expect

from indicators.models import Attainment, MeasurementVersion
from tests.factories.cells import aim, calendar, owe, recompute_all, report
from tests.factories.results import make_indicator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pooled_target(transactional_db: None, places: Any, pin_today: Any) -> Any:
    """Two communes of Khánh Hòa: 9 of 10 and 70 of 100 make 79 of 110; 80 % are asked."""
    pin_today(date(2026, 11, 21))
    calendar(2026)
    indicator = make_indicator("DI-01")
    for unit, figure in ((places.phan_rang, "9/10"), (places.cam_ranh, "70/100")):
        owe(unit, indicator, "commune")
        report(unit, indicator, "2026-Q3", "commune", figure)
    target = aim(places.khanh_hoa, indicator, threshold="80", due_on=date(2026, 9, 30))
    recompute_all()
    return target


def test_figures_are_tried_and_nothing_is_stored(pooled_target, visit, leader):
    page = visit(leader, f"/targets/{pooled_target.pk}/?period=2026-Q3")
    before = Attainment.objects.get(target=pooled_target, period__code="2026-Q3")
    assert (before.numerator, before.denominator, before.status) == (79, 110, "missed")
    versions = MeasurementVersion.objects.count()
    page.get_by_text("Thử giả định").click()
    card = page.locator("#what-if")
    expect(card.locator("[data-figure]")).to_have_text("71,82\u00a0%")
    typed = card.get_by_label("Phường Cam Ranh, Tử số")
    typed.fill("79")
    # 88 of 110 is 80 % exactly: met, as the rules say, and not a mean of 90 % and 79 %.
    expect(card.locator("[data-figure]")).to_have_text("80,00 %")
    expect(card.locator("[data-state]")).to_contain_text("Đạt")
    typed.fill("8x")
    expect(card.locator("[data-told]")).to_contain_text("1.234,5")
    typed.fill("80,5")
    expect(card.locator("[data-figure]")).to_have_text("81,36 %")
    expect(card.locator("[data-state]")).to_contain_text("Vượt")
    card.get_by_role("button", name="Về số liệu đã báo cáo").click()
    expect(card.locator("[data-figure]")).to_have_text("71,82 %")
    connection.close()
    after = Attainment.objects.get(pk=before.pk)
    assert (after.numerator, after.status, after.version) == (79, "missed", before.version)
    assert MeasurementVersion.objects.count() == versions


def test_who_sees_no_cells_tries_none(pooled_target, visit, neighbour):
    page = visit(neighbour, f"/targets/{pooled_target.pk}/?period=2026-Q3")
    assert page.locator("#what-if").count() == 0
