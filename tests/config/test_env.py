"""The helpers that read the environment refuse nonsense with one line."""

import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from config import env


def refusal(call: Callable[..., object], *arguments: object, **named: object) -> str:
    with pytest.raises(env.Refused) as refused:
        call(*arguments, **named)
    line = str(refused.value)
    assert "\n" not in line
    return line


@pytest.mark.parametrize(("text", "value"), [("1", True), ("off", False), ("YES", True), ("", True)])
def test_flag_reads_yes_and_no(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("A_FLAG", text)
    assert env.flag("A_FLAG", True) is value


def test_flag_refuses_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_FLAG", "maybe")
    assert "A_FLAG" in refusal(env.flag, "A_FLAG", False)


@pytest.mark.parametrize("text", ["-1", "6", "1.5", "two", "٣"])
def test_integer_refuses_what_is_outside_or_no_number(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("A_NUMBER", text)
    assert "from 0 to 5" in refusal(env.integer, "A_NUMBER", 1, least=0, most=5)


def test_integer_reads_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_NUMBER", "5")
    assert env.integer("A_NUMBER", 1, least=0, most=5) == 5


def test_one_of_takes_the_first_when_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("A_CHOICE", raising=False)
    assert env.one_of("A_CHOICE", ("trial", "production")) == "trial"


def test_one_of_names_the_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_CHOICE", "prod")
    assert "trial, production" in refusal(env.one_of, "A_CHOICE", ("trial", "production"))


@pytest.mark.parametrize(("text", "day"), [("2026-11-21", date(2026, 11, 21)), ("now", None), ("", None)])
def test_day_reads_a_day_or_now(monkeypatch: pytest.MonkeyPatch, text: str, day: date | None) -> None:
    monkeypatch.setenv("A_DAY", text)
    assert env.day("A_DAY", None) == day


@pytest.mark.parametrize("text", ["21/11/2026", "2026-02-30", "today"])
def test_day_refuses_what_is_no_day(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("A_DAY", text)
    assert "2026-11-21" in refusal(env.day, "A_DAY", None)


@pytest.mark.parametrize("text", ["*", "https://portal.example.vn", "a b"])
def test_hosts_refuses_what_is_no_host(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SOME_HOSTS", text)
    assert "SOME_HOSTS" in refusal(env.hosts, "SOME_HOSTS", [])


def test_hosts_splits_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_HOSTS", "a.vn, b.vn,")
    assert env.hosts("SOME_HOSTS", []) == ["a.vn", "b.vn"]


def test_database_reads_a_postgres_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_DB", "postgres://po%40rtal:p%2Fw@db.vn:5433/portal?sslmode=require")
    database = env.database("A_DB", "")
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"]) == ("po@rtal", "p/w")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.vn", "5433", "portal")
    assert database["OPTIONS"] == {"sslmode": "require"}


def test_database_reads_a_sqlite_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_DB", "sqlite:////srv/portal/portal.sqlite3")
    database = env.database("A_DB", "")
    assert database["NAME"] == "/srv/portal/portal.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    "text",
    [
        "mysql://portal:hunter2@db/portal",
        "postgres://portal:hunter2@db",
        "postgres://portal:hunter2@db:port/portal",
        "postgres://portal:hunter2@db/portal?options=-csearch_path",
        "postgres://portal:hunter2@[db/portal",
        "sqlite://",
        "sqlite://hunter2/file",
        "portal.sqlite3",
    ],
)
def test_database_refusal_never_repeats_the_password(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("A_DB", text)
    line = refusal(env.database, "A_DB", "")
    assert "A_DB" in line
    assert "hunter2" not in line


@pytest.mark.parametrize("text", ["http://redis:6379", "redis", "redis://"])
def test_address_refuses_another_scheme(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("AN_ADDRESS", text)
    assert "redis://" in refusal(env.address, "AN_ADDRESS", "", ("redis", "rediss"))


def test_secret_is_made_once_for_its_owner_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("A_SECRET", raising=False)
    kept = tmp_path / "data" / "key"
    first = env.secret("A_SECRET", keep_in=kept)
    assert len(first) >= 50
    assert env.secret("A_SECRET", keep_in=kept) == first
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_secret_of_the_environment_is_not_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("A_SECRET", "from outside")
    assert env.secret("A_SECRET", keep_in=tmp_path / "key") == "from outside"
    assert not (tmp_path / "key").exists()


def test_secret_refuses_a_folder_it_cannot_write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("A_SECRET", raising=False)
    (tmp_path / "file").write_text("")
    assert "DATA_DIR" in refusal(env.secret, "A_SECRET", keep_in=tmp_path / "file" / "key")


def test_secret_refuses_a_broken_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("A_SECRET", raising=False)
    (tmp_path / "key").write_text("short")
    assert "delete it" in refusal(env.secret, "A_SECRET", keep_in=tmp_path / "key")


def test_require_names_everything_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONE", "1")
    monkeypatch.delenv("TWO", raising=False)
    monkeypatch.setenv("THREE", " ")
    assert "TWO, THREE" in refusal(env.require, ["ONE", "TWO", "THREE"], why="production mode")
