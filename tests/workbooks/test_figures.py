"""A workbook from download to stored figures: dry run, errors, conflicts, and what must change nothing."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from indicators.actions import reporting, uploads
from indicators.actions.entering import CellInput, save_cells
from indicators.actions.reviewing import withdraw_cell
from indicators.models import LineKind, Measurement, MeasurementVersion, Upload
from tests.entry.conftest import owed_indicator
from tests.workbooks.books import edited, sheets_of, xlsx
from tests.workbooks.conftest import SHEET


def found(sent: Upload, kind: str = LineKind.PROBLEM) -> list[tuple[str, str]]:
    return list(sent.lines.filter(kind=kind).values_list("code", "cell"))


def fill(**cells: dict[str, Any]) -> Any:
    """Change the row of each indicator: DI_01={"value": 5}."""
    return lambda row: cells.get(row["indicator"].replace("-", "_"))


def test_workbook_holds_the_rows_that_are_owed(book):
    sheets = sheets_of(book())
    assert list(sheets) == ["Hướng dẫn", SHEET]
    names, headings, *rows = sheets[SHEET]
    assert [row[names.index("indicator")] for row in rows] == ["DI-01", "DI-02", "DI-03"]
    assert headings[names.index("numerator")] == "Tử số"


def test_figures_are_listed_first_and_written_once_confirmed(book, upload, confirm, reporter):
    content = edited(
        book(),
        SHEET,
        fill(DI_01={"numerator": 9, "denominator": 10}, DI_02={"value": "1.234"}, DI_03={"value": 98.9}),
    )
    sent = upload(content)
    assert (sent.state, found(sent)) == ("checked", [])
    differences = sent.lines.filter(kind=LineKind.DIFFERENCE)
    assert [(each.old, each.new.replace("\u00a0", " ")) for each in differences] == [
        ("–", "90,00 %"),
        ("–", "1.234"),
        ("–", "98,9"),
    ]
    assert not MeasurementVersion.objects.exists()
    confirm(sent)
    assert (sent.state, sent.written) == ("done", 3)
    versions = MeasurementVersion.objects.order_by("measurement__indicator__code")
    assert [each.value or each.numerator for each in versions] == [9, 1234, Decimal("98.9")]
    assert {(each.via, each.state, each.entered_by) for each in versions} == {("workbook", "draft", reporter)}
    assert {each.working_version_id for each in Measurement.objects.all()} == {each.pk for each in versions}


def test_unchanged_workbook_changes_nothing(book, upload, enter):
    enter("DI-01", numerator="9", denominator="10", note='= "hai"\ndòng', qualifier="estimate")
    enter("DI-02", answer="nothing_arose", note="_x0041_ +1")
    enter("DI-03", value="314792,25", justification="@ đã đối chiếu")
    sent = upload(book())
    assert (sent.state, sent.written, sent.lines.count()) == ("done", 0, 0)
    assert MeasurementVersion.objects.count() == 3


def test_blank_workbook_changes_nothing(book, upload):
    sent = upload(book())
    assert (sent.state, sent.lines.count()) == ("done", 0)


def test_withdrawn_figure_is_not_proposed_again(book, upload, enter, place, approver, reporter):
    version = enter("DI-02", value="5").version
    reporting.submit(version=version, by=reporter)
    reporting.approve(version=version, by=approver)
    withdraw_cell(place=place, version=version, by=approver, reason="Sai")
    names, _headings, *rows = sheets_of(book())[SHEET]
    assert rows[1][names.index("value")] == ""
    sent = upload(book())
    assert (sent.state, sent.lines.count()) == ("done", 0)


def test_second_upload_changes_nothing(book, upload, confirm):
    content = edited(book(), SHEET, fill(DI_02={"value": 5, "note": " hai dòng\r\nvà đuôi "}))
    confirm(upload(content))
    again = upload(content)
    assert (again.state, again.lines.count()) == ("done", 0)
    assert MeasurementVersion.objects.count() == 1


def test_every_bad_cell_is_named_and_nothing_is_written(book, upload):
    changes = fill(
        DI_01={"numerator": 11, "denominator": 10},
        DI_02={"value": "98.5", "qualifier": "chắc"},
        DI_03={"value": "=1+1"},
    )
    sent = upload(edited(book(), SHEET, changes))
    assert sent.state == "refused"
    assert found(sent) == [
        ("numerator_exceeds_denominator", "K3"),
        ("unknown_choice", "P4"),
        ("number_unreadable", "M5"),
    ]
    assert all(each.message and each.sheet == SHEET for each in sent.lines.filter(kind="problem"))
    with pytest.raises(uploads.ReportingError):
        uploads.confirm(upload=sent)
    assert not MeasurementVersion.objects.exists()


def test_one_bad_cell_leaves_its_whole_report_unwritten(book, upload):
    sent = upload(edited(book(), SHEET, fill(DI_02={"value": 5}, DI_03={"value": -1})))
    assert sent.state == "refused"
    assert not Measurement.objects.exists()


def test_figure_changed_after_the_download_is_a_conflict(book, upload, enter):
    enter("DI-02", value="5")
    content = edited(book(), SHEET, fill(DI_02={"value": 6}))
    enter("DI-02", value="7")
    sent = upload(content)
    assert (sent.state, found(sent)) == ("refused", [("conflict", "G4")])
    assert "7" in sent.lines.get(kind="problem").message


def test_row_left_alone_gives_way_to_a_newer_figure(book, upload, confirm, enter):
    enter("DI-02", value="5")
    enter("DI-03", value="1")
    content = edited(book(), SHEET, fill(DI_03={"value": 2}))
    enter("DI-02", value="7")
    confirm(upload(content))
    values = MeasurementVersion.objects.order_by("pk").values_list("value", flat=True)
    assert [int(each) for each in values] == [5, 1, 7, 2]


def test_change_between_dry_run_and_confirmation_writes_nothing_of_the_report(book, upload, confirm, enter):
    enter("DI-02", value="5")
    sent = upload(edited(book(), SHEET, fill(DI_02={"value": 6}, DI_03={"value": 2})))
    assert sent.state == "checked"
    enter("DI-02", value="8")
    confirm(sent)
    assert (sent.state, sent.written, found(sent)) == ("done", 0, [("conflict", "G4")])
    assert [int(each.value) for each in MeasurementVersion.objects.order_by("pk")] == [5, 8]


def test_report_of_a_stranger_does_not_exist(book, upload, neighbour, approver, outsider):
    content = edited(book(), SHEET, fill(DI_02={"value": 6}))
    for person in (neighbour, approver, outsider):
        sent = upload(content, by=person)
        assert (sent.state, {each.code for each in sent.lines.all()}) == ("refused", {"report_unknown"})
    unknown = edited(book(), SHEET, lambda _row: {"unit": "X-1"})
    assert upload(unknown).lines.first().message == sent.lines.first().message


def test_indicator_that_is_not_owed_is_refused(book, upload):
    blank = {"indicator": "XX-99"}
    sent = upload(edited(book(), SHEET, lambda row: blank if row["indicator"] == "DI-03" else {}))
    assert found(sent) == []
    changed = {"indicator": "XX-99", "value": 1}
    sent = upload(edited(book(), SHEET, lambda row: changed if row["indicator"] == "DI-03" else {}))
    assert found(sent) == [("not_owed", "G5")]


def test_same_cell_twice_is_refused(book, upload):
    sent = upload(edited(book(), SHEET, lambda _row: {"indicator": "DI-02", "value": 3}))
    assert {code for code, _cell in found(sent)} == {"repeated"}
    assert len(found(sent)) == 3


def test_warning_without_a_justification_is_told_and_does_not_block(office, book, upload, confirm):
    definition = owed_indicator(office, "DI-04", value_type="count", pooling="sum").definitions.get()
    definition.evidence_required = True
    definition.save()
    sent = upload(edited(book(), SHEET, fill(DI_04={"value": 4})))
    assert (sent.state, found(sent, LineKind.WARNING)) == ("checked", [("evidence_required", "G6")])
    confirm(sent)
    assert sent.written == 1


def test_headings_in_words_serve_where_the_names_were_deleted(book, upload):
    sheets = sheets_of(edited(book(), SHEET, fill(DI_02={"value": 6})))
    sheets[SHEET] = sheets[SHEET][1:]
    sent = upload(xlsx(sheets))
    assert (sent.state, sent.lines.get().cell) == ("checked", "G3")


def test_english_workbook_is_read_by_its_headings_too(book, upload):
    with override("en"):
        sheets = sheets_of(edited(book(), "Figures", fill(DI_02={"value": 6})))
    assert list(sheets) == ["Hướng dẫn", "Guide", "Figures"]
    for rows in (sheets["Figures"], sheets["Figures"][1:]):
        sent = upload(xlsx(sheets | {"Figures": rows}))
        assert sent.state == "checked"
        assert sent.lines.get().subject.startswith("Phường Phan Rang · DI-02")


def test_cancelled_upload_writes_nothing(book, upload):
    sent = upload(edited(book(), SHEET, fill(DI_02={"value": 6})))
    uploads.cancel(upload=sent)
    assert sent.state == "cancelled"
    assert not uploads.run_next(lambda: True)
    with pytest.raises(uploads.ReportingError):
        uploads.cancel(upload=sent)
    assert not MeasurementVersion.objects.exists()


@pytest.mark.parametrize("count", [2, 40])
def test_checking_takes_the_same_queries_for_any_number(
    office, place, reporter, book, upload, count, django_assert_max_num_queries
):
    for number in range(count):
        owed_indicator(office, f"Q-{number:02}", value_type="count", pooling="sum")
    save_cells(
        place=place,
        by=reporter,
        via="form",
        inputs=[CellInput(indicator="DI-02", level="commune", value="1")],
    )
    content = edited(book(), SHEET, lambda row: {"value": 3} if row["indicator"][0] == "Q" else {})
    with django_assert_max_num_queries(40):
        assert upload(content).lines.count() == count
