"""Reading the environment: every helper refuses nonsense with one clear line."""

import os
import secrets
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}
POSTGRES_OPTIONS = {"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name"}


class Refused(SystemExit):
    """A setting that cannot be used.

    A SystemExit, so that every program that reads the settings (web server, worker, commands) ends with this
    one line and status 1 instead of a traceback.
    """


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def require(names: list[str], *, why: str) -> None:
    missing = [name for name in names if not text(name)]
    if missing:
        raise Refused(f"{why} needs {', '.join(missing)} in the environment (see .env.example)")


def one_of(name: str, choices: tuple[str, ...]) -> str:
    """One of the choices; the first is the default."""
    value = text(name, choices[0])
    if value not in choices:
        raise Refused(f"{name} is {value!r}: it must be one of {', '.join(choices)}")
    return value


def flag(name: str, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value not in YES | NO:
        raise Refused(f"{name} is {value!r}: it must be 1 or 0")
    return value in YES


def integer(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit()) or not least <= int(value) <= most:
        raise Refused(f"{name} is {value!r}: it must be a whole number from {least} to {most}")
    return int(value)


def day(name: str, default: date | None) -> date | None:
    """A day, or None for the real one, which is written as "now"."""
    value = text(name)
    if value == "now":
        return None
    if not value:
        return default
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Refused(f"{name} is {value!r}: it must be a day such as 2026-11-21, or now") from None


def names(name: str, default: list[str]) -> list[str]:
    """A comma-separated list."""
    return [part.strip() for part in text(name).split(",") if part.strip()] or default


def ports(name: str, default: list[int]) -> list[int]:
    """A comma-separated list of ports."""
    found = names(name, [])
    for port in found:
        if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
            raise Refused(f"{name} holds {port!r}: name ports from 1 to 65535, separated by commas")
    return [int(port) for port in found] or default


def networks(name: str, default: list[str]) -> list[str]:
    """A comma-separated list of IP networks, such as 10.0.0.0/8."""
    found = names(name, default)
    for network in found:
        try:
            ip_network(network)
        except ValueError:
            raise Refused(f"{name} holds {network!r}: name networks such as 10.20.0.0/16") from None
    return found


def hosts(name: str, default: list[str]) -> list[str]:
    found = names(name, default)
    for host in found:
        if host == "*" or "/" in host or any(letter.isspace() for letter in host):
            raise Refused(f"{name} holds {host!r}: name each host by itself, without a scheme and without *")
    return found


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).expanduser().resolve()


def address(name: str, default: str, schemes: tuple[str, ...]) -> str:
    """A URL of one of the schemes, such as a Redis address."""
    value = text(name, default)
    if value:
        parts = _split(name, value)
        if parts.scheme not in schemes or not (parts.hostname or parts.path):
            raise Refused(
                f"{name} must be an address that starts with {' or '.join(s + '://' for s in schemes)}"
            )
    return value


def database(name: str, default: str) -> dict[str, Any]:
    """Django's settings of the database at an address: postgres://user:password@host:port/name or sqlite:///path.

    The message of a refusal never repeats the address, which may hold a password.
    """
    parts = _split(name, text(name, default))
    if parts.scheme == "sqlite":
        return _sqlite(name, unquote(parts.path)[1:] if not parts.netloc else "")
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgres(name, parts)
    raise Refused(f"{name} must start with postgres:// or sqlite:///")


def secret(name: str, keep_in: Path | None) -> str:
    """A secret from the environment; with `keep_in` one is made up once and kept there for its owner."""
    value = text(name)
    if value or keep_in is None:
        return value
    try:
        keep_in.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if keep_in.exists():
            return _kept(name, keep_in)
        descriptor = os.open(keep_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refused(
            f"cannot write {keep_in}: {error.strerror}; choose another folder with DATA_DIR"
        ) from None
    value = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w") as file:
        file.write(value)
    return value


def mail_server(url: str) -> tuple[str, int, str, str]:
    """Host, port, user and password of smtp://user:password@host:587 or smtps://…:465."""
    parts = _split("EMAIL_URL", url) if url else urlsplit("")
    port = parts.port or (465 if parts.scheme == "smtps" else 587)
    return parts.hostname or "", port, unquote(parts.username or ""), unquote(parts.password or "")


def _kept(name: str, path: Path) -> str:
    try:
        value = path.read_text().strip()
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror}") from None
    if len(value) < 50:
        raise Refused(f"{path} does not hold a whole key: delete it and start again, or set {name}")
    return value


def _split(name: str, value: str) -> Any:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  reading it checks that the port is a number
    except ValueError:
        raise Refused(f"{name} is not an address that can be read") from None
    return parts


def _sqlite(name: str, path: str) -> dict[str, Any]:
    if not path:
        raise Refused(
            f"{name} must name a file: sqlite:///portal.sqlite3 or sqlite:////folder/portal.sqlite3"
        )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # Writers queue for the file instead of failing half way through a transaction.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


def _postgres(name: str, parts: Any) -> dict[str, Any]:
    database_name = unquote(parts.path).lstrip("/")
    if not database_name or not parts.hostname:
        raise Refused(f"{name} must name a host and a database: postgres://user:password@host:5432/name")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(options.keys() - POSTGRES_OPTIONS)
    if unknown:
        raise Refused(f"{name} has the unknown option {unknown[0]!r}")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
