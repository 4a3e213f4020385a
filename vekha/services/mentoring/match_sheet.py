"""Matching as people read it: pairs at work, the proposal with its reasons, those left over, what has been fixed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import Problem, problem
from vekha.domain.matching import Aspect, Cost, Model, Reason
from vekha.domain.people import Role
from vekha.domain.programme import name_of
from vekha.services.mentoring import matching
from vekha.services.mentoring.match_requests import PIN
from vekha.services.process.programmes import load
from vekha.services.work import Work
from vekha.storage.tables import MatchLink, Pair
from vekha.texts import text

SHARED = frozenset(f"pair.{each.value}" for each in Aspect)


@dataclass(frozen=True, slots=True)
class Line:
    """A proposed pair or group, or somebody left over; `reasons` are sentences."""

    mentee: str
    name: str
    reasons: tuple[str, ...]
    score: int = 0
    pinned: bool = False
    supported: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    mentors: tuple[tuple[str, str], ...]  # code, name
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class AtWork:
    code: str
    members: str
    model: str
    starts: dt.date
    ends: dt.date
    meetings: int
    active: bool


@dataclass(frozen=True, slots=True)
class Fixed:
    mentee: str
    mentor: str
    words: str
    pinned: bool
    why: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """`version` 0: nothing was proposed yet."""

    key: str
    institution: str
    version: int
    state: str
    model: Model
    matched: int
    groups: tuple[Group, ...]
    left: tuple[Line, ...]
    aside: tuple[Problem, ...]
    fixed: tuple[Fixed, ...]
    at_work: tuple[AtWork, ...]
    mentees: tuple[tuple[str, str], ...]  # without a mentor: code, name
    mentors: tuple[tuple[str, str], ...]
    made_by: str = ""

    @property
    def draft(self) -> bool:
        return self.state == matching.DRAFT


def sheet(work: Work, key: str) -> Sheet:
    """Raises VekhaError programme.unknown, access.denied."""
    loaded = load(work, key, Action.VIEW)
    people = loaded.now.people
    names = {each.code: each.name for each in people.persons.values()}
    row = matching.latest(work, key)
    content: dict[str, Any] = row.content if row else {"pairs": [], "left": [], "aside": []}
    waiting = people.unpaired()
    return Sheet(
        key=key,
        institution=loaded.institution.short_title,
        version=row.version if row else 0,
        state=row.state if row else "",
        model=Model(row.model) if row else Model.ONE_TO_ONE,
        matched=row.matched if row else 0,
        groups=tuple(_group(each, names) for each in content["pairs"]),
        left=tuple(_left(each, names, {one.code for one in waiting if one.supported}) for each in content["left"]),
        aside=tuple(_aside(each, names) for each in content["aside"]),
        fixed=_fixed(work, key, names),
        at_work=_at_work(work, key, people),
        mentees=tuple((each.code, each.name) for each in waiting),
        mentors=tuple((each.code, each.name) for each in people.registered(Role.MENTOR)),
        made_by=row.made_by if row else "",
    )


def _said(reasons: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> tuple[str, ...]:
    """One sentence for all that the two share, «совпали: …», and one for each other reason."""
    known = [Reason(each["code"], tuple(each["words"]), tuple(each["people"]), each["count"]) for each in reasons]
    shared = [each.say(names) for each in known if each.code in SHARED]
    other = [each.say(names) for each in known if each.code not in SHARED and each.code != "pair.pinned"]
    return (*other, *([text("matching.pair.matched", reasons="; ".join(shared))] if shared else []))


def _group(pair: Mapping[str, Any], names: Mapping[str, str]) -> Group:
    lines = tuple(
        Line(
            tie["mentee"],
            names.get(tie["mentee"], tie["mentee"]),
            _said(tie["reasons"], names),
            tie["score"],
            tie["pinned"],
        )
        for tie in pair["ties"]
    )
    return Group(tuple((code, names.get(code, code)) for code in pair["mentors"]), lines)


def _left(each: Mapping[str, Any], names: Mapping[str, str], supported: set[str]) -> Line:
    code = each["mentee"]
    return Line(code, names.get(code, code), _said(each["reasons"], names), supported=code in supported)


def _aside(each: Mapping[str, Any], names: Mapping[str, str]) -> Problem:
    return problem(each["code"], "", person=names.get(each["person"], each["person"]), **each["params"])


def _fixed(work: Work, key: str, names: Mapping[str, str]) -> tuple[Fixed, ...]:
    rows = select(MatchLink).where(MatchLink.programme == key).order_by(col(MatchLink.at), col(MatchLink.mentee))
    return tuple(
        Fixed(
            each.mentee,
            each.mentor,
            f"{names.get(each.mentor, each.mentor)} – {names.get(each.mentee, each.mentee)}",
            each.kind == PIN,
            each.why or "",
        )
        for each in work.session.exec(rows)
    )


def _at_work(work: Work, key: str, people: Any) -> tuple[AtWork, ...]:
    rows = work.session.exec(select(Pair).where(Pair.programme == key).order_by(col(Pair.ordinal)))
    return tuple(
        AtWork(
            row.code,
            name_of(row.code, people),
            row.format,
            row.starts,
            row.ends,
            people.pairs[row.code].meetings_total,
            row.ended_on is None,
        )
        for row in rows
    )


def cost_words(found: Cost, names: Mapping[str, str]) -> list[str]:
    """What a change costs, as sentences."""
    if found.nothing:
        return [text("matching.cost.nothing")]
    number = "better" if found.matched > 0 else "worse" if found.matched else "same"
    told = [text(f"matching.cost.{number}", count=abs(found.matched))]
    if found.score:
        fit = "fits" if found.score > 0 else "misfits"
        told.append(text(f"matching.cost.{fit}", score=f"{found.score:+d}".replace("-", "−")))
    for key, codes in (("lose", found.lose), ("gain", found.gain)):
        if codes:
            told.append(text(f"matching.cost.{key}", people=", ".join(names.get(each, each) for each in codes)))
    if found.move:
        moves = [
            text("matching.cost.move", mentee=names[code], before=names[old], after=names[new])
            for code, (old, new) in found.move.items()
        ]
        told.append(text("matching.cost.moves", moves="; ".join(moves)))
    return told
