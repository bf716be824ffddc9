"""Vendored files are those that were checked in, with licence and version, and light."""

import hashlib
import json
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
VENDOR = STATIC / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())
FILES = sorted(path.relative_to(VENDOR).as_posix() for path in VENDOR.glob("*/**/*") if path.is_file())


def test_vendor_manifest_lists_every_file():
    assert sorted(MANIFEST) == FILES


@pytest.mark.parametrize("name", FILES)
def test_vendor_file_has_the_recorded_hash(name):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == MANIFEST[name]


@pytest.mark.parametrize("folder", sorted({name.split("/")[0] for name in FILES}))
def test_vendor_folder_has_version_and_licence(folder):
    names = {path.name for path in (VENDOR / folder).iterdir()}
    assert "VERSION" in names
    assert names & {"LICENSE", "OFL.txt"}


def test_fonts_weigh_at_most_90_kb():
    assert 0 < sum(path.stat().st_size for path in VENDOR.rglob("*.woff2")) <= 90_000


def test_style_sheets_name_only_own_files():
    text = "".join(path.read_text() for path in (STATIC / "css").glob("*.css"))
    assert "url(" in text
    assert "//" not in text
