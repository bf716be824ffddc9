"""What the OpenAPI description says of every operation alike: errors, forms, headers, conditional reading."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from accounts.idempotent import HEADER
from config.api_errors import PROBLEM
from indicators.api.row_reading import LARGEST
from provinces.filters import DayFilter
from provinces.reading.views import Reading

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": (
        "A problem of RFC 9457. `code` is for programs and does not change; `type` is the address where it "
        "is explained. `title` says the same of every problem of the code, `detail` what is wrong this "
        "time, in the language asked for. `errors` names each mistake: `field` is the parameter or the "
        "place in the body, and null where it is neither. Some codes come with more members."
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
    "409": "`idempotency_in_progress`: the first request with this key is still worked on.",
    "413": "The body is too large.",
    "415": "The body is not of a kind that is read here.",
    "422": "`idempotency_key_reused`: the key belongs to another request.",
    "429": "Too many requests; `Retry-After` says how many seconds to wait.",
    "500": "The portal has failed; nothing was changed.",
}
CSV_WORDS = (
    "RFC 4180 in UTF-8, the first line names the fields. Every row the filters leave, streamed, unless "
    "`limit` is given; then the header `Link` tells where to go on. Nothing is an empty cell and zero is 0; "
    "lists and objects within a row are JSON in one cell. Made for programs: text that a spreadsheet would "
    "take for a formula is left as it is."
)
NDJSON_WORDS = "One JSON object a line, with the fields of a row; streamed as CSV is."
FORM_WORDS = {"text/csv": CSV_WORDS, "application/x-ndjson": NDJSON_WORDS}
HEADERS = {
    "ETag": "Strong tag of this very answer, for `If-None-Match`. Streams have none.",
    "Content-Language": "The language of what is said in words: `vi` or `en`.",
    "Vary": "What the answer depends on beside the address.",
}


class Schema(AutoSchema):
    """Adds what lists and details share to what drf-spectacular finds by itself."""

    def get_override_parameters(self) -> list[Any]:
        found: list[Any] = super().get_override_parameters()
        return [*found, *_headers(), *_showing(self.view)] if self.method == "GET" else found


def _headers() -> list[OpenApiParameter]:
    return [
        OpenApiParameter(
            "If-None-Match",
            str,
            OpenApiParameter.HEADER,
            description="A tag that was answered before: 304 without a body where nothing has changed.",
        ),
        OpenApiParameter(
            "Accept-Language",
            str,
            OpenApiParameter.HEADER,
            description="The language of names, labels and errors: `vi` unless `en` is asked for.",
        ),
    ]


def _showing(view: Any) -> list[OpenApiParameter]:
    if not isinstance(view, Reading) or view.action not in ("list", "retrieve"):
        return []
    names, labels = view.described()
    fields = OpenApiParameter(
        "fields",
        {"type": "array", "items": {"type": "string", "enum": names}, "minItems": 1},
        description="Only these fields, in this order, with commas between them. All unless given.",
        style="form",
        explode=False,
    )
    found = [fields, *_narrowing(view)]
    if not labels:
        return found
    told = ", ".join(f"`{name}`" for name in labels)
    words = f"Whether to add the word for each code, in the language asked for: `…_label` beside {told}."
    return [*found, OpenApiParameter("labels", bool, description=words)]


def _narrowing(view: Any) -> list[OpenApiParameter]:
    """The filters that a detail takes as well."""
    filters = view.filterset_class.base_filters if view.action == "retrieve" else {}
    return [
        OpenApiParameter(
            name,
            OpenApiTypes.DATE if isinstance(filters[name], DayFilter) else str,
            description=filters[name].extra.get("help_text", ""),
        )
        for name in view.detail_parameters
        if name in filters
    ]


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
    if any(each["name"] == HEADER for each in operation.get("parameters", [])):
        codes += ["409", "422"]
    return [*codes, "413", "415"] if "requestBody" in operation else codes


def say_what_is_accepted(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """What filters and serializers know and the tool does not tell: nothing may be empty, days are days,
    yes is `true`, and how many rows are taken."""
    for methods in result["paths"].values():
        for operation in methods.values():
            for each in operation.get("parameters", []):
                if each["in"] == "query":
                    each["schema"] = _written(each["schema"])
    for schema, name in (("Rows", "rows"), ("Cells", "cells")):
        rows = result["components"]["schemas"][schema]["properties"][name]
        rows.update(minItems=1, maxItems=LARGEST)
    return result


def _written(schema: dict[str, Any]) -> dict[str, Any]:
    if not schema:
        return {"type": "string", "format": "date"}
    if schema.get("type") == "boolean":
        return {name: value for name, value in schema.items() if name != "enum"}
    if schema.get("type") == "array":
        return {**schema, "items": _written(schema["items"])}
    is_text = schema.get("type") == "string" and not {"enum", "format"} & set(schema)
    return {"minLength": 1, **schema} if is_text else schema


def add_forms(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Say of what is read which forms, headers and conditional answers it has."""
    schemas = result["components"]["schemas"]
    for methods in result["paths"].values():
        operation = methods.get("get")
        if operation is None or "200" not in operation["responses"]:
            continue
        told = operation["responses"]["200"]
        for kind, words in FORM_WORDS.items():
            if kind in told.get("content", {}):
                told["content"][kind] = {"schema": {"type": "string", "description": words}}
        told.setdefault("headers", {}).update(
            {name: {"schema": {"type": "string"}, "description": words} for name, words in HEADERS.items()}
        )
        operation["responses"]["304"] = {"description": "What `If-None-Match` names has not changed."}
        if any(each["name"] == "fields" for each in operation.get("parameters", [])):
            _loosen(schemas, told["content"]["application/json"]["schema"])
    return result


def _loosen(schemas: dict[str, Any], schema: dict[str, Any]) -> None:
    """With `fields` any field of a row may be left out."""
    found = schemas[schema["$ref"].rsplit("/", 1)[1]]
    results = found["properties"].get("results")
    if results is not None and "next" in found["properties"]:
        _loosen(schemas, results["items"])
    else:
        found.pop("required", None)
