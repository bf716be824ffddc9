"""Examples of the OpenAPI description: requests over the demonstration, each with its answer.

They are recorded, and a test sends every one of them again (`tests/demo/test_api_examples.py`). The figures
are those of the demonstration: illustrative where they say so. Of long lists the first three are shown.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson

FILE = Path(__file__).parent / "examples" / "requests.json"


@cache
def examples() -> dict[str, dict[str, Any]]:
    """By operation: title, method, path, body (where there is one), status and answer."""
    return {each["operation"]: each for each in orjson.loads(FILE.read_bytes())}


def add_examples(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Show the example of each operation beside its body and its answer."""
    for methods in result["paths"].values():
        for operation in methods.values():
            example = examples().get(operation["operationId"])
            if example is not None:
                _show(operation, example)
    return result


def _show(operation: dict[str, Any], example: dict[str, Any]) -> None:
    summary = f"{example['method']} {example['path']}"
    if "body" in example:
        for content in operation["requestBody"]["content"].values():
            content["examples"] = {"example": {"summary": example["title"], "value": example["body"]}}
    for kind, content in operation["responses"][str(example["status"])].get("content", {}).items():
        if ("json" in kind) != isinstance(example["answer"], str) and "ndjson" not in kind:
            content["examples"] = {"example": {"summary": summary, "value": example["answer"]}}
