"""The fonts of the PDF are those that were checked in, with licence and version."""

import hashlib
import json
from pathlib import Path

FONTS = Path(__file__).resolve().parents[3] / "dashboard/briefs/fonts"


def test_fonts_are_those_recorded():
    found = {
        path.relative_to(FONTS).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FONTS.glob("*/*")
    }
    assert found == json.loads((FONTS / "manifest.json").read_text())


def test_fonts_have_version_and_licence():
    for folder in FONTS.iterdir():
        if folder.is_dir():
            assert {"LICENSE", "VERSION"} <= {path.name for path in folder.iterdir()}
