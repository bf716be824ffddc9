"""`make bench`: prints ratios measured in one interleaved run; the median of five rounds each.

`make bench ARGS=overview` measures the overview alone.
"""

from __future__ import annotations

import datetime
import os
import statistics
import sys

import django

APPROVALS = 60


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()

    from django.conf import settings
    from django.core.management import call_command

    from tests.bench import approving, importing, listing, overview, pooling, world

    # The tests' settings take the real day; what is measured must not change with it.
    settings.PORTAL_TODAY = datetime.date(2026, 11, 21)
    call_command("migrate", verbosity=0)
    print("building generated national data …", flush=True)
    cells = world.build()
    print(f"{cells:,} measurements, 34 provinces × 60 targets × 20 quarters", flush=True)
    only_overview = sys.argv[1:] == ["overview"]
    taken = pooling.measure(rounds=1 if only_overview else 5)
    # Before anything else keeps a connection open: the world is copied, and nobody may be using it.
    overview.report(overview.measure(rounds=5))
    if only_overview:
        return 0
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
    wanted = {100: "0.33", 1000: "0.6"}
    for size, ratios in listing.measure(rounds=5).items():
        print(
            f"bare handler ÷ measurements list, {size:>4} rows  {statistics.median(ratios):.2f}"
            f"   (to reach: ≥ {wanted[size]})"
        )
    ratio = statistics.median(listing.deep(rounds=5))
    print(f"page 1,000 ÷ page 1 of the measurements list  {ratio:.2f}   (to reach: ≤ 1.2)")
    report_import(importing.measure(rounds=3))
    fresh = sorted(approving.measure(approvals=APPROVALS))
    every, broker = approving.EVERY_SECONDS, approving.broker()
    print(f"approval to fresh pages, 95th percentile      {percentile(fresh, 95):.2f}   (to reach: ≤ 5 s)")
    print(f"  median {statistics.median(fresh):.2f} s, longest {fresh[-1]:.2f} s: {len(fresh)} approvals")
    print(f"  of 1, 5 and 60 cells, one every {every:.0f} s; a real worker, {broker} as broker")
    return 0


def report_import(taken: dict[str, list[float]]) -> None:
    """A workbook of 100,000 rows against the floor, round by round, and the memory of the worker."""
    ratios = [portal / floor for portal, floor in zip(taken["portal"], taken["floor"], strict=True)]
    print(f"workbook of 100,000 rows ÷ floor              {statistics.median(ratios):.2f}   (to reach: ≤ 4)")
    for name in ("floor", "check", "write"):
        print(f"  {name}: {', '.join(f'{one:.1f}' for one in taken[name])} s")
    print(f"  resident, worker and parser together: {max(taken['megabytes']):.0f} MB   (to reach: ≤ 300 MB)")


def percentile(ordered: list[float], percent: int) -> float:
    """The smallest of the values that so many per cent of them do not exceed (nearest rank)."""
    return ordered[-(-len(ordered) * percent // 100) - 1]


if __name__ == "__main__":
    sys.exit(main())
