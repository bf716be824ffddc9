"""Made-up figures that add up: whole numbers shared out among bodies, always the same ones."""

from __future__ import annotations

import random
from collections.abc import Sequence

SEED = 20250701


def chance(*about: object) -> random.Random:
    """A generator of its own for every thing, so that adding one figure leaves all others as they are."""
    return random.Random(":".join(str(part) for part in (SEED, *about)))


def split(total: int, weights: Sequence[int], *, least: int = 0) -> list[int]:
    """Share ``total`` by the weights into whole numbers that add up to it, each at least ``least``."""
    rest = total - least * len(weights)
    whole = sum(weights)
    if rest < 0 or whole <= 0:
        raise ValueError(f"{total} cannot be shared among {len(weights)} so that each has {least}")
    shares = [least + rest * weight // whole for weight in weights]
    # The largest remainders get what is left over; the earlier one of two equal ones.
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(rest * weights[place] % whole), place))
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares


def numerators(
    total: int, denominators: Sequence[int], spread: int, dice: random.Random, *, capped: bool
) -> list[int]:
    """Numerators that add up to ``total``, each near the common rate; ``spread`` is in hundredths of 1 %.

    Where ``capped``, none exceeds its denominator.
    """
    whole = sum(denominators)
    found = []
    for denominator in denominators:
        share = denominator * (total * 10_000 + dice.randint(-spread, spread) * whole) // (whole * 10_000)
        found.append(max(0, min(share, denominator) if capped else share))
    missing = total - sum(found)
    if missing > 0:
        room = [d - n for d, n in zip(denominators, found, strict=True)] if capped else list(denominators)
        return [n + more for n, more in zip(found, split(missing, room), strict=True)]
    if missing < 0:
        return [n - less for n, less in zip(found, split(-missing, found), strict=True)]
    return found


def climb(start: int, end: int, steps: int) -> list[int]:
    """Whole numbers on the straight line from ``start`` to ``end``, both included."""
    if steps == 1:
        return [end]
    return [start + (end - start) * step // (steps - 1) for step in range(steps)]
