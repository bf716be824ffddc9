"""The guide to the API for people: how to begin, changes, reporting, webhooks, errors, every address."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView

from config.api_codes import CODES, title_of
from config.api_docs import description
from config.api_packets import PACKETS, STANDARD
from indicators.api.calculator import EXAMPLE
from provinces.reading.parameters import MAX_LIMIT

EXAMPLES = Path(__file__).parent / "examples"


class Page(NamedTuple):
    name: str
    title: Any

    @property
    def address(self) -> str:
        return reverse(self.name)


PAGES = (
    Page("api-docs", _("Five minutes to begin")),
    Page("api-docs-changes", pgettext_lazy("of the API", "Changes")),
    Page("api-docs-writing", _("Reporting")),
    Page("api-docs-webhooks", _("Webhooks")),
    Page("api-docs-errors", _("Errors")),
    Page("api-docs-reference", _("Every address")),
)


@cache
def example(name: str) -> str:
    """A program that is shown; the tests run it."""
    return (EXAMPLES / name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Endpoint:
    method: str
    path: str
    summary: str
    words: str
    parameters: list[dict[str, Any]]
    is_open: bool

    @property
    def id(self) -> str:
        return f"{self.method.lower()}{self.path}".translate(_PLAIN).strip("-")


# Of an address what may stand in an anchor.
_PLAIN = str.maketrans(dict.fromkeys("/{}.", "-"))


def endpoints() -> list[Endpoint]:
    return [
        Endpoint(
            method=method.upper(),
            path=path,
            summary=operation["summary"],
            words=operation.get("description", ""),
            parameters=[_parameter(each) for each in operation.get("parameters", [])],
            is_open=operation.get("security") in (None, [], [{}]),
        )
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
    ]


def _parameter(each: dict[str, Any]) -> dict[str, Any]:
    schema = each["schema"]
    choices = schema.get("enum") or schema.get("items", {}).get("enum") or []
    return {
        "name": each["name"],
        "required": each.get("required", False),
        "words": each.get("description", "").split("\n")[0],
        "choices": ", ".join(str(choice) for choice in choices),
        "is_day": schema.get("format") == "date",
    }


@method_decorator(login_not_required, name="dispatch")
class GuideView(TemplateView):
    """One page of the guide: its template, and what it shows beside its words."""

    http_method_names = ["get", "head", "options"]
    page = PAGES[0].name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = self.request.build_absolute_uri("/").rstrip("/")
        shown = {"pages": PAGES, "page": self.page, "address": address}
        return super().get_context_data(**kwargs, **shown, **self.more(address))

    def more(self, address: str) -> dict[str, Any]:
        return {}


class StartView(GuideView):
    template_name = "api/docs.html"

    def more(self, address: str) -> dict[str, Any]:
        return {
            "example": example("replica.py"),
            "case": json.dumps(EXAMPLE, indent=2, ensure_ascii=False),
            "most": MAX_LIMIT,
            "packets": PACKETS,
            "standard": STANDARD,
        }


class WebhooksView(GuideView):
    page = "api-docs-webhooks"
    template_name = "api/webhooks.html"

    def more(self, address: str) -> dict[str, Any]:
        message = {
            "id": "evt_…",
            "type": "report.approved",
            "timestamp": "2026-10-20T02:15:00Z",
            "data": {"resource": "report", "id": 17, "address": f"{address}/api/v1/reports/17/"},
        }
        return {
            "example": example("verify.py"),
            "message": json.dumps(message, indent=2, ensure_ascii=False),
        }


class ErrorsView(GuideView):
    page = "api-docs-errors"
    template_name = "api/errors.html"

    def more(self, address: str) -> dict[str, Any]:
        words = str(_("There is nothing at this address, or you may not see it."))
        problem = {
            "type": f"{address}{reverse(self.page)}#not_found",
            "title": title_of("not_found"),
            "status": 404,
            "detail": words,
            "code": "not_found",
            "errors": [{"field": None, "code": "not_found", "message": words}],
        }
        codes = [{"code": code, **each._asdict()} for code, each in CODES.items()]
        return {"example": json.dumps(problem, indent=2, ensure_ascii=False), "codes": codes}


class ReferenceView(GuideView):
    page = "api-docs-reference"
    template_name = "api/reference.html"

    def more(self, address: str) -> dict[str, Any]:
        return {"endpoints": endpoints()}
