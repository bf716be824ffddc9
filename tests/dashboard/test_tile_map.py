"""The tile map: what bears a colour, what does not, and where tiles stand."""

import csv
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import provinces
from dashboard import tile_map
from dashboard.map_page import map_page
from dashboard.measured import choice_of
from provinces.names import sort_key
from tests.dashboard.reading import words
from tests.factories.cells import calendar, owe, recompute_all, report
from tests.factories.results import make_indicator, make_measurement, make_period
from tests.factories.units import BEFORE_MERGER, make_unit

# Pure geometry.


def test_every_province_of_today_has_a_place_of_its_own() -> None:
    taken = [*tile_map.PLACES.values(), *(place for _name, place in tile_map.ISLANDS.values())]
    assert len(tile_map.PLACES) == 34
    assert len(set(taken)) == 36


def test_places_name_exactly_the_provinces_of_the_reference_data() -> None:
    source = Path(provinces.__file__).parent / "data" / "administrative_units.csv"
    with source.open(encoding="utf-8", newline="") as file:
        today = {
            row["ref"] for row in csv.DictReader(file) if row["tier"] == "province" and not row["valid_to"]
        }
    assert set(tile_map.PLACES) == today


def test_province_without_a_place_stands_below_the_others() -> None:
    layout = tile_map.geographic([(1, "P56-2025"), (2, "P99")])
    known, unknown = (next(tile for tile in layout.tiles if tile.unit_id == pk) for pk in (1, 2))
    assert unknown.y > known.y


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        (["90", "98"], ["90", "92", "94", "96", "98", "100"]),
        (["0", "33.3"], ["0", "8", "16", "24", "32", "40"]),
        (["94.12", "100"], ["90", "92", "94", "96", "98", "100"]),
        (["0.001", "0.002"], ["0.0010", "0.0012", "0.0014", "0.0016", "0.0018", "0.0020"]),
    ],
)
def test_classes_have_round_limits_that_hold_every_value(values: list[str], limits: list[str]) -> None:
    scale = tile_map.scale_of(map(Fraction, values), lower_is_better=False, top=Fraction(100))
    assert scale is not None
    assert [str(each.low) for each in scale.classes] + [str(scale.classes[-1].high)] == limits


def test_value_on_a_limit_belongs_to_the_upper_class() -> None:
    scale = tile_map.scale_of([Fraction(90), Fraction(98)], lower_is_better=False)
    assert scale is not None
    assert scale.strength_of(Fraction(92)) == 2
    assert scale.strength_of(Fraction(9199999, 100000)) == 1
    assert scale.strength_of(Fraction(100)) == 5


def test_lower_values_are_the_strongest_where_lower_is_better() -> None:
    scale = tile_map.scale_of([Fraction(2), Fraction(11)], lower_is_better=True)
    assert scale is not None
    assert (scale.strength_of(Fraction(2)), scale.strength_of(Fraction(11))) == (5, 1)
    assert scale.best_first[0].low < scale.best_first[-1].low


def test_nothing_has_no_scale() -> None:
    assert tile_map.scale_of([], lower_is_better=False) is None


# The page.


@pytest.fixture
def map_of(reads: Any, places: Any) -> Any:
    def map_of(indicator: Any, **asked: str) -> Any:
        return reads.get("/map/", {"indicator": indicator.code, **asked})

    return map_of


def tile_of(answer: Any, name: str) -> str:
    """The markup of the tile whose label begins with the name."""
    html = answer.content.decode()
    found = re.search(rf'<a href="[^"]*" aria-label="{name}: .*?</a>', html, re.DOTALL)
    assert found, f"no tile of {name}"
    return found[0]


def css_of(tile: str) -> list[str]:
    found = re.search(r'class="tile ([^"]*)"', tile)
    assert found
    return found[1].split()


def test_tile_bears_value_class_and_full_name(map_of: Any, places: Any) -> None:
    indicator = make_indicator()
    make_measurement(places.khanh_hoa, indicator, make_period("2026-Q3"), numerator="98", denominator="100")
    make_measurement(places.dak_lak, indicator, make_period("2026-Q3"), numerator="90", denominator="100")
    answer = map_of(indicator)
    assert css_of(tile_of(answer, "Tỉnh Khánh Hòa")) == ["class-5"]
    assert css_of(tile_of(answer, "Tỉnh Đắk Lắk")) == ["class-1"]
    assert "98,00\u00a0%" in tile_of(answer, "Tỉnh Khánh Hòa")


def test_lower_is_better_gives_the_low_value_the_strong_colour(map_of: Any, places: Any) -> None:
    indicator = make_indicator(direction="lower")
    make_measurement(places.khanh_hoa, indicator, make_period("2026-Q3"), numerator="2", denominator="100")
    make_measurement(places.dak_lak, indicator, make_period("2026-Q3"), numerator="12", denominator="100")
    answer = map_of(indicator)
    assert css_of(tile_of(answer, "Tỉnh Khánh Hòa")) == ["class-5"]
    assert css_of(tile_of(answer, "Tỉnh Đắk Lắk")) == ["class-1"]


def test_zero_is_a_value_and_missing_is_not(map_of: Any, places: Any) -> None:
    indicator = make_indicator()
    make_measurement(places.khanh_hoa, indicator, make_period("2026-Q3"), numerator="0", denominator="100")
    make_measurement(
        places.dak_lak,
        indicator,
        make_period("2026-Q3"),
        answer="missing",
        missing_reason="late_source",
    )
    answer = map_of(indicator)
    assert css_of(tile_of(answer, "Tỉnh Khánh Hòa")) == ["class-1"]
    assert "0,00\u00a0%" in tile_of(answer, "Tỉnh Khánh Hòa")
    assert css_of(tile_of(answer, "Tỉnh Đắk Lắk")) == ["class-missing"]
    assert "Nguồn số liệu chậm" in tile_of(answer, "Tỉnh Đắk Lắk")


def test_not_applicable_has_a_look_of_its_own(map_of: Any, places: Any) -> None:
    indicator = make_indicator()
    make_measurement(places.khanh_hoa, indicator, make_period("2026-Q3"), numerator="1", denominator="2")
    make_measurement(
        places.dak_lak, indicator, make_period("2026-Q3"), answer="missing", missing_reason="not_applicable"
    )
    assert css_of(tile_of(map_of(indicator), "Tỉnh Đắk Lắk")) == ["class-not-applicable"]


def test_figure_below_the_floor_is_hatched_with_its_coverage(map_of: Any, places: Any) -> None:
    indicator = make_indicator(coverage_floor_percent=80)
    calendar(2026)
    for commune in (places.phan_rang, places.cam_ranh, places.ea_kao):
        owe(commune, indicator, "commune")
    for commune in (places.phan_rang, places.ea_kao):
        report(commune, indicator, "2026-Q3", "commune", "9/10")
    recompute_all()
    answer = map_of(indicator, level="commune", period="2026-Q3")
    tile = tile_of(answer, "Tỉnh Khánh Hòa")
    assert css_of(tile) == ["class-partial"]
    assert css_of(tile_of(answer, "Tỉnh Đắk Lắk")) == ["class-1"]
    assert "1/2" in tile
    assert 'fill="url(#hatch)"' in tile


def test_reported_figure_counts_before_the_roll_up(map_of: Any, places: Any) -> None:
    indicator = make_indicator()
    calendar(2026)
    for commune in (places.phan_rang, places.cam_ranh):
        owe(commune, indicator, "commune")
        report(commune, indicator, "2026-Q3", "commune", "5/10")
    owe(places.khanh_hoa, indicator, "commune")
    report(places.khanh_hoa, indicator, "2026-Q3", "commune", "8/10")
    recompute_all()
    answer = map_of(indicator, level="commune", period="2026-Q3")
    assert "80,00\u00a0%" in tile_of(answer, "Tỉnh Khánh Hòa")


def test_islands_bear_the_figure_of_their_province(map_of: Any, places: Any) -> None:
    indicator = make_indicator()
    make_measurement(places.khanh_hoa, indicator, make_period("2026-Q3"), numerator="1", denominator="2")
    tile = tile_of(map_of(indicator), r"Trường Sa \(tỉnh Khánh Hòa\)")
    assert "50,00\u00a0%" in tile
    assert "class-1" in css_of(tile)
    assert "is-island" in css_of(tile)


def test_before_the_merger_the_old_provinces_stand_in_order_of_names(map_of: Any, places: Any) -> None:
    indicator = make_indicator()
    old = make_unit("province", ref="P56", name="Tỉnh Khánh Hòa", valid_to=BEFORE_MERGER)
    for unit in (old, places.ninh_thuan):
        make_measurement(unit, indicator, make_period("2024-Q4"), numerator="1", denominator="2")
    answer = map_of(indicator, period="2024-Q4")
    html = answer.content.decode()
    assert html.index('aria-label="Tỉnh Khánh Hòa: ') < html.index('aria-label="Tỉnh Ninh Thuận: ')
    assert "Đắk Lắk: " not in html
    assert "63" in words(answer)
    assert "Trường Sa (" not in html


def test_communes_stand_in_the_order_of_the_vietnamese_alphabet(map_of: Any, places: Any) -> None:
    indicator = make_indicator()
    for name in ("Xã Đông", "Xã Dương", "Xã Ân", "Xã An"):
        unit = make_unit("commune", parent=places.khanh_hoa, name=name)
        make_measurement(
            unit, indicator, make_period("2026-Q3"), level="commune", numerator="1", denominator="2"
        )
    html = map_of(indicator, unit="P56-2025").content.decode()
    shown = re.findall(r'aria-label="(?:Xã|Phường) ([^:"]*): ', html)
    assert shown == sorted(shown, key=sort_key)
    assert shown.index("Dương") < shown.index("Đông")


def test_unit_asked_for_is_marked_among_its_neighbours(map_of: Any, places: Any) -> None:
    indicator = make_indicator()
    make_measurement(
        places.phan_rang, indicator, make_period("2026-Q3"), level="commune", numerator="1", denominator="2"
    )
    answer = map_of(indicator, unit=places.phan_rang.ref)
    assert "is-marked" in css_of(tile_of(answer, "Phường Phan Rang"))
    assert "is-marked" not in css_of(tile_of(answer, "Phường Cam Ranh"))


def test_table_is_sorted_by_value_with_the_missing_last(reads: Any, leader: Any, places: Any) -> None:
    indicator = make_indicator()
    communes = [make_unit("commune", parent=places.khanh_hoa) for _each in range(3)]
    for unit, value in zip(communes, ("3", "9", "6"), strict=True):
        make_measurement(
            unit, indicator, make_period("2026-Q3"), level="commune", numerator=value, denominator="10"
        )
    choice = choice_of(leader, {"unit": "P56-2025", "indicator": indicator.code})
    assert choice is not None
    for descending, wanted in ((True, [90, 60, 30]), (False, [30, 60, 90])):
        rows = map_page(leader, choice, order="value", descending=descending).rows
        assert [each.row.value for each in rows[:3]] == wanted
        assert all(each.row.value is None for each in rows[3:])


def test_legend_counts_add_up_to_the_units(leader: Any, places: Any) -> None:
    indicator = make_indicator()
    make_measurement(places.khanh_hoa, indicator, make_period("2026-Q3"), numerator="1", denominator="2")
    choice = choice_of(leader, {"indicator": indicator.code})
    assert choice is not None
    page = map_page(leader, choice)
    assert sum(line.count for line in page.legend) == page.total == 2


def test_numerator_of_a_strangers_cell_is_not_shown(map_of: Any, places: Any) -> None:
    indicator = make_indicator()
    make_measurement(places.khanh_hoa, indicator, make_period("2026-Q3"), numerator="456", denominator="500")
    make_measurement(places.dak_lak, indicator, make_period("2026-Q3"), numerator="123", denominator="400")
    said = words(map_of(indicator))
    assert "456/500" in said
    assert "123/400" not in said
    assert "30,75 %" in said


def test_communes_of_another_province_are_not_shown(map_of: Any, places: Any) -> None:
    indicator = make_indicator()
    make_measurement(
        places.ea_kao, indicator, make_period("2026-Q3"), level="commune", numerator="1", denominator="2"
    )
    assert "Ea Kao" not in map_of(indicator, unit="P66-2025").content.decode()


def test_period_without_figures_is_let_go_and_said(map_of: Any, places: Any) -> None:
    indicator = make_indicator()
    make_measurement(places.khanh_hoa, indicator, make_period("2026-Q3"), numerator="1", denominator="2")
    make_period("2023-Q1")
    said = words(map_of(indicator, period="2023-Q1"))
    assert "Quý I/2023" in said
    assert "Quý III/2026" in said


@pytest.mark.parametrize("asked", [{"indicator": "NO-SUCH"}, {"period": "3000"}, {"unit": "P00"}])
def test_what_does_not_exist_is_not_found(reads: Any, places: Any, asked: dict[str, str]) -> None:
    make_measurement(places.khanh_hoa, make_indicator(), make_period("2026-Q3"))
    assert reads.get("/map/", asked).status_code == 404


def test_map_without_any_figure_stays_whole(reads: Any, places: Any) -> None:
    assert reads.get("/map/").status_code == 200
