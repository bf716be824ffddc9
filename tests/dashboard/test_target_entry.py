"""Coordinators add targets to documents and revise them; the old reading stays."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import AuditEntry
from indicators.entry.numbers import read_number, write_number
from indicators.models import DefinitionLevel, Job, Target, TargetRevision
from tests.dashboard.reading import card, words
from tests.factories.results import make_attainment, make_document, make_indicator, make_target

UNIT = "Tỉnh Khánh Hòa · P56-2025"


@pytest.fixture
def enters(signed_in, coordinator):
    return signed_in(coordinator)


@pytest.fixture
def document(places):
    return make_document(places.khanh_hoa, "15/KH-UBND", valid_from=date(2026, 1, 1))


@pytest.fixture
def said(places):
    return {
        "unit": UNIT,
        "code": "11.10",
        "level": "total",
        "indicator": make_indicator("HT-01").pk,
        "counts_from": "01/01/2026",
        "rule": "at_least",
        "threshold": "98,90",
        "due_on": "31/12/2026",
        "shape": "linear",
    }


def add(client, document, said):
    return client.post(f"/documents/{document.pk}/targets/new/", said)


def test_a_target_is_added_with_its_rule_its_trace_and_its_job(enters, document, said, places):
    assert add(enters, document, said).status_code == 302
    target = Target.objects.get()
    revision = target.revisions.get()
    assert (target.unit, target.code, target.sort_key) == (places.khanh_hoa, "11.10", "000011.000010")
    assert (revision.rule, revision.threshold, revision.number) == ("at_least", Decimal("98.9"), 1)
    assert (revision.document, revision.effective_on) == (document, date(2026, 1, 1))
    assert AuditEntry.objects.filter(action="target.add", subject_id=str(target.pk)).count() == 1
    assert Job.objects.filter(target=target).exists()


@pytest.mark.parametrize(
    ("other", "numbers"),
    [
        ({"rule": "between", "threshold": "", "low": "16", "high": "18", "direction": "higher"}, (16, 18)),
        ({"rule": "done", "threshold": "", "indicator": "", "name_vi": "Xong"}, (None, None)),
        (
            {"rule": "growth_at_least", "threshold": "10", "years": "3", "baseline": "146.587",
             "baseline_on": "31/12/2025"},
            (None, None),
        ),
        ({"rule": "rank_at_most", "threshold": "30"}, (None, None)),
    ],
)  # fmt: skip
def test_every_kind_of_rule_is_entered(enters, document, said, other, numbers):
    assert add(enters, document, said | other).status_code == 302
    revision = TargetRevision.objects.get()
    assert (revision.low, revision.high) == numbers


@pytest.mark.parametrize(
    ("other", "field", "told"),
    [
        ({"rule": "as_good_as_possible"}, "rule", "as_good_as_possible"),
        ({"threshold": "98.902"}, "threshold", "98,9020"),
        ({"threshold": "nhiều"}, "threshold", "nhiều"),
        ({"threshold": ""}, "threshold", "Bắt buộc"),
        ({"low": "3"}, "low", "để trống"),
        ({"rule": "done"}, "threshold", "để trống"),
        ({"rule": "between", "threshold": "", "low": "3"}, "high", "Bắt buộc"),
        ({"due_on": "32/12/2026"}, "due_on", "ngày"),
        ({"counts_from": "01/01/2025"}, "counts_from", "01/01/2026"),
        ({"indicator": ""}, "name_vi", "chỉ số"),
        ({"unit": "Tỉnh Đắk Lắk"}, "unit", "không thuộc phạm vi"),
        ({"milestones": "tháng 6: 50"}, "milestones", "31/12/2026: 60"),
        ({"baseline": "50"}, "baseline_on", "31/12/2025"),
    ],
)
def test_wrong_input_is_kept_and_explained_beside_its_field(enters, document, said, other, field, told):
    answer = add(enters, document, said | {"name_en": "Typed words"} | other)
    assert answer.status_code == 422
    assert "Typed words" in answer.content.decode()
    end = "</section>" if field == "milestones" else "<label"
    assert told in words(answer, f'for="id_{field}"', end)
    assert not Target.objects.exists()


def test_a_row_is_entered_once(enters, document, said):
    add(enters, document, said)
    answer = add(enters, document, said)
    assert answer.status_code == 422
    assert "đã được nhập" in words(answer, 'for="id_code"', "<label")
    assert Target.objects.count() == 1


def test_a_level_the_indicator_is_not_counted_at_is_refused(enters, document, said):
    indicator = make_indicator("XH-09")
    DefinitionLevel.objects.create(definition=indicator.definitions.get(), level="commune")
    answer = add(enters, document, said | {"indicator": indicator.pk, "level": "district"})
    assert answer.status_code == 422
    assert "Cấp xã" in words(answer, 'for="id_level"', 'for="id_indicator"')
    assert add(enters, document, said | {"indicator": indicator.pk, "level": "commune"}).status_code == 302


def test_milestones_are_entered(enters, document, said):
    way = {"baseline": "50", "baseline_on": "31/12/2025", "milestones": "30/06/2026: 70,5\n30/09/2026: 80"}
    assert add(enters, document, said | way).status_code == 302
    stored = TargetRevision.objects.get().milestones.order_by("on")
    assert [(each.on, each.value) for each in stored] == [
        *((date(2026, 6, 30), Decimal("70.5")), (date(2026, 9, 30), Decimal(80)))
    ]


def test_the_form_stays_for_the_next_row(enters, document, said):
    answer = add(enters, document, said | {"another": "1"})
    assert answer["Location"] == f"/documents/{document.pk}/targets/new/"


def test_what_the_nation_asks_of_ones_province_is_entered_there_alone(enters, places, said):
    national = make_document(places.nation, valid_from=date(2026, 1, 1))
    assert add(enters, national, said).status_code == 302
    answer = add(enters, national, said | {"unit": "Việt Nam · VN", "code": "2"})
    assert answer.status_code == 422


def test_a_target_of_another_province_is_not_added(enters, places, said):
    assert add(enters, make_document(places.dak_lak), said).status_code == 404


# --- Revising -----------------------------------------------------------------------------------------------
@pytest.fixture
def target(places):
    return make_target(places.khanh_hoa, document=make_document(places.khanh_hoa, "01/KH-UBND"))


@pytest.fixture
def revised(document):
    return {
        "document": document.pk,
        "effective_on": "01/07/2026",
        "rule": "at_least",
        "threshold": "95",
        "due_on": "31/12/2026",
        "shape": "linear",
    }


def test_a_revision_names_document_and_day_and_the_old_reading_stays(enters, target, revised, document):
    answer = enters.post(f"/targets/{target.pk}/revise/", revised)
    assert answer["Location"] == f"/targets/{target.pk}/"
    old, new = target.revisions.order_by("number")
    assert (old.threshold, old.effective_on) == (90, date(2023, 1, 1))
    assert (new.threshold, new.effective_on, new.document) == (95, date(2026, 7, 1), document)
    entry = AuditEntry.objects.get(action="target.revise")
    assert (entry.before["threshold"], entry.after["threshold"]) == ("90.0000", "95")


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"document": ""}, "bắt buộc"),
        ({"effective_on": ""}, "bắt buộc"),
        ({"effective_on": "01/01/2023"}, "01/01/2023"),
        ({"effective_on": "31/12/2025"}, "01/01/2026"),
        ({"threshold": "1,234"}, "1,2340"),
    ],
)
def test_a_revision_without_its_document_or_day_is_refused(enters, target, revised, other, told):
    answer = enters.post(f"/targets/{target.pk}/revise/", revised | other)
    assert answer.status_code == 422
    assert told in words(answer, 'class="stack form-page"', "</form>")
    assert target.revisions.count() == 1


def test_a_document_of_another_province_revises_nothing(enters, target, revised, places):
    other = make_document(places.dak_lak)
    assert enters.post(f"/targets/{target.pk}/revise/", revised | {"document": other.pk}).status_code == 422


def test_the_form_begins_with_what_is_asked_today(enters, target):
    answer = enters.get(f"/targets/{target.pk}/revise/")
    assert 'value="90"' in answer.content.decode()
    assert "90 %" in words(answer, "note-line", "</p>")


@pytest.mark.parametrize("value", ["5233", "98.902", "146587", "0.0001", "-1.5", "100"])
def test_a_stored_number_is_read_again_as_it_is_shown(value):
    number = Decimal(value).quantize(Decimal("0.0001"))
    assert read_number(write_number(number, whole=False)) == number


@pytest.mark.parametrize("person", ["reporter", "approver", "leader", "neighbour", "outsider"])
def test_others_revise_nothing(signed_in, cast, target, revised, person):
    client = signed_in(getattr(cast, person))
    assert client.post(f"/targets/{target.pk}/revise/", revised).status_code == 404


def test_a_heading_of_sub_targets_is_not_revised(enters, places):
    heading = make_target(places.khanh_hoa, kind="heading", counts_as="leaves")
    assert enters.get(f"/targets/{heading.pk}/revise/").status_code == 404


def test_the_page_of_a_target_leads_to_its_revision(enters, reads, target, leader, signed_in, coordinator):
    make_attainment(target)
    address = f"/targets/{target.pk}/revise/"
    assert address in signed_in(coordinator).get(f"/targets/{target.pk}/").content.decode()
    assert address not in signed_in(leader).get(f"/targets/{target.pk}/").content.decode()
    assert "01/KH-UBND" in card(signed_in(leader).get(f"/targets/{target.pk}/"), "asked")
