"""Saved views: an address under a name, one's own alone, that shows others what they may see."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import SavedView
from dashboard.models.saved_views import MOST_VIEWS
from tests.dashboard.reading import words
from tests.dashboard.test_list_exports import asked, signatures

__all__ = ["signatures"]
SENT = {"name": "Chữ ký số các xã", "page": "map", "query": "unit=P56-2025&level=commune"}


def kept(user: Any, name: str = "Một", **fields: Any) -> SavedView:
    made: SavedView = SavedView.objects.create(
        user=user, name=name, **{"page": "map", "query": "unit=VN"} | fields
    )
    return made


# --- Keeping one
def test_view_is_kept_and_its_page_shown_again(reads: Any, leader: Any, places: Any) -> None:
    answer = reads.post("/views/save/", SENT)
    assert answer.status_code == 302
    assert answer.url == "/map/?unit=P56-2025&level=commune"
    [view] = SavedView.objects.filter(user=leader)
    assert (view.name, view.address) == ("Chữ ký số các xã", answer.url)
    assert "đã được lưu" in words(reads.get(answer.url))


def test_page_offers_to_keep_what_it_shows_even_what_it_chose_itself(
    reads: Any, signatures: Any, places: Any
) -> None:
    html = reads.get("/map/", {"unit": "P56-2025", "sort": "value", "export": ""}).content.decode()
    form = html[html.index('action="/views/save/"') :]
    assert 'name="page" value="map"' in form
    query = form[form.index('name="query" value="') :].split('"')[3].replace("&amp;", "&")
    expected = (
        f"unit=P56-2025&sort=value&tier=commune&indicator={signatures.code}&level=commune&period=2026-Q3"
    )
    assert sorted(query.split("&")) == sorted(expected.split("&"))


@pytest.mark.parametrize("address", ["/", "/scoreboard/", "/map/", "/compare/", "/series/", "/heat/"])
def test_every_page_can_be_kept_as_they_are_opened(
    reads: Any, signatures: Any, judge: Any, places: Any, address: str
) -> None:
    judge("met", unit=places.khanh_hoa)
    html = reads.get(address, asked(signatures)).content.decode()
    form = html[html.index('action="/views/save/"') :]
    page, query = (form[form.index(f'name="{name}" value="') :].split('"')[3] for name in ("page", "query"))
    answer = reads.post("/views/save/", {"name": "Tên", "page": page, "query": query.replace("&amp;", "&")})
    assert answer.status_code == 302
    assert answer.url.startswith(f"{address}?")
    assert reads.get(answer.url).status_code == 200


def test_files_of_a_page_are_not_kept(reads: Any, leader: Any, places: Any) -> None:
    reads.post("/views/save/", SENT | {"query": "unit=VN&export=png&chart=map&list=late&period="})
    assert SavedView.objects.get(user=leader).query == "unit=VN"


def test_several_chosen_units_are_kept(reads: Any, leader: Any, places: Any) -> None:
    reads.post("/views/save/", SENT | {"page": "compare", "query": "pick=A&pick=B"})
    assert SavedView.objects.get(user=leader).address == "/compare/?pick=A&pick=B"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "  "}, "Trường này là bắt buộc."),
        ({"name": "x" * 81}, "80"),
        ({"page": "//evil"}, "Không lưu được trang này."),
        ({"page": "target"}, "Không lưu được trang này."),
        ({"query": "x" * 1001}, "Địa chỉ của trang này quá dài nên không lưu được."),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(
    reads: Any, places: Any, wrong: dict[str, str], said: str
) -> None:
    answer = reads.post("/views/save/", SENT | wrong)
    assert answer.status_code == 422
    assert said in words(answer)
    assert not SavedView.objects.exists()


def test_longest_name_is_kept(reads: Any, places: Any) -> None:
    assert reads.post("/views/save/", SENT | {"name": "đ" * 80}).status_code == 302


def test_name_is_used_once_by_a_person(reads: Any, leader: Any, coordinator: Any, places: Any) -> None:
    kept(coordinator, SENT["name"])
    assert reads.post("/views/save/", SENT).status_code == 302
    answer = reads.post("/views/save/", SENT)
    assert answer.status_code == 422
    assert "Bạn đã có trang lưu tên “Chữ ký số các xã”." in words(answer)
    assert SavedView.objects.filter(user=leader).count() == 1


def test_fiftieth_view_is_the_last(reads: Any, leader: Any, places: Any) -> None:
    for number in range(MOST_VIEWS - 1):
        kept(leader, f"Trang {number}")
    assert reads.post("/views/save/", SENT).status_code == 302
    answer = reads.post("/views/save/", SENT | {"name": "Thêm"})
    assert answer.status_code == 422
    assert "tối đa" in words(answer)
    assert SavedView.objects.filter(user=leader).count() == MOST_VIEWS


# --- The list
def test_list_shows_ones_own_with_a_link_to_copy(reads: Any, leader: Any, coordinator: Any) -> None:
    kept(leader, "Của tôi")
    kept(coordinator, "Của người khác")
    html = reads.get("/views/").content.decode()
    assert "Của tôi" in html
    assert "Của người khác" not in html
    assert 'value="http://testserver/map/?unit=VN"' in html


def test_list_asks_the_same_for_2_and_for_50(reads: Any, leader: Any) -> None:
    counts = set()
    for number in (2, 20, 50):
        while SavedView.objects.count() < number:
            kept(leader, f"Trang {SavedView.objects.count()}")
        reads.get("/views/")
        with CaptureQueriesContext(connection) as queries:
            reads.get("/views/")
        counts.add(len(queries))
    assert len(counts) == 1
    assert counts.pop() <= 5


def test_menu_of_the_account_leads_to_the_list(reads: Any, places: Any) -> None:
    assert 'href="/views/"' in reads.get("/rules/").content.decode()


def test_link_shows_others_what_they_may_see(
    signed_in: Any, leader: Any, neighbour: Any, places: Any
) -> None:
    view = kept(leader, page="map", query=f"unit={places.phan_rang.ref}")
    assert signed_in(leader).get(view.address).status_code == 200
    assert signed_in(neighbour).get(view.address).status_code == 404


# --- Letting one go
def test_own_view_is_deleted(reads: Any, leader: Any, places: Any) -> None:
    view = kept(leader)
    assert reads.post(f"/views/{view.pk}/delete/").url == "/views/"
    assert not SavedView.objects.exists()


def test_view_of_another_does_not_exist(reads: Any, coordinator: Any, places: Any) -> None:
    view = kept(coordinator)
    assert reads.post(f"/views/{view.pk}/delete/").status_code == 404
    assert SavedView.objects.filter(pk=view.pk).exists()


def test_nothing_is_deleted_by_opening_an_address(reads: Any, leader: Any) -> None:
    view = kept(leader)
    assert reads.get(f"/views/{view.pk}/delete/").status_code == 405
    assert SavedView.objects.filter(pk=view.pk).exists()
