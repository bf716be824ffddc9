"""Numbers, days and periods as text, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.template import Context, Template
from django.utils import translation

from indicators import figures

SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (Decimal("98.9"), 2, "98,90", "98.90"),
        (146587, 0, "146.587", "146,587"),
        (Decimal("1234567.891"), 1, "1.234.567,9", "1,234,567.9"),
        (Fraction(1700, 23), 2, "73,91", "73.91"),
        (Decimal("0.005"), 2, "0,01", "0.01"),
        (Decimal("-0.005"), 2, "\u22120,01", "\u22120.01"),
        (Decimal("-0.001"), 2, "0,00", "0.00"),
        (Decimal("-1234.5"), 1, "\u22121.234,5", "\u22121,234.5"),
        (0, 0, "0", "0"),
        (999, 0, "999", "999"),
        (Decimal("314792"), None, "314.792", "314,792"),
        (Decimal("95.00"), None, "95", "95"),
        (Decimal("30.5"), None, "30,5", "30.5"),
        (Decimal("0"), 2, "0,00", "0.00"),
        (
            Decimal("12345678901234567890.12"),
            2,
            "12.345.678.901.234.567.890,12",
            "12,345,678,901,234,567,890.12",
        ),
    ],
)
def test_number_of_each_language(value, decimals, vi, en):
    assert figures.number(value, decimals, language="vi") == vi
    assert figures.number(value, decimals, language="en") == en


@pytest.mark.parametrize("value", [0.1, True, "98,90"])
def test_number_refuses_what_is_not_exact(value):
    with pytest.raises(TypeError, match="exact number"):
        figures.number(value, 2)


def test_figure_unit_follows_a_space_that_does_not_break():
    assert figures.figure(Decimal("98.9"), "%", 2, language="vi") == f"98,90{SPACE}%"
    assert figures.figure(146587, "địa chỉ", 0, language="vi") == f"146.587{SPACE}địa chỉ"


def test_figure_missing_is_not_zero():
    assert figures.figure(None, "%", 2) == "–"
    assert figures.figure(0, "%", 2, language="vi") == f"0,00{SPACE}%"


@pytest.mark.parametrize(
    ("value", "unit", "vi", "en"),
    [
        (Decimal("9.48"), "%", f"+9,48{SPACE}điểm{SPACE}%", f"+9.48{SPACE}pp"),
        (Decimal("-2.78"), "%", f"\u22122,78{SPACE}điểm{SPACE}%", f"\u22122.78{SPACE}pp"),
        (0, "%", f"0,00{SPACE}điểm{SPACE}%", f"0.00{SPACE}pp"),
    ],
)
def test_difference_of_rates_is_in_points(value, unit, vi, en):
    assert figures.difference(value, unit, 2, language="vi") == vi
    assert figures.difference(value, unit, 2, language="en") == en


def test_difference_of_counts_keeps_the_unit():
    assert figures.difference(-12, "xã", 0, language="vi") == f"\u221212{SPACE}xã"


def test_relative_change_is_of_the_value_before():
    text = figures.relative_change(Decimal("97.22"), Decimal("87.74"), language="vi")
    assert text == f"+10,80{SPACE}%"


def test_relative_change_from_zero_is_undefined():
    assert figures.relative_change(5, 0) == "–"


def test_share_rounds_half_up():
    assert figures.share(17, 23, language="vi") == f"73,91{SPACE}%"
    assert figures.share(1, 800, language="en") == f"0.13{SPACE}%"


def test_share_of_nothing_is_no_figure():
    assert figures.share(0, 0) == "–"


def test_of_rank_and_fraction():
    assert figures.of(27, 63, language="vi") == "27/63"
    assert figures.of(5233, 7001, language="vi") == "5.233/7.001"


def test_figure_beside_never_contradicts_the_verdict():
    template = Template('{% load figures %}{% figure_beside value 90 "%" 2 False %}')
    with translation.override("vi"):
        assert template.render(Context({"value": Decimal("89.996")})) == f"89,996{SPACE}%"
        assert template.render(Context({"value": Decimal("89.9")})) == f"89,90{SPACE}%"


def test_day_of_each_language():
    assert figures.day(date(2025, 7, 15), language="vi") == "15/07/2025"
    assert figures.day(date(2025, 7, 5), language="en") == "5 Jul 2025"


def test_moment_is_told_in_vietnam():
    at = datetime(2026, 11, 20, 18, 5, tzinfo=UTC)
    assert figures.moment(at, language="vi") == "01:05 · 21/11/2026"
    assert figures.day(at, language="vi") == "21/11/2026"


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [
        ("2023", "Năm 2023", "Year 2023"),
        ("2025-Q1", "Quý I/2025", "Q1 2025"),
        ("2025-Q2", "Quý II/2025", "Q2 2025"),
        ("2025-Q3", "Quý III/2025", "Q3 2025"),
        ("2025-Q4", "Quý IV/2025", "Q4 2025"),
        ("2025-H1", "6 tháng đầu năm 2025", "First half of 2025"),
        ("2025-9M", "9 tháng năm 2025", "Nine months of 2025"),
        ("2025-07", "Tháng 07/2025", "Month 07/2025"),
    ],
)
def test_period_of_each_language(code, vi, en):
    assert figures.period(code, language="vi") == vi
    assert figures.period(code, language="en") == en


def test_period_campaign_is_called_by_its_name():
    assert figures.period("2025-100-ngay", "100 ngày cao điểm") == "100 ngày cao điểm"


def test_missing_reasons_have_words_of_their_own():
    reasons = [
        "not_collected",
        "not_applicable",
        "late_source",
        "system_fault",
        "nothing_arose",
        "not_answered",
    ]
    assert len({figures.missing(reason, language="vi") for reason in reasons}) == len(reasons)
    assert figures.missing("nothing_arose", language="vi") == "Không phát sinh"


def test_status_has_a_word_for_every_state():
    words = [figures.status(code, language="vi") for code in (*figures.STATUSES, "not_applicable")]
    assert words[:3] == ["Vượt", "Đạt", "Đúng tiến độ"]
    assert len(set(words)) == 11


def test_template_tags_print_in_the_active_language():
    template = Template('{% load figures %}{% figure value "%" 2 %} {% period_name "2025-Q3" %} {{ on|day }}')
    context = Context({"value": Decimal("1098.9"), "on": date(2025, 7, 15)})
    with translation.override("vi"):
        assert template.render(context) == f"1.098,90{SPACE}% Quý III/2025 15/07/2025"
    with translation.override("en"):
        assert template.render(context) == f"1,098.90{SPACE}% Q3 2025 15 Jul 2025"


def test_change_tag_fall_is_good_where_lower_is_better():
    template = Template('{% load figures %}{% change value "bậc" 0 "lower" %}')
    html = template.render(Context({"value": -26}))
    assert "change-good" in html
    assert "#down" in html
    assert "\u221226" in html


def test_status_chip_has_icon_word_and_colour():
    with translation.override("vi"):
        html = Template('{% load figures %}{% status_chip "off_track" %}').render(Context())
    assert "is-off-track" in html
    assert "#off-track" in html
    assert "Chậm tiến độ" in html


@pytest.mark.parametrize("word", [word for word, english in figures.UNITS.items() if english])
def test_unit_of_measure_is_its_own_word_in_vietnamese(word):
    own = {"%/năm": "%/năm", "Thành phố, Tỉnh": "tỉnh, thành phố", "Người/vạn dân": "người/vạn dân"}
    own |= {"Số doanh nghiệp/1000 dân": "doanh nghiệp/1.000 dân", "xã/phường": "xã, phường"}
    found = figures.unit_word(word, language="vi")
    assert found in (own.get(word, word), word[:1].lower() + word[1:])


def test_unit_of_measure_in_english():
    assert figures.unit_word("địa chỉ", language="en") == "addresses"
    assert figures.unit_word("một đơn vị lạ", language="en") == "một đơn vị lạ"
