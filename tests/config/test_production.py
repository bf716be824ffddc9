"""Production refuses to start half configured, and says so in one line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WHOLE = {
    "PORTAL_MODE": "production",
    "SECRET_KEY": "k" * 60 + "0123456789",
    "ALLOWED_HOSTS": "portal.example.vn",
    "DATABASE_URL": "postgres://portal:secret@db.example.vn/portal",
}
ASKED = """
import json
from config import settings
names = ["DEBUG", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER", "PORTAL_TODAY", "CELERY_BROKER_URL", "ALLOWED_HOSTS"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def python(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_production_refuses_without(missing: str) -> None:
    result = python("import config.settings", {k: v for k, v in WHOLE.items() if k != missing})
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert missing in result.stderr


def test_production_refuses_sqlite() -> None:
    result = python("import config.settings", WHOLE | {"DATABASE_URL": "sqlite:///portal.sqlite3"})
    assert result.returncode == 1
    assert "real database" in result.stderr
    assert result.stderr.count("\n") == 1


def test_production_refusal_is_one_line_from_a_command_too() -> None:
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PORTAL_MODE": "production"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL" in result.stderr


def test_production_is_safe_by_itself() -> None:
    result = python(ASKED, WHOLE)
    assert json.loads(result.stdout) == {
        "DEBUG": False,
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        # The real day, not the trial's.
        "PORTAL_TODAY": None,
        "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
        "ALLOWED_HOSTS": ["portal.example.vn"],
    }


def test_production_without_proxies_believes_no_header() -> None:
    result = python(ASKED, WHOLE | {"TRUSTED_PROXIES": "0"})
    assert json.loads(result.stdout)["SECURE_PROXY_SSL_HEADER"] is None


def test_production_makes_no_secret_file(tmp_path: Path) -> None:
    python(ASKED, WHOLE | {"DATA_DIR": str(tmp_path / "data")})
    assert not (tmp_path / "data").exists()


def test_trial_pins_the_day_of_its_demo_data(tmp_path: Path) -> None:
    code = "from config.settings import PORTAL_TODAY; print(PORTAL_TODAY)"
    assert python(code, {"DATA_DIR": str(tmp_path)}).stdout == "2026-11-21\n"
    assert python(code, {"DATA_DIR": str(tmp_path), "PORTAL_TODAY": "now"}).stdout == "None\n"
