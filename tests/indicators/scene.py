"""One row of everything, right as it stands, for tests that try to make one of them wrong."""

from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db import models

from accounts.models import ApiClient, ApiToken, Deputy, IdempotentCall, Membership, User
from dashboard.models import SavedView
from events.models import (
    CampaignFigure,
    CampaignGoal,
    Event,
    EventFile,
    EventPoint,
    EventSite,
    Outcome,
    Participant,
    RollOut,
    RollOutUnit,
)
from indicators.models import (
    Declaration,
    DefinitionLevel,
    DefinitionOwner,
    Evidence,
    Explanation,
    Job,
    Obligation,
    PeriodDueDay,
    Report,
    RollUp,
    TargetPart,
)
from resolutions.models import (
    DocumentFile,
    DocumentLink,
    Extension,
    HandedMembership,
    HandedTask,
    Handover,
    ProgressFile,
    ProgressNote,
    Task,
    TaskStep,
)
from tests.factories.editions import make_brief, make_edition
from tests.factories.results import (
    make_attainment,
    make_document,
    make_indicator,
    make_measurement,
    make_period,
    make_target,
)
from tests.factories.units import make_agency, make_kind, make_unit

DAY = date(2023, 6, 30)


def make_scene() -> SimpleNamespace:
    unit = make_unit("province")
    agency = make_agency(unit)
    people = [User.objects.create(username=name) for name in ("enters", "approves")]
    indicator = make_indicator(valid_from=date(2020, 1, 1))
    definition = indicator.definitions.get()
    period = make_period("2023")
    cell = make_measurement(unit, indicator, period, numerator="9", denominator="10")
    target = make_target(unit, indicator)
    revision = target.revisions.get()
    of_unit = {"unit": unit, "indicator": indicator, "level": "total"}
    owed = {"frequency": "quarter", "valid_from": DAY}
    eyes = {
        "entered_by": people[0],
        "submitted_by": people[0],
        "approved_by": people[1],
        "approved_at": "2023-07-01T00:00:00Z",
        "state": "approved",
    }
    membership = Membership.objects.create(user=people[0], role="reporter", unit=unit, valid_from=DAY)
    edition = make_edition(unit, period)
    task = Task.objects.create(
        unit=unit, document=make_document(unit), title_vi="Phủ sóng", started_on=DAY, due_on=DAY
    )
    note = ProgressNote.objects.create(task=task, on=DAY, words="Đã làm.", by=people[0])
    later = {"task": task, "former_due_on": DAY, "new_due_on": date(2023, 7, 31), "reason": "Mưa lũ."}
    handover = Handover.objects.create(document=target.document, on=DAY, by=people[1])
    campaign = Event.objects.create(
        kind="campaign", unit=unit, starts_on=DAY, ends_on=DAY, title_vi="Phong trào"
    )
    goal = CampaignGoal.objects.create(event=campaign, indicator=indicator, level="commune", value=9)
    roll_out = RollOut.objects.create(unit=unit, event=campaign, title_vi="Thí điểm")
    asked = {"key": "k", "digest": "0" * 64, "claim": UUID(int=0), "leased_until": "2023-07-01T00:00:00Z"}
    partner = ApiClient.objects.create(name="Partner", unit=unit)
    event = Event.objects.create(kind="workshop", unit=unit, starts_on=DAY, ends_on=DAY, title_vi="Hội thảo")
    return SimpleNamespace(
        call=IdempotentCall.objects.create(client=partner, **asked),
        own_call=IdempotentCall.objects.create(user=people[1], **asked),
        unit=unit,
        agency=agency,
        enters=people[0],
        approves=people[1],
        membership=membership,
        deputy=Deputy.objects.create(membership=membership, user=people[1], valid_from=DAY, valid_to=DAY),
        api_token=ApiToken.objects.create(
            client=ApiClient.objects.create(name="partner", unit=unit), token_hash="0" * 64
        ),
        document=target.document,
        link=DocumentLink.objects.create(
            document=target.document, relation="implements", other=make_document(unit)
        ),
        document_file=DocumentFile.objects.create(
            document=target.document, name="a.pdf", size=4, sha256="0" * 64, uploaded_by=people[0]
        ),
        definition=definition,
        level=DefinitionLevel.objects.create(definition=definition, level="total", valid_from=DAY),
        owner=DefinitionOwner.objects.create(definition=definition, agency_kind=make_kind(), valid_from=DAY),
        period=period,
        due_day=PeriodDueDay.objects.create(period=period, body="province", due_on=DAY),
        obligation=Obligation.objects.create(**of_unit, **owed),
        agency_obligation=Obligation.objects.create(**of_unit, **owed, agency=agency),
        report=Report.objects.create(unit=unit, period=period),
        agency_report=Report.objects.create(unit=unit, agency=agency, period=period),
        cell=cell,
        agency_cell=make_measurement(unit, indicator, period, agency=agency, numerator="9", denominator="10"),
        version=cell.approved_version,
        evidence=Evidence.objects.create(
            measurement=cell, name="a.pdf", size=4, sha256="0" * 64, uploaded_by=people[0]
        ),
        target=target,
        revision=revision,
        milestone=revision.milestones.create(on=DAY, value=50),
        part=TargetPart.objects.create(
            revision=revision, position=1, indicator=indicator, level="total", rule="at_least", threshold=1
        ),
        declaration=Declaration.objects.create(
            target=target, number=1, kind="done", is_met=True, declared_on=DAY, **eyes
        ),
        roll_up=RollUp.objects.create(
            **of_unit,
            period=period,
            definition=definition,
            basis="as_reported",
            answer="value",
            numerator=9,
            denominator=10,
            owing=1,
            reporting=1,
            not_applicable=0,
        ),
        attainment=make_attainment(target, period),
        job=Job.objects.create(unit=unit),
        event=event,
        event_return=Event.objects.create(
            kind="workshop",
            unit=unit,
            starts_on=date(2024, 6, 30),
            ends_on=date(2024, 6, 30),
            title_vi="Hội thảo",
            returns_of=event,
            returns_in=2024,
        ),
        event_site=EventSite.objects.create(event=event, name="Điểm cầu"),
        event_point=EventPoint.objects.create(event=event, text_vi="Phủ sóng"),
        event_outcome=Outcome.objects.create(
            event=event, label_vi="Điện thoại", value=81, indicator=indicator
        ),
        event_version=cell.approved_version,
        event_participant=Participant.objects.create(event=event, user=people[0], email="a@example.vn"),
        event_file=EventFile.objects.create(
            event=event, name="a.pdf", size=4, sha256="0" * 64, uploaded_by=people[0]
        ),
        explanation=Explanation.objects.create(
            target=target, period=period, status="missed", question="Vì sao?", due_on=DAY, asked_by=people[0]
        ),
        task=task,
        loose_task=Task.objects.create(unit=unit, title_vi="Tập huấn", due_on=DAY),
        task_step=TaskStep.objects.create(task=task, position=1, title="Khảo sát"),
        progress_note=note,
        progress_file=ProgressFile.objects.create(
            note=note, name="a.pdf", size=4, sha256="0" * 64, uploaded_by=people[0]
        ),
        open_extension=Extension.objects.create(**later, asked_by=people[0]),
        extension=Extension.objects.create(
            **later,
            asked_by=people[0],
            state="granted",
            decided_by=people[1],
            decided_at="2023-07-01T00:00:00Z",
            decision="Đồng ý.",
        ),
        handed_task=HandedTask.objects.create(
            handover=handover, task=task, former_unit=make_unit("province"), unit=unit
        ),
        handed_membership=HandedMembership.objects.create(
            handover=handover,
            former=membership,
            membership=Membership.objects.create(user=people[0], role="reporter", unit=unit),
        ),
        goal=goal,
        figure=CampaignFigure.objects.create(
            goal=goal, unit=unit, from_on=DAY, to_on=DAY, value=1, entered_by=people[0]
        ),
        roll_out=roll_out,
        roll_out_unit=RollOutUnit.objects.create(roll_out=roll_out, unit=unit),
        edition=edition,
        brief=make_brief(edition),
        saved_view=SavedView.objects.create(user=edition.closed_by, name="Trang", page="map"),
    )


def change(row: models.Model, **values: Any) -> None:
    """Change columns behind the back of every action and form."""
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def again(row: models.Model, **values: Any) -> None:
    """The same row once more, with these columns changed."""
    copy = type(row)._base_manager.get(pk=row.pk)
    copy.pk = None
    copy._state.adding = True
    for name, value in values.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)
