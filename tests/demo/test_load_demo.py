"""The whole demonstration on top of the reference data."""

from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import models
from django.test import override_settings
from python_calamine import CalamineWorkbook

from accounts.files import stored_at
from accounts.models import ApiToken, Change, Membership, User
from accounts.models.clients import hash_token
from config.demo import files
from config.demo.figures import entries
from config.demo.load import Loaded, load_demo
from config.demo.people import MARK, PEOPLE, load_people
from config.demo.world import PROVINCE, World
from dashboard.models import Edition
from indicators.engine.recompute import Counts
from indicators.explanations import answerers
from indicators.models import (
    Answer,
    Attainment,
    Declaration,
    Evidence,
    Explanation,
    Measurement,
    MeasurementVersion,
    MissingReason,
    Provenance,
    Qualifier,
    Report,
    ReportState,
    RollUp,
    RuleName,
    Target,
    TargetRevision,
    VersionState,
)
from indicators.models.results import Status
from provinces.dates import VIETNAM
from provinces.models import Tier
from resolutions.models import Document, Extension, ProgressNote, Task, TaskStanding, TaskStep
from tests.demo.conftest import PASSWORD, TOKEN

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("demo")]

PLANS = ("01/KH-UBND (minh họa)", "02/KH-UBND (minh họa)", "03/KH-UBND (minh họa)")
QUARTERS = [f"{year}-Q{quarter}" for year in (2024, 2025, 2026) for quarter in (1, 2, 3, 4)]


def demo_documents() -> models.QuerySet[Document]:
    return Document.objects.filter(number__endswith=MARK)


def demo_versions() -> models.QuerySet[MeasurementVersion]:
    return MeasurementVersion.objects.filter(measurement__period__year__gte=2024)


def attainments(period: str, unit: str = PROVINCE) -> models.QuerySet[Attainment]:
    return Attainment.objects.filter(target__unit__ref=unit, period__code=period)


# What is there.


@pytest.mark.parametrize(("number", "unit"), list(zip(PLANS, ("P56", "P58", PROVINCE), strict=True)))
def test_plan_has_at_least_thirty_leaves(number: str, unit: str) -> None:
    plan = Document.objects.get(number=number, unit__ref=unit)
    assert Target.objects.leaves().filter(document=plan, unit__ref=unit).count() >= 30


def test_plan_uses_every_rule() -> None:
    used = TargetRevision.objects.filter(target__document__in=demo_documents(), target__unit__ref=PROVINCE)
    assert set(used.values_list("rule", flat=True)) == set(RuleName.values)


def test_plan_uses_every_direction_of_a_range() -> None:
    used = TargetRevision.objects.filter(target__unit__ref=PROVINCE, rule=RuleName.BETWEEN)
    assert set(used.values_list("direction", flat=True)) == {"higher", "lower", "within"}


def test_target_changes_by_a_revision_of_another_document() -> None:
    target = Target.objects.get(document__number=PLANS[2], code="32")
    first, second = target.revisions.order_by("number")
    assert (first.threshold, second.threshold) == (Decimal(70), Decimal(80))
    assert first.document != second.document
    periods = ("2026-Q1", "2026-Q2")
    judged = [attainments(code).get(target=target).revision for code in periods]
    assert judged == [first, second]


def test_national_targets_are_linked_copies() -> None:
    copies = Target.objects.filter(document__number=PLANS[2], linked_to__document__number="03/NQ-CP")
    assert {"11.2", "12", "32"} <= {copy.linked_to.code for copy in copies if copy.linked_to}
    assert all(
        copy.revisions.get().threshold == copy.linked_to.revisions.get().threshold
        for copy in copies
        if copy.linked_to
    )


def test_decision_continues_targets_of_both_provinces() -> None:
    continued = Target.objects.filter(unit__ref=PROVINCE, continues__isnull=False)
    assert set(continued.values_list("continues__unit__ref", flat=True)) == {"P56", "P58"}


def test_communes_have_targets_of_their_own() -> None:
    counts = (
        Target.objects.filter(unit__tier=Tier.COMMUNE, unit__province__ref=PROVINCE)
        .values("unit")
        .annotate(n=models.Count("pk"))
    )
    assert [row["n"] for row in counts] == [6] * 6


@pytest.mark.parametrize(
    ("unit", "codes"), [("P56", QUARTERS[:6]), ("P58", QUARTERS[:6]), (PROVINCE, QUARTERS[6:])]
)
def test_figures_cover_the_generation(unit: str, codes: list[str]) -> None:
    found = Measurement.objects.filter(unit__province__ref=unit, period__kind="quarter")
    assert sorted(set(found.values_list("period__code", flat=True))) == codes


def test_every_commune_of_today_reports_each_closed_quarter() -> None:
    for code in QUARTERS[6:11]:
        cells = Measurement.objects.filter(
            unit__province__ref=PROVINCE, unit__tier=Tier.COMMUNE, period__code=code
        )
        assert cells.values("unit").distinct().count() == 65


# The reported figure.


@pytest.mark.parametrize(
    ("level", "numerator", "denominator"),
    [("province", 59408, 65644), ("commune", 78476, 82174), ("total", 137884, 147818)],
)
def test_dossiers_of_the_third_quarter_add_up_to_the_reported_sums(
    level: str, numerator: int, denominator: int
) -> None:
    pooled = RollUp.objects.get(
        indicator__code="CQ-11", unit__ref=PROVINCE, period__code="2025-Q3", level=level
    )
    assert (pooled.numerator, pooled.denominator) == (numerator, denominator)
    assert pooled.owing == pooled.reporting


def test_dossiers_of_the_third_quarter_are_judged_by_the_pooled_rate() -> None:
    judged = attainments("2025-Q3").get(target__indicator__code="CQ-11", target__level="total")
    assert judged.numerator is not None
    assert judged.denominator is not None
    assert round(judged.numerator * 100 / judged.denominator, 2) == Decimal("93.28")


# Every state on the trial's day.


def test_every_state_is_seen_in_the_closed_quarter() -> None:
    assert set(attainments("2026-Q3").values_list("status", flat=True)) == set(Status.values)


def test_open_quarter_has_what_is_not_due_and_what_is_judged_already() -> None:
    found = set(attainments("2026-Q4").values_list("status", flat=True))
    assert {Status.NOT_DUE, Status.MET, Status.EXCEEDED, Status.MISSED} <= found


@pytest.mark.parametrize("reason", MissingReason.values)
def test_every_reason_for_missing_is_seen(reason: str) -> None:
    assert attainments("2026-Q3").filter(missing_reason=reason).exists()


def test_partial_coverage_is_seen() -> None:
    partial = attainments("2026-Q3").filter(status=Status.NO_DATA, is_partial=True)
    assert set(partial.values_list("target__indicator__code", flat=True)) == {"NL-02", "AT-01"}


def test_done_late_and_done_early_are_seen() -> None:
    done = attainments("2026-Q3").filter(days_early__isnull=False)
    assert sorted(done.values_list("status", "is_late", "days_early")) == [
        ("met", False, 28),
        ("met", True, -45),
    ]


def test_nothing_arose_is_seen_and_adds_nothing() -> None:
    cells = Measurement.objects.filter(indicator__code="XH-11", period__code="2026-Q3")
    assert set(cells.values_list("answer", flat=True)) == {Answer.NOTHING_AROSE}
    judged = attainments("2026-Q3").get(target__indicator__code="XH-11")
    assert judged.value == 120


def test_figures_come_with_every_qualifier() -> None:
    assert set(demo_versions().values_list("qualifier", flat=True)) == set(Qualifier.values)


def test_open_quarter_waits_for_approval() -> None:
    states = demo_versions().filter(measurement__period__code="2026-Q4").values_list("state", flat=True)
    assert set(states) == {VersionState.APPROVED, VersionState.SUBMITTED, VersionState.DRAFT}


def test_some_reports_came_late() -> None:
    due = models.OuterRef("period")
    late = 0
    reports = Report.objects.filter(unit__province__ref=PROVINCE, unit__tier=Tier.COMMUNE)
    reports = reports.annotate(
        due_on=models.Subquery(
            Report.objects.filter(period=due)
            .values("period__due_days__due_on")
            .filter(period__due_days__body="commune")[:1]
        )
    )
    for report in reports.exclude(first_submitted_at=None):
        assert report.first_submitted_at is not None
        late += report.first_submitted_at.astimezone(VIETNAM).date() > report.due_on
    assert 0 < late < reports.count() // 5


def test_reports_of_the_old_provinces_are_locked() -> None:
    states = Report.objects.filter(unit__province__ref__in=["P56", "P58"]).values_list("state", flat=True)
    assert set(states) == {ReportState.LOCKED}


def test_every_figure_stands_in_a_report_of_its_body() -> None:
    cells = Measurement.objects.filter(period__year__gte=2024).exclude(indicator__code="TC-02")
    assert not cells.filter(report__isnull=True).exists()
    assert not cells.exclude(report__unit=models.F("unit")).exists()
    assert not cells.exclude(report__period=models.F("period")).exists()
    assert not cells.filter(agency__isnull=False).exclude(report__agency=models.F("agency")).exists()


# Marked as what it is.


def test_every_figure_is_marked_illustrative() -> None:
    assert set(demo_versions().values_list("provenance", flat=True)) == {Provenance.ILLUSTRATIVE}
    cells = Measurement.objects.filter(period__year__gte=2024)
    assert set(cells.values_list("provenance", flat=True)) == {Provenance.ILLUSTRATIVE}


def test_every_plan_and_what_it_asks_is_marked_illustrative() -> None:
    assert all(demo_documents().values_list("is_illustrative", flat=True))
    asked = TargetRevision.objects.filter(target__document__in=demo_documents())
    marks = asked.values_list("threshold_provenance", "baseline_provenance", "due_provenance")
    assert {mark for row in marks for mark in row} == {Provenance.ILLUSTRATIVE}


def test_every_declaration_is_marked_illustrative() -> None:
    made = Declaration.objects.filter(target__document__in=demo_documents())
    marks = made.values_list("provenance", "day_provenance")
    assert {mark for row in marks for mark in row} == {Provenance.ILLUSTRATIVE}


def test_every_result_is_marked_illustrative() -> None:
    measured = attainments("2026-Q3").exclude(status=Status.NOT_DUE).exclude(inputs=[])
    assert set(measured.values_list("provenance", flat=True)) == {Provenance.ILLUSTRATIVE}


def test_every_person_is_named_as_a_demo_person() -> None:
    people = User.objects.filter(username__in=[person.username for person in PEOPLE])
    assert all(person.full_name.endswith(MARK) for person in people)


# Four eyes, exact numbers.


def test_nobody_approved_what_they_entered() -> None:
    approved = demo_versions().filter(state=VersionState.APPROVED)
    assert not approved.filter(approved_by=models.F("entered_by")).exists()
    assert not approved.filter(approved_by=models.F("submitted_by")).exists()


def test_approval_never_comes_before_entry() -> None:
    approved = demo_versions().filter(state=VersionState.APPROVED)
    assert not approved.filter(approved_at__lt=models.F("entered_at")).exists()


def test_no_figure_is_a_binary_float() -> None:
    kinds = {
        type(number)
        for entry in entries(files.series(), World.read())
        for number in (entry.cell.numerator, entry.cell.denominator, entry.cell.value)
    }
    assert kinds == {int, Decimal, type(None)}


def test_figures_are_the_same_every_time() -> None:
    first, second = (list(entries(files.series(), World.read())) for _again in range(2))
    assert first == second


# People.


@pytest.mark.parametrize("username", ["reporter", "approver", "coordinator", "leader", "admin"])
def test_demo_people_sign_in_with_the_password(client: Any, username: str) -> None:
    assert client.login(username=username, password=PASSWORD)
    assert Membership.objects.filter(user__username=username).exists()


def test_people_of_the_past_do_not_sign_in() -> None:
    past = User.objects.filter(username__in=["khanhhoa.nhap", "ninhthuan.duyet", "xa.nhap"])
    assert [(person.is_active, person.has_usable_password()) for person in past] == [(False, False)] * 3


def test_token_is_kept_as_a_hash_and_expires() -> None:
    token = ApiToken.objects.get(client__name="demo")
    assert token.token_hash == hash_token(TOKEN)
    assert token.client.unit.ref == "VN"
    assert token.expires_at is not None


def test_ninh_thuan_2023_comes_as_a_published_edition_of_made_up_and_reported_figures() -> None:
    edition = Edition.objects.get()
    assert (edition.unit.ref, edition.period.code, edition.number) == ("P58", "2023", 1)
    assert (edition.met, edition.total, edition.is_illustrative) == (17, 23, True)
    assert edition.closed_by.username == "coordinator"
    assert edition.is_intact


# Again, and when something is wrong.


def test_second_load_changes_nothing(demo: Loaded) -> None:
    before = (Change.objects.count(), dict(User.objects.values_list("username", "password")))
    again = load_demo(token=TOKEN)
    assert sum(demo.counts.values()) > 10_000
    assert set(again.counts.values()) == {0}
    assert again.password is None
    assert (Change.objects.count(), dict(User.objects.values_list("username", "password"))) == before


@pytest.fixture
def no_recompute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spares a test the recomputing that it does not look at."""
    monkeypatch.setattr("config.demo.load.recompute_everything", Counts)


@pytest.mark.usefixtures("no_recompute")
def test_later_edit_by_a_person_stays() -> None:
    report = Report.objects.get(unit__ref=PROVINCE, agency=None, period__code="2026-Q3")
    report.results = "Sửa tay"
    report.save()
    load_demo()
    report.refresh_from_db()
    assert report.results == "Sửa tay"


def test_another_password_takes_the_place_of_the_first() -> None:
    load_people("another-password")
    assert User.objects.get(username="leader").check_password("another-password")


def test_password_of_somebody_real_stays() -> None:
    User.objects.filter(username="admin").update(full_name="Nguyễn Văn Thật")
    load_people("another-password")
    assert User.objects.get(username="admin").check_password(PASSWORD)


def test_command_refuses_a_short_password() -> None:
    with pytest.raises(CommandError, match="at least 8 characters"):
        call_command("load_demo", password="short")


def test_command_is_for_the_trial_only() -> None:
    with override_settings(TRIAL=False), pytest.raises(CommandError, match="for the trial"):
        call_command("load_demo")


def test_command_names_file_line_and_column_of_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copytree(files.DATA, tmp_path / "data")
    lines = (folder / "series.csv").read_text().splitlines()
    lines[1] = lines[1].replace("9810>9880", "9810 9880")
    (folder / "series.csv").write_text("\n".join(lines))
    monkeypatch.setattr(files, "DATA", folder)
    with pytest.raises(CommandError, match=r"series\.csv:2:path: .* has 2 steps for 6 periods"):
        call_command("load_demo")


@pytest.mark.usefixtures("no_recompute")
def test_command_prints_what_it_wrote() -> None:
    out = StringIO()
    call_command("load_demo", password=PASSWORD, stdout=out)
    assert "targets: 0 written" in out.getvalue().splitlines()


# The other provinces, for maps and rankings of the country.


def test_every_province_of_today_has_figures_for_the_map() -> None:
    told = Measurement.objects.filter(
        indicator__code="XH-03", level="total", period__code="2026-Q2", unit__tier=Tier.PROVINCE
    )
    assert told.values("unit").distinct().count() == 34


def test_every_province_of_today_is_given_the_national_targets() -> None:
    copies = Target.objects.filter(linked_to__code="11.2", linked_to__unit__ref="VN")
    assert copies.values("unit").distinct().count() == 34


def test_no_two_provinces_hold_one_rank() -> None:
    ranks = Measurement.objects.filter(indicator__code="TC-04", period__code="2025").values_list(
        "value", flat=True
    )
    assert sorted(int(rank or 0) for rank in ranks) == list(range(1, 35))


def test_department_is_asked_for_an_explanation_and_has_somebody_to_answer() -> None:
    [asked] = Explanation.objects.filter(target__unit__ref=PROVINCE)
    assert MARK in asked.question
    assert [user.username for user in answerers(asked.target)] == ["khcn.nhap"]


def test_tasks_are_made_up_and_one_of_each_standing() -> None:
    tasks = list(Task.objects.filter(unit__ref=PROVINCE))
    assert all(task.is_illustrative for task in tasks)
    standings = [task.standing_on(date(2026, 11, 21)) for task in tasks]
    assert set(standings) == set(TaskStanding.values)


def test_tasks_have_steps_progress_and_one_extension_granted_and_one_refused() -> None:
    assert TaskStep.objects.filter(done_on__isnull=False).exists()
    assert ProgressNote.objects.filter(kind="done").count() == 2
    extensions = Extension.objects.order_by("state").values_list("state", flat=True)
    assert list(extensions) == ["granted", "refused"]
    granted = Task.objects.get(extensions__state="granted")
    assert granted.due_on == granted.extensions.get().new_due_on
    assert Task.objects.filter(targets__isnull=False).exists()


def test_figures_of_the_last_quarter_have_evidence_that_says_it_is_made_up() -> None:
    files_kept = Evidence.objects.select_related("measurement__approved_version", "measurement__period")
    assert len(files_kept) == 12
    for proof in files_kept:
        cell = proof.measurement
        assert proof.uploaded_by_id == cell.approved_version.entered_by_id
        assert MARK in proof.name
        with default_storage.open(stored_at(proof.sha256)) as stored:
            sheet = CalamineWorkbook.from_filelike(BytesIO(stored.read())).get_sheet_by_index(0).to_python()
        assert "minh họa" in sheet[1][0]
        assert [Decimal(str(row[1])) for row in sheet[-2:]] == [
            cell.approved_version.numerator,
            cell.approved_version.denominator,
        ]
