"""The administration of indicators: what can be approved and recorded there, and what can only be read."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from accounts.models import AuditEntry, User
from indicators.models import (
    Declaration,
    IndicatorDefinition,
    Job,
    MeasurementVersion,
    Obligation,
    Period,
    Target,
)
from tests.factories.cells import calendar, period
from tests.factories.results import make_document, make_indicator, make_measurement, make_target
from tests.factories.units import make_unit
from tests.indicators.scene import make_scene

pytestmark = pytest.mark.django_db
MODELS = [
    *("pillar", "indicator", "indicatordefinition", "measurement", "measurementversion", "rollup"),
    *("attainment", "job", "workerheartbeat", "obligation", "period", "target", "targetrevision"),
    "declaration",
]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def page(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.cookies["django_language"] = "en"
    return client


def told(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def act(page: Client, model: str, action: str, *rows: Any) -> str:
    """Run an action on rows of a list; what it says."""
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return told(page.post(f"/admin/indicators/{model}/", data, follow=True))


@pytest.mark.parametrize("model", MODELS)
def test_list_and_one_row_can_be_opened(page: Client, model: str) -> None:
    make_scene()
    assert page.get(f"/admin/indicators/{model}/").status_code == 200
    row = next(iter(page.get(f"/admin/indicators/{model}/").context["cl"].result_list), None)
    if row is not None:
        assert page.get(f"/admin/indicators/{model}/{row.pk}/change/").status_code == 200


@pytest.mark.parametrize("model", ["measurement", "measurementversion", "rollup", "attainment", "job"])
def test_result_can_only_be_read(page: Client, model: str) -> None:
    make_scene()
    assert page.get(f"/admin/indicators/{model}/add/").status_code == 403
    row = page.get(f"/admin/indicators/{model}/").context["cl"].result_list[0]
    assert page.post(f"/admin/indicators/{model}/{row.pk}/change/", {}).status_code == 403
    assert page.post(f"/admin/indicators/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", ["measurement", "measurementversion", "target", "obligation"])
def test_list_takes_the_same_queries_for_any_number_of_rows(page: Client, model: str) -> None:
    counted = []
    for more in (2, 18):
        for _row in range(more):
            target = make_target(make_unit())
            make_measurement(target.unit, target.indicator)
            Obligation.objects.create(
                unit=target.unit, indicator=target.indicator, level="total", frequency="quarter"
            )
        with CaptureQueriesContext(connection) as captured:
            page.get(f"/admin/indicators/{model}/")
        counted.append(len(captured))
    assert counted[0] == counted[1]


def submitted(by: str = "enters") -> MeasurementVersion:
    version = make_measurement(make_unit(), numerator="9", denominator="10").versions.get()
    somebody = User.objects.get_or_create(username=by)[0]
    version.pk, version.number, version.state = None, 2, "submitted"
    version.entered_by = version.submitted_by = somebody
    version.approved_by = version.approved_at = None
    version.numerator = 5
    version.save(force_insert=True)
    return version


def test_version_is_approved(page: Client) -> None:
    version = submitted()

    said = act(page, "measurementversion", "approve", version)

    assert said == "1 version done."
    version.measurement.refresh_from_db()
    assert version.measurement.numerator == 5
    assert Job.objects.exists()


def test_version_of_ones_own_is_not_approved(page: Client) -> None:
    version = submitted(by="administrator")

    said = act(page, "measurementversion", "approve", version)

    assert "second person" in said
    version.refresh_from_db()
    assert version.state == "submitted"


def test_one_refused_version_does_not_stop_the_others(page: Client) -> None:
    said = act(page, "measurementversion", "approve", submitted(by="administrator"), submitted())
    assert "second person" in said
    assert "1 version done." in said


def test_version_is_not_approved_by_who_may_not_change_it(client: Client, outsider: User) -> None:
    User.objects.filter(pk=outsider.pk).update(is_staff=True)
    outsider.user_permissions.add(Permission.objects.get(codename="view_measurementversion"))
    client.force_login(outsider)
    version = submitted()
    data = {"action": "approve", "_selected_action": [version.pk]}
    client.post("/admin/indicators/measurementversion/", data)
    version.refresh_from_db()
    assert version.state == "submitted"


def revision_form(target: Target, **fields: Any) -> dict[str, Any]:
    document = make_document(target.unit, valid_from=date(2023, 6, 1))
    empty = {
        f"{name}-{count}": 0 for name in ("milestones", "parts") for count in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    asked = {"rule": "at_least", "threshold": "95.5", "due_on": "2024-12-31", "shape": "linear"}
    return {
        "target": target.pk,
        "document": document.pk,
        "effective_on": "2024-01-01",
        **asked,
        **empty,
        **fields,
    }


def test_revision_is_recorded_with_its_milestones(page: Client) -> None:
    target = make_target(make_unit())
    milestones = {"milestones-TOTAL_FORMS": 1, "milestones-0-on": "2024-06-30", "milestones-0-value": "80"}

    page.post("/admin/indicators/targetrevision/add/", revision_form(target, **milestones))

    revision = target.revisions.get(number=2)
    assert (str(revision.threshold), str(revision.due_on)) == ("95.5000", "2024-12-31")
    assert revision.milestones.get().value == 80
    assert AuditEntry.objects.get().action == "target.revise"


def test_revision_of_parts_is_recorded(page: Client) -> None:
    target = make_target(make_unit())
    part = {
        "position": 1,
        "indicator": make_indicator().pk,
        "level": "total",
        "rule": "at_least",
        "threshold": 7,
    }
    parts = {"parts-TOTAL_FORMS": 1} | {f"parts-0-{name}": value for name, value in part.items()}

    page.post(
        "/admin/indicators/targetrevision/add/", revision_form(target, rule="all_of", threshold="", **parts)
    )

    assert target.revisions.get(number=2).parts.get().threshold == 7


def test_revision_that_contradicts_itself_is_told_in_words(page: Client) -> None:
    target = make_target(make_unit())

    answer = page.post(
        "/admin/indicators/targetrevision/add/", revision_form(target, threshold="", low="1"), follow=True
    )

    assert "threshold: This is required." in told(answer)
    assert "low: The rule “At least” does not use this." in told(answer)
    assert target.revisions.count() == 1


def test_revision_once_recorded_cannot_change(page: Client) -> None:
    revision = make_target(make_unit()).revisions.get()
    path = f"/admin/indicators/targetrevision/{revision.pk}/change/"
    assert page.post(path, revision_form(revision.target)).status_code == 403


def test_target_can_be_reworded_and_nothing_else(page: Client) -> None:
    target = make_target(make_unit())
    empty = {
        f"{name}-{count}": 0
        for name in ("revisions", "declarations")
        for count in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    page.post(
        f"/admin/indicators/target/{target.pk}/change/",
        {"name_vi": "Tỷ lệ hồ sơ trực tuyến", "code": "99", "level": "commune", **empty},
    )

    changed = Target.objects.get(pk=target.pk)
    assert (changed.name_vi, changed.code, changed.level) == ("Tỷ lệ hồ sơ trực tuyến", target.code, "total")
    assert AuditEntry.objects.get().action == "target.reword"


def test_obligation_is_added_and_ended(page: Client) -> None:
    unit, indicator = make_unit(), make_indicator()
    form = {"unit": unit.pk, "indicator": indicator.pk, "level": "total", "frequency": "quarter"}
    page.post("/admin/indicators/obligation/add/", {**form, "valid_from": "2025-01-01"})
    obligation = Obligation.objects.get()

    page.post(
        f"/admin/indicators/obligation/{obligation.pk}/change/", {"valid_to": "2025-12-31", "level": "x"}
    )

    obligation.refresh_from_db()
    assert (obligation.valid_to, obligation.level) == (date(2025, 12, 31), "total")
    assert Job.objects.count() == 2


def test_obligation_that_overlaps_is_told_in_words(page: Client) -> None:
    owed = Obligation.objects.create(
        unit=make_unit(), indicator=make_indicator(), level="total", frequency="quarter"
    )
    form = {"unit": owed.unit_id, "indicator": owed.indicator_id, "level": "total", "frequency": "quarter"}

    answer = page.post("/admin/indicators/obligation/add/", {**form, "valid_from": "2025-01-01"}, follow=True)

    assert "owed already" in told(answer)
    assert Obligation.objects.count() == 1


def period_form(found: Period, **fields: Any) -> dict[str, Any]:
    days = {name: str(getattr(found, name)) for name in ("starts_on", "cutoff_on", "assessed_on")}
    rows = list(found.due_days.order_by("period", "body"))
    form: dict[str, Any] = {"due_days-TOTAL_FORMS": len(rows), "due_days-INITIAL_FORMS": len(rows), **days}
    for place, row in enumerate(rows):
        form |= {f"due_days-{place}-{name}": getattr(row, name) for name in ("id", "body", "due_on")}
        form[f"due_days-{place}-period"] = found.pk
    return form | fields


def test_period_to_come_is_changed(page: Client, pin_today: Any) -> None:
    calendar(2026)
    pin_today(date(2025, 11, 21))
    found = period("2026-Q1")
    form = period_form(found, starts_on="2026-01-01", **{"due_days-0-due_on": "2026-03-20"})

    page.post(f"/admin/indicators/period/{found.pk}/change/", form)

    found.refresh_from_db()
    assert found.starts_on == date(2026, 1, 1)
    assert found.due_days.get(body="agency").due_on == date(2026, 3, 20)


def test_period_that_has_begun_is_not_changed(page: Client, pin_today: Any) -> None:
    calendar(2026)
    pin_today(date(2026, 2, 1))
    found = period("2026-Q1")

    answer = page.post(
        f"/admin/indicators/period/{found.pk}/change/",
        period_form(found, starts_on="2026-01-01"),
        follow=True,
    )

    assert "The period has begun" in told(answer)
    found.refresh_from_db()
    assert found.starts_on == date(2025, 12, 15)


def test_declaration_goes_from_entry_to_approval(page: Client, administrator: User) -> None:
    target = make_target(make_unit())
    target.revisions.update(rule="done", threshold=None)
    form = {
        "target": target.pk,
        "part_position": 0,
        "kind": "done",
        "is_met": "on",
        "declared_on": "2023-06-01",
    }
    page.post("/admin/indicators/declaration/add/", form)
    declaration = Declaration.objects.get()
    assert declaration.entered_by == administrator

    act(page, "declaration", "submit", declaration)
    said = act(page, "declaration", "approve", declaration)

    assert "second person" in said
    declaration.refresh_from_db()
    assert declaration.state == "submitted"


def test_declaration_that_does_not_fit_is_told_in_words(page: Client) -> None:
    target = make_target(make_unit())
    form = {
        "target": target.pk,
        "part_position": 0,
        "kind": "done",
        "is_met": "on",
        "declared_on": "2023-06-01",
    }
    answer = page.post("/admin/indicators/declaration/add/", form, follow=True)
    assert "by its figures" in told(answer)
    assert not Declaration.objects.exists()


def change_limits_page(page: Client, row: IndicatorDefinition, **fields: str) -> Any:
    forms = {f"{part}-{name}_FORMS": "0" for part in ("levels", "owners") for name in ("TOTAL", "INITIAL")}
    address = f"/admin/indicators/indicatordefinition/{row.pk}/change/"
    return page.post(address, forms | fields, follow=True)


def test_limits_of_a_definition_are_set_and_nothing_else(page: Client, administrator: User) -> None:
    row = make_indicator("DI-01", numerator_vi="Số hộ", denominator_vi="Tổng số hộ").definitions.get()
    asked = {"least": "0", "most": "99.5", "denominator_change_percent": "15", "decimals": "0"}
    change_limits_page(page, row, **asked, evidence_required="on", pooling="sum")
    row.refresh_from_db()
    assert (row.least, row.most, row.denominator_change_percent) == (0, Decimal("99.5"), 15)
    assert (row.evidence_required, row.decimals, row.pooling) == (True, 2, "ratio_of_sums")
    entry: Any = AuditEntry.objects.get(action="indicatordefinition.limit")
    assert (entry.actor, entry.before["most"], entry.after["most"]) == (administrator, None, "99.5")


def test_limits_that_contradict_each_other_are_refused(page: Client) -> None:
    row = make_indicator("DI-01").definitions.get()
    answer = change_limits_page(page, row, least="2", most="1")
    assert "below the smallest" in told(answer)
    row.refresh_from_db()
    assert (row.least, row.most) == (None, None)
    assert not AuditEntry.objects.exists()


def test_limits_left_as_they_are_leave_no_trace(page: Client) -> None:
    row = make_indicator("DI-01", most=5).definitions.get()
    assert change_limits_page(page, row, most="5.0000").redirect_chain
    assert not AuditEntry.objects.exists()
