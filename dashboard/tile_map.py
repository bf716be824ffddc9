"""Places and colours of tiles: the 34 provinces roughly where they lie, other units in order of their names.

Geometry only: whole numbers of a drawing whose tiles all have one size, classes with exact limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from indicators.engine.display import rounded

WIDTH, HEIGHT, GAP = 104, 50, 4
COLUMNS = 6
CLASSES = 5
SMALLEST = 8
TODAY_SINCE = date(2025, 7, 1)
"""The first day of the 34 provinces (202/2025/QH15); before it there were 63."""

# Column and row by the reference of the province, by hand: neighbours stay neighbours where a grid lets them.
PLACES: dict[str, tuple[int, int]] = {
    "P12": (1, 0),  # Lai Châu
    "P15-2025": (2, 0),  # Lào Cai
    "P08-2025": (3, 0),  # Tuyên Quang
    "P04": (4, 0),  # Cao Bằng
    "P11": (0, 1),  # Điện Biên
    "P14": (1, 1),  # Sơn La
    "P25-2025": (2, 1),  # Phú Thọ
    "P19-2025": (3, 1),  # Thái Nguyên
    "P20": (4, 1),  # Lạng Sơn
    "P01": (2, 2),  # Hà Nội
    "P24-2025": (3, 2),  # Bắc Ninh
    "P22": (4, 2),  # Quảng Ninh
    "P38": (1, 3),  # Thanh Hóa
    "P37-2025": (2, 3),  # Ninh Bình
    "P33-2025": (3, 3),  # Hưng Yên
    "P31-2025": (4, 3),  # Hải Phòng
    "P40": (1, 4),  # Nghệ An
    "P42": (2, 4),  # Hà Tĩnh
    "P44-2025": (2, 5),  # Quảng Trị
    "P46": (3, 5),  # Huế
    "P48-2025": (3, 6),  # Đà Nẵng
    "P51-2025": (4, 7),  # Quảng Ngãi
    "P52-2025": (4, 8),  # Gia Lai
    "P66-2025": (4, 9),  # Đắk Lắk
    "P80-2025": (1, 10),  # Tây Ninh
    "P75-2025": (2, 10),  # Đồng Nai
    "P68-2025": (3, 10),  # Lâm Đồng
    "P56-2025": (4, 10),  # Khánh Hòa
    "P91-2025": (0, 11),  # An Giang
    "P82-2025": (1, 11),  # Đồng Tháp
    "P79-2025": (2, 11),  # Hồ Chí Minh
    "P96-2025": (0, 12),  # Cà Mau
    "P92-2025": (1, 12),  # Cần Thơ
    "P86-2025": (2, 12),  # Vĩnh Long
}
# The two archipelagos belong to their provinces and bear their figures.
ISLANDS: dict[str, tuple[str, tuple[int, int]]] = {
    "P48-2025": ("Hoàng Sa", (5, 6)),
    "P56-2025": ("Trường Sa", (5, 11)),
}


@dataclass(frozen=True)
class Tile:
    """A place of the drawing; `unit_id` says whose figure it bears, `island` its own name if any."""

    unit_id: int
    x: int
    y: int
    island: str = ""


@dataclass(frozen=True)
class Layout:
    tiles: list[Tile]
    width: int
    height: int
    is_geographic: bool


def geographic(units: Iterable[tuple[int, str]]) -> Layout:
    """Today's provinces (id, reference) where they lie, from north to south; unknown ones in rows below."""
    listed = list(units)
    placed = [(pk, PLACES[ref], "") for pk, ref in listed if ref in PLACES]
    placed += [(pk, ISLANDS[ref][1], ISLANDS[ref][0]) for pk, ref in listed if ref in ISLANDS]
    below = max(row for _column, row in PLACES.values()) + 2
    unknown = [pk for pk, ref in listed if ref not in PLACES]
    placed += [(pk, (n % COLUMNS, below + n // COLUMNS), "") for n, pk in enumerate(unknown)]
    return _layout(placed, is_geographic=True)


def in_rows(units: Iterable[int], columns: int = COLUMNS) -> Layout:
    """Tiles in the order given, row by row: no geography is made up."""
    return _layout([(pk, (n % columns, n // columns), "") for n, pk in enumerate(units)], is_geographic=False)


def _layout(placed: Sequence[tuple[int, tuple[int, int], str]], *, is_geographic: bool) -> Layout:
    in_reading_order = sorted(placed, key=lambda each: (each[1][1], each[1][0]))
    tiles = [
        Tile(pk, column * (WIDTH + GAP), row * (HEIGHT + GAP), island)
        for pk, (column, row), island in in_reading_order
    ]
    return Layout(
        tiles,
        max((tile.x for tile in tiles), default=0) + WIDTH,
        max((tile.y for tile in tiles), default=0) + HEIGHT,
        is_geographic,
    )


@dataclass(frozen=True)
class ValueClass:
    """Values from `low` to below `high`; the uppermost class includes its upper limit. 5 is the best."""

    strength: int
    low: Decimal
    high: Decimal
    is_last: bool


@dataclass(frozen=True)
class Scale:
    """Five classes of equal width between round limits, from the lowest values to the highest."""

    classes: list[ValueClass]
    places: int

    def strength_of(self, value: Fraction) -> int:
        for each in self.classes:
            if value < Fraction(each.high) or each.is_last:
                return each.strength
        return 0

    @property
    def best_first(self) -> list[ValueClass]:
        return sorted(self.classes, key=lambda each: -each.strength)


def scale_of(
    values: Iterable[Fraction], *, lower_is_better: bool, top: Fraction | None = None
) -> Scale | None:
    """The classes that hold all values; exact, however close they lie. None without a value.

    `top` is where the values end by their nature (100 of a share): no class reaches above it needlessly.
    """
    known = list(values)
    if not known:
        return None
    low, high = min(known), max(known)
    step, places, start = next(_fitting(low, high))
    if top is not None and start + CLASSES * step > top and high <= top and top - CLASSES * step <= low:
        start = top - CLASSES * step
    limits = [rounded(start + step * n, places) for n in range(CLASSES + 1)]
    return Scale(
        [
            ValueClass(
                CLASSES - n if lower_is_better else n + 1, limits[n], limits[n + 1], is_last=n == CLASSES - 1
            )
            for n in range(CLASSES)
        ],
        places,
    )


_ROUND = tuple(map(Fraction, ("1", "2", "2.5", "3", "4", "5", "6", "8")))


def _fitting(low: Fraction, high: Fraction) -> Iterator[tuple[Fraction, int, Fraction]]:
    """Round steps in rising order that hold the values in five, each with its decimals and its start."""
    wanted = (high - low) / CLASSES or Fraction(1)
    power, places = Fraction(1), 0
    while power > wanted and places < SMALLEST:
        power, places = power / 10, places + 1
    while power * 10 <= wanted:
        power *= 10
    while True:
        for factor in _ROUND:
            step = power * factor
            start = low // step * step
            if step >= wanted and start + CLASSES * step >= high:
                yield step, places + (step.denominator > 1 and factor.denominator > 1), start
        power, places = power * 10, max(places - 1, 0)
