"""A row that people entered gets another number, or stands under another heading."""

import pytest

from accounts.models import AuditEntry, Change
from indicators.models import Job, TargetRevision
from tests.factories.results import make_attainment, make_document, make_indicator, make_target


@pytest.fixture
def document(places):
    return make_document(places.khanh_hoa, "15/KH-UBND")


@pytest.fixture
def row(places, document, coordinator):
    """A row "7" under no heading, as a coordinator enters it."""
    made = make_target(places.khanh_hoa, make_indicator("HT-01"), document, code="7")
    TargetRevision.objects.filter(target=made).update(recorded_by=coordinator)
    return made


@pytest.fixture
def heading(places, document):
    def make(code, counts_as="leaves", unit=None, **fields):
        fields |= {"kind": "heading", "counts_as": counts_as, "name_vi": f"Mục {code}"}
        return make_target(unit or places.khanh_hoa, make_indicator(), document, code=code, **fields)

    return make


@pytest.fixture
def place(signed_in, coordinator, row):
    def send(code, parent=None, who=None):
        said = {"code": code, "parent": parent.pk if parent else ""}
        return signed_in(who or coordinator).post(f"/targets/{row.pk}/place/", said)

    return send


def test_a_row_goes_under_a_heading_and_takes_its_number(place, row, heading):
    eleven = heading("11")
    assert place("11.2", eleven).status_code == 302
    row.refresh_from_db()
    assert (row.code, row.sort_key, row.parent) == ("11.2", "000011.000002", eleven)
    trace = AuditEntry.objects.get(action="target.place")
    assert (trace.before, trace.after) == (
        {"code": "7", "parent_id": None},
        {"code": "11.2", "parent_id": eleven.pk},
    )
    assert Change.objects.filter(operation="updated").exists()
    assert Job.objects.filter(target=row).exists()


def test_what_it_asks_stays(place, row, heading):
    place("11.2", heading("11"))
    revision = row.revisions.get()
    assert (revision.rule, revision.threshold, revision.number) == ("at_least", 90, 1)


def test_a_row_goes_out_from_under_its_heading(place, row, heading):
    place("11.2", heading("11"))
    assert place("8").status_code == 302
    row.refresh_from_db()
    assert (row.code, row.parent) == ("8", None)


def test_the_same_place_again_leaves_no_trace(place, row):
    place("7")
    assert not AuditEntry.objects.filter(action="target.place").exists()


def test_a_number_that_is_taken_or_of_another_heading_is_refused(place, row, heading, places, document):
    eleven = heading("11")
    make_target(places.khanh_hoa, make_indicator(), document, code="8")
    for code, parent in (("8", None), ("12.1", eleven), ("", None)):
        assert place(code, parent).status_code == 422, code
    row.refresh_from_db()
    assert row.code == "7"


def test_a_heading_of_another_unit_or_document_is_not_offered(place, row, heading, places):
    elsewhere = heading("11", unit=places.phan_rang)
    other = make_target(
        places.khanh_hoa, make_indicator(), make_document(places.khanh_hoa, "9/KH"), code="11",
        kind="heading", counts_as="leaves",
    )  # fmt: skip
    for each in (elsewhere, other):
        assert place("11.1", each).status_code == 422


def test_a_judged_row_is_not_put_where_it_would_no_longer_count(place, row, heading):
    make_attainment(row)
    answer = place("11.2", heading("11", "one"))
    assert answer.status_code == 422
    assert "Hãy giữ nguyên dòng này và nhập dòng mới ở vị trí đó." in answer.content.decode()
    assert place("12.1", heading("12", "leaves")).status_code == 302


def test_a_judged_row_is_not_taken_from_where_it_counts_as_part(place, row, heading):
    place("11.2", heading("11", "one"))
    make_attainment(row)
    assert place("8").status_code == 422
    row.refresh_from_db()
    assert row.code == "11.2"


def test_a_row_without_results_may_go_there(place, row, heading):
    assert place("11.2", heading("11", "one")).status_code == 302


def test_a_row_of_the_shipped_data_and_a_heading_stay(place, row, heading, signed_in, coordinator):
    TargetRevision.objects.update(recorded_by=None)
    assert place("8").status_code == 404
    TargetRevision.objects.update(recorded_by=coordinator)
    one = heading("11", "one")
    TargetRevision.objects.update(recorded_by=coordinator)
    assert signed_in(coordinator).get(f"/targets/{one.pk}/place/").status_code == 404


@pytest.mark.parametrize("who", ["reporter", "leader", "neighbour", "outsider", "administrator"])
def test_only_the_coordinator_of_its_unit_places_it(who, cast, place, row):
    assert place("8", who=getattr(cast, who)).status_code == 404
    row.refresh_from_db()
    assert row.code == "7"


def test_its_page_leads_there_for_the_coordinator_alone(signed_in, coordinator, leader, row):
    address = f'href="/targets/{row.pk}/place/"'
    make_attainment(row)
    assert address in signed_in(coordinator).get(f"/targets/{row.pk}/").content.decode()
    assert address not in signed_in(leader).get(f"/targets/{row.pk}/").content.decode()
