"""The locks hold what pyproject.toml asks for, hashed, and name no place to get it from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def entries(lock: str) -> list[str]:
    """One string per package, its hashes joined on."""
    return [entry for entry in (ROOT / lock).read_text().replace("\\\n", " ").splitlines() if entry.strip()]


def pinned(lock: str) -> dict[str, str]:
    return {
        canonicalize_name(found.group(1)): found.group(2)
        for found in (re.match(r"([\w.\-]+)==(\S+)", entry) for entry in entries(lock))
        if found
    }


def asked(*, dev: bool) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = project["project"]["dependencies"] + (project["dependency-groups"]["dev"] if dev else [])
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_and_hashes_every_package(lock: str) -> None:
    for entry in entries(lock):
        assert re.match(r"[\w.\-]+==[\w.]+( ; [^-]+)? .*--hash=sha256:[0-9a-f]{64}", entry), entry[:80]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "index" not in text
    assert "@" not in text


@pytest.mark.parametrize(("lock", "dev"), [("requirements.lock", False), ("requirements-dev.lock", True)])
def test_lock_in_step_with_the_project(lock: str, dev: bool) -> None:
    versions = pinned(lock)
    for requirement in asked(dev=dev):
        version = versions.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in {lock}: run make lock"
        assert requirement.specifier.contains(version), f"{requirement} against {version}: run make lock"


def test_locks_agree_so_that_both_share_one_environment() -> None:
    runtime, dev = pinned("requirements.lock"), pinned("requirements-dev.lock")
    assert runtime.items() <= dev.items()


def test_every_dependency_of_the_portal_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text().partition("dependencies = [")[2].partition("\n]")[0]
    above = ""
    for line in filter(None, (line.strip() for line in lines.splitlines())):
        if line.startswith("#"):
            above = line
        assert above, line
