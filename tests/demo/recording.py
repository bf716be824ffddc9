"""Requests of the API over the demonstration, each with its answer: the examples of the description.

Written anew by `RECORD_EXAMPLES=1 pytest tests/demo/test_api_examples.py` when the API or the demonstration
changes; look at the difference before it is committed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from config.api_examples import FILE
from indicators.api.calculator import EXAMPLE

Answers = dict[str, Any]
"""What was answered so far, by operation."""

SHOWN = 3
REPORT = "reports/C22714-2025/2026-Q4/"
HOOK = "{webhooks_create.id}"


@dataclass(frozen=True)
class Step:
    """One request; `path` names values of earlier answers as `{operation.results.0.id}`."""

    operation: str
    title: str
    path: str
    method: str = "GET"
    body: Callable[[Answers], Any] | None = None


def _read(operation: str, title: str, path: str) -> Step:
    return Step(operation, title, f"/api/v1/{path}")


def _post(operation: str, title: str, path: str, body: Callable[[Answers], Any] | None = None) -> Step:
    return Step(operation, title, f"/api/v1/{path}", "POST", body)


def _nothing(_answers: Answers) -> dict[str, Any]:
    return {}


def _scan(_answers: Answers) -> SimpleUploadedFile:
    return SimpleUploadedFile("bien-ban.pdf", b"%PDF-1.7\n% a scan\n", content_type="application/pdf")


def _hook(_answers: Answers) -> dict[str, Any]:
    return {"address": "https://receiver.example.vn/portal", "events": ["report.approved"]}


def _cell(answers: Answers, code: str, value: str) -> dict[str, Any]:
    """A new figure of a cell, naming the version it builds on."""
    cell = next(each for each in answers["report_cells_read"]["cells"] if each["indicator"] == code)
    return {"indicator": code, "level": cell["level"], "value": value, "version": cell["version"]}


def _bulk(answers: Answers) -> dict[str, Any]:
    where = {"unit": "C22714-2025", "period": "2026-Q4"}
    return {"rows": [where | _cell(answers, "NL-02", "8")]}


def _case(_answers: Answers) -> dict[str, Any]:
    return EXAMPLE


STEPS = (
    _read("units_list", "The communes of a province", "units/?under=P56-2025&tier=commune&limit=1"),
    _read("units_retrieve", "A province", "units/P56-2025/"),
    _read("agencies_list", "The agencies of a province", "agencies/?unit=P56-2025&limit=1"),
    _read("agencies_retrieve", "A department", "agencies/P56-2025.so-khcn/"),
    _read("documents_list", "Documents of a province", "documents/?unit=P58&limit=1"),
    _read("documents_retrieve", "A document", "documents/{documents_list.results.0.id}/"),
    _read("tasks_list", "Tasks that are overdue", "tasks/?unit=P56-2025&standing=overdue&limit=1"),
    _read("tasks_retrieve", "A task", "tasks/{tasks_list.results.0.id}/"),
    _read("tasks_counts", "How the tasks of a province stand", "tasks/counts/?unit=P56-2025"),
    _read("events_list", "Events of a year", "events/?unit=P12&year=2025&limit=1"),
    _read("events_retrieve", "An event", "events/{events_list.results.0.id}/"),
    _read("campaigns_list", "Campaigns of a province", "campaigns/?unit=P66-2025&limit=1"),
    _read("campaigns_retrieve", "A campaign", "campaigns/{campaigns_list.results.0.id}/"),
    _read("campaign_figures_list", "Its figures", "campaign-figures/?limit=1"),
    _read(
        "campaign_figures_retrieve", "One of them", "campaign-figures/{campaign_figures_list.results.0.id}/"
    ),
    _read("pillars_list", "Pillars", "pillars/?limit=2"),
    _read("pillars_retrieve", "A pillar", "pillars/{pillars_list.results.0.code}/"),
    _read("indicators_list", "Indicators of a pillar", "indicators/?pillar=CQ&limit=1"),
    _read("indicators_retrieve", "An indicator", "indicators/{indicators_list.results.0.code}/"),
    _read("breakdowns_retrieve", "What figures are broken down by", "breakdowns/"),
    _read("periods_list", "Quarters", "periods/?kind=quarter&limit=1"),
    _read("periods_retrieve", "A year", "periods/2023/"),
    _read("targets_list", "Targets of a province", "targets/?unit=P58&limit=1"),
    _read("targets_retrieve", "A target", "targets/{targets_list.results.0.id}/"),
    _read("attainments_list", "How targets stand", "attainments/?unit=P58&period=2023&limit=1"),
    _read("attainments_retrieve", "How one target stands", "attainments/{attainments_list.results.0.id}/"),
    _read("scoreboards_retrieve", "17 of 23", "scoreboards/?unit=P58&period=2023"),
    _read("series_retrieve", "A series", "series/?unit=P56-2025&indicator=CQ-01"),
    _read("measurements_list", "Approved figures", "measurements/?unit=P56-2025&period=2026-Q3&limit=1"),
    _read("measurements_retrieve", "One figure", "measurements/{measurements_list.results.0.id}/"),
    _read(
        "measurements_evidence_list",
        "The proof of a figure",
        "measurements/{measurements_list.results.0.id}/evidence/",
    ),
    _read("rollups_list", "Pooled figures", "rollups/?unit=P56-2025&period=2026-Q3&limit=1"),
    _read("rollups_retrieve", "A pooled figure", "rollups/{rollups_list.results.0.id}/"),
    _read("reports_list", "Reports", "reports/?unit=C22714-2025&period=2026-Q3&limit=1"),
    _read("reports_retrieve", "A report", "reports/{reports_list.results.0.id}/"),
    _read("discipline_retrieve", "Who has reported", "discipline/?unit=C22714-2025&period=2026-Q3"),
    _read("editions_list", "Published editions", "editions/?unit=P58&limit=1"),
    _read("editions_retrieve", "An edition", "editions/{editions_list.results.0.id}/"),
    _read(
        "editions_content_retrieve", "What was published", "editions/{editions_list.results.0.id}/content/"
    ),
    _read(
        "indicators_data",
        "An indicator's data as CSV",
        "indicators/CQ-01/data.csv",
    ),
    _read(
        "indicators_data_metadata",
        "What its columns mean",
        "indicators/CQ-01/data.csv-metadata.json",
    ),
    _read("changes_list", "The first changes", "changes/?limit=1"),
    _post("attainment_evaluate", "98.90 against at least 95", "attainment/evaluate/", _case),
    _read("report_cells_read", "What a commune owes", f"{REPORT}cells/"),
    _post(
        "report_cells_enter",
        "Enter a figure",
        f"{REPORT}cells/",
        lambda answers: {"cells": [_cell(answers, "NL-04", "931")]},
    ),
    _post("measurements_bulk_enter", "Enter figures of several reports", "measurements/bulk/", _bulk),
    _post("report_evidence_attach", "Prove a figure", f"{REPORT}cells/NL-04/commune/evidence/", _scan),
    _post("report_submit", "Send the report", f"{REPORT}submission/", _nothing),
    _post("webhooks_create", "Be told of approvals", "webhooks/", _hook),
    _read("webhooks_list", "Your webhooks", "webhooks/"),
    _read("webhooks_retrieve", "One of them", f"webhooks/{HOOK}/"),
    _post("webhooks_ping_create", "A test message", f"webhooks/{HOOK}/ping/"),
    _read("webhooks_deliveries_list", "How telling went", f"webhooks/{HOOK}/deliveries/"),
    _post(
        "webhooks_replay_create",
        "Once more",
        f"webhooks/{HOOK}/replay/",
        lambda answers: {"events": [answers["webhooks_ping_create"]["event"]]},
    ),
    _post("webhooks_secret_create", "A new secret", f"webhooks/{HOOK}/secret/"),
    Step(
        "webhooks_partial_update",
        "Pause it",
        f"/api/v1/webhooks/{HOOK}/",
        "PATCH",
        lambda _answers: {"is_paused": True},
    ),
    Step("webhooks_destroy", "Delete it", f"/api/v1/webhooks/{HOOK}/", "DELETE"),
)


@dataclass
class Told:
    """A request as it was sent and what came back."""

    step: Step
    path: str
    sent: Any
    status: int
    answer: Any

    def example(self) -> dict[str, Any]:
        found = {
            "operation": self.step.operation,
            "title": self.step.title,
            "method": self.step.method,
            "path": self.path,
        }
        if self.sent is not None and self.step.operation != "report_evidence_attach":
            found["body"] = self.sent
        return found | {"status": self.status, "answer": shortened(self.answer)}


def ask_all(client: APIClient) -> list[Told]:
    """Every step in order; later ones build on what earlier ones were answered."""
    answers: Answers = {}
    told = []
    for step in STEPS:
        one = _ask(client, step, answers)
        answers[step.operation] = one.answer
        told.append(one)
    return told


def _ask(client: APIClient, step: Step, answers: Answers) -> Told:
    path = re.sub(r"{([^}]+)}", lambda found: str(_at(answers, found[1])), step.path)
    sent = step.body(answers) if step.body else None
    headers = {"Accept": "*/*"}
    if step.operation in ("report_cells_enter", "report_evidence_attach", "report_submit"):
        # A change of a report names the version it was read in.
        headers["If-Match"] = client.get(f"/api/v1/{REPORT}cells/").headers["ETag"]
    if isinstance(sent, SimpleUploadedFile):
        answer = client.post(path, {"file": sent}, format="multipart", headers=headers)
    else:
        answer = client.generic(
            step.method,
            path,
            orjson.dumps(sent).decode() if step.method in ("POST", "PATCH") else "",
            content_type="application/json",
            headers=headers,
        )
    assert answer.status_code < 300, (step.method, path, answer.content.decode())
    return Told(step, path, sent, answer.status_code, _body(answer))


def _at(answers: Answers, place: str) -> Any:
    found: Any = answers
    for name in place.split("."):
        found = found[int(name)] if name.isdigit() else found[name]
    return found


def _body(answer: Any) -> Any:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if not content:
        return None
    content = content.replace(b"http://testserver/", b"https://portal.example.vn/")
    if "json" in answer.headers["Content-Type"]:
        return orjson.loads(content)
    return "".join(content.decode().splitlines(keepends=True)[:SHOWN])


def shortened(value: Any) -> Any:
    """The first of long lists: an example is there to be read."""
    if isinstance(value, dict):
        return {key: shortened(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shortened(each) for each in value[:SHOWN]]
    return value


# What another run has otherwise: ids, moments, signed cursors and tags.
_IDS = {
    *("id", "document", "target", "targets", "revision", "definition", "event", "other", "person", "task"),
    *("goal", "measurement", "returns_of", "campaign", "version_id", "documents", "document_id", "object_id"),
    "inputs",
}
_CHANGING = re.compile(r"(^at$|_at$|_until$|^next$|^secret$|^digest$|^content$|^address$|^event$|^sha256$)")


def same_shape(value: Any, name: str = "") -> Any:
    """The value with everything that differs from run to run named instead of told."""
    if isinstance(value, dict):
        return {key: same_shape(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [same_shape(each, name) for each in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str) and "\r\n" in value:
        return same_shape(list(csv.DictReader(io.StringIO(value))))
    if name in _IDS and re.fullmatch("[0-9]+", str(value)):
        return "an id"
    if isinstance(value, str) and _CHANGING.search(name):
        return f"a {name}"
    return value


def write(told: Iterable[Told]) -> None:
    content = orjson.dumps([each.example() for each in told], option=orjson.OPT_INDENT_2)
    FILE.write_bytes(content + b"\n")
