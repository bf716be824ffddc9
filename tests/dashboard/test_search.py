"""The search: what finds what, in which order, what it keeps from whom, and what it costs."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.search import read, search
from events.models import Event
from resolutions.models import DocumentText, Task
from tests.dashboard.reading import card, words
from tests.factories.results import make_document, make_indicator, make_target
from tests.factories.units import make_unit

AT_MOST = 6


@pytest.fixture
def found(leader):
    def found(text, kind="document", who=leader):
        group = next(each for each in search(who, read(text)) if each.kind == kind)
        return [hit.row for hit in group.hits]

    return found


@pytest.fixture
def named(places):
    """A document of the nation with this title."""

    def named(title, number="", **fields):
        return make_document(places.nation, number, title_vi=title, **fields)

    return named


@pytest.mark.parametrize(
    "typed", ["chuyen doi so", "CHUYỂN ĐỔI SỐ", "số đổi chuyển", "chuyê\u0309n đô\u0309i"]
)
def test_words_are_found_without_diacritics_in_any_order(found, named, typed):
    document = named("Chương trình Chuyển đổi số quốc gia")
    named("Chương trình khác về số")
    assert found(typed) == [document]


@pytest.mark.parametrize("typed", ["hoa", "Hòa", "hoà"])
def test_both_places_of_the_tone_mark_are_found(found, named, typed):
    both = {named("Về tỉnh Khánh Hòa"), named("Về tỉnh Khánh Hoà")}
    named("Về khoa học")
    assert set(found(typed)) == both


@pytest.mark.parametrize("typed", ["06/QĐ-TTg", "06/qd-ttg", "06 / QĐ – TTg", "06 QĐ TTg"])
def test_a_number_is_found_in_any_spelling(found, named, typed):
    document = named("Đề án", "06/QĐ-TTg")
    named("Đề án", "16/QĐ-TTg")
    assert found(typed) == [document]


def test_every_word_must_occur(found, named):
    named("Chuyển đổi số")
    assert found("chuyen doi xanh") == []


@pytest.mark.parametrize("typed", ["", "   ", "–", "%", "\0"])
def test_without_a_word_nothing_is_searched(leader, typed):
    with CaptureQueriesContext(connection) as asked:
        assert search(leader, read(typed)) == []
    assert len(asked) == 0


def test_the_very_number_comes_first_then_titles_then_the_rest(found, named, administrator):
    rest = named("Kế hoạch khác", issuer="Ban 09-NQ/TU", issued_on=date(2026, 1, 1))
    within = named("Về việc thực hiện 09-NQ/TU", issued_on=date(2025, 1, 1))
    begins = named("09-NQ/TU: sơ kết", issued_on=date(2024, 1, 1))
    exact = named("Nghị quyết", "09–NQ/TU", issued_on=date(2021, 1, 1))
    assert found("09-NQ/TU") == [exact, begins, within, rest]


def test_words_beside_each_other_come_before_words_apart(found, named):
    apart = named("Chuyển mạnh, đổi mới con số", issued_on=date(2026, 1, 1))
    beside = named("Về chuyển đổi số", issued_on=date(2020, 1, 1))
    assert found("chuyen doi so") == [beside, apart]


def test_of_equals_the_newest_comes_first(found, named):
    old, new = (
        named("Chuyển đổi", issued_on=date(2020, 1, 1)),
        named("Chuyển đổi", issued_on=date(2024, 1, 1)),
    )
    assert found("chuyen doi") == [new, old]


def test_a_title_in_the_other_language_is_searched(found, named):
    document = named("Chiến lược", title_en="National strategies for data")
    assert found("strategies") == found("strategie") == [document]


def test_a_hit_in_the_other_language_is_shown(named, reads):
    named("Chuyển đổi số", title_en="Digital change")
    reads.cookies["django_language"] = "en"
    html = reads.get("/search/", {"q": "chuyen doi"}).content.decode()
    assert "Digital change" in html
    assert "<mark>Chuyển</mark> <mark>đổi</mark> số" in html


def test_the_text_of_a_document_is_searched_and_shown_around_the_hit(found, named, reads, leader):
    document = named("Nghị quyết", "57-NQ/TW")
    words_before = "Mở đầu " * 60
    DocumentText.objects.create(
        document=document, text=f"{words_before}phát triển hạ tầng viễn thông {words_before}", kept_by=leader
    )
    assert found("vien thong") == [document]
    shown = card(reads.get("/search/", {"q": "vien thong"}), "document")
    assert "phát triển hạ tầng viễn thông" in shown
    assert len(shown) < 500


def test_targets_are_found_by_name_indicator_and_code(found, places):
    named_so = make_target(places.khanh_hoa, name_vi="Tỷ lệ chữ ký số", code="7.2")
    indicator = make_indicator("HT-01")
    of_indicator = make_target(places.khanh_hoa, indicator)
    assert found("chu ky so", "target") == [named_so]
    assert found("7.2", "target") == [named_so]
    assert found("ht-01", "target") == [of_indicator]
    assert found("chi so ht-01", "target") == [of_indicator]


def test_a_target_comes_before_its_copies(found, places):
    first = make_target(places.khanh_hoa, name_vi="Phủ sóng 5G")
    copy = make_target(
        places.phan_rang,
        name_vi="Phủ sóng 5G",
        linked_to=first,
        document=make_document(places.phan_rang, issued_on=date(2026, 1, 1)),
    )
    assert found("phu song", "target") == [first, copy]


def test_tasks_and_events_are_found(found, places):
    task = Task.objects.create(unit=places.khanh_hoa, title_vi="Xóa vùng lõm sóng", due_on="2026-10-31")
    event = Event.objects.create(
        unit=places.khanh_hoa, kind="workshop", starts_on="2026-10-10", ends_on="2026-10-10",
        title_vi="Hội thảo", outcomes_vi="Trao 81 điện thoại thông minh",
    )  # fmt: skip
    assert [each.pk for each in found("lom song", "task")] == [task.pk]
    assert [each.pk for each in found("dien thoai", "event")] == [event.pk]


@pytest.mark.parametrize("kind", ["target", "task", "event"])
def test_what_is_out_of_reach_is_neither_found_nor_counted(places, neighbour, kind):
    commune = places.phan_rang
    make_target(commune, name_vi="Bí mật")
    Task.objects.create(unit=commune, title_vi="Bí mật", due_on="2026-10-31")
    Event.objects.create(
        unit=commune, kind="workshop", starts_on="2026-10-10", ends_on="2026-10-10", title_vi="Bí mật"
    )
    group = next(each for each in search(neighbour, read("bi mat")) if each.kind == kind)
    assert (group.hits, group.total) == ([], 0)


def test_the_outsider_finds_documents_alone(places, outsider, named):
    named("Chuyển đổi")
    make_target(places.nation, name_vi="Chuyển đổi", document=make_document(places.nation, title_vi="Khác"))
    assert [(each.kind, each.total) for each in search(outsider, read("chuyen doi"))] == [
        *(("document", 1), ("target", 0), ("task", 0), ("event", 0))
    ]


def fill(places, number):
    for each in range(number):
        unit = make_unit("province")
        document = make_document(unit, title_vi="Chuyển đổi số")
        make_target(unit, name_vi=f"Chuyển đổi {each}", document=document)
        Task.objects.create(unit=unit, title_vi=f"Chuyển đổi {each}", due_on="2026-10-31")
        Event.objects.create(
            unit=unit, kind="workshop", starts_on="2026-10-10", ends_on="2026-10-10", title_vi="Chuyển đổi"
        )


@pytest.mark.parametrize("number", [1, 20, 60])
def test_the_page_asks_six_queries_at_most_however_much_is_found(reads, places, number):
    fill(places, number)
    reads.get("/search/", {"q": "chuyen doi"})
    with CaptureQueriesContext(connection) as asked:
        answer = reads.get("/search/", {"q": "chuyen doi"})
    assert f"{4 * number} " in words(answer, "found-line")
    assert len(asked) <= AT_MOST


def test_the_first_of_each_kind_are_shown_and_the_rest_page_by_page(reads, places):
    fill(places, 30)
    first = reads.get("/search/", {"q": "chuyen doi"}).content.decode()
    assert first.count("kind=target") == 1
    for kind in ("document", "target", "task", "event"):
        one = reads.get("/search/", {"q": "chuyen doi", "kind": kind}).content.decode()
        assert one.count('<li><div class="line-head">') + one.count("<li>\n    <div") >= 25
        two = reads.get("/search/", {"q": "chuyen doi", "kind": kind, "page": "2"}).content.decode()
        assert two.count('class="line-head"') == 5


def test_hits_are_marked_exactly(reads, named):
    named("Về <b>Khánh Hoà</b> & khoa học")
    html = reads.get("/search/", {"q": "hoa"}).content.decode()
    assert "Về &lt;b&gt;Khánh <mark>Hoà</mark>&lt;/b&gt; &amp; khoa học" in html


def test_an_empty_search_and_one_without_hits_say_what_to_do(reads, settings):
    assert "09-NQ/TU" in words(reads.get("/search/"), "<main")
    assert "xyz" in words(reads.get("/search/", {"q": "xyz"}), "<main")


def test_points_of_events_are_found_with_the_words_of_their_event(found, places):
    event = Event.objects.create(
        kind="working_session",
        unit=places.khanh_hoa,
        title_vi="Buổi làm việc",
        starts_on=date(2026, 3, 5),
        ends_on=date(2026, 3, 5),
    )
    event.points.create(kind="conclusion", position=1, text_vi="Phủ sóng viễn thông", text_en="Coverage")
    event.points.create(kind="request", position=1, text_vi="Bố trí kinh phí", note_vi="Theo thông báo")
    assert [each.pk for each in found("phu song", "event")] == [event.pk]
    assert [each.pk for each in found("lam viec kinh phi", "event")] == [event.pk]
    assert [each.pk for each in found("thong bao", "event")] == [event.pk]
    assert found("song nao", "event") == []
