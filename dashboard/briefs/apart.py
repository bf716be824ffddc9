"""Starts the process that makes a file (`render.py`), and puts into words what it refuses."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.files import FileRefused, check_file, clean_name
from dashboard.briefs.material import Plain
from dashboard.briefs.sample import FACTS, sample_material

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 50 * 1024 * 1024
MOST_PARTS = 500
# Shorter than a worker's lease.
_SECONDS = 20
_SECONDS_TO_CHECK = 8


class TemplateRefused(Exception):  # noqa: N818 (a state, told to its reader)
    """The template cannot be used; the message says why, in the reader's language."""


def word(material: Plain, closed_at: datetime, template: bytes) -> bytes:
    """The brief as .docx. Raises TemplateRefused."""
    return _run("word", [material], closed_at, template)


def pdf(material: Plain, closed_at: datetime) -> bytes:
    """The brief as tagged PDF."""
    return _run("pdf", [material], closed_at, b"")


def check_template(name: str, content: bytes) -> str:
    """The clean name of a template that may be used. Raises TemplateRefused.

    It is tried with a whole edition and with one in which everything that may be missing is.
    """
    if not content or len(content) > MOST_BYTES:
        raise TemplateRefused(_("The template may be at most 5 MB large and may not be empty."))
    if not clean_name(name).lower().endswith(".docx"):
        raise TemplateRefused(_("Only Word files of the kind docx can be a template; save it as one."))
    try:
        check_file(name, content)
    except FileRefused as refused:
        raise TemplateRefused(str(refused)) from refused
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > MOST_UNPACKED:
        raise TemplateRefused(_("The template unpacks to far more than a report holds."))
    materials = [sample_material(), sample_material(is_empty=True)]
    _run("check", materials, FACTS.closed_at, content, _SECONDS_TO_CHECK)
    return clean_name(name)


def _run(
    kind: str, materials: list[Plain], closed_at: datetime, template: bytes, seconds: int = _SECONDS
) -> bytes:
    with tempfile.TemporaryDirectory(prefix="portal-brief-") as kept:
        folder = Path(kept)
        asked = {"materials": materials, "closed_at": closed_at.isoformat()}
        (folder / "material.json").write_text(json.dumps(asked))
        (folder / "template.docx").write_bytes(template)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "dashboard.briefs.render", kind, str(folder), str(seconds)],
                cwd=settings.BASE_DIR,
                # Nothing of the portal's own settings is within a template's reach.
                env={"LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=seconds + 5,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise TemplateRefused(_endless()) from late
        return _answer(kind, folder, done.returncode, done.stderr)


def _answer(kind: str, folder: Path, code: int, said: bytes) -> bytes:
    made, refused = folder / "made", folder / "refused.json"
    if refused.exists():
        raise TemplateRefused(_words(json.loads(refused.read_text())))
    if code == 0 and made.exists():
        return made.read_bytes()
    if kind != "pdf":
        # Ended by a limit, of time or of memory.
        raise TemplateRefused(_endless())
    raise RuntimeError(said.decode(errors="replace")[-2000:])


def _endless() -> str:
    return _("The template takes too long or too much memory: a loop in it may have no end.")


def _words(refused: dict[str, Any]) -> str:
    what = {"what": refused["what"]}
    return {
        "macros": _("The file holds macros; save it without them."),
        "embedded": _("The template has something embedded in it (%(what)s); remove it.") % what,
        "external": _("The template links to something outside (%(what)s); remove the link.") % what,
        "field": _("The template has a field that fetches or starts something (%(what)s); remove it.") % what,
        "unknown": _("The template has a tag that a brief does not know: %(what)s") % what,
        "barred": _("The template has a tag that is not allowed: %(what)s") % what,
        "syntax": _("A tag of the template is not written correctly: %(what)s") % what,
        "endless": _endless(),
    }.get(
        refused["code"], _("The file cannot be read: it is damaged or protected by a password. Save it anew.")
    )
