"""The plan of Ninh Thuận for 2023 as it was reported: the figures every reader knows stand on the page."""

import re

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import Membership, Role, User
from indicators.models import Target
from provinces.models import Unit
from tests.dashboard.reading import card, words

PAGE = {"unit": "P58", "period": "2023"}


@pytest.fixture(scope="module")
def judged(reference, django_db_blocker):
    with django_db_blocker.unblock():
        call_command("recompute", all=True, verbosity=0)


@pytest.fixture
def reads(judged, db, client: Client) -> Client:
    user = User.objects.create_user("leader of Ninh Thuận")
    Membership.objects.create(user=user, role=Role.LEADER, unit=Unit.objects.get(ref="P58"))
    client.force_login(user)
    return client


def test_headline_is_17_of_23(reads):
    found = card(reads.get("/", PAGE), "headline")
    assert "17/23 chỉ tiêu đạt và vượt" in found
    assert "73,91 %" in found
    assert "Vượt 10 Đạt 7" in found
    assert "Không đạt 6" in found
    assert "tổng 23" in found


def test_documents_are_13_of_19_and_4_of_4(reads):
    found = card(reads.get("/", PAGE), "by-document")
    assert "09-NQ/TU 13/19" in found
    assert "06/QĐ-TTg 4/4" in found


def test_all_23_rows_open_their_target(reads):
    html = reads.get("/scoreboard/", PAGE).content.decode()
    rows = html[html.index('id="rows"') :]
    assert len(set(re.findall(r"/targets/(\d+)/\?period=2023", rows))) == 23


def test_electronic_documents_stand_by_level(reads):
    found = card(reads.get("/", PAGE), "by-levels")
    assert "Cấp tỉnh 98,90 % Cấp huyện 96,52 % Cấp xã 94,89 %" in found


def test_signatures_and_rank_are_compared_with_the_year_before(reads):
    found = card(reads.get("/", PAGE), "changes")
    assert "97,22 % +9,48 điểm %" in found
    assert "+10,80 %" in found
    assert "27/63 26 bậc" in found


def test_made_up_figures_are_marked_and_reported_ones_are_not(reads):
    rows = card(reads.get("/scoreboard/", PAGE), "rows-title")
    assert "21,40 % (Dữ liệu minh họa)" in rows
    assert "97,22 % ≥ 100 % 2,78 điểm % Không đạt" in rows
    assert "98,90 % ≥ 95 % (Dữ liệu minh họa)" in rows


def test_conference_of_the_year_is_among_the_events(reads):
    assert "Hội nghị tổng kết công tác chuyển đổi số năm 2023" in card(reads.get("/", PAGE), "dates")


def test_citizen_ids_were_done_52_days_early(reads):
    target = Target.objects.get(unit__ref="P58", code="06")
    found = words(reads.get(f"/targets/{target.pk}/?period=2023"), 'class="card verdict', "</section>")
    assert "sớm 52 ngày" in found


def test_note_on_the_national_resolution_is_shown(reads):
    assert "71/NQ-CP" in card(reads.get("/", {"unit": "VN", "period": "2025"}), "headline")


def test_national_rows_stand_under_their_headings(reads):
    found = card(reads.get("/scoreboard/", {"unit": "VN", "period": "2025"}), "rows-title")
    assert "Hạ tầng số tính theo các chỉ tiêu con" in found
