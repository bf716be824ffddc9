"""docker-compose.yml by the schema of the Compose Specification, and by what this portal needs of it."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = Path(__file__).parent / "compose_schema" / "compose_spec.json"
OURS = ("web", "worker", "beat")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def variables(text: str) -> set[str]:
    """Names that must have a value: those without a default of their own."""
    return set(re.findall(r"(?<!\$)\$\{(\w+)(?::\?[^}]*)?\}", text))


def test_compose_file_follows_the_schema(compose: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text())
    # The package marks an old draft that has the same keywords under another name.
    jsonschema.Draft7Validator(schema | {"$schema": "http://json-schema.org/draft-07/schema#"}).validate(
        compose
    )


def test_compose_schema_refuses_a_misspelt_key(compose: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text()) | {"$schema": "http://json-schema.org/draft-07/schema#"}
    wrong = {"services": {"web": compose["services"]["web"] | {"healtcheck": {}}}}
    assert list(jsonschema.Draft7Validator(schema).iter_errors(wrong))


def test_compose_names_the_five_services(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"web", "worker", "beat", "db", "redis"}


@pytest.mark.parametrize("service", ["web", "worker", "beat", "db", "redis"])
def test_compose_service_has_a_health_check(compose: dict[str, Any], service: str) -> None:
    assert compose["services"][service]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("service", OURS)
def test_compose_process_is_production_and_confined(compose: dict[str, Any], service: str) -> None:
    ours = compose["services"][service]
    assert ours["environment"]["PORTAL_MODE"] == "production"
    assert ours["environment"]["DATABASE_URL"].removeprefix("${DATABASE_URL:-").startswith("postgres://")
    assert ours["read_only"] is True
    assert ours["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("service", OURS)
def test_compose_probe_exists(compose: dict[str, Any], service: str) -> None:
    from config.probe import PROBES

    test = compose["services"][service]["healthcheck"]["test"]
    assert test[:-1] == ["CMD", "python", "-m", "config.probe"]
    assert test[-1] in PROBES


def test_compose_opens_no_port_to_the_world(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_compose_waits_for_health_of_services_that_exist(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in compose["services"]
            assert how == {"condition": "service_healthy"}


def test_compose_starts_the_processes_of_the_procfile(compose: dict[str, Any]) -> None:
    lines = (line.split(":", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    processes = {name: command.split() for name, command in lines}
    assert set(processes) == set(OURS)
    for name in ("worker", "beat"):
        assert compose["services"][name]["command"] == processes[name]


def test_compose_variables_stand_in_the_example() -> None:
    example = set(re.findall(r"^#? ?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    needed = variables((ROOT / "docker-compose.yml").read_text())
    assert "POSTGRES_PASSWORD" in needed
    assert needed <= example


def test_example_names_every_variable_of_the_settings() -> None:
    settings = (ROOT / "config" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\("(\w+)"', settings))
    example = (ROOT / ".env.example").read_text()
    # Set by the image, or only for the trial.
    elsewhere = {"DATA_DIR", "STATIC_ROOT", "MEDIA_ROOT", "PORTAL_TODAY"}
    assert not {name for name in read - elsewhere if not re.search(rf"^#? ?{name}=", example, re.MULTILINE)}


def test_image_holds_every_app_and_no_secret() -> None:
    image = (ROOT / "Dockerfile").read_text()
    copied = set(re.findall(r"^COPY (\w+) \1$", image, re.MULTILINE))
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert apps | {"templates", "static", "locale"} == copied
    assert re.search(r"^USER portal$", image, re.MULTILINE)
    assert "--require-hashes" in image
