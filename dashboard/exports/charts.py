"""Every chart of the pages as a picture: the same drawing as on the page, with the words it needs alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard import choosing
from dashboard.compared import Comparison
from dashboard.exports.figures_of_units import choice_words, measured_in
from dashboard.exports.lettering import width_of
from dashboard.exports.picture import Key, Picture, as_png, as_svg
from dashboard.exports.places import place, shown
from dashboard.lines import LineChart
from dashboard.map_page import MapPage
from dashboard.measured import Choice
from dashboard.overview import Overview
from dashboard.series_page import SeriesPage
from dashboard.target_page import TargetPage
from indicators import figures
from indicators.exports import file_name
from provinces.models import Unit

KINDS = {"svg": "image/svg+xml", "png": "image/png"}
WIDTH, HEIGHT = 860, 320
_BAR = 28
_TICK = 12
_TICK_GAP = 14
_BETWEEN_TICKS = 10
_SIGN = 18


def pictured(request: HttpRequest, chart: str, draw: Callable[[], Picture | None]) -> HttpResponse | None:
    """The answer where the address asks for this chart as a picture and it can be drawn."""
    kind = request.GET.get("export", "")
    if kind not in KINDS or request.GET.get("chart", chart) != chart:
        return None
    picture = draw()
    return send(picture, kind) if picture is not None else None


def send(picture: Picture, kind: str) -> HttpResponse:
    """The picture as a file to keep, named after what it shows."""
    response = HttpResponse(as_svg(picture) if kind == "svg" else as_png(picture), content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{file_name(picture.title)}.{kind}"'
    return response


def _rendered(template: str, context: Mapping[str, Any]) -> ET.Element:
    """A chart of the pages; its template writes markup that is XML as well."""
    return ET.fromstring(render_to_string(template, dict(context)).strip())  # noqa: S314 (our own template)


def _illustrative(number: int) -> list[str]:
    if not number:
        return []
    words = ngettext("%(count)s figure", "%(count)s figures", number) % {"count": number}
    return [f"{_('Illustrative data')}: {words}"]


def _joined(*words: str) -> str:
    return " · ".join(word for word in words if word)


# --- A target on its way
def trajectory_picture(page: TargetPage) -> Picture | None:
    if page.chart is None:
        return None
    row, target = page.row, page.target
    context = {
        "chart": page.chart,
        "chart_id": "way",
        "unit": page.unit_word,
        "decimals": row.measure.decimals,
    }
    period = figures.period(row.attainment.period.code, row.attainment.period.name_vi)
    made_up = sum(each.is_value_illustrative for each in page.rows) + row.is_target_illustrative
    about = [
        _joined(target.unit.label, row.place, target.document.number),
        _joined(f"{period}: {row.value_text}", f"{_('Plan')} {row.asked_text}", figures.status(row.status)),
        measured_in(row.measure),
        *_illustrative(made_up),
    ]
    figure = _rendered("charts/trajectory.svg.html", context)
    return _plotted(figure, target.name, [line for line in about if line])


# --- Lines
def compared_picture(choice: Choice, page: Comparison | None) -> Picture | None:
    """Chosen units over time."""
    if page is None or page.chart is None or choice.indicator is None:
        return None
    where = _("Provinces of the country") if choice.is_national else choice.parent.name
    made_up = sum(cell.is_illustrative for row in page.rows for cell in row.cells)
    about = [
        _joined(where, figures.level(choice.level, choice.tier), choice.indicator.code),
        _joined(_span([row.period_text for row in page.rows]), measured_in(choice.measure)),
        *_illustrative(made_up),
    ]
    return _lines(page.chart, choice.indicator.name, about)


def series_picture(page: SeriesPage) -> Picture | None:
    """One unit's series through mergers."""
    choice = page.choice
    if page.chart is None or choice.indicator is None:
        return None
    made_up = sum(
        cell is not None and cell.is_illustrative for row in page.rows for cell in (*row.cells, row.restated)
    )
    about = [
        _joined(page.unit.label, figures.level(choice.level, choice.tier), choice.indicator.code),
        _joined(_span([row.period_text for row in page.rows]), measured_in(choice.measure)),
        *_illustrative(made_up),
    ]
    return _lines(page.chart, f"{choice.indicator.name}, {page.unit.name}", about)


def _span(newest_first: list[str]) -> str:
    if len(newest_first) < 2:
        return "".join(newest_first)
    return f"{newest_first[-1]} – {newest_first[0]}"


def _lines(chart: LineChart, title: str, about: list[str]) -> Picture:
    figure = _rendered("charts/lines.svg.html", {"chart": chart, "chart_id": "lines"})
    return _plotted(figure, title, about)


def _plotted(figure: ET.Element, title: str, about: list[str]) -> Picture:
    """A figure with a plot and a legend, as both templates of lines write it."""
    plot = figure.find("svg")
    assert plot is not None  # noqa: S101 (both templates begin with it)
    for name in ("title", "desc"):
        for child in plot.findall(name):
            plot.remove(child)
    ticks = [each.text or "" for each in plot.iter("text") if "tick-y" in each.get("class", "")]
    _give_way(plot)
    around = (("figure", frozenset(figure.get("class", "").split())),)
    place(plot, Decimal(WIDTH), Decimal(HEIGHT))
    left = max((width_of(tick, _TICK) for tick in ticks), default=0) + _TICK_GAP
    keys = [_key(each) for each in figure.iterfind("figcaption/span")]
    return Picture(
        title, about, plot, WIDTH, HEIGHT, keys, left=left, right=40, above=10, below=34, around=around
    )


def _give_way(plot: ET.Element) -> None:
    """Leaves out periods evenly, counted from the newest, where their names would run into each other."""
    ticks = [each for each in plot.iter("text") if "tick-x" in each.get("class", "").split()]
    room = WIDTH // max(len(ticks) - 1, 1)
    widest = max((width_of(each.text or "", _TICK) for each in ticks), default=0) + _BETWEEN_TICKS
    every = -(-widest // max(room, 1))
    for number, each in enumerate(reversed(ticks)):
        if number % every:
            plot.remove(each)


_SIGNS = {
    "key-line": '<g class="stretch"><line class="line" x2="18" y1="8" y2="8"/></g>',
    "key-expected": '<g class="stretch"><line class="expected" x2="18" y1="8" y2="8"/></g>',
    "key-band": '<g class="stretch"><rect class="band" y="3" width="18" height="10"/></g>',
    "key-goal": '<g><line class="goal-line" x2="18" y1="8" y2="8"/></g>',
    "key-milestone": '<g><rect class="milestone" x="9" y="8" width="9" height="9"/></g>',
    "key-landing": '<g class="stretch"><line class="landing-line" x2="18" y1="8" y2="8"/></g>',
    "key-today": '<g><line class="today-line" x1="9" x2="9" y1="1" y2="15"/></g>',
}


def _key(line: ET.Element) -> Key:
    """A line of the page's legend: its sign, drawn anew where the page makes it of borders."""
    text = " ".join("".join(line.itertext()).split(" ")).strip()
    drawn = line.find("svg")
    if drawn is not None:
        width = int(drawn.get("width", "0"))
        sign = ET.Element("g", {"transform": "translate(0 2)"})
        sign.extend(list(drawn))
        return Key(sign, width, text)
    sketch = line.find("i")
    names = sketch.get("class", "").split() if sketch is not None else []
    return Key(ET.fromstring(_SIGNS[names[-1]]), _SIGN, text)  # noqa: S314 (written above)


# --- Tiles
def map_picture(choice: Choice, page: MapPage) -> Picture | None:
    if choice.indicator is None or not page.tiles:
        return None
    plot = _rendered("charts/tile_map.svg.html", {"page": page, "series_url": "", "title": ""})
    drawing = plot.find("svg")
    assert drawing is not None  # noqa: S101 (the template begins with it)
    place(drawing, Decimal(page.width), Decimal(page.height))
    where = _("Provinces of the country") if choice.is_national else choice.parent.name
    values = _("%(values)s of %(total)s units have a figure") % {"values": page.values, "total": page.total}
    about = [
        _joined(where, choice_words(choice, named=False)),
        _joined(measured_in(choice.measure), values),
        *_illustrative(page.illustrative),
    ]
    keys = [_tile_key(line.css, f"{line.text}: {line.count}") for line in page.legend]
    notes = [page.words]
    if page.is_geographic:
        notes.append(
            _(
                "Hoàng Sa belongs to Đà Nẵng and Trường Sa to Khánh Hòa; they bear the figures of their"
                " provinces."
            )
        )
    return Picture(
        choice.indicator.name,
        about,
        drawing,
        max(page.width, WIDTH * 2 // 3),
        page.height,
        keys,
        notes,
        *(2, 2, 2, 2),
    )


def _tile_key(css: str, text: str) -> Key:
    sign = ET.Element("g")
    looks = {"class": f"tile {css}", "x": "1", "y": "2", "width": "20", "height": "12", "rx": "3"}
    if css == "class-partial":
        looks["fill"] = "url(#hatch)"
    ET.SubElement(sign, "rect", looks)
    return Key(sign, 22, text)


# --- How many targets stand how
def states_picture(unit: Unit, page: Overview) -> Picture | None:
    board = page.board
    if not board.total:
        return None
    bar = _rendered("charts/state_bar.svg.html", {"segments": page.segments})
    place(bar, Decimal(WIDTH), Decimal(_BAR))
    for segment, mark in zip(page.segments, bar.findall("rect")[1:], strict=True):
        middle = Decimal(mark.get("x", "0")) + Decimal(mark.get("width", "0")) / 2
        # Colours alone say nothing on a black and white print.
        ET.SubElement(bar, "text", {"class": "count", "x": shown(middle), "y": "-7"}).text = str(
            segment.count
        )
    period = choosing.period_text(board.period)
    narrowed = [each.number for each in page.all_documents if each.pk == page.document]
    if page.level:
        narrowed.append(figures.level(page.level, unit.tier))
    headline = f"{board.met_total}/{board.total} {_('targets met or exceeded')}"
    about = [
        _joined(headline, figures.share(board.met_total, board.total), *narrowed),
        *_illustrative(page.illustrative_values + page.illustrative_targets),
    ]
    keys = [_state_key(state, number) for state, number in page.counts if number]
    return Picture(_joined(unit.label, period), about, bar, WIDTH, _BAR, keys, above=14)


def _state_key(state: str, number: int) -> Key:
    sign = ET.Element("g")
    looks = {"class": f"mark is-{figures.plain(state)}", "y": "1", "width": "14", "height": "14", "rx": "4"}
    ET.SubElement(sign, "rect", looks)
    return Key(sign, 14, f"{figures.status(state)} {number}")
