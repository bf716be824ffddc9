"""How one content differs from the one before, in words of both languages.

Computed from two frozen contents and nothing else: whoever holds both files can do it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from dashboard.editions.canonical import Content
from dashboard.editions.compared import EDITION, HEADLINE, NARRATIVE, TARGET, Compared
from dashboard.editions.reports import WORDS
from dashboard.editions.targets import LANGUAGES
from indicators import figures

# When the results were computed says nothing about them; tasks stand as they did when it was closed, and what
# was finished since corrects no figure.
_OF_NO_MATTER = ("computed_at", "tasks")


@dataclass(frozen=True)
class Said:
    """A difference in one language."""

    subject: str
    field: str
    before: str
    after: str

    @property
    def words(self) -> str:
        return f"{self.subject}: {self.field} {self.before} → {self.after}"


@dataclass(frozen=True)
class Difference:
    part: str
    """headline, target, group, narrative, document or edition"""
    key: str
    """The id of the target or document, the ref of the body; empty for the whole."""
    field: str
    said: dict[str, Said]


def is_same(before: Content, after: Content) -> bool:
    """Whether a new edition would say anything that the old one does not."""
    return _weighed(before) == _weighed(after)


def _weighed(content: Content) -> Content:
    return {key: value for key, value in content.items() if key not in _OF_NO_MATTER}


def differences(before: Content, after: Content) -> list[Difference]:
    """Every difference: of the edition itself, its headline, its targets field by field, and its words.

    The sums of documents, levels, pillars and owners follow from the targets and are not told again.
    Never empty where the contents are not the same.
    """
    found = [
        *_fields("edition", "", before, after, EDITION, _called(_("Edition"))),
        *_fields("headline", "", before["headline"], after["headline"], HEADLINE, _called(_("Headline"))),
        *_targets(before["targets"], after["targets"]),
        *_named("group", _groups(before), _groups(after), lambda one: f"{one['label']} {one['sub'] or ''}"),
        *_narratives(before["narratives"], after["narratives"]),
        *_named("document", _by(before["documents"], "id"), _by(after["documents"], "id"), _document),
    ]
    if not found and not is_same(before, after):
        found.append(_difference("edition", "", "other", _("Edition"), _("other details"), "", ""))
    return found


def in_language(found: list[Difference]) -> list[Said]:
    """The differences in the active language."""
    language = "en" if get_language() == "en" else "vi"
    return [each.said[language] for each in found]


def _called(name: Promise) -> Callable[[dict[str, Any], str], str]:
    return lambda _content, _language: str(name)


def _targets(before: list[Any], after: list[Any]) -> Iterator[Difference]:
    old, new = _by(before, "id"), _by(after, "id")
    for key, target in new.items():
        if key in old:
            yield from _target(key, old[key], target)
        else:
            yield _whole(key, target, _("target added"), came=True)
    for key, target in old.items():
        if key not in new:
            yield _whole(key, target, _("target left out"), came=False)


def _target(key: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Difference]:
    changed = list(_fields("target", key, before, after, TARGET, _subject))
    yield from changed
    renamed = {"name", "owner", "heading"} & {each.field for each in changed}
    if (not changed and before != after) or (not renamed and _called_in(before) != _called_in(after)):
        # Only words moved: those of another language, or of the portal itself.
        yield _reworded(key, before, after)


def _called_in(target: dict[str, Any]) -> list[str]:
    return [
        target["texts"][language][name] for language in LANGUAGES for name in ("name", "owner", "heading")
    ]


def _subject(target: dict[str, Any], language: str) -> str:
    return f"{target['code']} {target['texts'][language]['name']}"


def _whole(key: str, target: dict[str, Any], label: Promise, *, came: bool) -> Difference:
    said = {}
    for language in LANGUAGES:
        with override(language):
            texts = target["texts"][language]
            state = f"{texts['value']} · {texts['status']}"
            both = (figures.ABSENT, state) if came else (state, figures.ABSENT)
            said[language] = Said(_subject(target, language), str(label), *both)
    return Difference("target", key, "target", said)


def _reworded(key: str, before: dict[str, Any], after: dict[str, Any]) -> Difference:
    said = {}
    for language in LANGUAGES:
        with override(language):
            both = (
                " · ".join(each["texts"][language][name] for name in ("name", "owner", "why"))
                for each in (before, after)
            )
            said[language] = Said(_subject(after, language), str(_("wording")), *both)
    return Difference("target", key, "wording", said)


def _fields(
    part: str,
    key: str,
    before: dict[str, Any],
    after: dict[str, Any],
    compared: tuple[Compared, ...],
    subject: Callable[[dict[str, Any], str], str],
) -> Iterator[Difference]:
    for one in compared:
        if not one.differs(before, after):
            continue
        said = {}
        for language in LANGUAGES:
            with override(language):
                old, new = one.words(before, after, language)
                said[language] = Said(subject(after, language), str(one.label), old, new)
        yield Difference(part, key, one.field, said)


def _narratives(before: list[Any], after: list[Any]) -> Iterator[Difference]:
    nothing = dict.fromkeys(("ref", "body", *WORDS), "")
    old, new = _by(before, "ref"), _by(after, "ref")
    for key in [*new, *(key for key in old if key not in new)]:
        yield from _narrative(key, old.get(key, nothing), new.get(key, nothing))


def _narrative(key: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Difference]:
    body = after["body"] or before["body"]
    fields = NARRATIVE if before["body"] and after["body"] else NARRATIVE[1:]
    yield from _fields("narrative", key, before, after, fields, lambda _one, _language: body)


def _named(
    part: str, old: dict[str, Any], new: dict[str, Any], words: Callable[[dict[str, Any]], str]
) -> Iterator[Difference]:
    """Things that stand in both and are called differently."""
    for key, one in new.items():
        was = old.get(key)
        if was is not None and words(was) != words(one):
            label = _("title and note") if part == "document" else _("name")
            yield _difference(part, key, "name", words(one), label, words(was), words(one))


def _groups(content: Content) -> dict[str, Any]:
    return {
        f"{kind}:{group['key']}{'' if group['key'] else group['label']}": group
        for kind, groups in content["groups"].items()
        for group in groups
    }


def _document(one: dict[str, Any]) -> str:
    return " · ".join(each for each in (one["number"], one["title"], one["note_vi"]) if each)


def _by(rows: list[Any], key: str) -> dict[str, Any]:
    return {str(row[key]): row for row in rows}


def _difference(
    part: str, key: str, field: str, subject: str | Promise, label: Promise, before: str, after: str
) -> Difference:
    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = Said(str(subject), str(label), before or figures.ABSENT, after or figures.ABSENT)
    return Difference(part, key, field, said)
