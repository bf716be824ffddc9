"""Reading a page as a person does: its words, without tags and with plain spaces."""

import re
from html import unescape
from typing import Any

from django.http import HttpResponse


def words(answer: Any, start: str = "", end: str = "") -> str:
    """The text of a page, or of the stretch of its HTML from one piece of markup to another."""
    html = answer.content.decode()
    if start:
        html = html[html.index(start) :]
    if end:
        html = html[: html.index(end)]
    text = re.sub(r"<(script|title|desc|option)\b.*?</\1>", " ", html, flags=re.DOTALL)
    text = unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u2060", "")
    return " ".join(text.replace("\u00a0", " ").split())


def card(answer: HttpResponse, heading_id: str) -> str:
    """The words of the card whose heading has this id."""
    return words(answer, f'aria-labelledby="{heading_id}"', "</section>")
