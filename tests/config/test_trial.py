"""What `make run` does before, while and after its processes run."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import trial
from tests.services import free_port

ROOT = Path(__file__).resolve().parents[2]
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
]


def new_token() -> str:
    return "ptp_new"


def no_such_process(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


# --- Before anything starts


def test_port_taken_is_refused_with_another() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(trial.TrialError, match=f"port {port} is taken: .*PORT={port + 1}"):
            trial.check_port(port)


def test_port_free_is_accepted() -> None:
    trial.check_port(free_port())


@pytest.mark.parametrize("text", ["abc", "", "80", "65536", "-1", "8000.0", "٨٠٠٠"])
def test_port_number_refuses(text: str) -> None:
    with pytest.raises(trial.TrialError, match="from 1024 to 65535"):
        trial.port_number(text)


def test_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    trial.prepare_folder(tmp_path / "some" / "data")
    assert stat.S_IMODE((tmp_path / "some" / "data").stat().st_mode) == 0o700


def test_folder_of_an_open_mode_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    trial.prepare_folder(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(trial.TrialError, match=r"cannot write to .*DATA_DIR="):
        trial.prepare_folder(tmp_path / "file")


def test_folder_is_never_shared_by_two_trials(tmp_path: Path) -> None:
    with (
        trial.lock_folder(tmp_path),
        pytest.raises(trial.TrialError, match="already runs"),
    ):
        trial.lock_folder(tmp_path)
    trial.lock_folder(tmp_path).close()


# --- Password and token


def test_demo_is_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    first = trial.demo_for(path, wanted_password="", make_token=new_token)
    again = trial.demo_for(path, wanted_password="", make_token=lambda: "ptp_other")
    assert first.token == "ptp_new"
    assert len(first.password) >= 12
    assert again == first


def test_demo_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    path.write_text('{"password": "kept-word", "token": "ptp_kept", "database": ""}')
    path.chmod(0o644)
    trial.demo_for(path, wanted_password="", make_token=new_token)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.new"))


def test_demo_password_asked_for_replaces_the_kept_one(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    trial.Demo("kept-word", "ptp_kept", database="sqlite").write(path)
    demo = trial.demo_for(path, wanted_password="another-word", make_token=new_token)
    assert (demo.password, demo.token) == ("another-word", "ptp_kept")
    # The database has to be told.
    assert demo.database == ""


@pytest.mark.parametrize("word", ["short", "with a space"])
def test_demo_password_that_is_no_good_is_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(trial.TrialError, match="DEMO_PASSWORD"):
        trial.demo_for(tmp_path / "demo.json", wanted_password=word, make_token=new_token)
    assert not (tmp_path / "demo.json").exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"password": "x"}'])
def test_demo_file_that_is_broken_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "demo.json").write_text(text)
    with pytest.raises(trial.TrialError, match=r"demo\.json cannot be read: delete it"):
        trial.demo_for(tmp_path / "demo.json", wanted_password="", make_token=new_token)


def test_static_files_are_collected_again_when_one_changes(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a")
    before = trial.fingerprint([tmp_path / "a.css"])
    assert trial.fingerprint([tmp_path / "a.css"]) == before
    (tmp_path / "a.css").write_text("ab")
    assert trial.fingerprint([tmp_path / "a.css"]) != before


# --- The processes


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    trial.prepare_folder(tmp_path)
    return tmp_path


@pytest.fixture
def three(folder: Path, said: list[str]) -> Iterator[trial.Processes]:
    processes = trial.Processes({"web": SLEEP, "worker": SLEEP, "beat": SLEEP}, folder, say=said.append)
    processes.start()
    yield processes
    processes.stop()


def test_stop_ends_every_process(three: trial.Processes) -> None:
    three.stop()
    assert all(no_such_process(process.pid) for process in three.running.values())


def test_stop_kills_a_process_that_will_not_end(
    folder: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "WORKER_MAY_FINISH", 0.5)
    processes = trial.Processes({"worker": STUBBORN}, folder, say=said.append)
    processes.start()
    while not (folder / "log" / "worker.log").read_text():
        time.sleep(0.05)
    began = time.monotonic()
    processes.stop()
    assert time.monotonic() - began < 5
    assert processes.running["worker"].returncode == -signal.SIGKILL


def test_dead_worker_is_started_again(three: trial.Processes, said: list[str]) -> None:
    dead = three.running["worker"]
    dead.kill()
    dead.wait()
    three.check()
    assert three.running["worker"].pid != dead.pid
    assert three.running["worker"].poll() is None
    assert "killed by signal 9" in said[0]


def test_dead_web_process_ends_the_trial(three: trial.Processes) -> None:
    three.running["web"].kill()
    three.running["web"].wait()
    with pytest.raises(trial.TrialError, match="the web process ended"):
        three.check()


def test_worker_that_keeps_dying_ends_the_trial(folder: Path, said: list[str]) -> None:
    broken = [sys.executable, "-c", "raise SystemExit(3)"]
    processes = trial.Processes({"worker": broken}, folder, say=said.append)
    processes.start()
    for _death in range(trial.MOST_DEATHS - 1):
        processes.running["worker"].wait()
        processes.check()
    processes.running["worker"].wait()
    with pytest.raises(trial.TrialError, match="status 3"):
        processes.check()
    assert len(said) == trial.MOST_DEATHS - 1
    processes.stop()


def test_log_is_for_its_owner_and_does_not_grow_for_ever(
    folder: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "LARGEST_LOG", 10)
    (folder / "log" / "web.log").write_text("x" * 11)
    processes = trial.Processes({"web": SLEEP}, folder, say=said.append)
    processes.start()
    processes.stop()
    assert (folder / "log" / "web.log.1").read_text() == "x" * 11
    assert (folder / "log" / "web.log").read_text() == ""


def test_trial_listens_on_this_machine_only(tmp_path: Path) -> None:
    web = trial.commands(8123, tmp_path)["web"]
    assert web[web.index("--bind") + 1] == "127.0.0.1:8123"
    assert web[web.index("--workers") + 1] == "1"


# --- The commands as a person runs them


def run(line: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        line, cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_run_trial_says_one_line_when_the_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        result = run([sys.executable, "manage.py", "run_trial", "--port", port], DATA_DIR=str(tmp_path))
    assert result.returncode != 0
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert f"port {port} is taken" in result.stderr


def test_run_trial_says_one_line_when_the_folder_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run([sys.executable, "manage.py", "run_trial"], DATA_DIR=str(tmp_path / "file"))
    assert result.returncode != 0
    assert result.stderr.count("\n") == 1
    assert "DATA_DIR" in result.stderr


def test_run_trial_refuses_production() -> None:
    result = run(
        [sys.executable, "manage.py", "run_trial"],
        PORTAL_MODE="production",
        SECRET_KEY="x" * 50,
        ALLOWED_HOSTS="portal.example.vn",
        DATABASE_URL="postgres://portal@127.0.0.1:1/portal",
    )
    assert result.returncode != 0
    assert "run_trial is for the trial" in result.stderr


def test_make_says_one_line_for_an_old_python(tmp_path: Path) -> None:
    old = tmp_path / "python3.8"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    result = run(["make", "--silent", "environment", f"VENV={tmp_path / 'venv'}"], PYTHON=str(old))
    assert result.returncode != 0
    ours = [line for line in result.stderr.splitlines() if not line.startswith("make: ***")]
    assert ours == [f"make: PYTHON={old} is not a Python from 3.11 on with venv"]
    assert not (tmp_path / "venv").exists()


@pytest.mark.slow
@pytest.mark.worker
def test_run_trial_starts_serves_and_stops_twice(tmp_path: Path) -> None:
    """The real thing: tables, data, three processes, sign-in, and nothing left behind."""
    first = start_and_stop(tmp_path, DEMO_PASSWORD="a-demo-word")
    assert "SIGN-IN: reporter a-demo-word" in first
    # The second start keeps password and token.
    assert start_and_stop(tmp_path) == first


def start_and_stop(data: Path, **environment: str) -> list[str]:
    port = free_port()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    line = [sys.executable, "manage.py", "run_trial", "--port", str(port)]
    with (data / "errors").open("w") as errors:
        process = subprocess.Popen(
            line,
            cwd=ROOT,
            env=kept | environment | {"DATA_DIR": str(data)},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    try:
        lines = [process.stdout.readline().strip() for _line in range(2 + len(trial.PEOPLE))]
        assert lines[0] == f"URL: http://127.0.0.1:{port}", (data / "errors").read_text()
        assert lines[1].startswith("TOKEN: ")
        assert [text.split()[1] for text in lines[2:]] == list(trial.PEOPLE)
        assert trial.read_health(port)["status"] == "ok"
        found = run(["ps", "-o", "pid=", "--ppid", str(process.pid)])
        children = [int(pid) for pid in found.stdout.split()]
        assert len(children) == 3
    finally:
        began = time.monotonic()
        process.terminate()
        process.wait(20)
        process.stdout.close()
    assert time.monotonic() - began < 15
    assert process.returncode == 0
    assert all(no_such_process(pid) for pid in children)
    return lines[1:]
