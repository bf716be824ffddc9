"""Makes one file in a process of its own: `python -m dashboard.briefs.render word FOLDER SECONDS`.

A template comes from outside: a loop in it may go on for long, a small file may unpack to gigabytes. So it is
read and rendered here, under limits, without Django, without the database and without the portal's secrets.
The folder holds `material.json` and `template.docx`; the answer is `made` or, where the template is refused,
`refused.json` with a code and the tag it speaks of.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError

from dashboard.briefs.package import PackageRefused, inspect, tag_with
from dashboard.briefs.pdf import CHARTS, chart_of, pdf_of
from dashboard.briefs.word import word_of

MOST_MEMORY = 1_500_000_000
MOST_WRITTEN = 100_000_000
_LOADING = ("include", "import", "extends")
_NAMED = re.compile(r"'([^']*)'[^']*$")


def main(kind: str, folder: Path, seconds: int) -> None:
    """``word`` and ``pdf`` make a file; ``check`` tries a template with each material of a list."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.loads((folder / "material.json").read_bytes())
    template = folder / "template.docx"
    try:
        (folder / "made").write_bytes(_made(kind, asked, template))
    except Exception as fault:
        if kind == "pdf":
            raise
        refused = _refusal(fault, template.read_bytes())
        (folder / "refused.json").write_text(json.dumps(refused))


def _made(kind: str, asked: dict[str, Any], template: Path) -> bytes:
    closed_at = datetime.fromisoformat(asked["closed_at"])
    if kind == "pdf":
        return pdf_of(asked["materials"][0], closed_at)
    content, made = template.read_bytes(), b""
    if kind == "check":
        inspect(content)
    for material in asked["materials"]:
        charts = {name: chart_of(material, name) for name in CHARTS}
        made = word_of(content, material, charts)
    return made


def _refusal(fault: Exception, template: bytes) -> dict[str, str]:
    if isinstance(fault, PackageRefused):
        return {"code": fault.code, "what": fault.what}
    if isinstance(fault, MemoryError | RecursionError):
        return {"code": "endless", "what": ""}
    if isinstance(fault, TypeError) and "no loader" in str(fault):
        found = next(filter(None, (tag_with(template, each) for each in _LOADING)), "")
        return {"code": "barred", "what": found}
    if not isinstance(fault, TemplateError):
        return {"code": "damaged", "what": type(fault).__name__}
    named = _NAMED.search(fault.message or "")
    name = str(fault) if isinstance(fault, SecurityError) else named[1] if named else ""
    tag = tag_with(template, name)
    if isinstance(fault, SecurityError):
        return {"code": "barred", "what": tag or name}
    if isinstance(fault, TemplateSyntaxError) and not tag:
        near = " ".join("".join(getattr(fault, "docx_context", [])).split())
        return {"code": "syntax", "what": near[:120] or name}
    code = "syntax" if isinstance(fault, TemplateSyntaxError) else "unknown"
    return {"code": code, "what": tag or name}


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
