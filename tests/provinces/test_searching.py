"""Folding is the same in Python and in the database the tests run on."""

import unicodedata

import pytest
from django.db import connection
from django.db.models import Value

from provinces.models import Unit
from provinces.names import fold
from provinces.searching import Folded, has_words, marked, same_length, words_of
from tests.factories.units import make_unit

VOWELS = "aăâeêioôơuưy"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
LETTERS = [
    *(unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES),
    *"bcdđghklmnpqrstvxfjwz0123456789",
]
TEXTS = [
    "Hòa", "Hoà", "KHÁNH HÒA", "Thuỷ", "Thủy", "Đắk Lắk", "  hai   khoảng\t\ntrắng  ", "06/QĐ-TTg",
    "“Khai thác”", "100 %", "a\\b_c%d", "",
]  # fmt: skip


def in_database(texts):
    """What the database makes of each text."""
    with connection.cursor() as cursor:
        found = []
        for text in texts:
            cursor.execute("SELECT portal_fold(%s)", [text])
            found.append(cursor.fetchone()[0])
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("change", [str, str.upper], ids=["small", "large"])
def test_the_database_folds_every_letter_as_python_does(form, change):
    texts = [unicodedata.normalize(form, change(letter)) for letter in LETTERS]
    assert in_database(texts) == [fold(text) for text in texts]


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_database_folds_words_as_python_does(form):
    texts = [unicodedata.normalize(form, text) for text in TEXTS]
    assert in_database(texts) == [fold(text) for text in texts]


@pytest.mark.django_db
def test_both_places_of_the_tone_mark_are_one_word():
    assert set(in_database(["Hòa", "Hoà", "hoa"])) == {"hoa"}


@pytest.mark.django_db
def test_nothing_folds_to_nothing():
    assert in_database([None]) == [None]


@pytest.mark.django_db
def test_a_query_folds_what_it_compares():
    make_unit("province", name="Tỉnh Khánh Hoà")
    rows = Unit.objects.annotate(folded=Folded("name")).filter(folded__endswith=Folded(Value("Hòa")))
    assert rows.count() == 1


def test_words_of_a_search():
    assert words_of(" Chuyển  đổi SỐ ") == ["chuyen", "doi", "so"]
    assert words_of("03 / nq–cp (2025)") == ["03", "nq-cp", "2025"]
    assert words_of("hoà hòa \0 %") == ["hoa"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "found"),
    [
        *(("Tỉnh Khánh Hòa", True), ("Hoà Bình", True), ("(Hòa)", True)),
        *(("Khoa học", False), ("Hoàn thành", False)),
    ],
)
def test_a_syllable_is_found_as_a_whole(name, found):
    unit = make_unit("province", name=name)
    rows = (
        Unit.objects.filter(pk=unit.pk).annotate(folded=Folded("name")).filter(has_words("folded", ["hoa"]))
    )
    assert rows.exists() is found


@pytest.mark.django_db
def test_a_long_word_finds_longer_ones():
    make_unit("province", name="Two targets")
    rows = Unit.objects.annotate(folded=Folded("name"))
    assert rows.filter(has_words("folded", ["target"])).count() == 1
    assert not rows.filter(has_words("folded", ["argets"])).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["100%", "a_c", "x.z", "(a|b", "\\"])
def test_signs_of_patterns_stand_for_themselves(typed):
    unit = make_unit("province", name=f"Tỉnh {typed}")
    other = make_unit("province", name="Tỉnh 100 abc xyz")
    rows = Unit.objects.annotate(folded=Folded("name")).filter(has_words("folded", [typed]))
    assert set(rows.filter(pk__in=[unit.pk, other.pk])) == {unit}


def test_the_copy_of_a_long_text_has_its_places():
    text = "Chuyển đổi số\n\tĐắk Lắk…"
    assert len(same_length(text)) == len(text)
    assert same_length(text)[text.index("Đắk") :].startswith("dak lak")


def test_what_was_searched_for_is_marked_exactly():
    assert marked("Tỉnh Khánh Hoà & khoa học", ["hoa"]) == "Tỉnh Khánh <mark>Hoà</mark> &amp; khoa học"
    assert marked(unicodedata.normalize("NFD", "Chuyển đổi"), ["doi"]) == "Chuyển <mark>đổi</mark>"
    assert marked("không", []) == "không"
