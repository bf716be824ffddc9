"""`make bench`: prints ratios measured in one interleaved run; the median of five rounds each."""

from __future__ import annotations

import os
import statistics
import sys

import django


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ.setdefault("PORTAL_TODAY", "2026-11-21")
    django.setup()

    from django.core.management import call_command

    from tests.bench import listing, pooling, world

    call_command("migrate", verbosity=0)
    print("building generated national data …", flush=True)
    cells = world.build()
    print(f"{cells:,} measurements, 34 provinces × 60 targets × 20 quarters", flush=True)
    taken = pooling.measure(rounds=5)
    median = {name: statistics.median(values) for name, values in taken.items()}
    base = median["hand_written"]
    for name, values in taken.items():
        print(f"  {name}: {', '.join(f'{one:.2f}' for one in values)} s")
    print(f"pooling ÷ hand-written INSERT … SELECT      {median['pooling'] / base:.2f}   (to reach: ≤ 1.5)")
    print(f"whole task ÷ hand-written INSERT … SELECT   {median['whole'] / base:.2f}   (to reach: ≤ 3)")
    print(
        f"whole task ÷ one province and quarter       {median['whole'] / median['one_quarter']:.0f}"
        "   (to reach: ≥ 30)"
    )
    wanted = {100: "0.30", 1000: "0.55"}
    for size, ratios in listing.measure(rounds=5).items():
        print(
            f"bare handler ÷ measurements list, {size:>4} rows  {statistics.median(ratios):.2f}"
            f"   (to reach: ≥ {wanted[size]})"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
