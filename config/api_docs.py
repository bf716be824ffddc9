"""The description of the API: OpenAPI for programs, a page for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.utils.translation import override
from django.views.generic import TemplateView
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api_errors import PROBLEM
from config.api_format import MAX_LIMIT
from indicators.api.calculator import EXAMPLE

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": (
        "A problem of RFC 9457. `code` is for programs and does not change; `type` is the address where it "
        "is explained. `title` says the same of every problem of the code, `detail` what is wrong this time, "
        "in the language asked for. `errors` names each mistake: `field` is the parameter or the place in the "
        "body, and null where it is neither. Some codes come with more members."
    ),
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": ["string", "null"]},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
TOLD = {
    "400": "A parameter or the body is wrong; each mistake is named.",
    "401": "No sign-in, or a token that is unknown, expired or revoked.",
    "403": "The token's scope does not allow this.",
    "404": "It does not exist, or you may not see it.",
    "406": "There is no such form of the answer; `detail` names those there are.",
    "413": "The body is too large.",
    "415": "The body is not of a kind that is read here.",
    "429": "Too many requests; `Retry-After` says how many seconds to wait.",
    "500": "The portal has failed; nothing was changed.",
}


class BearerToken(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.ApiTokenAuthentication"
    name = "bearerToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "Made with `manage.py api_client create NAME --scope read`.",
        }


def add_errors(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Say of every operation which errors it answers, all of one shape."""
    result["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
    answer = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for methods in result["paths"].values():
        for operation in methods.values():
            for code in _codes(operation):
                operation["responses"].setdefault(code, {"description": TOLD[code], "content": answer})
    return result


def _codes(operation: dict[str, Any]) -> list[str]:
    is_open = operation.get("security") in (None, [], [{}])
    codes = ["400", "406", "429", "500"] if is_open else ["400", "401", "403", "404", "406", "429", "500"]
    return [*codes, "413", "415"] if "requestBody" in operation else codes


@cache
def description() -> dict[str, Any]:
    """The OpenAPI description. It depends on the code alone, so it is made once a process, in English."""
    with override("en"):
        found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
        return found


class SchemaView(APIView):
    authentication_classes = []
    permission_classes = [AllowAny]
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(description())


@dataclass(frozen=True)
class Endpoint:
    method: str
    path: str
    summary: str
    words: str
    parameters: list[dict[str, Any]]
    is_open: bool


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
class DocsView(TemplateView):
    template_name = "api/docs.html"
    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            endpoints=endpoints(),
            address=self.request.build_absolute_uri("/").rstrip("/"),
            case=json.dumps(EXAMPLE, indent=2, ensure_ascii=False),
            most=MAX_LIMIT,
        )
