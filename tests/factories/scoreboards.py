"""Scoreboards of any length, stored in a few statements."""

from indicators.models import Attainment, Target, TargetRevision
from provinces.models import Unit
from tests.factories.results import make_document, make_indicator, make_period, make_target
from tests.factories.units import make_agency


def fill(unit: Unit, number: int, name: str = "") -> list[Target]:
    """So many targets of the unit with results in two periods, under ten documents; half have an owner.

    With a name all bear it, in both languages; without one that of their indicator.
    """
    periods = [make_period("2023-Q3"), make_period("2023-Q4"), make_period("2022-Q4")]
    documents = [make_document(unit) for _each in range(min(number, 10))]
    indicators = [make_indicator(pillar=f"T{each % 8}") for each in range(min(number, 20))]
    owner = make_agency(unit, "so-y-te")
    heading = make_target(unit, kind="heading", counts_as="leaves", document=documents[0])
    pattern = make_target(unit, indicators[0], documents[0])
    targets = Target.objects.bulk_create(
        Target(
            document=documents[each % len(documents)],
            unit=unit,
            indicator=indicators[each % len(indicators)],
            code=f"x{each}",
            name_vi=name,
            name_en=name,
            sort_key=f"x{each:04}",
            level=("province", "commune", "total")[each % 3],
            owner=owner if each % 2 else None,
            parent=heading if each % len(documents) == 0 else None,
            counts_from="2022-01-01",
        )
        for each in range(number)
    )
    first = pattern.revisions.get()
    revisions = TargetRevision.objects.bulk_create(
        TargetRevision(
            target=target,
            document=first.document,
            effective_on=first.effective_on,
            due_on=first.due_on,
            rule="all_of" if place % 5 == 4 else "at_least",
            threshold=None if place % 5 == 4 else first.threshold,
        )
        for place, target in enumerate(targets)
    )
    statuses = ("met", "missed", "at_risk", "no_data")
    Attainment.objects.bulk_create(
        Attainment(
            target=target,
            period=period,
            revision=revision,
            status=statuses[(place + shift) % 4],
            met={0: True, 3: None}.get((place + shift) % 4, False),
            counts=True,
            is_due=True,
            is_overdue=False,
            value=50 + place % 40,
            previous_value=40,
            assessed_on=period.assessed_on,
            judged_on=period.assessed_on,
            rules_version="1",
        )
        for place, (target, revision) in enumerate(zip(targets, revisions, strict=True))
        for shift, period in enumerate(periods)
    )
    return targets
