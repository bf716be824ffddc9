"""The health checks of the containers, each about its own process."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from config import probe


def test_probe_without_a_process_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert probe.main([]) == 2
    assert "web|worker|beat" in capsys.readouterr().err


def test_probe_web_fails_when_nothing_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(probe.PROBES, "web", lambda: probe.web("http://127.0.0.1:1"))
    assert probe.main(["web"]) == 1


@pytest.mark.django_db(transaction=True)
def test_probe_web_is_well_while_the_worker_is_missing(live_server: Any) -> None:
    """/healthz answers 503 then; the web container is not to blame."""
    with override_settings(ALLOWED_HOSTS=["portal.example.vn"]):
        assert probe.web(live_server.url) is True


def test_probe_beat_wants_a_fresh_schedule(tmp_path: Path) -> None:
    schedule = tmp_path / "beat-schedule"
    with override_settings(CELERY_BEAT_SCHEDULE_FILENAME=str(schedule)):
        assert probe.beat() is False
        # Some systems add an ending of their own.
        written = tmp_path / "beat-schedule.db"
        written.write_text("")
        assert probe.beat() is True
        old = time.time() - 3600
        os.utime(written, (old, old))
        assert probe.beat() is False
