"""Laws as dated data: which acts a document of a given date may stand on (DOMAIN §7, `law.toml`)."""

import datetime as dt
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, cast, get_args

from pydantic import TypeAdapter

from vekha.domain.errors import Problem, problem

LawCase = Literal["nominative", "genitive", "dative", "instrumental"]
Topic = Literal["mentoring", "personal_data", "practice", "records"]
TOPICS: tuple[str, ...] = get_args(Topic)
KINDS = ("law", "decree", "resolution", "directive", "order", "letter")  # those of acts below the federal ones


@dataclass(frozen=True, slots=True)
class LawRef:
    """An act and the days on which it holds, both ends included; `valid_to` None means until further notice.

    `types` are codes of institution types, empty for all. `issuer` stands in the genitive, as citations want it.
    `date` is None for standards, which are cited without one. `checked` says that a person compared number, date and
    validity with the source.
    """

    number: str
    kind: str
    topic: Topic
    valid_from: dt.date
    checked: bool
    date: dt.date | None = None
    title: str = ""
    issuer: str = ""
    amended_by: str = ""
    valid_to: dt.date | None = None
    types: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()

    def holds_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@cache
def _data() -> dict[str, Any]:
    source = resources.files("vekha.domain").joinpath("law.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def acts() -> tuple[LawRef, ...]:
    """Every act on record, in the order in which a legal basis names them."""
    return TypeAdapter(tuple[LawRef, ...]).validate_python(_data()["acts"])


def act(number: str) -> LawRef:
    """The act with this number («Р-145»); raises KeyError when there is none on record."""
    for each in acts():
        if each.number == number:
            return each
    raise KeyError(number)


def legal_basis(institution_type: str, on: dt.date, topic: Topic = "mentoring") -> tuple[LawRef, ...]:
    """The acts in force on the document's date for this type of institution, federal first."""
    return tuple(
        each
        for each in acts()
        if each.topic == topic and each.holds_on(on) and (not each.types or institution_type in each.types)
    )


def lapsed(refs: Iterable[LawRef], on: dt.date) -> tuple[Problem, ...]:
    """A warning for each act that does not hold on the document's date, with its successor where one is on record."""
    return tuple(found for each in refs if (found := _warning(each, on)))


def unchecked(refs: Iterable[LawRef]) -> tuple[Problem, ...]:
    """A warning for each record that nobody has compared with the source yet."""
    return tuple(
        problem("document.law_unchecked", each.number, act=citation(each)) for each in refs if not each.checked
    )


def cited(words: str, refs: Iterable[LawRef]) -> tuple[LawRef, ...]:
    """Those of `refs` that a text names by number: «№ Р-145», «статьёй 351.8», «ГОСТ Р 7.0.97-2016»."""
    plain = " ".join(words.split())
    return tuple(ref for ref in refs if re.search(rf"{_before(ref)}{re.escape(ref.number)}(?![\w/-]|\.\d)", plain))


def _before(ref: LawRef) -> str:
    if ref.kind == "code_article":
        return r"(?:[Сс]тать\w+|[Сс]т\.) "
    return rf"от {ref.date:%d.%m.%Y} № ?" if ref.date else ""


def unknown_references(words: str, refs: Iterable[LawRef]) -> tuple[Problem, ...]:
    """A warning for each federal law and each article of the Labour Code that is not on record: a slip of the pen, as
    a rule («358.1» for «351.8», DOMAIN.md §8.11)."""
    plain, known = " ".join(words.split()), {ref.number for ref in refs} | {ref.amended_by for ref in refs}
    found = [*re.findall(r"№ ?(\d+-ФЗ)", plain), *re.findall(r"[Сс]тать\w+ (\d+(?:\.\d+)?) Трудового кодекса", plain)]
    return tuple(problem("law.unknown", each, number=each) for each in dict.fromkeys(found) if each not in known)


def _warning(ref: LawRef, on: dt.date) -> Problem | None:
    if ref.holds_on(on):
        return None
    if on < ref.valid_from:
        return problem("document.law_not_yet", ref.number, act=citation(ref), since=f"{ref.valid_from:%d.%m.%Y}")
    successor = next((each for each in acts() if ref.number in each.replaces), None)
    return problem(
        "document.law_lapsed",
        ref.number,
        act=citation(ref),
        since=f"{cast('dt.date', ref.valid_to) + dt.timedelta(days=1):%d.%m.%Y}",
        instead=f" на {citation(successor)}" if successor else "",
    )


def citation(ref: LawRef, case: LawCase = "nominative") -> str:
    """«Федеральным законом от 29.12.2012 № 273-ФЗ «Об образовании в Российской Федерации»».

    Lists take the nominative, «в соответствии с …» the instrumental, «согласно …» the dative, «на основании …»
    the genitive.
    """
    kind = cast("str", _data()["kinds"][ref.kind][case])
    if ref.kind == "code_article":
        return f"{kind} {ref.number} {ref.issuer}"
    if ref.date is None:
        return f"{kind} {ref.number}"
    head = " ".join(part for part in (kind, ref.issuer, f"от {ref.date:%d.%m.%Y} № {ref.number}") if part)
    return f"{head} «{ref.title}»" if ref.title else head
