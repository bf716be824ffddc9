"""Charts as pictures: files that stand alone, with the words that say what they show."""

import hashlib
import json
import re
import struct
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from dashboard.exports.lettering import lines_of, width_of
from dashboard.exports.picture import FONTS
from dashboard.exports.places import place
from dashboard.exports.styles import dress, sheet
from tests.dashboard.test_list_exports import KHANH_HOA, asked, rate, signatures
from tests.dashboard.test_queries import queries_of
from tests.factories.results import make_period

__all__ = ["signatures"]
SVG = "{http://www.w3.org/2000/svg}"
NINH_THUAN = {"unit": "P58", "period": "2023"}


@pytest.fixture
def pages(reads: Any, places: Any, signatures: Any, judge: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Each chart with the address of its page."""
    rate(places.phan_rang, signatures, "1/8", "2025-Q3")
    judged = judge("met", value=Decimal(95), name_vi="Phủ sóng", provenance="illustrative")
    judge("missed", value=Decimal(3))
    target = judged.target
    earlier = make_period("2022")
    type(judged).objects.create(
        target=target, period=earlier, revision=judged.revision, status="missed", met=False, counts=True,
        is_due=False, is_overdue=False, rules_version="1", value=Decimal(80),
        assessed_on=earlier.assessed_on, judged_on=earlier.assessed_on,
    )  # fmt: skip
    picks = [places.phan_rang.ref, places.cam_ranh.ref]
    return {
        "trajectory": (f"/targets/{target.pk}/", {"period": "2023"}),
        "states": ("/", NINH_THUAN),
        "map": ("/map/", asked(signatures)),
        "compare": ("/compare/", asked(signatures, pick=picks)),
        "series": ("/series/", asked(signatures, unit=places.phan_rang.ref)),
    }


CHARTS = ["trajectory", "states", "map", "compare", "series"]


@pytest.fixture
def drawn(reads: Any, pages: Any) -> Any:
    """The answer to a page's chart as a picture."""

    def drawn(chart: str, kind: str = "svg") -> Any:
        address, page = pages[chart]
        return reads.get(address, page | {"export": kind})

    return drawn


def words(answer: Any) -> str:
    root = ET.fromstring(answer.content)  # noqa: S314 (what we have just drawn)
    return " ".join(" ".join("".join(each.itertext()).split()) for each in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("chart", CHARTS)
def test_svg_stands_alone(drawn: Any, chart: str) -> None:
    answer = drawn(chart)
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    text = answer.content.decode()
    root = ET.fromstring(text)  # noqa: S314
    assert root.tag == f"{SVG}svg"
    assert int(root.get("width", "0")) > 400 < int(root.get("height", "0")) + 400
    assert root.find(f"{SVG}title") is not None
    for foreign in ("<script", "href", "style", "class=", "var(", "vector-effect", "%;", "px", "import"):
        assert foreign not in text, foreign


@pytest.mark.parametrize("chart", CHARTS)
def test_nothing_is_left_to_shares_of_a_page(drawn: Any, chart: str) -> None:
    assert not re.findall(r'(?:[xy][12]?|c[xy]|width|height)="[^"]*%"', drawn(chart).content.decode())


@pytest.mark.parametrize("chart", CHARTS)
def test_png_is_twice_as_fine_as_the_drawing(drawn: Any, chart: str) -> None:
    root = ET.fromstring(drawn(chart).content)  # noqa: S314
    answer = drawn(chart, "png")
    assert answer["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    size = struct.unpack(">II", answer.content[16:24])
    assert size == (2 * int(root.get("width", "0")), 2 * int(root.get("height", "0")))


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        ("trajectory", ("Phủ sóng", "Tỉnh Ninh Thuận", "Năm 2023: 95,00 %", "Đơn vị tính: %")),
        ("states", ("Tỉnh Ninh Thuận · Năm 2023", "1/2 chỉ tiêu đạt và vượt", "Đạt 1", "Không đạt 1")),
        ("map", ("Chữ ký số", "Tỉnh Khánh Hòa", "Quý III/2026", "Đơn vị tính: %", "Chưa có số liệu: 1")),
        ("compare", ("Chữ ký số", "Quý III/2025 – Quý III/2026", "1. Phan Rang", "2. Cam Ranh")),
        ("series", ("Chữ ký số, Phường Phan Rang", "Quý III/2025 – Quý III/2026", "Đơn vị tính: %")),
    ],
)
def test_picture_says_what_it_shows(drawn: Any, chart: str, said: tuple[str, ...]) -> None:
    found = words(drawn(chart)).replace("\u00a0", " ")
    for each in said:
        assert each in found, found


@pytest.mark.parametrize("chart", ["trajectory", "states", "map", "compare"])
def test_picture_of_made_up_figures_says_so(drawn: Any, chart: str) -> None:
    assert "Dữ liệu minh họa: 1 số liệu" in words(drawn(chart))


def test_picture_of_true_figures_says_nothing_of_it(drawn: Any) -> None:
    assert "minh họa" not in words(drawn("series"))


def test_missing_figure_is_no_point(drawn: Any) -> None:
    points = re.findall(r"<circle[^>]*r=\"4.5\"", drawn("compare").content.decode())
    assert len(points) == 3  # Two of Phan Rang, the zero of Cam Ranh.


@pytest.mark.parametrize("chart", CHARTS)
def test_picture_asks_no_more_of_the_database_than_its_page(reads: Any, pages: Any, chart: str) -> None:
    address, page = pages[chart]
    assert queries_of(reads, address, **page, export="svg") <= queries_of(reads, address, **page)


@pytest.mark.parametrize("chart", CHARTS)
def test_page_offers_its_chart(reads: Any, pages: Any, chart: str) -> None:
    address, page = pages[chart]
    assert re.search(r"export=svg&amp;chart=[a-z]+", reads.get(address, page).content.decode())


def test_unknown_chart_is_the_page(reads: Any, pages: Any) -> None:
    address, page = pages["map"]
    answer = reads.get(address, page | {"export": "svg", "chart": "pie"})
    assert answer["Content-Type"].startswith("text/html")


def test_page_without_a_chart_has_no_picture(reads: Any, places: Any) -> None:
    answer = reads.get("/map/", KHANH_HOA | {"export": "svg"})
    assert answer["Content-Type"].startswith("text/html")


def test_picture_of_a_target_out_of_reach_does_not_exist(signed_in: Any, outsider: Any, pages: Any) -> None:
    address, page = pages["trajectory"]
    seen = signed_in(outsider).get(address, page)
    assert signed_in(outsider).get(address, page | {"export": "svg"}).status_code == seen.status_code


# --- Looks and places
def test_state_colours_a_mark_by_the_light_palette() -> None:
    mark = ET.fromstring('<g class="state-bar"><rect class="mark is-met"/></g>')  # noqa: S314
    dress(mark)
    assert mark[0].attrib == {"fill": "#2f9e6e", "stroke": "#ffffff", "stroke-width": "2"}


def test_rule_for_a_part_holds_only_inside_it() -> None:
    loose = ET.fromstring('<g><line class="expected"/></g>')  # noqa: S314
    dress(loose)
    assert loose[0].attrib == {}


def test_every_colour_of_the_sheets_is_known() -> None:
    root, rules = sheet()
    assert root["--met"] == "#2f9e6e"
    assert len(rules) > 50


def test_stretched_lines_are_placed_and_not_their_strokes() -> None:
    plot = ET.fromstring(  # noqa: S314
        '<svg><line x1="50%" y1="10%"/><svg class="stretch" viewBox="0 0 1000 1000">'
        '<polyline points="0,1000 500,250.5"/></svg></svg>'
    )
    place(plot, Decimal(800), Decimal(300))
    assert (plot[0].get("x1"), plot[0].get("y1")) == ("400", "30")
    assert plot[1].attrib == {"class": "stretch"}
    assert plot[1][0].get("points") == "0,300 400,75.15"


def test_words_are_broken_before_they_leave_the_picture() -> None:
    text = "Tỷ lệ cơ quan, đơn vị, địa phương thành lập Ban Chỉ đạo"
    lines = list(lines_of(text, 18, 200))
    assert " ".join(lines) == text
    assert all(width_of(line, 18) <= 200 for line in lines)


def test_fonts_are_those_recorded() -> None:
    folder = Path(FONTS)
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.glob("*/*")
    }
    assert found == json.loads((folder / "manifest.json").read_text())
    assert {"be-vietnam-pro/LICENSE", "be-vietnam-pro/VERSION"} <= set(found)
