"""The list and the page of documents."""

from datetime import date

import pytest

from dashboard.document_graph import graph_of, related_to
from events.models import Event
from resolutions.models import DocumentLink, Task
from tests.dashboard.reading import card, words
from tests.dashboard.test_queries import queries_of
from tests.factories.results import make_attainment, make_document, make_period, make_target
from tests.factories.units import make_unit


def link(document, relation, other):
    DocumentLink.objects.create(document=document, relation=relation, other=other)


def meet(unit, document, title):
    days = {"starts_on": "2023-10-10", "ends_on": "2023-10-10"}
    event = Event.objects.create(unit=unit, kind="workshop", title_vi=title, **days)
    event.documents.add(document)


# --- List ---------------------------------------------------------------------------------------------------
def test_the_list_shows_number_title_issuer_day_and_validity(reads, places):
    make_document(places.nation, "57-NQ/TW", title_vi="Về đột phá", issued_on=date(2024, 12, 22))
    listed = card(reads.get("/documents/"), "documents-title")
    assert "57-NQ/TW Về đột phá UBND Việt Nam" in listed
    assert "22/12/2024" in listed
    assert "Đang có hiệu lực" in listed


@pytest.mark.parametrize(
    ("days", "words_"),
    [
        ({"valid_from": date(2026, 12, 1)}, "Chưa có hiệu lực"),
        ({"valid_to": date(2026, 11, 20)}, "Hết hiệu lực"),
        ({"valid_to": date(2026, 11, 21)}, "Đang có hiệu lực"),
    ],
)
def test_validity_is_of_today(reads, places, days, words_):
    make_document(places.nation, **days)
    assert words_ in card(reads.get("/documents/"), "documents-title")


@pytest.mark.parametrize(
    "asked",
    [
        *({"unit": "P58"}, {"kind": "directive"}, {"number": "20 – ct / tu"}),
        *({"on": "15/06/2023"}, {"on": "2023-06-15"}),
    ],
)
def test_the_list_is_narrowed(reads, places, asked):
    days = {"valid_from": date(2023, 6, 8), "valid_to": date(2023, 7, 1)}
    make_document(places.ninh_thuan, "20-CT/TU", kind="directive", **days)
    make_document(places.nation, "20-CT/TW", valid_from=date(2024, 1, 1))
    listed = card(reads.get("/documents/", asked), "documents-title")
    assert "20-CT/TU" in listed
    assert "20-CT/TW" not in listed


def test_a_day_that_is_none_is_told(reads):
    answer = reads.get("/documents/", {"on": "31/02/2025"})
    assert answer.status_code == 400
    assert "31/02/2025" in words(answer, 'role="alert"', "</p>")


def test_the_list_counts_what_the_reader_may_see(reads, signed_in, places, neighbour):
    document = make_document(places.nation)
    make_target(places.khanh_hoa, document=document)
    make_target(places.phan_rang, document=document)
    Task.objects.create(unit=places.khanh_hoa, document=document, title_vi="Việc", due_on="2026-01-31")
    assert "2 1 1 quá hạn" in card(reads.get("/documents/"), "documents-title")
    assert "1 1 1 quá hạn" in card(signed_in(neighbour).get("/documents/"), "documents-title")


def test_the_list_asks_the_same_for_2_20_and_200_documents(reads, places):
    counts = set()
    for number in (2, 18, 180):
        for _each in range(number):
            unit = make_unit("commune", parent=places.khanh_hoa)
            document = make_document(unit)
            make_target(unit, document=document)
            Task.objects.create(unit=unit, document=document, title_vi="Việc", due_on="2026-01-31")
        counts.add(queries_of(reads, "/documents/"))
    assert len(counts) == 1
    assert max(counts) <= 10


# --- Page ---------------------------------------------------------------------------------------------------
def test_the_page_counts_its_targets_with_all_states_adding_up(reads, plan, judge, places):
    for status in ("exceeded", "met", "met", "missed", "no_data"):
        judge(status)
    judge("met", document=make_document(places.ninh_thuan))
    shown = card(reads.get(f"/documents/{plan.pk}/"), "standing")
    assert "3/5" in shown
    assert "tổng 5" in shown
    assert "4/6" in shown


def test_the_page_lists_its_own_targets_alone(reads, plan, judge, places):
    own, other = judge("met", name_vi="Của văn bản"), judge("met", document=make_document(places.ninh_thuan))
    html = reads.get(f"/documents/{plan.pk}/").content.decode()
    assert f"/targets/{own.target_id}/?period=2023" in html
    assert f"/targets/{other.target_id}/" not in html


def test_the_period_is_chosen(reads, plan, judge):
    first = judge("met")
    make_attainment(first.target, make_period("2023-Q2"), status="missed")
    assert "0/1" in card(reads.get(f"/documents/{plan.pk}/", {"period": "2023-Q2"}), "standing")
    assert "1/1" in card(reads.get(f"/documents/{plan.pk}/", {"period": "2023"}), "standing")


def test_a_national_document_is_read_for_ones_own_unit(reads, signed_in, places, judge, neighbour):
    document = make_document(places.nation)
    judge("met", unit=places.khanh_hoa, document=document)
    judge("missed", unit=places.dak_lak, document=document)
    address = f"/documents/{document.pk}/"
    assert "1/1" in card(reads.get(address), "standing")
    assert "0/1" in card(reads.get(address, {"unit": places.dak_lak.ref}), "standing")
    assert "0/1" in card(signed_in(neighbour).get(address), "standing")


def test_a_unit_out_of_reach_does_not_exist(signed_in, places, neighbour):
    document = make_document(places.nation)
    make_target(places.phan_rang, document=document)
    answer = signed_in(neighbour).get(f"/documents/{document.pk}/", {"unit": places.phan_rang.ref})
    assert answer.status_code == 404


def test_targets_without_a_result_are_listed_as_such(reads, plan, judge, places):
    judge("met")
    make_target(places.ninh_thuan, document=plan, name_vi="Mới nhập")
    assert "Mới nhập" in card(reads.get(f"/documents/{plan.pk}/"), "unjudged")


def test_tasks_are_counted_by_how_they_stand(reads, plan, places):
    days = (("2026-01-31", None), ("2026-12-31", None), ("2026-01-31", "2026-01-30"))
    for title, (due, done) in enumerate(days):
        Task.objects.create(unit=places.ninh_thuan, document=plan, title_vi=title, due_on=due, done_on=done)
    shown = card(reads.get(f"/documents/{plan.pk}/"), "tasks")
    assert "1/3" in shown
    assert "Quá hạn 1" in shown
    assert "tổng 3" in shown


def test_tasks_and_events_out_of_reach_are_not_shown(signed_in, places, neighbour):
    document = make_document(places.nation)
    Task.objects.create(unit=places.phan_rang, document=document, title_vi="Việc", due_on="2026-01-31")
    event = Event.objects.create(
        unit=places.phan_rang,
        kind="workshop",
        starts_on="2026-10-10",
        ends_on="2026-10-10",
        title_vi="Họp xã",
    )
    event.documents.add(document)
    shown = words(signed_in(neighbour).get(f"/documents/{document.pk}/"), "<main")
    assert "Việc" not in shown
    assert "Họp xã" not in shown


def test_events_held_about_it_are_shown(reads, plan, places):
    event = Event.objects.create(
        unit=places.ninh_thuan,
        kind="workshop",
        starts_on="2023-10-10",
        ends_on="2023-10-10",
        title_vi="Sơ kết",
    )
    event.documents.add(plan)
    assert "Sơ kết 10/10/2023" in card(reads.get(f"/documents/{plan.pk}/"), "events")


def test_the_page_asks_the_same_for_few_and_many(reads, places, judge):
    counts = set()
    for number in (2, 20):
        document = make_document(places.ninh_thuan)
        for each in range(number):
            judge("met", document=document)
            make_target(places.ninh_thuan, document=document)
            Task.objects.create(
                unit=places.ninh_thuan, document=document, title_vi=f"Việc {each}", due_on="2026-01-31"
            )
            link(make_document(places.ninh_thuan), "implements", document)
        counts.add(queries_of(reads, f"/documents/{document.pk}/"))
    assert len(counts) == 1
    assert max(counts) <= 22


# --- Links --------------------------------------------------------------------------------------------------
@pytest.fixture
def chain(places):
    """57 is implemented by 03, which 71 replaces, and by 71."""
    made = [
        make_document(places.nation, number, issued_on=day)
        for number, day in (
            *(("57-NQ/TW", date(2024, 12, 22)), ("03/NQ-CP", date(2025, 1, 9))),
            ("71/NQ-CP", date(2025, 4, 1)),
        )
    ]
    link(made[1], "implements", made[0])
    link(made[2], "implements", made[0])
    link(made[2], "replaces", made[1])
    return made


def test_what_a_document_is_linked_to_is_read_from_both_sides(chain):
    _top, old, new = chain
    assert related_to(old).implements == [chain[0]]
    assert related_to(old).replaced_by == [new]
    assert related_to(new).replaces == [old]
    assert related_to(chain[0]).implemented_by == [new, old]


def test_the_drawing_puts_above_what_is_implemented(chain):
    top, old, new = chain
    graph = graph_of(old, related_to(old))
    where = {node.document.number: (node.x, node.y) for node in graph.nodes}
    assert where[top.number][1] < where[old.number][1]
    assert where[old.number][1] == where[new.number][1]
    assert where[old.number][0] < where[new.number][0]
    assert sorted(edge.relation for edge in graph.edges) == ["implements", "implements", "replaces"]


def test_the_drawing_shows_links_among_the_others(chain):
    graph = graph_of(chain[0], related_to(chain[0]))
    assert [edge.relation for edge in graph.edges].count("replaces") == 1


def test_a_drawing_keeps_to_its_card_and_says_what_it_leaves_out(places):
    document = make_document(places.nation)
    for _each in range(9):
        link(make_document(places.nation), "implements", document)
    graph = graph_of(document, related_to(document))
    assert graph.left_out == 6
    assert graph.width <= 432
    assert all(node.x >= 0 and node.x + node.width <= graph.width for node in graph.nodes)


def test_a_document_that_stands_alone_has_no_drawing(places):
    document = make_document(places.nation)
    assert graph_of(document, related_to(document)) is None


def test_the_page_names_every_link_as_text(reads, chain):
    shown = card(reads.get(f"/documents/{chain[1].pk}/"), "related")
    assert "57-NQ/TW" in shown
    assert "71/NQ-CP" in shown
