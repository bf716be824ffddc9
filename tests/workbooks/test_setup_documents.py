"""Documents and targets by the set-up workbook: a dry run that names every bad cell, then all or nothing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import Role
from accounts.setting_up import area_of
from indicators.actions import upload_setup
from indicators.models import Target
from indicators.workbooks.reading import WorkbookRefused, address
from indicators.workbooks.setup_book import setup_book
from indicators.workbooks.setup_forms import DOCUMENTS, FORMS, TARGETS
from resolutions.models import Document
from tests.cast import make_person
from tests.factories.results import make_document, make_indicator, make_target
from tests.workbooks.books import sheets_of
from tests.workbooks.setting_up import codes, counts, problems, rows_of, run

DAY = date(2026, 1, 15)
COLUMNS = {form.kind: [column.name for column in form.columns] for form in FORMS}


@pytest.fixture
def plan(places):
    """A row of the sheet of documents."""
    return {
        "number": "15/KH-UBND",
        "issuer": "UBND tỉnh Khánh Hòa",
        "issued_on": DAY,
        "document_kind": "Kế hoạch",
        "unit": "P56-2025 Tỉnh Khánh Hòa",
        "title_vi": "Kế hoạch chuyển đổi số",
        "valid_from": "15/01/2026",
    }


@pytest.fixture
def aim(places):
    """A row of the sheet of targets."""
    make_indicator("HT-01")
    return {
        "document": "UBND tỉnh Khánh Hòa|15/KH-UBND|2026-01-15",
        "code": "1",
        "unit": "P56-2025",
        "indicator": "HT-01 Hộ có Internet",
        "level": "Toàn tỉnh",
        "counts_from": DAY,
        "rule": "Ít nhất",
        "threshold": "98,90",
        "due_on": date(2026, 12, 31),
    }


def book(documents: Any = (), targets: Any = ()) -> Any:
    """The rows of a workbook with these two sheets."""
    sheets = {}
    for kind, rows in ((DOCUMENTS, documents), (TARGETS, targets)):
        names = COLUMNS[kind]
        cells = [[row.get(name, "") for name in names] for row in rows]
        sheets[kind] = [names, *cells]
    return rows_of(sheets)


def check(by, documents=(), targets=()):
    return run(by, book(documents, targets))[0]


def cell_of(kind: str, column: str, row: int = 2) -> str:
    return address(COLUMNS[kind].index(column), row)


def test_a_dry_run_tells_what_is_new_and_writes_nothing(coordinator, plan, aim):
    before = counts()
    found = check(coordinator, [plan], [aim])
    assert codes(found) == ["document.new", "target.new"]
    assert counts() == before
    assert (Document.objects.count(), Target.objects.count()) == (0, 0)


def test_document_and_targets_are_written_together(coordinator, plan, aim, places):
    _found, done = run(coordinator, book([plan], [aim, aim | {"code": "2", "threshold": 5233}]), writes=True)
    assert done.written == 3
    document = Document.objects.get()
    assert (document.unit, document.issued_on) == (places.khanh_hoa, DAY)
    asked = [target.revisions.get().threshold for target in Target.objects.order_by("code")]
    assert asked == [Decimal("98.9"), Decimal(5233)]


def test_the_same_workbook_again_changes_nothing(coordinator, plan, aim):
    run(coordinator, book([plan], [aim]), writes=True)
    assert check(coordinator, [plan], [aim]) == []


def test_a_row_may_name_a_document_above_it(coordinator, plan):
    lower = plan | {"number": "16/KH-UBND", "implements": "UBND tỉnh Khánh Hòa|15/KH-UBND|2026-01-15"}
    run(coordinator, book([plan, lower]), writes=True)
    link = Document.objects.get(number="16/KH-UBND").links.get()
    assert (link.relation, link.other.number) == ("implements", "15/KH-UBND")


@pytest.mark.parametrize("column", ["implements", "replaces"])
def test_document_of_another_province_cannot_be_named(coordinator, plan, places, column):
    theirs = make_document(places.dak_lak)
    found = check(coordinator, [plan | {column: theirs.key}])
    assert problems(found) == [(DOCUMENTS, cell_of(DOCUMENTS, column), f"{column}.unknown")]
    ours = make_document(places.nation)
    assert codes(check(coordinator, [plan | {column: ours.key}])) == ["document.new"]


def test_links_of_a_document_in_the_portal_are_not_changed_silently(coordinator, plan, places):
    run(coordinator, book([plan]), writes=True)
    found = check(coordinator, [plan | {"implements": make_document(places.nation).key}])
    assert problems(found) == [(DOCUMENTS, cell_of(DOCUMENTS, "implements"), "document.fixed")]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("number", "", "number.missing"),
        ("document_kind", "bài thơ", "document_kind.unknown"),
        ("issued_on", "31/02/2026", "day.invalid"),
        ("valid_from", "", "valid_from.missing"),
        ("valid_to", "01/01/2026", "valid_to.refused"),
        ("unit", "P99", "unit.unknown"),
        ("implements", "15/KH-UBND", "implements.invalid"),
        ("implements", "Bộ|1/QĐ|2020-01-01", "implements.unknown"),
    ],
)
def test_every_bad_cell_of_a_document_is_named(coordinator, plan, column, cell, code):
    found = check(coordinator, [plan | {column: cell}])
    assert problems(found) == [(DOCUMENTS, cell_of(DOCUMENTS, column), code)]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("document", "Bộ|1/QĐ|2020-01-01", "document.unknown"),
        ("code", "", "code.missing"),
        ("indicator", "XX-99", "indicator.unknown"),
        ("level", "cấp trên", "level.unknown"),
        ("rule", "càng nhiều càng tốt", "rule.unknown"),
        ("threshold", "98.902", "threshold.number_ambiguous"),
        ("threshold", "", "threshold.refused"),
        ("low", "3", "low.refused"),
        ("years", "vài", "years.invalid"),
        ("due_on", "", "due_on.missing"),
        ("counts_from", date(2025, 1, 1), "counts_from.refused"),
    ],
)
def test_every_bad_cell_of_a_target_is_named(coordinator, plan, aim, column, cell, code):
    found = check(coordinator, [plan], [aim | {column: cell}])
    told = [(sheet, where) for sheet, where, _code in problems(found)]
    assert told == [(TARGETS, cell_of(TARGETS, column))]
    assert problems(found)[0][2].split(".")[0] == code.split(".")[0]


def test_all_bad_rows_are_told_at_once(coordinator, plan, aim):
    targets = [aim | {"rule": "?"}, aim, aim | {"unit": "P99"}]
    found = check(coordinator, [plan, plan | {"number": ""}], targets)
    assert len(problems(found)) == 3


def test_a_stored_document_is_not_changed_by_a_workbook(coordinator, plan):
    run(coordinator, book([plan]), writes=True)
    found = check(coordinator, [plan | {"title_vi": "Tên khác"}])
    assert problems(found) == [(DOCUMENTS, cell_of(DOCUMENTS, "title_vi"), "document.fixed")]


def test_a_stored_target_is_not_revised_by_a_workbook(coordinator, plan, aim):
    run(coordinator, book([plan], [aim]), writes=True)
    found = check(coordinator, [plan], [aim | {"threshold": "95"}])
    assert problems(found) == [(TARGETS, cell_of(TARGETS, "threshold"), "target.fixed")]


def test_a_workbook_of_too_many_targets_is_refused(coordinator, plan, aim, monkeypatch):
    monkeypatch.setattr(upload_setup, "MOST_ENTERED", 2)
    with pytest.raises(WorkbookRefused, match="2"):
        check(coordinator, [plan], [aim, aim])


def test_whoever_only_sets_up_people_enters_no_documents(places, plan):
    setter = make_person("sets-up", Role.ADMINISTRATOR, places.khanh_hoa)
    assert area_of(setter) is not None
    assert [code for *_where, code in problems(check(setter, [plan]))] == ["unit.not_kept"]


def test_the_downloaded_workbook_is_read_again_without_a_change(coordinator, places):
    document = make_document(places.khanh_hoa, "03/KH-UBND", issued_on=date(2025, 7, 15))
    document.links.create(relation="implements", other=make_document(places.nation, issuer="Bộ"))
    for threshold in ("5233", "98.902", "146587"):
        make_target(places.khanh_hoa, document=document, threshold=threshold, owner=places.department)
    with override("vi"):
        content = setup_book(places.khanh_hoa, area_of(coordinator))
    rows = {name: sheets_of(content)[name] for name in ("Văn bản", "Chỉ tiêu")}
    assert [len(each) for each in rows.values()] == [3, 5]
    assert run(coordinator, rows_of(rows))[0] == []
