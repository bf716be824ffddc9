"""The brief as a PDF, and its charts as pictures, set by Typst.

The material is passed as data. The same material gives the same bytes: the document's time is the edition's.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

_HERE = Path(__file__).resolve().parent
_SHEETS = _HERE / "typst"
_FONTS = [_HERE / "fonts"]
CHARTS = ("states", "documents")
_PPI = 220


def pdf_of(material: dict[str, Any], closed_at: datetime) -> bytes:
    made = typst.compile(
        _SHEETS / "brief.typ",
        root=_SHEETS,
        font_paths=_FONTS,
        ignore_system_fonts=True,
        format="pdf",
        # Tagged for screen readers, and fit for the archive.
        pdf_standards=["ua-1", "a-2a"],
        timestamp=closed_at.astimezone(UTC).replace(microsecond=0),
        sys_inputs={"data": json.dumps(material)},
    )
    assert isinstance(made, bytes)  # noqa: S101 (one document is one file)
    return made


def chart_of(material: dict[str, Any], chart: str) -> bytes:
    """One of CHARTS as a PNG as wide as the page's text."""
    made = typst.compile(
        _SHEETS / "chart.typ",
        root=_SHEETS,
        font_paths=_FONTS,
        ignore_system_fonts=True,
        format="png",
        ppi=_PPI,
        sys_inputs={"data": json.dumps(material), "chart": chart},
    )
    assert isinstance(made, bytes)  # noqa: S101 (one page is one picture)
    return made
