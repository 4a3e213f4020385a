"""Consents of a programme as a curator keeps them: how each stands, who is to be asked, links and slips for many."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from vekha.domain.access import Action
from vekha.domain.consents import ConsentState
from vekha.domain.errors import VekhaError, problem
from vekha.domain.links import USUAL
from vekha.domain.people import Purpose, Standing
from vekha.services.mentoring import link_sheets, links
from vekha.services.mentoring.askings import Recipient, recipients
from vekha.services.mentoring.links import Made, Place
from vekha.services.mentoring.people_sheet import CONSENT_FORMS, PersonLine, sheet
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work

WAITED = (ConsentState.NEEDED, ConsentState.ASKED, ConsentState.LAPSED, ConsentState.EXPIRING)
"""Whom to ask: those who gave none, whose is over or nearly; who took it back is not asked again by the dozen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentLine:
    """One person and one purpose. `by` is who is to sign: the guardian of a minor, else the person."""

    person: str
    name: str
    minor: bool
    purpose: Purpose
    state: ConsentState
    until: dt.date | None
    by: str
    email: str | None
    form: str  # '' where the type has no form for it
    standing: Standing

    @property
    def waited(self) -> bool:
        return bool(self.form) and self.state in WAITED


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSheet:
    key: str
    institution: str
    purpose: Purpose
    lines: tuple[ConsentLine, ...]
    may_work: bool

    @property
    def counts(self) -> Counter[ConsentState]:
        return Counter(each.state for each in self.lines)

    @property
    def waited(self) -> tuple[ConsentLine, ...]:
        return tuple(each for each in self.lines if each.waited)


def consents(work: Work, key: str, purpose: Purpose = Purpose.PROCESSING) -> ConsentSheet:
    """Everybody who takes part, once. Raises VekhaError programme.unknown, access.denied."""
    people = sheet(work, key)
    loaded = load(work, key, Action.VIEW)
    lines = tuple(_lines(work, loaded, people.lines, purpose))
    order = list(ConsentState)
    urgent = (ConsentState.LAPSED, ConsentState.NEEDED, ConsentState.EXPIRING, ConsentState.ASKED)
    rank = {state: place for place, state in enumerate([*urgent, *(each for each in order if each not in urgent)])}
    return ConsentSheet(
        key=key,
        institution=people.institution,
        purpose=purpose,
        lines=tuple(sorted(lines, key=lambda each: (rank[each.state], each.name.casefold()))),
        may_work=people.may_work,
    )


def _lines(work: Work, loaded: Loaded, lines: Sequence[PersonLine], purpose: Purpose) -> Iterator[ConsentLine]:
    asked = {form: _recipients(work, loaded, form) for form in _forms(loaded, purpose)}
    seen = set[str]()
    for each in sorted(lines, key=lambda line: line.standing is Standing.WITHDRAWN):
        if each.code in seen or each.erased:
            continue
        seen.add(each.code)
        form = _form_for(each, asked, purpose)
        who = asked[form][each.code] if form else Recipient(each.code, each.name)
        state = each.processing if purpose is Purpose.PROCESSING else each.publication
        yield ConsentLine(
            person=each.code,
            name=each.name,
            minor=each.minor,
            purpose=purpose,
            state=state,
            until=_until(loaded, each.code, purpose),
            by=who.name,
            email=who.email,
            form="" if each.standing is Standing.WITHDRAWN else form,
            standing=each.standing,
        )


def _forms(loaded: Loaded, purpose: Purpose) -> list[str]:
    """The forms of this purpose that the type has and the roadmap collects somewhere."""
    collected = {use.code for _, activity in loaded.roadmap.rows() for use in activity.forms}
    known = {form.code for form in loaded.type.forms}
    return [code for code in CONSENT_FORMS[purpose] if code in known & collected]


def _recipients(work: Work, loaded: Loaded, form: str) -> dict[str, Recipient]:
    return {each.subject: each for each in recipients(work, loaded, loaded.type.form(form), None)}


def _form_for(line: PersonLine, asked: dict[str, dict[str, Recipient]], purpose: Purpose) -> str:
    """A minor's guardian signs another paper than an adult does; one form serves both for publication."""
    wanted = CONSENT_FORMS[purpose]
    if len(wanted) > 1:
        wanted = (wanted[1],) if line.minor else (wanted[0],)
    return next((form for form in wanted if line.code in asked.get(form, {})), "")


def _until(loaded: Loaded, person: str, purpose: Purpose) -> dt.date | None:
    known = loaded.now.people.persons[person].consents
    return max((each.until for each in known if each.purpose is purpose and each.withdrawn_on is None), default=None)


# --- asking many ------------------------------------------------------------------------------------------------------


def send(work: Work, key: str, purpose: Purpose, people: Collection[str], *, days: int = USUAL) -> int:
    """Queues a letter with a link for each of these people whose signer's address is known; returns how many.

    Nobody named means everybody waited for. Raises VekhaError link.nobody, link.no_addresses.
    """
    found = [each for each in _chosen(work, key, purpose, people) if each.email is not None]
    if not found:
        raise VekhaError(problem("link.no_addresses"))
    return sum(links.send(work, key, place, form, who, days=days) for place, form, who in _by_form(work, key, found))


def make(work: Work, key: str, purpose: Purpose, people: Collection[str], *, days: int = USUAL) -> list[Made]:
    """A link for each; nobody named means everybody waited for. Raises VekhaError link.nobody."""
    found = _chosen(work, key, purpose, people)
    return [
        made
        for place, form, who in _by_form(work, key, found)
        for made in links.create(work, key, place, form, who, days=days)
    ]


def slips(work: Work, key: str, purpose: Purpose, people: Collection[str], base: str, *, days: int = USUAL) -> bytes:
    """The same as slips of paper with codes, to hand out. Raises VekhaError link.nobody."""
    found = _chosen(work, key, purpose, people)
    loaded = load(work, key)
    made = make(work, key, purpose, [each.person for each in found], days=days)
    title = loaded.type.form(found[0].form).title
    return link_sheets.sheet(work, title, loaded.institution.short_title, made, base)


def _chosen(work: Work, key: str, purpose: Purpose, people: Collection[str]) -> list[ConsentLine]:
    load(work, key)  # asking is work
    found = [
        each
        for each in consents(work, key, purpose).lines
        if (each.form and each.person in people if people else each.waited)
    ]
    if not found:
        raise VekhaError(problem("link.nobody"))
    return found


def _by_form(work: Work, key: str, lines: Iterable[ConsentLine]) -> Iterator[tuple[Place, str, list[Recipient]]]:
    groups: dict[str, list[Recipient]] = {}
    for each in lines:
        groups.setdefault(each.form, []).append(Recipient(each.person, each.by, each.email))
    for form, who in groups.items():
        yield links.place_of(work, key, form), form, who
