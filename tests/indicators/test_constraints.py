"""What must always hold is held by the database itself: every named constraint refuses its violation."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from tests.hooks.world import make_delivery, make_hook
from tests.indicators.scene import DAY, again, change, make_scene

pytestmark = pytest.mark.django_db
Scene = SimpleNamespace
NEXT = DAY + timedelta(days=1)
BEFORE = DAY - timedelta(days=1)
MOMENT = "2023-07-01T00:00:00Z"
NO_NUMBERS = {"numerator": None, "denominator": None, "value": None}


# Per constraint what breaks it, one at a time; a constraint may be broken in several ways.
def twice_of_one_line(event: models.Model) -> None:
    for title in ("A", "B"):
        again(event, file_key="a", title_vi=title)


BREAKS: list[tuple[str, Callable[[Scene], None]]] = [
    ("accounts_membership_dates_in_order", lambda s: change(s.membership, valid_to=BEFORE)),
    ("accounts_deputy_dates_in_order", lambda s: change(s.deputy, valid_to=BEFORE)),
    ("deputy_from_a_day_to_a_day", lambda s: change(s.deputy, valid_to=None)),
    ("deputy_from_a_day_to_a_day", lambda s: change(s.deputy, valid_from=None)),
    ("idempotent_call_once_of_a_client", lambda s: again(s.call)),
    ("idempotent_call_once_of_a_person", lambda s: again(s.own_call)),
    ("idempotent_call_has_one_caller", lambda s: change(s.call, user=s.enters)),
    ("idempotent_call_has_one_caller", lambda s: change(s.call, client=None)),
    ("apiclient_rate_in_bounds", lambda s: change(s.api_token.client, rate=0)),
    ("apiclient_rate_in_bounds", lambda s: change(s.api_token.client, rate=100_001)),
    ("apitoken_scopes_known", lambda s: change(s.api_token, scopes="")),
    ("apitoken_scopes_known", lambda s: change(s.api_token, scopes="report read")),
    ("webhook_paused_with_a_reason", lambda s: change(make_hook(s.api_token.client), pause_reason="gone")),
    ("webhook_paused_with_a_reason", lambda s: change(make_hook(s.api_token.client), paused_at=MOMENT)),
    ("delivery_once", lambda s: again(make_delivery(s.api_token.client))),
    ("document_key_is_issuer_number_date", lambda s: again(s.document)),
    (
        "document_key_is_issuer_number_date",
        lambda s: again(s.document, number=s.document.number.replace("-", "–")),
    ),
    ("document_ends_after_it_begins", lambda s: change(s.document, valid_to=date(2000, 1, 1))),
    ("document_thresholds_ordered", lambda s: change(s.document, at_risk_percent=96)),
    ("document_thresholds_ordered", lambda s: change(s.document, at_risk_percent=0)),
    ("document_thresholds_ordered", lambda s: change(s.document, on_track_percent=101)),
    ("document_link_once", lambda s: again(s.link)),
    ("document_link_not_to_itself", lambda s: change(s.link, other=s.document)),
    ("task_once_without_a_document", lambda s: again(s.loose_task)),
    ("task_step_position", lambda s: again(s.task_step)),
    ("progress_note_has_words", lambda s: change(s.progress_note, words="")),
    ("progress_note_kind_known", lambda s: change(s.progress_note, kind="gone")),
    ("progress_file_removed_with_reason", lambda s: change(s.progress_file, removed_at=MOMENT)),
    (
        "progress_file_removed_with_reason",
        lambda s: change(s.progress_file, removed_at=MOMENT, removed_by=s.enters),
    ),
    ("progress_file_once_on_a_note", lambda s: again(s.progress_file)),
    ("extension_is_later", lambda s: change(s.extension, new_due_on=s.extension.former_due_on)),
    ("extension_has_a_reason", lambda s: change(s.extension, reason="")),
    ("extension_one_open", lambda s: again(s.open_extension)),
    ("extension_decided_by_another", lambda s: change(s.extension, decided_by=s.enters)),
    ("extension_decided_with_a_reason", lambda s: change(s.extension, decision="")),
    ("extension_decided_with_a_reason", lambda s: change(s.extension, decided_by=None)),
    ("extension_decided_with_a_reason", lambda s: change(s.extension, decided_at=None)),
    ("extension_decided_with_a_reason", lambda s: change(s.extension, state="gone")),
    ("extension_decided_with_a_reason", lambda s: change(s.open_extension, decision="Đồng ý.")),
    ("handed_task_once", lambda s: again(s.handed_task)),
    ("handed_task_to_another", lambda s: change(s.handed_task, former_unit=s.unit)),
    (
        "handed_task_to_another",
        lambda s: change(s.handed_task, former_unit=s.unit, former_lead=s.agency, lead=s.agency),
    ),
    (
        "handed_membership_to_another",
        lambda s: change(s.handed_membership, membership=s.handed_membership.former),
    ),
    ("document_file_once", lambda s: again(s.document_file)),
    ("document_file_removed_with_reason", lambda s: change(s.document_file, removal_reason="no")),
    (
        "document_file_removed_with_reason",
        lambda s: change(s.document_file, removed_by=s.approves, removed_at=MOMENT),
    ),
    ("event_ends_after_it_begins", lambda s: change(s.event, ends_on=BEFORE)),
    ("event_once", lambda s: again(s.event)),
    ("event_of_one_line", lambda s: twice_of_one_line(s.event)),
    ("event_hours_in_order", lambda s: change(s.event, ends_at="08:00")),
    ("event_hours_in_order", lambda s: change(s.event, begins_at="09:00", ends_at="08:00")),
    ("event_cancelled_with_reason", lambda s: change(s.event, cancelled=True)),
    ("event_cancelled_with_reason", lambda s: change(s.event, cancel_reason="Bão")),
    ("event_returns_once_a_year", lambda s: again(s.event_return, title_vi="Lần nữa")),
    ("event_return_has_its_year", lambda s: change(s.event_return, returns_in=None)),
    ("event_return_has_its_year", lambda s: change(s.event_return, repeats_yearly=True)),
    ("event_site_named_or_counted", lambda s: change(s.event_site, name="")),
    ("event_site_named_or_counted", lambda s: change(s.event_site, count=0)),
    ("event_site_position", lambda s: again(s.event_site)),
    ("event_point_position", lambda s: again(s.event_point)),
    ("event_point_says_something", lambda s: change(s.event_point, text_vi="")),
    ("event_outcome_position", lambda s: again(s.event_outcome)),
    ("event_outcome_out_of_something", lambda s: change(s.event_outcome, out_of=0)),
    (
        "event_outcome_fed_as_reported",
        lambda s: change(s.event_outcome, version=s.event_version, provenance="illustrative"),
    ),
    (
        "event_outcome_fed_as_reported",
        lambda s: change(s.event_outcome, version=s.event_version, indicator=None),
    ),
    ("event_participant_is_somebody", lambda s: change(s.event_participant, user=None)),
    ("event_participant_person_once", lambda s: again(s.event_participant, email="")),
    (
        "event_participant_address_once",
        lambda s: again(s.event_participant, user=None, full_name="Người khác"),
    ),
    ("event_participant_invited_somewhere", lambda s: change(s.event_participant, invited_at=MOMENT)),
    ("event_file_removed_with_reason", lambda s: change(s.event_file, removed_at=MOMENT)),
    ("event_file_once", lambda s: again(s.event_file)),
    ("campaign_goal_once", lambda s: again(s.goal)),
    ("campaign_goal_above_zero", lambda s: change(s.goal, value=0)),
    ("campaign_figure_days_in_order", lambda s: change(s.figure, to_on=BEFORE)),
    ("campaign_figure_not_negative", lambda s: change(s.figure, value=-1)),
    ("campaign_figure_begins_once", lambda s: again(s.figure, to_on=NEXT)),
    ("campaign_figure_ends_once", lambda s: again(s.figure, from_on=BEFORE)),
    ("campaign_figure_ended_by_somebody", lambda s: change(s.figure, ended_at=MOMENT)),
    ("campaign_figure_ended_by_somebody", lambda s: change(s.figure, ended_by=s.enters)),
    ("roll_out_once", lambda s: again(s.roll_out)),
    ("roll_out_of_one_line", lambda s: twice_of_one_line(s.roll_out)),
    ("roll_out_belongs_somewhere", lambda s: change(s.roll_out, event=None)),
    ("roll_out_unit_once", lambda s: again(s.roll_out_unit)),
    ("roll_out_day_only_where_reached", lambda s: change(s.roll_out_unit, reached_on=DAY)),
    (
        "indicators_indicatordefinition_dates_in_order",
        lambda s: change(s.definition, valid_to=date(2000, 1, 1)),
    ),
    ("definition_once_a_day", lambda s: again(s.definition, valid_to=DAY)),
    ("definition_one_open", lambda s: again(s.definition, valid_from=NEXT)),
    ("definition_floor_is_a_share", lambda s: change(s.definition, coverage_floor_percent=101)),
    ("definition_limits_in_order", lambda s: change(s.definition, least=2, most=1)),
    ("definition_factor_positive", lambda s: change(s.definition, ratio_factor=0)),
    ("definition_only_a_flow_is_cumulative", lambda s: change(s.definition, entered_as="cumulative")),
    ("indicators_definitionlevel_dates_in_order", lambda s: change(s.level, valid_to=BEFORE)),
    ("definition_level_once", lambda s: again(s.level)),
    ("indicators_definitionowner_dates_in_order", lambda s: change(s.owner, valid_to=BEFORE)),
    ("definition_owner_once", lambda s: again(s.owner)),
    ("target_row_once", lambda s: again(s.target)),
    ("target_heading_says_how_it_counts", lambda s: change(s.target, kind="heading")),
    ("target_heading_says_how_it_counts", lambda s: change(s.target, counts_as="one")),
    ("target_not_its_own_heading", lambda s: change(s.target, parent=s.target)),
    ("target_continues_by_a_recorded_decision", lambda s: change(s.target, continued_by_document=s.document)),
    ("target_revision_rule_has_its_numbers", lambda s: change(s.revision, threshold=None)),
    ("target_revision_rule_has_its_numbers", lambda s: change(s.revision, low=1)),
    ("target_revision_rule_has_its_numbers", lambda s: change(s.revision, rule="done")),
    ("target_revision_rule_has_its_numbers", lambda s: change(s.revision, rule="growth_at_least", years=2)),
    (
        "target_revision_rule_has_its_numbers",
        lambda s: change(s.revision, rule="between", threshold=None, low=2, high=1, direction="higher"),
    ),
    ("target_revision_rule_has_its_numbers", lambda s: change(s.revision, rule="as_good_as")),
    ("target_revision_number", lambda s: again(s.revision, effective_on=NEXT)),
    ("target_revision_once_a_day", lambda s: again(s.revision, number=2)),
    ("target_revision_due_after_baseline", lambda s: change(s.revision, baseline_on=s.revision.due_on)),
    ("milestone_once_a_day", lambda s: again(s.milestone)),
    ("target_part_rule_has_its_numbers", lambda s: change(s.part, threshold=None)),
    ("target_part_position", lambda s: again(s.part)),
    ("target_part_is_not_composite", lambda s: change(s.part, rule="all_of", threshold=None)),
    ("declaration_version_number", lambda s: again(s.declaration, state="superseded")),
    ("declaration_one_live_version", lambda s: again(s.declaration, number=2)),
    (
        "declaration_judged_has_a_name_and_a_reason",
        lambda s: change(s.declaration, kind="judged", judged_by=s.enters),
    ),
    (
        "declaration_judged_has_a_name_and_a_reason",
        lambda s: change(s.declaration, kind="judged", reason="seen"),
    ),
    ("declaration_four_eyes", lambda s: change(s.declaration, approved_by=s.enters)),
    ("declaration_four_eyes", lambda s: change(s.declaration, approved_by=None)),
    ("period_days_in_order", lambda s: change(s.period, cutoff_on=date(2024, 1, 1))),
    ("period_days_in_order", lambda s: change(s.period, starts_on=date(2024, 1, 1))),
    ("period_is_not_once", lambda s: change(s.period, kind="once")),
    ("period_once_in_its_year", lambda s: again(s.period, code="2023-again")),
    ("period_due_day_once", lambda s: again(s.due_day)),
    ("job_running_has_a_lease", lambda s: change(s.job, state="running", claimed_by="worker")),
    ("job_running_has_a_lease", lambda s: change(s.job, state="running", lease_until="2023-01-01T00:00:00Z")),
    ("indicators_obligation_dates_in_order", lambda s: change(s.obligation, valid_to=BEFORE)),
    ("obligation_one_open_of_a_unit", lambda s: again(s.obligation, valid_from=NEXT)),
    ("obligation_one_open_of_an_agency", lambda s: again(s.agency_obligation, valid_from=NEXT)),
    ("obligation_of_a_unit_begins_once", lambda s: again(s.obligation, valid_to=NEXT)),
    ("obligation_of_an_agency_begins_once", lambda s: again(s.agency_obligation, valid_to=NEXT)),
    ("obligation_once_has_its_due_day", lambda s: change(s.obligation, frequency="once")),
    ("obligation_once_has_its_due_day", lambda s: change(s.obligation, due_on=DAY)),
    ("report_once_of_a_unit", lambda s: again(s.report)),
    ("report_once_of_an_agency", lambda s: again(s.agency_report)),
    ("measurement_cell_of_a_unit", lambda s: again(s.cell)),
    ("measurement_cell_of_an_agency", lambda s: again(s.agency_cell)),
    # Each answer has its own encoding: missing is not zero, and unanswered is not missing.
    ("measurement_answer_encoded", lambda s: change(s.cell, denominator=None)),
    ("measurement_answer_encoded", lambda s: change(s.cell, value=90)),
    ("measurement_answer_encoded", lambda s: change(s.cell, **NO_NUMBERS)),
    ("measurement_answer_encoded", lambda s: change(s.cell, answer="nothing_arose")),
    ("measurement_answer_encoded", lambda s: change(s.cell, answer="missing", **NO_NUMBERS)),
    ("measurement_answer_encoded", lambda s: change(s.cell, missing_reason="late_source")),
    (
        "measurement_answer_encoded",
        lambda s: change(s.cell, answer="missing", missing_reason="forgotten", **NO_NUMBERS),
    ),
    ("measurement_answer_encoded", lambda s: change(s.cell, answer="unanswered", approved_version=None)),
    ("measurement_denominator_not_negative", lambda s: change(s.cell, denominator=-1)),
    ("measurement_counts_only_when_approved", lambda s: change(s.cell, approved_version=None)),
    ("measurement_counts_only_when_approved", lambda s: change(s.cell, answer="unanswered", **NO_NUMBERS)),
    ("measurement_version_number", lambda s: again(s.version, state="superseded")),
    ("measurement_one_live_version", lambda s: again(s.version, number=2)),
    ("measurement_version_answer_encoded", lambda s: change(s.version, numerator=None)),
    ("measurement_version_answer_encoded", lambda s: change(s.version, answer="missing", **NO_NUMBERS)),
    ("measurement_version_answer_encoded", lambda s: change(s.version, answer="nothing_arose")),
    ("measurement_version_answers", lambda s: change(s.version, answer="unanswered", **NO_NUMBERS)),
    ("measurement_version_four_eyes", lambda s: change(s.version, approved_by=s.enters)),
    ("measurement_version_four_eyes", lambda s: change(s.version, entered_by=s.approves)),
    ("measurement_version_four_eyes", lambda s: change(s.version, submitted_by=s.approves)),
    ("measurement_version_four_eyes", lambda s: change(s.version, submitted_by=None)),
    ("measurement_version_four_eyes", lambda s: change(s.version, approved_by=None)),
    ("measurement_version_four_eyes", lambda s: change(s.version, approved_at=None)),
    ("measurement_version_four_eyes", lambda s: change(s.version, state="withdrawn", approved_by=None)),
    ("measurement_version_denominator_not_negative", lambda s: change(s.version, denominator=-10)),
    (
        "measurement_version_numerator_within_denominator",
        lambda s: change(s.version, is_capped=True, numerator="10.0001"),
    ),
    (
        "measurement_version_numerator_within_denominator",
        lambda s: change(s.version, is_capped=True, numerator=-1),
    ),
    (
        "measurement_version_returned_with_reason",
        lambda s: change(s.version, state="returned", returned_by=s.approves, returned_at=MOMENT),
    ),
    (
        "measurement_version_returned_with_reason",
        lambda s: change(s.version, state="returned", reason="see row 3", returned_at=MOMENT),
    ),
    (
        "measurement_version_returned_with_reason",
        lambda s: change(s.version, state="returned", reason="see row 3", returned_by=s.approves),
    ),
    ("evidence_once_on_a_cell", lambda s: again(s.evidence)),
    (
        "evidence_removed_with_reason",
        lambda s: change(s.evidence, removed_by=s.approves, removed_at=MOMENT),
    ),
    ("evidence_removed_with_reason", lambda s: change(s.evidence, removal_reason="wrong file")),
    ("roll_up_once", lambda s: again(s.roll_up, basis="restated")),
    ("roll_up_value_has_numbers", lambda s: change(s.roll_up, numerator=None)),
    ("roll_up_value_has_numbers", lambda s: change(s.roll_up, answer="missing")),
    ("attainment_once", lambda s: again(s.attainment)),
    ("attainment_overdue_is_outside_the_count", lambda s: change(s.attainment, is_overdue=True)),
    (
        "attainment_not_applicable_is_outside_the_count",
        lambda s: change(s.attainment, status="not_applicable", met=None),
    ),
    ("attainment_status_agrees_with_met", lambda s: change(s.attainment, met=False)),
    ("attainment_status_agrees_with_met", lambda s: change(s.attainment, status="missed")),
    ("task_once", lambda s: again(s.task)),
    ("task_done_after_it_began", lambda s: change(s.task, done_on=BEFORE)),
    ("explanation_asked_once_at_a_time", lambda s: again(s.explanation)),
    ("explanation_answer_has_words_and_a_name", lambda s: change(s.explanation, answered_at=MOMENT)),
    ("explanation_answer_has_words_and_a_name", lambda s: change(s.explanation, answer="Vì…")),
    (
        "explanation_not_answered_by_who_asked",
        lambda s: change(s.explanation, answered_at=MOMENT, answer="Vì…", answered_by=s.explanation.asked_by),
    ),
    ("edition_number_once", lambda s: again(s.edition)),
    ("edition_numbers_begin_at_one", lambda s: again(s.edition, number=0, reason="x")),
    ("edition_correction_has_a_reason", lambda s: again(s.edition, number=2)),
    ("brief_done_has_its_files", lambda s: change(s.brief, word_sha256="")),
    ("brief_done_has_its_files", lambda s: change(s.brief, pdf_sha256="")),
    ("saved_view_name_once_a_person", lambda s: again(s.saved_view)),
    ("edition_met_within_total", lambda s: again(s.edition, number=2, reason="x", met=3)),
]
APPS = ("accounts", "resolutions", "indicators", "events", "dashboard")


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


def named_constraints() -> dict[str, tuple[type[models.Model], models.BaseConstraint]]:
    return {
        constraint.name: (model, constraint)
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }


@pytest.mark.parametrize(("name", "break_it"), BREAKS, ids=[name for name, _ in BREAKS])
def test_database_refuses(scene: Scene, name: str, break_it: Callable[[Scene], None]) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        break_it(scene)

    assert is_by(name, str(refused.value)), refused.value


def is_by(name: str, said: str) -> bool:
    """Whether it was this constraint. SQLite names a unique one by its columns."""
    model, constraint = named_constraints()[name]
    if name in said or not isinstance(constraint, models.UniqueConstraint):
        return name in said
    columns = [f"{model._meta.db_table}.{model._meta.get_field(field).column}" for field in constraint.fields]
    return connection.vendor == "sqlite" and said == "UNIQUE constraint failed: " + ", ".join(columns)


def test_every_named_constraint_is_tried() -> None:
    assert {name for name, _break in BREAKS} == set(named_constraints())


def test_four_eyes_bind_a_superuser_too(scene: Scene) -> None:
    scene.enters.is_superuser = scene.enters.is_staff = True
    scene.enters.save()

    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        change(scene.version, approved_by=scene.enters)


def test_draft_needs_no_second_person(scene: Scene) -> None:
    again(scene.version, number=2, state="draft", submitted_by=None, approved_by=None, approved_at=None)

    assert scene.cell.versions.count() == 2


def test_numerator_may_exceed_the_denominator_where_the_definition_allows_it(scene: Scene) -> None:
    change(scene.version, is_capped=False, numerator=11)

    scene.version.refresh_from_db()
    assert scene.version.numerator == 11


def test_campaigns_may_share_a_year(scene: Scene) -> None:
    again(scene.period, code="2023-A", kind="campaign")
    again(scene.period, code="2023-B", kind="campaign")
