"""Nobody is kept out of entry: axe in both languages, light and dark, and a phone."""

from datetime import date

import pytest

from accounts.models import Deputy, Membership, Role
from indicators.actions import uploads
from indicators.models import MeasurementVersion, UploadLine
from tests.browser.entering import fill
from tests.browser.test_pages import serious
from tests.workbooks.books import xlsx

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["vi", "en"])
def language(request, page, live_server) -> str:
    """The language the pages are read in."""
    page.context.add_cookies([{"name": "django_language", "value": request.param, "url": live_server.url}])
    return request.param


@pytest.mark.parametrize("page_of", ["", "review/", "history/", "evidence/E-10/commune/"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier(visit, address, reporter, page, page_of, scheme, language):
    page.emulate_media(color_scheme=scheme)
    shown = visit(reporter, address + page_of)
    assert shown.evaluate("document.documentElement.lang") == language
    assert serious(shown) == []


@pytest.mark.parametrize(
    ("person", "listed"),
    [("reporter", "/reports/"), ("coordinator", "/reports/monitor/"), ("approver", "/reports/deputies/")],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier_in_lists(
    request, visit, address, reporter, page, person, listed, scheme, language
):
    page.emulate_media(color_scheme=scheme)
    somebody = request.getfixturevalue(person)
    for seat in Membership.objects.filter(user=somebody, role=Role.APPROVER):
        days = {"valid_from": date(2026, 9, 20), "valid_to": date(2026, 9, 30)}
        Deputy.objects.create(membership=seat, user=reporter, **days)
    shown = visit(somebody, listed)
    assert shown.evaluate("document.documentElement.lang") == language
    assert shown.locator("main table").count() == 1
    assert serious(shown) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier_around_workbooks(
    visit, address, reporter, page, scheme, language, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    page.emulate_media(color_scheme=scheme)
    assert serious(visit(reporter, "/reports/workbooks/")) == []
    sent = uploads.receive(by=reporter, kind="figures", name="a.xlsx", content=xlsx({"A": [["x"]]}))
    assert serious(visit(reporter, f"/reports/uploads/{sent.pk}/")) == []
    uploads.run_next(lambda: True)
    UploadLine.objects.bulk_create(
        UploadLine(upload=sent, kind=kind, cell="A1", sheet="A", subject="x", message="y", old="1", new="2")
        for kind in ("problem", "warning", "difference")
    )
    for kind in ("problem", "difference"):
        shown = visit(reporter, f"/reports/uploads/{sent.pk}/?show={kind}")
        assert shown.evaluate("document.documentElement.lang") == language
        assert serious(shown) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier_in_set_up(visit, address, coordinator, page, scheme, language):
    page.emulate_media(color_scheme=scheme)
    assert serious(visit(coordinator, "/reports/setup/")) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier_in_a_warned_row(visit, address, reporter, page, scheme, language):
    page.emulate_media(color_scheme=scheme)
    shown = visit(reporter, address)
    fill(shown, "E-10", "5")
    shown.wait_for_selector('[data-row="E-10:commune"] .is-in-progress')
    MeasurementVersion.objects.update(warnings=["outlier"])
    shown.reload()
    assert shown.locator(".entry-needed:visible").count() == 1
    assert serious(shown) == []


def test_entry_fits_a_phone(visit, address, reporter, approver, page):
    page.set_viewport_size({"width": 390, "height": 844})
    for each in (address, f"{address}review/", f"{address}history/", "/reports/", "/reports/workbooks/"):
        visit(reporter, each)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    visit(approver, "/reports/deputies/")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
