"""Closing a period: what is refused and why, what is written, and that nothing is ever written again."""

import hashlib
import json
from datetime import date

import pytest
from django.utils.translation import override

from accounts.models import AuditEntry, Change, Deputy, Membership, Role
from dashboard.actions.editions import EditionError, Unconfirmed
from dashboard.models import Edition
from dashboard.models.editions import Frozen
from dashboard.permissions import may_close
from indicators.models import Attainment, Job
from tests.cast import make_person
from tests.editions.conftest import tamper
from tests.factories.results import make_period
from tests.factories.units import make_agency

pytestmark = pytest.mark.django_db


def test_first_edition_is_number_one(plan, close, coordinator):
    edition = close()
    assert (edition.number, edition.name) == (1, "Bản công bố số 1")
    assert (edition.met, edition.total, edition.is_illustrative) == (2, 3, True)
    assert (edition.closed_by, edition.closed_by_name) == (coordinator, str(coordinator))


def test_digest_is_the_sha_256_of_the_stored_bytes(close):
    edition = Edition.objects.get(pk=close().pk)
    assert hashlib.sha256(bytes(edition.content)).hexdigest() == edition.digest
    assert edition.is_intact


def test_content_is_canonical(close):
    raw = close().raw
    text = json.dumps(json.loads(raw), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert raw == text.encode()


def test_closing_is_audited_and_in_the_change_feed(plan, close, coordinator):
    edition = close(reason="  Chốt năm  ", is_internal=True)
    entry = AuditEntry.objects.get(action="edition.close")
    assert (entry.actor, entry.unit, entry.reason) == (coordinator, plan.unit, "Chốt năm")
    assert entry.after["digest"] == edition.digest
    assert (entry.after["number"], entry.after["period"], entry.after["is_internal"]) == (1, "2023", True)
    assert Change.objects.filter(resource="edition", object_id=edition.pk, operation="created").exists()


# --- What is refused ---------------------------------------------------------------------------------------
def refusal(close, **words):
    with pytest.raises(EditionError) as refused:
        close(**words)
    return str(refused.value)


def test_period_that_has_not_ended_is_refused(plan, close, pin_today):
    pin_today(date(2023, 12, 31))
    assert "Kỳ chưa kết thúc: chốt đánh giá ngày 31/12/2023" in refusal(close)
    pin_today(date(2024, 1, 1))
    assert close().number == 1


def test_pending_recompute_is_refused(plan, close):
    job = Job.objects.create(unit=plan.unit, period=plan.period)
    assert "đang được tính" in refusal(close)
    job.state = "done"
    job.save()
    assert close().number == 1


def test_job_of_a_unit_elsewhere_does_not_stand_in_the_way(plan, close, places):
    Job.objects.create(unit=places.dak_lak, period=plan.period)
    assert close().number == 1


def test_period_without_results_is_refused(close):
    assert "Chưa có kết quả nào" in refusal(close, period=make_period("2022"))


def test_unchanged_results_are_refused(close):
    close()
    assert "Không có gì thay đổi so với bản công bố số 1" in refusal(close, reason="again")


def test_recomputing_to_the_same_results_changes_nothing(plan, close):
    close()
    Attainment.objects.update(computed_at="2026-11-20T00:00:00Z")
    assert "Không có gì thay đổi" in refusal(close, reason="again")


def test_only_provinces_are_closed(plan, close, places):
    assert "cấp tỉnh" in refusal(close, unit=places.loi_hai)


def test_only_quarters_and_years_are_closed(plan, close):
    type(plan.period).objects.filter(pk=plan.period.pk).update(kind="half")
    plan.period.refresh_from_db()
    assert "quý và năm" in refusal(close)


def test_correction_without_a_reason_is_refused(plan, close):
    close()
    Attainment.objects.filter(pk=plan.missed.pk).update(numerator=7100)
    assert "lý do" in refusal(close, reason=" \n ").lower()
    assert Edition.objects.count() == 1


def test_unapproved_reports_must_be_confirmed(owing, close, places):
    with pytest.raises(Unconfirmed):
        close()
    assert not Edition.objects.exists()
    close(confirmed=True)
    assert AuditEntry.objects.get(action="edition.close").after["unapproved_reports"] == 1


def test_figures_that_changed_since_the_preview_are_refused(plan, close):
    assert "đã thay đổi" in refusal(close, seen="0" * 64)


def test_tampered_edition_is_not_corrected(plan, close):
    tamper(close())
    Attainment.objects.filter(pk=plan.missed.pk).update(numerator=7100)
    assert "không còn khớp mã băm" in refusal(close, reason="x")


# --- A correction ------------------------------------------------------------------------------------------
def test_correction_is_the_next_number_and_the_first_stays(corrected):
    first, second = corrected
    assert (first.number, second.number) == (1, 2)
    assert (second.met, second.total) == (3, 3)
    first.refresh_from_db()
    assert (first.met, first.is_newest, second.is_newest) == (2, False, True)


def test_numbers_are_of_each_unit_and_period(plan, close):
    close()
    quarter = make_period("2023-Q4")
    Attainment.objects.filter(pk=plan.met.pk).update(period=quarter)
    assert close(period=quarter).number == 1


def test_same_content_in_either_language(plan, close):
    with override("en"):
        english = close().raw
    assert b'"name_vi":"N\xc4\x83m 2023"' in english


# --- Never again -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        lambda edition: edition.save(),
        lambda edition: edition.delete(),
        lambda edition: Edition.objects.filter(pk=edition.pk).update(reason="x"),
        lambda edition: Edition.objects.filter(pk=edition.pk).delete(),
        lambda edition: Edition.objects.bulk_update([edition], ["reason"]),
        lambda edition: Edition.objects.update_or_create(pk=edition.pk, defaults={"reason": "x"}),
    ],
    ids=["save", "delete", "update", "delete many", "bulk update", "update or create"],
)
def test_edition_is_never_changed_or_deleted(close, change):
    edition = close()
    with pytest.raises(Frozen):
        change(edition)
    assert Edition.objects.get().reason == ""


def test_changed_bytes_are_detected(close):
    edition = close()
    tamper(edition)
    assert not Edition.objects.get(pk=edition.pk).is_intact


# --- Who closes --------------------------------------------------------------------------------------------
def test_coordinator_of_the_department_closes_the_province_and_what_merged_into_it(places, coordinator):
    assert may_close(coordinator, places.khanh_hoa)
    assert may_close(coordinator, places.ninh_thuan)
    assert not may_close(coordinator, places.dak_lak)
    assert not may_close(coordinator, places.phan_rang)


def test_coordinator_of_the_province_itself_closes_it(places):
    person = make_person("office", Role.COORDINATOR, places.khanh_hoa)
    assert may_close(person, places.khanh_hoa)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COORDINATOR])
def test_no_other_role_closes(places, role):
    assert not may_close(make_person("p", role, places.khanh_hoa), places.khanh_hoa)


def test_coordinator_of_a_commune_the_nation_or_an_agency_of_theirs_closes_nothing(places):
    office, ministry = make_agency(places.phan_rang), make_agency(places.nation)
    seats = ({"unit": places.phan_rang}, {"agency": office}, {"unit": places.nation}, {"agency": ministry})
    for number, seat in enumerate(seats):
        person = make_person(f"p{number}", Role.COORDINATOR, **seat)
        assert not may_close(person, places.khanh_hoa), seat


def test_superuser_and_api_client_close_nothing(places, administrator, api_client):
    assert not may_close(administrator, places.khanh_hoa)
    assert not may_close(api_client, places.khanh_hoa)


def test_deputy_closes_while_standing_in(places, coordinator, outsider):
    seat = Membership.objects.get(user=coordinator)
    Deputy.objects.create(
        membership=seat, user=outsider, valid_from=date(2026, 11, 21), valid_to=date(2026, 11, 21)
    )
    assert may_close(outsider, places.khanh_hoa)


def test_role_that_ended_closes_nothing(places, coordinator):
    Membership.objects.filter(user=coordinator).update(valid_to=date(2026, 11, 20))
    assert not may_close(coordinator, places.khanh_hoa)
