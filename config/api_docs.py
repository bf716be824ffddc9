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

from config.api_format import MAX_LIMIT
from indicators.api.calculator import EXAMPLE


class BearerToken(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.ApiTokenAuthentication"
    name = "bearerToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "Made with `manage.py api_client create NAME --scope read`.",
        }


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
