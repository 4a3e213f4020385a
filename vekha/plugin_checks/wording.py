"""Checks of everything a user reads, and of the people of the invented story."""

import re
from collections.abc import Iterable, Iterator

from vekha.domain.errors import Problem, problem
from vekha.forms.base import OUTSIDERS
from vekha.plugin_checks.checks import Checks, FormClass, Subject
from vekha.plugin_checks.forms import source
from vekha.texts import text

CHECKS = Checks()
_WORD = re.compile(r"[A-Za-zА-Яа-яЁё]+")
_LATIN = re.compile(r"[A-Za-z]")
_CYRILLIC = re.compile(r"[А-Яа-яЁё]")


@CHECKS.add("titles", "lack")
def _titles(subject: Subject) -> Iterable[Problem]:
    for owner, words in _words(subject):
        for word in _WORD.findall(words):
            if _LATIN.search(word) and _CYRILLIC.search(word):
                yield problem("plugin.mixed_alphabet", _place(owner), word=word)


@CHECKS.add("titles_russian", "warning")
def _titles_russian(subject: Subject) -> Iterable[Problem]:
    for owner, words in _words(subject):
        if not _CYRILLIC.search(words):
            yield problem("plugin.not_russian", _place(owner), words=words)


def _words(subject: Subject) -> Iterator[tuple[str | FormClass, str]]:
    """Everything that a user will read, with the place or the form it comes from."""
    yield subject.home, subject.type.title
    for roadmap, place in subject.roadmaps:
        titles = [roadmap.title, *roadmap.roles.values(), *(each.title for each in roadmap.documents.values())]
        yield from ((place.filename, words) for words in titles)
        yield from ((place(stage.code), stage.title) for stage in roadmap.stages)
        for stage, row in roadmap.rows():
            yield from ((place(stage.code, row.code), words) for words in (row.title, row.help or row.title))
    for form in subject.forms:
        titles = [getattr(form, "title", ""), *(field.title or "" for field in form.model_fields.values())]
        yield from ((form, words) for words in titles if words)


def _place(owner: str | FormClass) -> str:
    return owner if isinstance(owner, str) else source(owner)


@CHECKS.add("cast", "lack")
def _cast(subject: Subject) -> Iterable[Problem]:
    cast = subject.type.cast(0)
    if subject.type.cast(0) != cast:
        yield problem("plugin.cast_changes", subject.home, index=0)
    for roadmap, _ in subject.roadmaps:
        for role in roadmap.roles:
            if role not in cast.staff and role not in OUTSIDERS:
                yield problem("plugin.cast_incomplete", subject.home, name=role)
    for what, group in (("mentors", cast.mentors), ("mentees", cast.mentees), ("pairs", cast.pairs)):
        if not group:
            yield problem("plugin.cast_empty", subject.home, what=text(f"plugin_checks.lacking.{what}"))
    for number, pair in enumerate(cast.pairs, 1):
        for indices, group in ((pair.mentors, cast.mentors), (pair.mentees, cast.mentees)):
            if any(not 0 <= index < len(group) for index in indices):
                yield problem("plugin.cast_pair", subject.home, number=number)
