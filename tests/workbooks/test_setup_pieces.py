"""Headings, targets of several parts and milestones by the set-up workbook: what the forms can enter."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from accounts.models import AuditEntry
from accounts.setting_up import area_of
from indicators.actions import uploads
from indicators.models import Indicator, Job, Milestone, Target, TargetPart, TargetRevision, Upload
from indicators.workbooks.reading import WorkbookRefused, read_rows
from indicators.workbooks.setup_book import setup_book
from indicators.workbooks.setup_forms import MILESTONES, PARTS, TARGETS
from tests.factories.results import make_indicator, make_target
from tests.factories.units import make_unit
from tests.workbooks.books import sheets_of, xlsx
from tests.workbooks.setting_targets import COLUMNS, HEADING, at, check, sheets, stored, write
from tests.workbooks.setting_up import codes, problems, rows_of, run

# --- What is entered ----------------------------------------------------------------------------------------


def test_a_dry_run_tells_each_row_and_writes_nothing(coordinator, everything):
    before = stored()
    found = check(coordinator, everything)
    assert [(each.sheet, each.row, each.code, each.new) for each in found] == [
        (TARGETS, 2, "target.new", "Nhóm: tính theo các chỉ tiêu con"),
        (TARGETS, 3, "target.new", "Ít nhất · 98,90 · 2 mốc trung gian"),
        (MILESTONES, 3, "milestone.new", "30/06/2026: 90"),
        (MILESTONES, 2, "milestone.new", "31/12/2027: 95,50"),
        (TARGETS, 4, "target.new", "Tất cả các phần · 2 phần"),
        (PARTS, 2, "part.new", "TH-01 · Thứ hạng không quá · 3"),
        (PARTS, 3, "part.new", "TH-02 · Thứ hạng không quá · 50"),
    ]
    assert found[0].subject == "15/KH-UBND · 11 · Tỉnh Khánh Hòa"
    assert stored() == before


def test_heading_row_and_milestones_are_written(coordinator, everything):
    assert write(coordinator, everything) == 7
    heading, row = Target.objects.get(code="11"), Target.objects.get(code="11.1")
    assert (heading.kind, heading.counts_as, heading.level) == ("heading", "leaves", "total")
    assert not heading.revisions.exists()
    assert row.parent == heading
    assert list(row.revisions.get().milestones.values_list("on", "value")) == [
        (date(2026, 6, 30), Decimal(90)),
        (date(2027, 12, 31), Decimal("95.5")),
    ]


def test_a_row_may_stand_above_its_heading(coordinator, heading, leaf):
    assert codes(check(coordinator, {TARGETS: [leaf, heading]})) == ["target.new", "target.new"]
    write(coordinator, {TARGETS: [leaf, heading]})
    assert Target.objects.get(code="11.1").parent.code == "11"


def test_a_heading_may_count_as_one_and_ask(coordinator, heading, leaf):
    asks = leaf | {"code": "11", "parent": "", "row_kind": "Nhóm: tính là một chỉ tiêu"}
    write(coordinator, {TARGETS: [asks, leaf]})
    assert Target.objects.get(code="11").counts_as == "one"
    assert Target.objects.get(code="11").revisions.get().threshold == Decimal("98.9")


def test_the_expected_line_is_written(coordinator, leaf):
    write(coordinator, {TARGETS: [leaf | {"parent": "", "shape": "Bậc thang"}]})
    assert TargetRevision.objects.get().shape == "step"


def test_a_composite_is_written_as_the_form_writes_it(coordinator, client, document, ranks):
    """Every column of every row, and what the audit trail and the queue keep of it."""
    target, parts = ranks
    of_form = {
        "unit": "Tỉnh Khánh Hòa · P56-2025",
        "code": "4",
        "name_vi": target["name_vi"],
        "level": "total",
        "counts_from": "01/01/2026",
        "rule": "all_of",
        "due_on": "31/12/2026",
        "shape": "linear",
    }
    for number, part in enumerate(parts, 1):
        indicator = Indicator.objects.get(code=part["indicator"])
        said = {"indicator": indicator.pk, "level": "total", "rule": "rank_at_most"}
        said |= {"threshold": str(part["threshold"]), "name_vi": part["name_vi"]}
        of_form |= {f"part-{number}-{name}": value for name, value in said.items()}
    client.force_login(coordinator)
    assert client.post(f"/documents/{document.pk}/targets/new/", of_form).status_code == 302
    by_form = _all_of(Target.objects.get())
    Job.objects.all().delete()
    Target.objects.all().delete()
    write(coordinator, {TARGETS: [target], PARTS: list(reversed(parts))})
    assert _all_of(Target.objects.get()) == by_form


_OWN = {"id", "target", "revision", "recorded_at"}


def _all_of(target: Target) -> Any:
    def columns(rows: Any) -> Any:
        return [
            {name: value for name, value in row.items() if name.removesuffix("_id") not in _OWN}
            for row in rows.values()
        ]

    trace = AuditEntry.objects.filter(action="target.add").latest("pk")
    revisions = target.revisions.all()
    return (
        columns(Target.objects.filter(pk=target.pk)),
        columns(revisions),
        columns(TargetPart.objects.filter(revision__in=revisions).order_by("position")),
        (trace.actor_id, trace.unit_id, trace.before, trace.after),
        Job.objects.filter(target=target).count(),
    )


# --- Down and up again --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["vi", "en"])
def test_sent_back_unchanged_it_changes_nothing(coordinator, everything, places, language):
    write(coordinator, everything)
    with override(language):
        content = setup_book(places.khanh_hoa, area_of(coordinator))
    kept = sheets_of(content)
    names = {"vi": ["Chỉ tiêu", "Thành phần", "Mốc trung gian"], "en": ["Targets", "Parts", "Milestones"]}
    assert [len(kept[name]) - 2 for name in names[language]] == [3, 2, 2]
    found, done = run(coordinator, list(read_rows(content, "xlsx")))
    # The cast has no names in these tests: people are another sheet's business.
    assert [each for each in found if each.sheet in names[language]] == []
    assert done.rows >= 8


def test_the_rows_of_the_downloaded_sheets(coordinator, everything, places, document):
    write(coordinator, everything)
    kept = sheets_of(setup_book(places.khanh_hoa, area_of(coordinator)))
    place = [document.key, "11.1", "P56-2025 Tỉnh Khánh Hòa"]
    assert kept["Mốc trung gian"][1:] == [
        [
            "Văn bản (cơ quan ban hành|số|ngày)",
            "Số thứ tự",
            "Đơn vị",
            "Ngày hoặc năm của mốc",
            "Giá trị của mốc",
        ],
        [*place, date(2026, 6, 30), "90"],
        [*place, date(2027, 12, 31), "95,5"],
    ]
    first = dict(zip(*(kept["Thành phần"][line] for line in (0, 2)), strict=True))
    said = {"code": "4", "position": "1", "indicator": "TH-01 Chỉ số TH-01", "level": "Toàn tỉnh"}
    said |= {"name_vi": "Đông Nam Á", "rule": "Thứ hạng không quá", "threshold": "3"}
    assert first | {"document": "", "unit": ""} == dict.fromkeys(COLUMNS[PARTS], "") | said
    kinds = [(row[1], row[3], row[4]) for row in kept["Chỉ tiêu"][2:]]
    assert kinds == [("4", "Chỉ tiêu", ""), ("11", HEADING, ""), ("11.1", "Chỉ tiêu", "11")]


def test_rows_with_an_owner_above_the_unit_come_back_unchanged(coordinator, places, document):
    make_target(places.cam_ranh, document=document, owner=places.department)
    content = setup_book(places.khanh_hoa, area_of(coordinator))
    rows = {"Chỉ tiêu": sheets_of(content)["Chỉ tiêu"]}
    assert run(coordinator, rows_of(rows))[0] == []


def test_lines_that_were_deleted_change_nothing(coordinator, everything):
    write(coordinator, everything)
    fewer = everything | {PARTS: everything[PARTS][1:], MILESTONES: everything[MILESTONES][:1]}
    assert check(coordinator, fewer) == []
    assert check(coordinator, {PARTS: everything[PARTS]}) == []


# --- All or nothing -----------------------------------------------------------------------------------------


def test_one_mistake_and_nothing_is_written(coordinator, everything):
    spoiled = everything | {PARTS: [everything[PARTS][0], everything[PARTS][1] | {"threshold": ""}]}
    before = stored()
    assert problems(check(coordinator, spoiled)) == [(PARTS, at(PARTS, "threshold", 3), "threshold.refused")]
    with pytest.raises(WorkbookRefused):
        write(coordinator, spoiled)
    assert stored() == before


def test_an_upload_is_checked_confirmed_and_written(coordinator, everything, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    content = xlsx(
        {name: [list(map(_typed, line)) for line in rows] for name, rows in sheets(everything).items()}
    )
    sent = uploads.receive(by=coordinator, kind="setup", name="a.xlsx", content=content)
    assert uploads.run_next(lambda: True)
    assert (Upload.objects.get().state, Target.objects.count()) == ("checked", 0)
    sent.refresh_from_db()
    uploads.confirm(upload=sent)
    assert uploads.run_next(lambda: True)
    assert (Upload.objects.get().state, Upload.objects.get().written) == ("done", 7)
    assert (Target.objects.count(), TargetPart.objects.count(), Milestone.objects.count()) == (3, 2, 2)


def _typed(cell: Any) -> Any:
    return cell.strftime("%d/%m/%Y") if isinstance(cell, date) else cell


# --- How much it asks of the database -----------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 20, 200])
def test_rows_that_are_there_are_checked_in_as_many_queries(coordinator, places, document, count):
    indicator = make_indicator()
    communes = [make_unit("commune", parent=places.khanh_hoa) for _ in range(min(count, 20))]
    for number in range(count):
        unit = communes[number % len(communes)]
        last = make_target(unit, indicator, document).revisions.get()
        last.milestones.create(on=date(2026, 6, 30), value=50)
        last.parts.create(position=1, indicator=indicator, level="commune", rule="at_least", threshold=1)
    kept = sheets_of(setup_book(places.khanh_hoa, area_of(coordinator)))
    rows = rows_of({name: kept[name] for name in ("Chỉ tiêu", "Thành phần", "Mốc trung gian")})
    with CaptureQueriesContext(connection) as captured:
        found, done = run(coordinator, rows)
    assert (found, done.rows) == ([], 3 * count)
    assert len(captured) <= 24
