"""Every list takes the same number of queries for 10, 100 and 1,000 rows, and few of them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from config.api_urls import router
from dashboard.models import Edition
from events.models import CampaignFigure, CampaignGoal, Event
from indicators.models import Pillar, Report
from resolutions.models import DocumentLink, Task
from tests.api.conftest import signed_in
from tests.factories.cells import owe
from tests.factories.copies import copies, next_number
from tests.factories.editions import make_edition
from tests.factories.results import (
    make_attainment,
    make_document,
    make_indicator,
    make_measurement,
    make_period,
    make_roll_up,
    make_target,
)
from tests.factories.units import make_agency, make_kind, make_unit

# With the count and the digest of what is shown. Who signs in costs two more than a token: the session and
# the person.
MOST = {"token": 8, "person": 10}


def units(number, places):
    unit = make_unit("commune", parent=places.khanh_hoa)
    copies(unit, number - 1, ref=lambda _: f"X{next_number()}", code=lambda _: f"X{next_number()}")


def documents(number, places):
    document = make_document(places.khanh_hoa)
    link = DocumentLink.objects.create(
        document=document, other=make_document(places.nation), relation="implements"
    )
    more = copies(document, number - 1, number_normalised=lambda _: f"{next_number()}/KH")
    copies(link, number - 1, document_id=pks(more))


def indicators(number, places):
    indicator = make_indicator(owner_kind=make_kind(), pillar="I")
    definition = indicator.definitions.get()
    level = definition.levels.create(level="total")
    more = copies(indicator, number - 1, code=lambda _: f"X-{next_number()}")
    definitions = copies(definition, number - 1, indicator_id=pks(more))
    copies(level, number - 1, definition_id=pks(definitions))
    copies(definition.owners.get(), number - 1, definition_id=pks(definitions))


def periods(number, places):
    first = make_period("1900")
    due = first.due_days.first() or first.due_days.create(body="commune", due_on="2023-12-18")
    more = copies(first, number, code=lambda _: f"C-{next_number()}", kind=lambda _: "campaign")
    copies(due, number, period_id=pks(more))


def targets(number, places):
    target = make_target(places.khanh_hoa, owner=places.department)
    revision = target.revisions.get()
    milestone = revision.milestones.create(on=date(2023, 6, 30), value=Decimal(50))
    part = revision.parts.create(
        position=1, indicator=make_indicator(), level="total", rule="at_least", threshold=Decimal(1)
    )
    more = copies(target, number - 1, code=lambda _: f"X{next_number()}")
    revisions = copies(revision, number - 1, target_id=pks(more))
    copies(milestone, number - 1, revision_id=pks(revisions))
    copies(part, number - 1, revision_id=pks(revisions))


def attainments(number, places):
    target = make_target(places.khanh_hoa)
    result = make_attainment(target)
    more = copies(target, number - 1, code=lambda _: f"X{next_number()}")
    revisions = copies(target.revisions.get(), number - 1, target_id=pks(more))
    copies(result, number - 1, target_id=pks(more), revision_id=pks(revisions))


def measurements(number, places):
    cell = make_measurement(places.khanh_hoa, agency=places.department)
    indicators = copies(cell.indicator, number - 1, code=lambda _: f"X-{next_number()}")
    definitions = copies(cell.definition, number - 1, indicator_id=pks(indicators))
    copies(cell, number - 1, indicator_id=pks(indicators), definition_id=pks(definitions))


def editions(number, places):
    period = make_period()
    edition = make_edition(places.khanh_hoa, period, 1 + Edition.objects.count())
    copies(
        edition,
        number - 1,
        number=lambda place: edition.number + 1 + place,
        reason=lambda _: "đính chính",
    )


def pks(rows):
    return [row.pk for row in rows]


def rollups(number, places):
    for _each in range(number):
        make_roll_up(places.khanh_hoa)


def reports(number, places):
    indicator = make_indicator()
    for _each in range(number):
        commune = make_unit("commune", parent=places.khanh_hoa)
        made = Report.objects.create(unit=commune, period=make_period(), state="approved")
        cell = make_measurement(commune, indicator)
        type(cell).objects.filter(pk=cell.pk).update(report=made)


def tasks(number, places):
    for _each in range(number):
        unit = make_unit("commune", parent=places.khanh_hoa)
        task = Task.objects.create(
            unit=unit,
            document=make_document(unit),
            title_vi="Việc",
            lead=places.department,
            due_on="2026-10-31",
        )
        task.cooperating.add(make_agency(unit), make_agency(unit, "so-nv"))


def events(number, places):
    for _each in range(number):
        unit = make_unit("commune", parent=places.khanh_hoa)
        event = Event.objects.create(
            unit=unit, host=places.khanh_hoa, kind="workshop", starts_on="2026-10-10", ends_on="2026-10-10"
        )
        event.documents.add(make_document(unit), make_document(unit))


def campaigns(number, places):
    for _each in range(number):
        event = Event.objects.create(
            unit=places.khanh_hoa,
            kind="campaign",
            title_vi=f"Phong trào {Event.objects.count()}",
            starts_on="2026-07-15",
            ends_on="2026-10-25",
        )
        goal = CampaignGoal.objects.create(event=event, indicator=make_indicator(), value=9)
        someone = User.objects.get_or_create(username="enters")[0]
        CampaignFigure.objects.create(
            goal=goal,
            unit=places.phan_rang,
            from_on="2026-07-15",
            to_on="2026-07-15",
            value=1,
            entered_by=someone,
        )


def campaign_figures(number, places):
    campaigns(number, places)


def agencies(number, places):
    for _each in range(number):
        make_agency(make_unit("commune", parent=places.khanh_hoa))


def pillars(number, places):
    for _each in range(number):
        Pillar.objects.create(code=f"P{Pillar.objects.count()}", name_vi="Trụ cột")


MAKERS = {
    maker.__name__.replace("_", "-"): maker
    for maker in (
        *(units, documents, indicators, periods, targets, attainments, measurements, editions),
        *(rollups, reports, tasks, events, campaigns, campaign_figures, agencies, pillars),
    )
}


def test_every_list_is_counted():
    assert set(MAKERS) == {prefix for prefix, _view, _name in router.registry}


@pytest.mark.parametrize("name", MAKERS)
def test_list_takes_as_many_queries_for_10_100_and_1000_rows(name, places, reader, leader):
    day = "&on=2026-01-01" if name == "units" else ""
    callers = {"token": reader, "person": signed_in(leader)}
    counts = {who: [] for who in callers}
    rows = []
    for caller in callers.values():
        caller.get(f"/api/v1/{name}/")  # notes the use of the token
    for more in (10, 90, 900):
        MAKERS[name](more, places)
        for who, caller in callers.items():
            with CaptureQueriesContext(connection) as queries:
                body = caller.get(f"/api/v1/{name}/?limit=1000&count=true{day}").json()
            counts[who].append(len(queries))
        rows.append(len(body["results"]))
    assert rows[2] - rows[1] > 850
    for who, found in counts.items():
        assert len(set(found)) == 1, counts
        assert found[0] <= MOST[who], counts


def test_discipline_takes_as_many_queries_for_any_number_of_bodies(places, reader):
    indicator = make_indicator()
    period = make_period()
    period.due_days.create(body="commune", due_on=date(2023, 12, 18))
    counts, bodies = [], []
    for more in (2, 18, 180):
        for _each in range(more):
            owe(make_unit("commune", parent=places.khanh_hoa), indicator, "commune", frequency="year")
        reader.get("/api/v1/discipline/?unit=P56-2025&period=2023")  # notes the use of the token
        with CaptureQueriesContext(connection) as queries:
            body = reader.get("/api/v1/discipline/?unit=P56-2025&period=2023").json()
        counts.append(len(queries))
        bodies.append(len(body["bodies"]))
    assert bodies == [2, 20, 200]
    assert len(set(counts)) == 1, counts


@pytest.mark.parametrize("targets_made", [2, 20, 200])
def test_scoreboard_takes_as_many_queries_for_any_number_of_targets(targets_made, places, reader):
    attainments(targets_made, places)
    reader.get("/api/v1/scoreboards/?unit=P56-2025&period=2023")
    with CaptureQueriesContext(connection) as queries:
        reader.get("/api/v1/scoreboards/?unit=P56-2025&period=2023")
    assert len(queries) == 3
