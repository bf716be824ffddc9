# ruff: noqa: F811 (fixtures of other folders)
"""Answers that are worked out each time: 304 without that work, and never for one that has changed."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.changes import give_positions
from accounts.models import Membership, User
from indicators.actions import evidence, obligations, reviewing
from indicators.actions.entering import CellInput, save_cells, save_narrative
from indicators.actions.periods import change_period
from indicators.entry.places import Place, place_or_404
from indicators.models import Indicator, MeasurementVersion, Obligation, Period
from provinces.bulk import bring_up_to_date
from provinces.models import AgencyKind, Unit
from tests.api.writing.conftest import address, partner  # noqa: F401 (fixtures)
from tests.cast import Places
from tests.entry.conftest import DAY, PERIOD, office, on_time  # noqa: F401 (fixtures)
from tests.factories.cells import owe, recompute_all

PDF = b"%PDF-1.7\n% a scan\n"


@pytest.fixture
def cast(
    office: Places, reporter: User, approver: User, coordinator: User, settings: Any, tmp_path: Any
) -> Any:
    settings.MEDIA_ROOT = tmp_path
    place = place_or_404(reporter, office.phan_rang.ref, PERIOD)
    save_cells(place=place, inputs=[_typed("5")], by=reporter, via="form")
    for agency in (None, office.department):
        owe(office.khanh_hoa, Indicator.objects.get(code="DI-02"), agency=agency)
    people = {"reporter": reporter, "approver": approver, "coordinator": coordinator}
    return SimpleNamespace(places=office, place=_place(reporter, office), **people)


def _place(reporter: User, places: Places) -> Place:
    return place_or_404(reporter, places.phan_rang.ref, PERIOD)


def _typed(value: str) -> CellInput:
    return CellInput(indicator="DI-02", level="commune", value=value)


@pytest.fixture
def ask(cast: Any, reader: Any, partner: Any, address: str) -> Callable[..., Any]:
    """Reads one of the four answers; with `known`, on condition that it has changed."""
    changes = reader.get("/api/v1/changes/?since=now").json()["next"]
    paths = {
        "discipline": (reader, f"/api/v1/discipline/?unit=P56-2025&period={PERIOD}"),
        "series": (reader, f"/api/v1/series/?unit={cast.places.phan_rang.ref}&indicator=DI-02&level=commune"),
        "changes": (reader, f"/api/v1/changes/?since={changes}"),
        "cells": (partner, f"{address}cells/"),
    }

    def ask(name: str, known: str = "", **headers: str) -> Any:
        client, path = paths[name]
        response = client.get(path, headers={"If-None-Match": known} | headers if known else headers)
        assert response.status_code in (200, 304), response.content
        return response

    return ask


NAMES = ["discipline", "series", "changes", "cells"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_changed_is_304_in_at_most_three_queries(name: str, ask: Any) -> None:
    give_positions()
    known = ask(name)["ETag"]
    with CaptureQueriesContext(connection) as queries:
        again = ask(name, known)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", known)
    assert len(queries) <= 3, [each["sql"] for each in queries]


def _draft(cast: Any) -> None:
    [done] = save_cells(place=cast.place, inputs=[_typed("6")], by=cast.reporter, via="form")
    assert done.version


def _words(cast: Any) -> None:
    words = {"results": "Khác", "difficulties": "", "causes": "", "proposals": ""}
    save_narrative(place=cast.place, by=cast.reporter, **words)


def _file(cast: Any) -> None:
    file = SimpleUploadedFile("a.pdf", PDF)
    indicator = Indicator.objects.get(code="DI-02")
    evidence.attach(place=cast.place, indicator=indicator, level="commune", by=cast.reporter, file=file)


def _approve(cast: Any) -> None:
    for code in ("DI-01", "DI-03"):
        missing = CellInput(indicator=code, level="commune", missing_reason="late_source")
        save_cells(place=cast.place, inputs=[missing], by=cast.reporter, via="form")
    place = _place(cast.reporter, cast.places)
    reviewing.submit_report(place=place, by=cast.reporter)
    waiting = MeasurementVersion.objects.filter(state="submitted").values_list("pk", flat=True)
    place = _place(cast.reporter, cast.places)
    reviewing.approve_cells(place=place, version_ids=list(waiting), by=cast.approver)
    recompute_all()


def _owe_less(cast: Any) -> None:
    owed = Obligation.objects.get(unit=cast.places.phan_rang, indicator=Indicator.objects.get(code="DI-03"))
    obligations.end_obligation(obligation=owed, valid_to=date(2026, 1, 1), by=cast.coordinator, reason="Bỏ")


def _owe_nothing_by_loading(cast: Any) -> None:
    owed = list(Obligation.objects.filter(unit=cast.places.phan_rang))
    wanted = {each.pk: Obligation(**_values(each, valid_to=date(2026, 1, 1))) for each in owed}
    bring_up_to_date(wanted, {each.pk: each for each in owed}, fields=["valid_to"])


def _rename_unit(cast: Any) -> None:
    unit = Unit.objects.get(pk=cast.places.phan_rang.pk)
    bring_up_to_date({1: Unit(**_values(unit, name="Phường Tên Khác"))}, {1: unit}, fields=["name"])


def _rename_agency(cast: Any) -> None:
    kind = AgencyKind.objects.get(pk=cast.places.department.kind_id)
    bring_up_to_date(
        {1: AgencyKind(**_values(kind, label_pattern="Sở Khác"))}, {1: kind}, fields=["label_pattern"]
    )


def _values(row: Any, **other: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} | other


def _new_day(cast: Any) -> None:
    period = Period.objects.get(code=PERIOD)
    days = {each.body: each.due_on + timedelta(days=9) for each in period.due_days.filter(due_on__gt=DAY)}
    change_period(period=period, due_days=days, by=cast.coordinator, reason="Lùi")


# What is done ► the answers that must change by it. Others may; none may say that it has not where it has.
WRITES: list[tuple[Callable[[Any], None], set[str]]] = [
    (_draft, {"cells"}),
    (_words, {"cells", "changes"}),
    (_file, {"cells"}),
    (_approve, {"cells", "series", "changes", "discipline"}),
    (_owe_less, {"cells"}),
    (_owe_nothing_by_loading, {"cells", "discipline"}),
    (_rename_unit, {"discipline", "series", "changes"}),
    (_rename_agency, {"discipline"}),
    (_new_day, {"discipline", "changes"}),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("write", "changed"), WRITES, ids=[write.__name__ for write, _names in WRITES])
def test_what_was_written_is_told(
    write: Any, changed: set[str], name: str, ask: Any, cast: Any, pin_today: Any
) -> None:
    known = ask(name)["ETag"]
    write(cast)
    told = ask(name, known)
    cache.clear()
    fresh = ask(name)
    assert (told.status_code == 304) == (fresh["ETag"] == known)
    assert told["ETag"] == fresh["ETag"]
    if name in changed:
        assert fresh["ETag"] != known


def test_new_day_is_told(ask: Any, pin_today: Any) -> None:
    """Nothing is written when a report becomes late."""
    known = ask("discipline")["ETag"]
    pin_today(DAY + timedelta(days=200))
    assert ask("discipline", known).status_code == 200


def test_other_language_is_told(ask: Any) -> None:
    known = ask("discipline")["ETag"]
    assert ask("discipline", known, **{"Accept-Language": "en"})["Content-Language"] == "en"


def test_role_that_has_ended_is_refused_at_once(ask: Any, cast: Any, partner: Any, address: str) -> None:
    known = ask("cells")["ETag"]
    Membership.objects.filter(user=cast.reporter).delete()
    assert partner.get(f"{address}cells/", headers={"If-None-Match": known}).status_code == 404


def test_official_who_may_not_sign_in_is_refused_at_once(
    ask: Any,
    cast: Any,
    partner: Any,
    address: str,
) -> None:
    known = ask("cells")["ETag"]
    User.objects.filter(pk=cast.reporter.pk).update(is_active=False)
    assert partner.get(f"{address}cells/", headers={"If-None-Match": known}).status_code == 404


def test_change_that_waits_for_its_position_is_told(ask: Any, cast: Any) -> None:
    """The tag is not kept by positions alone, which are given later."""
    give_positions()
    known = ask("cells")["ETag"]
    _draft(cast)
    assert ask("cells", known).status_code == 200
