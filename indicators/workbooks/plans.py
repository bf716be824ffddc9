"""What a workbook asks for, as steps of about a second each, and what is found on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Found(NamedTuple):
    """A line for the person who uploaded; the fields are those of `UploadLine`."""

    kind: str
    sheet: str = ""
    row: int = 0
    cell: str = ""
    code: str = ""
    subject: str = ""
    message: str = ""
    old: str = ""
    new: str = ""
    content: dict[str, Any] | None = None


@dataclass
class Done:
    """What one step came to: how many rows it took, how many changes it wrote, and what it found."""

    rows: int = 0
    written: int = 0
    found: list[Found] = field(default_factory=list)


Step = Callable[[bool], Done]
"""Check its rows, and write them as well where the argument says so. Runs inside a transaction of its own."""


@dataclass
class Plan:
    """``found`` is what the mere reading brought up; ``total`` the number of rows of all steps."""

    steps: Iterable[Step] = ()
    total: int = 0
    found: list[Found] = field(default_factory=list)
