"""Who gets what at every address of the portal. An address that is not in the table fails the test."""

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import URLPattern, get_resolver
from rest_framework.test import APIClient

from accounts.files import stored_at
from accounts.models import ApiClient, ApiToken, User
from events.models import CampaignFigure, CampaignGoal, Event, EventFile, Outcome, RollOut, RollOutUnit
from indicators.models import Evidence, Explanation, Report, Upload
from resolutions.models import DocumentFile, ProgressFile, ProgressNote, Task
from tests.cast import Places, make_token
from tests.factories.cells import owe
from tests.factories.editions import make_brief, make_brief_template, make_edition
from tests.factories.results import (
    make_attainment,
    make_document,
    make_indicator,
    make_measurement,
    make_period,
    make_roll_up,
    make_target,
)
from tests.hooks.world import make_hook

CAST = [
    *("anonymous", "reporter", "approver", "coordinator", "leader", "neighbour", "outsider"),
    *("administrator", "api_client", "revoked"),
]


@dataclass
class World:
    """One thing of each kind in the reporter's commune, in the province next door and in a commune there."""

    near: dict[str, Any]
    next_door: dict[str, Any]
    far: dict[str, Any]
    document: Any
    document_file: int
    indicator: Any
    upload: int
    template: int
    client: int
    token: int
    hook: int


@pytest.fixture
def world(places: Places, reporter: User, api_client: ApiClient, api_token: str) -> World:
    indicator = make_indicator("DI-01", pillar="I")
    make_period("2023")

    def things(unit):
        target = make_target(unit, indicator)
        owe(unit, indicator, "total", frequency="year")
        cell = make_measurement(unit, indicator)
        someone = cell.approved_version.entered_by
        proof = Evidence.objects.create(
            measurement=cell, name="a.pdf", size=4, sha256="0" * 64, uploaded_by=someone
        )
        if not default_storage.exists(stored_at(proof.sha256)):
            default_storage.save(stored_at(proof.sha256), ContentFile(b"%PDF"))
        edition = make_edition(unit, make_period("2023"))
        event = Event.objects.create(unit=unit, kind="workshop", starts_on="2026-10-10", ends_on="2026-10-10")
        paper = EventFile.objects.create(
            event=event, name="a.pdf", size=4, sha256="0" * 64, uploaded_by=someone
        )
        campaign = Event.objects.create(
            unit=unit, kind="campaign", starts_on="2026-07-15", ends_on="2026-10-25", title_vi="Phong trào"
        )
        roll_out = RollOut.objects.create(unit=unit, event=campaign, title_vi="Thí điểm")
        RollOutUnit.objects.create(roll_out=roll_out, unit=unit)
        goal = CampaignGoal.objects.create(event=campaign, indicator=indicator, value=9)
        figure = CampaignFigure.objects.create(
            goal=goal, unit=unit, from_on="2026-07-15", to_on="2026-07-15", value=1, entered_by=someone
        )
        return {
            "campaign": campaign.pk,
            "goal": goal.pk,
            "roll_out": roll_out.pk,
            "figure": figure.pk,
            "unit": unit.ref,
            "target": target.pk,
            "attainment": make_attainment(target).pk,
            "edition": edition.pk,
            "brief": make_brief(edition).pk,
            "report": Report.objects.create(unit=unit, period=make_period("2023"), state="draft").pk,
            "task": (task := Task.objects.create(unit=unit, title_vi="Việc", due_on="2026-10-31")).pk,
            "task_file": ProgressFile.objects.create(
                note=ProgressNote.objects.create(task=task, on="2026-10-01", words="Đã làm.", by=someone),
                name="a.pdf",
                size=4,
                sha256="0" * 64,
                uploaded_by=someone,
            ).pk,
            "event": event.pk,
            "event_file": paper.pk,
            "outcome": Outcome.objects.create(event=event, label_vi="Máy", value=81, indicator=indicator).pk,
            "rollup": make_roll_up(unit, indicator).pk,
            "measurement": cell.pk,
            "evidence": proof.pk,
            "explanation": Explanation.objects.create(
                target=target,
                period=make_period("2023"),
                status="missed",
                question="Vì sao?",
                due_on=datetime.date(2026, 11, 30),
                asked_by=someone,
            ).pk,
        }

    document = make_document(places.khanh_hoa)
    attached = DocumentFile.objects.create(
        document=document, name="a.pdf", size=4, sha256="0" * 64, uploaded_by=reporter
    )

    return World(
        near=things(places.phan_rang),
        next_door=things(places.dak_lak),
        far=things(places.ea_kao),
        document=document,
        document_file=attached.pk,
        indicator=indicator,
        upload=Upload.objects.create(by=reporter, name="a.xlsx").pk,
        template=make_brief_template(places.khanh_hoa).pk,
        client=api_client.pk,
        token=ApiToken.objects.get().pk,
        hook=make_hook(api_client).pk,
    )


def signed_in_only(path):
    """A page of the people who sign in; a token does not open it."""
    return path, "302 200 200 200 200 200 200 200 302 302"


def api(path):
    return path, "401 200 200 200 200 200 200 200 200 401"


def open_to_all(path, code="200"):
    return path, " ".join([code] * len(CAST))


def own_cell(path):
    return path, "401 200 200 404 200 404 404 200 200 401"


def foreign_cell(path):
    return path, "401 404 404 404 404 200 404 200 404 401"


def near_result(path):
    return path, "401 200 200 200 200 404 404 200 200 401"


def open_result(path):
    return path, "401 200 200 200 200 200 404 200 200 401"


def far_result(path):
    return path, "401 404 404 404 404 200 404 200 404 401"


def page_of(row):
    """The same for a page: whoever does not sign in is sent to the sign-in page, with or without a token."""
    path, codes = row
    middle = codes.split()[1:-2]
    return path, " ".join(["302", *middle, "302", "302"])


# Where somebody already signed in is sent on.
SENT_ON = "200 302 302 302 302 302 302 302 200 200"
CLOSED_TO_ALL = "302 404 404 404 404 404 404 404 302 302"
ONLY_COORDINATORS = "302 404 404 200 404 404 404 404 302 302"
ADMINISTRATORS = "302 404 404 404 404 404 404 200 302 302"
COORDINATOR = "302 404 404 200 404 404 404 404 302 302"
GIVEN_BY = "302 200 404 200 404 404 404 404 302 302"
ONLY_SENT = "302 405 405 405 405 405 405 405 302 302"
REPORT = "/reports/{w.near[unit]}/2023/"
SCOREBOARD = "/api/v1/scoreboards/?period=2023&unit="

# What answers whom, in the order of the cast; the addresses name things of the world.
TABLE: dict[str, list[tuple[str, str]]] = {
    "healthz": [open_to_all("/healthz", "503")],  # no worker beats in a test
    "set_language": [open_to_all("/i18n/setlang/", "302")],
    # Sign-in. Accounts are made by an administrator, so sign-up is closed.
    "account_login": [("/accounts/login/", SENT_ON)],
    "account_logout": [("/accounts/logout/", "302 200 200 200 200 200 200 200 302 302")],
    "account_inactive": [open_to_all("/accounts/inactive/")],
    "account_signup": [("/accounts/signup/", SENT_ON)],
    "account_reauthenticate": [signed_in_only("/accounts/reauthenticate/")],
    "account_email": [signed_in_only("/accounts/email/")],
    "account_email_verification_sent": [open_to_all("/accounts/confirm-email/")],
    "account_change_password": [signed_in_only("/accounts/password/change/")],
    "account_set_password": [open_to_all("/accounts/password/set/", "302")],
    "account_reset_password": [open_to_all("/accounts/password/reset/")],
    "account_confirm_login_code": [open_to_all("/accounts/login/code/confirm/", "302")],
    "account_confirm_email": [open_to_all("/accounts/confirm-email/nothing/")],
    "account_reset_password_done": [open_to_all("/accounts/password/reset/done/")],
    "account_reset_password_from_key": [open_to_all("/accounts/password/reset/key/1-nothing/")],
    "account_reset_password_from_key_done": [open_to_all("/accounts/password/reset/key/done/")],
    # What leaders read.
    "dashboard:overview": [
        signed_in_only("/"),
        page_of(near_result("/?unit={w.near[unit]}&period=2023")),
        page_of(open_result("/?unit={w.next_door[unit]}&period=2023")),
        page_of(far_result("/?unit={w.far[unit]}&period=2023")),
    ],
    "dashboard:target": [
        page_of(near_result("/targets/{w.near[target]}/")),
        page_of(open_result("/targets/{w.next_door[target]}/")),
        page_of(far_result("/targets/{w.far[target]}/")),
    ],
    # Leaders and coordinators ask about targets of the units they look after.
    "dashboard:ask": [
        ("/targets/{w.near[target]}/ask/2023/", "302 404 404 200 200 404 404 404 302 302"),
        ("/targets/{w.next_door[target]}/ask/2023/", "302 404 404 404 404 200 404 404 302 302"),
        ("/targets/{w.far[target]}/ask/2023/", "302 404 404 404 404 200 404 404 302 302"),
    ],
    "dashboard:case": [
        page_of(near_result("/targets/{w.near[target]}/case/2023/")),
        page_of(open_result("/targets/{w.next_door[target]}/case/2023/")),
        page_of(far_result("/targets/{w.far[target]}/case/2023/")),
    ],
    "dashboard:rules": [signed_in_only("/rules/")],
    # Documents are open to everybody signed in; their targets are told of units whose results one reads.
    "dashboard:documents": [signed_in_only("/documents/")],
    "dashboard:document": [
        signed_in_only("/documents/{w.document.pk}/"),
        page_of(near_result("/documents/{w.document.pk}/?unit={w.near[unit]}")),
        page_of(far_result("/documents/{w.document.pk}/?unit={w.far[unit]}")),
    ],
    "dashboard:search": [signed_in_only("/search/?q=so")],
    # The coordinator of the province keeps its documents and sets its targets.
    "dashboard:document-new": [("/documents/new/", ONLY_COORDINATORS)],
    "dashboard:document-edit": [("/documents/{w.document.pk}/edit/", ONLY_COORDINATORS)],
    "dashboard:document-text": [("/documents/{w.document.pk}/text/", ONLY_COORDINATORS)],
    "dashboard:document-attach": [("/documents/{w.document.pk}/files/", ONLY_SENT)],
    "dashboard:document-file": [signed_in_only("/documents/files/{w.document_file}/")],
    "dashboard:document-file-remove": [("/documents/files/{w.document_file}/remove/", ONLY_SENT)],
    "dashboard:target-new": [("/documents/{w.document.pk}/targets/new/", ONLY_COORDINATORS)],
    # Nobody moves a row of the shipped data, as these are; tests/dashboard/test_target_place.py moves others.
    "dashboard:target-place": [
        ("/targets/{w.near[target]}/place/", CLOSED_TO_ALL),
        ("/targets/{w.next_door[target]}/place/", CLOSED_TO_ALL),
        ("/targets/{w.far[target]}/place/", CLOSED_TO_ALL),
    ],
    "dashboard:target-revise": [
        ("/targets/{w.near[target]}/revise/", ONLY_COORDINATORS),
        ("/targets/{w.next_door[target]}/revise/", CLOSED_TO_ALL),
        ("/targets/{w.far[target]}/revise/", CLOSED_TO_ALL),
    ],
    # Those who may ask and those who answer for the unit read it; its asker alone takes it back.
    "reports:explanation": [
        ("/explanations/{w.near[explanation]}/", "302 200 200 200 200 404 404 404 302 302"),
        ("/explanations/{w.next_door[explanation]}/", "302 404 404 404 404 200 404 404 302 302"),
        ("/explanations/{w.far[explanation]}/", "302 404 404 404 404 200 404 404 302 302"),
    ],
    "reports:explanation-withdraw": [("/explanations/{w.near[explanation]}/withdraw/", ONLY_SENT)],
    # Editions: whoever reads the results of a unit reads what was published of it; the coordinator closes.
    "dashboard:editions": [
        signed_in_only("/editions/"),
        page_of(near_result("/editions/?unit={w.near[unit]}")),
        page_of(open_result("/editions/?unit={w.next_door[unit]}")),
        page_of(far_result("/editions/?unit={w.far[unit]}")),
    ],
    **{
        f"dashboard:{name}": [
            page_of(near_result("/editions/{w.near[edition]}/" + tail)),
            page_of(open_result("/editions/{w.next_door[edition]}/" + tail)),
            page_of(far_result("/editions/{w.far[edition]}/" + tail)),
        ]
        for name, tail in (("edition", ""), ("edition-content", "content.json"))
    },
    "dashboard:edition-close": [
        ("/editions/close/?unit=P56-2025&period=2023", "302 404 404 200 404 404 404 404 302 302"),
        ("/editions/close/?unit=P58&period=2023", "302 404 404 200 404 404 404 404 302 302"),
        ("/editions/close/?unit={w.next_door[unit]}&period=2023", CLOSED_TO_ALL),
        ("/editions/close/?unit={w.near[unit]}&period=2023", CLOSED_TO_ALL),
        ("/editions/close/?unit=P58&period=1", CLOSED_TO_ALL),
        ("/editions/close/", CLOSED_TO_ALL),
    ],
    # A brief is read by whoever reads its edition; templates are the coordinator's.
    **{
        f"dashboard:{name}": [
            page_of(near_result(path.format(place="near"))),
            page_of(open_result(path.format(place="next_door"))),
            page_of(far_result(path.format(place="far"))),
        ]
        for name, path in (
            ("briefs", "/editions/{{w.{place}[edition]}}/briefs/"),
            ("brief", "/briefs/{{w.{place}[brief]}}/"),
            ("brief-word", "/briefs/{{w.{place}[brief]}}/word/"),
            ("brief-pdf", "/briefs/{{w.{place}[brief]}}/pdf/"),
        )
    },
    **{
        f"dashboard:{name}": [(path, "302 404 404 200 404 404 404 404 302 302")]
        for name, path in (
            ("brief-templates", "/briefs/templates/"),
            ("brief-built-in", "/briefs/templates/built-in/"),
            ("brief-template", "/briefs/templates/{w.template}/"),
        )
    },
    "dashboard:brief-template-retire": [("/briefs/templates/{w.template}/retire/", ONLY_SENT)],
    # Off, as it is unless the settings say otherwise; tests/editions tries it switched on.
    "dashboard:public": [open_to_all("/public/", "404")],
    "dashboard:public-edition": [open_to_all("/public/{w.near[unit]}/2023/", "404")],
    # Units side by side: a unit out of reach does not exist, nor do the communes of another province.
    **{
        f"dashboard:{name}": [
            signed_in_only(f"/{name}/"),
            page_of(near_result(f"/{name}/?unit={{w.near[unit]}}")),
            page_of(open_result(f"/{name}/?unit={{w.next_door[unit]}}")),
            page_of(far_result(f"/{name}/?unit={{w.far[unit]}}")),
        ]
        for name in ("scoreboard", "map", "compare", "series", "heat")
    },
    # Tasks are read as results are; coordinators of the unit change them, those who work on them report.
    # tests/dashboard/test_task_pages.py tries the sending.
    "tasks:list": [
        signed_in_only("/tasks/"),
        page_of(near_result("/tasks/?under={w.near[unit]}")),
        page_of(open_result("/tasks/?unit={w.next_door[unit]}")),
        page_of(far_result("/tasks/?under={w.far[unit]}")),
    ],
    "tasks:task": [
        page_of(near_result("/tasks/{w.near[task]}/")),
        page_of(open_result("/tasks/{w.next_door[task]}/")),
        page_of(far_result("/tasks/{w.far[task]}/")),
    ],
    "tasks:new": [
        ("/tasks/new/", "302 404 404 200 404 404 404 404 302 302"),
        ("/tasks/new/?unit={w.near[unit]}", "302 404 404 200 404 404 404 404 302 302"),
        ("/tasks/new/?unit={w.next_door[unit]}", CLOSED_TO_ALL),
    ],
    "tasks:edit": [
        ("/tasks/{w.near[task]}/edit/", "302 404 404 200 404 404 404 404 302 302"),
        ("/tasks/{w.next_door[task]}/edit/", CLOSED_TO_ALL),
    ],
    # Files of a task say more than results: within the subtree alone.
    "tasks:file": [
        ("/tasks/files/{w.near[task_file]}/", "302 200 200 200 200 404 404 200 302 302"),
        ("/tasks/files/{w.next_door[task_file]}/", "302 404 404 404 404 200 404 200 302 302"),
        ("/tasks/files/{w.far[task_file]}/", "302 404 404 404 404 200 404 200 302 302"),
    ],
    "tasks:file-remove": [("/tasks/files/{w.near[task_file]}/remove/", ONLY_SENT)],
    "tasks:handover": [("/tasks/handover/", "302 404 404 200 404 404 404 200 302 302")],
    **{
        f"tasks:{name}": [(f"/tasks/{{w.near[task]}}/{tail}", ONLY_SENT)]
        for name, tail in (
            ("progress", "progress/"),
            ("step", "steps/1/"),
            ("ask", "extension/"),
            ("decide", "decision/"),
            ("complete", "done/"),
            ("reopen", "reopen/"),
        )
    },
    # Events are as open as results; the coordinator keeps those of the whole province.
    "events:month": [signed_in_only("/events/")],
    "events:list": [signed_in_only("/events/list/")],
    "events:event": [
        page_of(near_result("/events/{w.near[event]}/")),
        page_of(open_result("/events/{w.next_door[event]}/")),
        page_of(far_result("/events/{w.far[event]}/")),
    ],
    "events:file": [
        page_of(near_result("/events/files/{w.near[event_file]}/")),
        page_of(far_result("/events/files/{w.next_door[event_file]}/")),
        page_of(far_result("/events/files/{w.far[event_file]}/")),
    ],
    "events:new": [("/events/new/", COORDINATOR)],
    **{
        f"events:{name}": [
            ("/events/{w.near[event]}/" + tail, COORDINATOR),
            ("/events/{w.next_door[event]}/" + tail, CLOSED_TO_ALL),
            ("/events/{w.far[event]}/" + tail, CLOSED_TO_ALL),
        ]
        for name, tail in (("edit", "edit/"), ("add", "add/point/"))
    },
    # Whoever enters figures in a report of the event's own unit.
    "events:feed-indicator": [
        ("/events/outcomes/{w.near[outcome]}/feed/", "302 200 404 404 404 404 404 404 302 302"),
        ("/events/outcomes/{w.next_door[outcome]}/feed/", CLOSED_TO_ALL),
        ("/events/outcomes/{w.far[outcome]}/feed/", CLOSED_TO_ALL),
    ],
    # These only take what is sent; tests/events tries who may send.
    **{
        f"events:{name}": [(path, ONLY_SENT)]
        for name, path in (
            ("cancel", "/events/{w.near[event]}/cancel/"),
            ("assign", "/events/{w.near[event]}/assign/"),
            ("invite", "/events/{w.near[event]}/invite/"),
            ("remove", "/events/parts/point/1/remove/"),
            ("answer", "/events/participants/1/answer/"),
            ("feed-revoke", "/events/feed/revoke/"),
        )
    },
    # One's own calendar: read by whoever knows its secret, and nobody knows this one.
    "events:feed": [signed_in_only("/events/feed/")],
    "events:calendar": [open_to_all("/calendar/nothing.ics", "404")],
    # Campaigns and roll-outs are read like results. Reporters and coordinators of the unit give figures and
    # states, and coordinators of its province's agencies; tests/dashboard/test_campaigns.py tries sending.
    "dashboard:campaigns": [signed_in_only("/campaigns/")],
    "dashboard:campaign": [
        page_of(near_result("/events/{w.near[campaign]}/campaign/")),
        page_of(open_result("/events/{w.next_door[campaign]}/campaign/")),
        page_of(far_result("/events/{w.far[campaign]}/campaign/")),
    ],
    "dashboard:roll-out": [
        page_of(near_result("/rollouts/{w.near[roll_out]}/")),
        page_of(open_result("/rollouts/{w.next_door[roll_out]}/")),
        page_of(far_result("/rollouts/{w.far[roll_out]}/")),
    ],
    **{
        f"campaigns:{name}": [
            (path.replace("*", "near"), GIVEN_BY),
            (path.replace("*", "next_door"), CLOSED_TO_ALL),
            (path.replace("*", "far"), CLOSED_TO_ALL),
        ]
        for name, path in (
            ("entry", "/events/{w.*[campaign]}/campaign/units/{w.*[unit]}/"),
            ("quarters", "/events/{w.*[campaign]}/campaign/units/{w.*[unit]}/quarters/"),
            ("state", "/rollouts/{w.*[roll_out]}/units/{w.*[unit]}/"),
        )
    },
    "campaigns:goals": [
        ("/events/{w.near[campaign]}/campaign/goals/", "302 404 404 200 404 404 404 404 302 302"),
        ("/events/{w.next_door[campaign]}/campaign/goals/", CLOSED_TO_ALL),
        ("/events/{w.far[campaign]}/campaign/goals/", CLOSED_TO_ALL),
    ],
    "campaigns:goal": [
        (
            "/events/{w.near[campaign]}/campaign/goals/{w.near[goal]}/",
            "302 404 404 200 404 404 404 404 302 302",
        ),
        ("/events/{w.next_door[campaign]}/campaign/goals/{w.next_door[goal]}/", CLOSED_TO_ALL),
        ("/events/{w.far[campaign]}/campaign/goals/{w.far[goal]}/", CLOSED_TO_ALL),
    ],
    "campaigns:roll-out-new": [("/rollouts/new/", COORDINATOR)],
    "campaigns:roll-out-edit": [
        ("/rollouts/{w.near[roll_out]}/edit/", COORDINATOR),
        ("/rollouts/{w.next_door[roll_out]}/edit/", CLOSED_TO_ALL),
        ("/rollouts/{w.far[roll_out]}/edit/", CLOSED_TO_ALL),
    ],
    "campaigns:extend": [("/rollouts/{w.near[roll_out]}/extend/", ONLY_SENT)],
    # One's own saved views; tests/dashboard/test_saved_views.py tries the sending.
    "dashboard:views": [signed_in_only("/views/")],
    "dashboard:view-save": [("/views/save/", ONLY_SENT)],
    "dashboard:view-delete": [("/views/1/delete/", ONLY_SENT)],
    # Entry, approval and proof: within the subtree one looks after.
    "reports:mine": [signed_in_only("/reports/")],
    # An upload is its uploader's alone, whoever looks; tests/workbooks tries the sending.
    "reports:workbooks": [("/reports/workbooks/", "302 200 404 200 404 404 404 404 302 302")],
    "reports:workbook-download": [
        page_of(own_cell("/reports/workbooks/download/?period=2023&unit={w.near[unit]}")),
        page_of(foreign_cell("/reports/workbooks/download/?period=2023&unit={w.next_door[unit]}")),
        page_of(foreign_cell("/reports/workbooks/download/?period=2023&unit={w.far[unit]}")),
    ],
    "reports:upload": [("/reports/uploads/{w.upload}/", "302 200 404 404 404 404 404 404 302 302")],
    "reports:upload-confirm": [("/reports/uploads/{w.upload}/confirm/", ONLY_SENT)],
    "reports:upload-cancel": [("/reports/uploads/{w.upload}/cancel/", ONLY_SENT)],
    "reports:monitor": [("/reports/monitor/", "302 404 404 200 404 404 404 200 302 302")],
    "reports:deputies": [("/reports/deputies/", "302 404 200 200 404 404 404 404 302 302")],
    "reports:deputy-end": [("/reports/deputies/1/end/", ONLY_SENT)],
    "reports:setup": [("/reports/setup/", "302 404 404 200 404 404 404 200 302 302")],
    "reports:setup-download": [
        ("/reports/setup/download/", "302 404 404 200 404 404 404 200 302 302"),
        ("/reports/setup/download/?unit={w.next_door[unit]}", "302 404 404 404 404 404 404 200 302 302"),
    ],
    **{
        f"reports:{name}": [
            page_of(own_cell(REPORT + page)),
            page_of(foreign_cell(REPORT.replace("near", "next_door") + page)),
            page_of(foreign_cell(REPORT.replace("near", "far") + page)),
        ]
        for name, page in (
            ("entry", ""),
            ("review", "review/"),
            ("history", "history/"),
            ("attach", "evidence/DI-01/total/"),
        )
    },
    "reports:reopen": [(REPORT + "reopen/", "302 404 404 404 404 404 404 404 302 302")],
    "reports:withdraw": [
        (REPORT + "withdraw/DI-01/total/", "302 404 200 404 404 404 404 404 302 302"),
        (REPORT.replace("near", "far") + "withdraw/DI-01/total/", "302 404 404 404 404 404 404 404 302 302"),
    ],
    # These only take what is sent; who may send, and what is then written, is tried in test_entry_rights.
    "reports:cells": [(REPORT + "cells/", ONLY_SENT)],
    "reports:evidence-remove": [("/evidence/{w.near[evidence]}/remove/", ONLY_SENT)],
    "reports:evidence": [
        page_of(own_cell("/evidence/{w.near[evidence]}/")),
        page_of(foreign_cell("/evidence/{w.next_door[evidence]}/")),
        page_of(foreign_cell("/evidence/{w.far[evidence]}/")),
    ],
    # Partner systems and their tokens: the administrator's alone; tests/accounts/test_clients_page.py sends.
    **{
        f"clients:{name}": [(f"/clients/{tail}", ADMINISTRATORS)]
        for name, tail in (
            ("list", ""),
            ("new", "new/"),
            ("client", "{w.client}/"),
            ("edit", "{w.client}/edit/"),
            ("switch", "{w.client}/switch/"),
            ("token-rotate", "{w.client}/tokens/{w.token}/rotate/"),
            ("token-revoke", "{w.client}/tokens/{w.token}/revoke/"),
        )
    },
    # Looked at, it sends on to the client.
    "clients:token-new": [("/clients/{w.client}/tokens/", ADMINISTRATORS.replace("200", "302"))],
    # The API: reference data for everybody who signs in, results for officials, cells within the subtree.
    "api-docs": [open_to_all("/api/docs/")],
    **{
        f"api-docs-{name}": [open_to_all(f"/api/docs/{name}/")]
        for name in ("changes", "writing", "webhooks", "errors", "reference")
    },
    "api-schema": [open_to_all("/api/schema/")],
    "api-calculator": [open_to_all("/api/v1/attainment/evaluate/", "405")],
    "api-report-cells": [
        ("/api/v1/reports/{w.near[unit]}/2023/cells/", "401 200 404 404 404 404 404 404 403 401"),
        ("/api/v1/reports/{w.far[unit]}/2023/cells/", "401 404 404 404 404 404 404 404 403 401"),
    ],
    # These only take what is sent; who may send, and what is then written, is tried in test_entry_rights.
    **{
        name: [(path, "401 405 405 405 405 405 405 405 403 401")]
        for name, path in (
            ("api-report-submission", "/api/v1/reports/{w.near[unit]}/2023/submission/"),
            (
                "api-report-evidence",
                "/api/v1/reports/{w.near[unit]}/2023/cells/DI-01/total/evidence/",
            ),
            ("api-measurements-bulk", "/api/v1/measurements/bulk/"),
        )
    },
    "api-nothing": [open_to_all("/api/v1/nothing/", "404")],
    # What an agency sees of cells cannot be told exactly of a deletion.
    "api-change-list": [
        ("/api/v1/changes/", "401 200 200 403 200 200 200 200 200 401"),
        ("/api/v1/changes/?resource=measurement", "401 200 200 403 200 200 200 200 200 401"),
        api("/api/v1/changes/?resource=target&since=now"),
    ],
    "api-unit-list": [api("/api/v1/units/")],
    "api-unit-detail": [api("/api/v1/units/{w.far[unit]}/")],
    "api-agency-list": [api("/api/v1/agencies/")],
    "api-agency-detail": [api("/api/v1/agencies/P56-2025.so-khcn/")],
    "api-pillar-list": [api("/api/v1/pillars/")],
    "api-pillar-detail": [api("/api/v1/pillars/I/")],
    "api-breakdowns": [api("/api/v1/breakdowns/")],
    "api-document-list": [api("/api/v1/documents/")],
    "api-document-detail": [api("/api/v1/documents/{w.document.pk}/")],
    "api-indicator-list": [api("/api/v1/indicators/")],
    "api-indicator-detail": [api("/api/v1/indicators/{w.indicator.code}/")],
    # Open to all, each with the figures of their own reach: tests/api/test_csv_on_the_web.py.
    "api-indicator-data": [api("/api/v1/indicators/DI-01/data.csv")],
    "api-indicator-metadata": [api("/api/v1/indicators/DI-01/data.csv-metadata.json")],
    "api-period-list": [api("/api/v1/periods/")],
    "api-period-detail": [api("/api/v1/periods/2023/")],
    "api-target-list": [api("/api/v1/targets/")],
    "api-target-detail": [
        near_result("/api/v1/targets/{w.near[target]}/"),
        open_result("/api/v1/targets/{w.next_door[target]}/"),
        far_result("/api/v1/targets/{w.far[target]}/"),
    ],
    "api-attainment-list": [api("/api/v1/attainments/")],
    "api-attainment-detail": [
        near_result("/api/v1/attainments/{w.near[attainment]}/"),
        open_result("/api/v1/attainments/{w.next_door[attainment]}/"),
        far_result("/api/v1/attainments/{w.far[attainment]}/"),
    ],
    "api-edition-list": [api("/api/v1/editions/")],
    **{
        f"api-edition-{name}": [
            near_result("/api/v1/editions/{w.near[edition]}/" + tail),
            open_result("/api/v1/editions/{w.next_door[edition]}/" + tail),
            far_result("/api/v1/editions/{w.far[edition]}/" + tail),
        ]
        for name, tail in (("detail", ""), ("content", "content/"))
    },
    "api-rollup-list": [api("/api/v1/rollups/")],
    "api-rollup-detail": [
        near_result("/api/v1/rollups/{w.near[rollup]}/"),
        open_result("/api/v1/rollups/{w.next_door[rollup]}/"),
        far_result("/api/v1/rollups/{w.far[rollup]}/"),
    ],
    "api-report-list": [api("/api/v1/reports/")],
    "api-report-detail": [
        own_cell("/api/v1/reports/{w.near[report]}/"),
        foreign_cell("/api/v1/reports/{w.next_door[report]}/"),
        foreign_cell("/api/v1/reports/{w.far[report]}/"),
    ],
    **{f"api-{name}-list": [api(f"/api/v1/{name}s/")] for name in ("task", "event")},
    **{
        f"api-{name}-detail": [
            near_result(f"/api/v1/{name}s/{{w.near[{name}]}}/"),
            open_result(f"/api/v1/{name}s/{{w.next_door[{name}]}}/"),
            far_result(f"/api/v1/{name}s/{{w.far[{name}]}}/"),
        ]
        for name in ("task", "event")
    },
    "api-task-counts": [api("/api/v1/tasks/counts/")],
    "api-campaign-list": [api("/api/v1/campaigns/")],
    "api-campaign-detail": [
        near_result("/api/v1/campaigns/{w.near[campaign]}/"),
        open_result("/api/v1/campaigns/{w.next_door[campaign]}/"),
        far_result("/api/v1/campaigns/{w.far[campaign]}/"),
    ],
    "api-campaign-figure-list": [api("/api/v1/campaign-figures/")],
    "api-campaign-figure-detail": [
        near_result("/api/v1/campaign-figures/{w.near[figure]}/"),
        open_result("/api/v1/campaign-figures/{w.next_door[figure]}/"),
        far_result("/api/v1/campaign-figures/{w.far[figure]}/"),
    ],
    # Which bodies it lists, tests/api/test_reports.py tries.
    "api-discipline": [
        near_result("/api/v1/discipline/?period=2023&unit={w.near[unit]}"),
        open_result("/api/v1/discipline/?period=2023&unit={w.next_door[unit]}"),
        far_result("/api/v1/discipline/?period=2023&unit={w.far[unit]}"),
    ],
    "api-series": [
        near_result("/api/v1/series/?indicator=DI-01&unit={w.near[unit]}"),
        open_result("/api/v1/series/?indicator=DI-01&unit={w.next_door[unit]}"),
        far_result("/api/v1/series/?indicator=DI-01&unit={w.far[unit]}"),
    ],
    "api-scoreboard": [
        near_result(SCOREBOARD + "{w.near[unit]}"),
        open_result(SCOREBOARD + "{w.next_door[unit]}"),
        far_result(SCOREBOARD + "{w.far[unit]}"),
    ],
    "api-measurement-evidence": [
        own_cell("/api/v1/measurements/{w.near[measurement]}/evidence/"),
        foreign_cell("/api/v1/measurements/{w.next_door[measurement]}/evidence/"),
        foreign_cell("/api/v1/measurements/{w.far[measurement]}/evidence/"),
    ],
    "api-measurement-list": [api("/api/v1/measurements/")],
    "api-measurement-detail": [
        own_cell("/api/v1/measurements/{w.near[measurement]}/"),
        foreign_cell("/api/v1/measurements/{w.next_door[measurement]}/"),
        foreign_cell("/api/v1/measurements/{w.far[measurement]}/"),
    ],
}

# How many rows each sees: of near, next door and far.
COUNTS = {
    "/api/v1/targets/": "2 2 2 2 2 0 3 2",
    "/api/v1/attainments/": "2 2 2 2 2 0 3 2",
    "/api/v1/editions/": "2 2 2 2 2 0 3 2",
    "/api/v1/measurements/": "1 1 0 1 2 0 3 1",
    "/api/v1/rollups/": "2 2 2 2 2 0 3 2",
    "/api/v1/reports/": "1 1 0 1 2 0 3 1",
    "/api/v1/tasks/": "2 2 2 2 2 0 3 2",
    "/api/v1/events/": "4 4 4 4 4 0 6 4",
    "/api/v1/campaigns/": "2 2 2 2 2 0 3 2",
    "/api/v1/campaign-figures/": "2 2 2 2 2 0 3 2",
    "/api/v1/agencies/": "1 1 1 1 1 1 1 1",
    "/api/v1/pillars/": "1 1 1 1 1 1 1 1",
    "/api/v1/documents/": "4 4 4 4 4 4 4 4",
    "/api/v1/indicators/": "1 1 1 1 1 1 1 1",
    "/api/v1/periods/": "1 1 1 1 1 1 1 1",
    "/api/v1/units/": "9 9 9 9 9 9 9 9",
}


# A partner system keeps its own webhooks, with a token for it; tests/hooks tries what each may do.
HOOKS_API = "401 403 403 403 403 403 403 403 403 401"
for name, path in (
    ("api-webhooks", ""),
    ("api-webhook", "{w.hook}/"),
    ("api-webhook-secret", "{w.hook}/secret/"),
    ("api-webhook-ping", "{w.hook}/ping/"),
    ("api-webhook-replay", "{w.hook}/replay/"),
    ("api-webhook-deliveries", "{w.hook}/deliveries/"),
):
    TABLE[name] = [("/api/v1/webhooks/" + path, HOOKS_API)]
ADMINISTRATORS = "302 404 404 404 404 404 404 200 302 302"
TABLE["webhooks:list"] = [("/webhooks/", ADMINISTRATORS)]
TABLE["webhooks:webhook"] = [("/webhooks/{w.hook}/", ADMINISTRATORS)]
for name in ("pause", "resume", "test", "replay"):
    TABLE[f"webhooks:{name}"] = [(f"/webhooks/1/{name}/", ONLY_SENT)]


def callers(cast) -> dict[str, APIClient]:
    found = {"anonymous": APIClient()}
    for name in CAST[1:-2]:
        found[name] = APIClient()
        found[name].force_login(getattr(cast, name))
    revoked = make_token(cast.api_client)
    ApiToken.objects.order_by("pk").last().delete()
    for name, token in (("api_client", cast.token), ("revoked", revoked)):
        found[name] = APIClient()
        found[name].credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return found


def code_of(client: APIClient, path: str) -> str:
    answer = client.get(path)
    # Closing the whole answer would end the request and with it the connection of the test.
    for close in answer._resource_closers:
        close()
    return str(answer.status_code)


def addresses(resolver: Any = None, prefix: str = "", names: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the portal with its full name."""
    for each in (resolver or get_resolver()).url_patterns:
        path = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield path, f"{names}{each.name}"
        else:
            space = f"{names}{each.namespace}:" if each.namespace else names
            yield from addresses(each, path, space)


def test_every_address_is_in_the_table():
    found = {name for path, name in addresses() if not path.startswith("admin/")}
    assert found == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_address_answers_each_of_the_cast(name, world, cast):
    everybody = callers(cast)
    for address, codes in TABLE[name]:
        path = address.format(w=world)
        expected = dict(zip(CAST, codes.split(), strict=True))
        answered = {who: code_of(everybody[who], path) for who in CAST}
        assert answered == expected, path


@pytest.mark.parametrize("path", COUNTS)
def test_list_counts_what_each_may_see(path, world, cast):
    everybody = callers(cast)
    signed_in = CAST[1:-1]
    answered = {who: everybody[who].get(f"{path}?count=true").json()["count"] for who in signed_in}
    assert answered == dict(zip(signed_in, map(int, COUNTS[path].split()), strict=True))


def test_no_list_shows_more_than_it_counts(world, cast):
    everybody = callers(cast)
    for path in COUNTS:
        for who in CAST[1:-1]:
            body = everybody[who].get(f"{path}?count=true").json()
            assert body["count"] == len(body["results"]), (path, who)


@pytest.mark.parametrize("kind", ["measurements", "targets", "attainments", "rollups"])
def test_no_filter_shows_what_is_hidden(kind, world, cast):
    """What the reporter's list leaves out stays out, whatever is asked for."""
    reporter = callers(cast)["reporter"]
    hidden = world.far[kind.removesuffix("s")]
    filters = [f"unit={world.far['unit']}", "indicator=DI-01", "level=total", "limit=1000", "period=2023"]
    if kind == "targets":
        filters.remove("period=2023")
    for query in [*filters, "&".join(filters)]:
        body = json.dumps(reporter.get(f"/api/v1/{kind}/?{query}").json()["results"])
        assert f'"id": {hidden},' not in body, query


def test_administration_opens_to_the_administrator_alone(world, cast):
    everybody = callers(cast)
    pages = [
        path.replace("<path:object_id>", "1") for path, _name in addresses() if path.startswith("admin/")
    ]
    plain = [path for path in pages if "(?P" not in path and "<" not in path]
    assert len(plain) > 40
    for path in plain:
        for who in set(CAST) - {"administrator"}:
            assert everybody[who].get(f"/{path}").status_code in (302, 403), (path, who)
    assert everybody["administrator"].get("/admin/").status_code == 200
    assert everybody["administrator"].get("/admin/accounts/user/").status_code == 200
