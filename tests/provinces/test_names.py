"""One spelling for matching, one key for searching, one for sorting."""

import unicodedata

import pytest

from provinces.names import fold, normalise_tone_marks, sort_key


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Khánh Hòa", "khanh hoa"),
        ("Khánh Hoà", "khanh hoa"),
        ("ĐẮK LẮK", "dak lak"),
        ("  Thừa  Thiên\tHuế ", "thua thien hue"),
        ("Quận 1", "quan 1"),
        ("", ""),
    ],
)
def test_fold_keeps_letters_only(written: str, folded: str) -> None:
    assert fold(written) == folded
    assert fold(unicodedata.normalize("NFD", written)) == folded


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Hoà", "Hòa"),
        ("Hòa", "Hòa"),
        ("Khoẻ", "Khỏe"),
        ("Thuỷ", "Thủy"),
        ("HOÀ BÌNH", "HÒA BÌNH"),
        ("Hoà-Phú", "Hòa-Phú"),
    ],
)
def test_normalise_tone_marks_puts_them_on_the_first_vowel(written: str, normal: str) -> None:
    assert normalise_tone_marks(written) == normal
    assert normalise_tone_marks(unicodedata.normalize("NFD", written)) == normal


@pytest.mark.parametrize("word", ["hoàn", "Huỳnh", "Quý", "quà", "Toản", "Xoài", "Nguyễn"])
def test_normalise_tone_marks_leaves_other_syllables_alone(word: str) -> None:
    assert normalise_tone_marks(word) == word


@pytest.mark.parametrize(
    "ordered",
    [
        ["An", "Ăn", "Ân"],
        ["Da", "Đa", "Ea"],
        ["Ê", "Gia", "Hà"],
        ["O", "Ô", "Ơ", "Pa"],
        ["Ta", "Ua", "Ưa", "Va"],
        ["Ma", "Mà", "Mả", "Mã", "Má", "Mạ"],
        ["Hạ", "Hà Nội", "Hà Tĩnh", "Huế"],
        ["Mã An", "Ma Ba"],
        ["Quận 2", "Quận 10"],
        ["Bình", "Bình An", "Bình Dương", "Bình Định"],
    ],
)
def test_sort_key_follows_the_alphabet(ordered: list[str]) -> None:
    backwards = ordered[::-1]
    assert sorted(backwards, key=sort_key) == ordered


def test_sort_key_is_digits_only_for_any_collation() -> None:
    assert sort_key("Phan Rang - Tháp Chàm, Krông A'na 12").isdecimal()


def test_sort_key_takes_a_hyphen_as_a_space() -> None:
    assert sort_key("Phan Rang - Tháp Chàm") == sort_key("Phan Rang-Tháp Chàm")
