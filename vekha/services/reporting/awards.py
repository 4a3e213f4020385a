"""Recognition: results shown, people chosen by the curator, approved by the head, papers issued in bulk.

A poster is made only of somebody whose consent to the publication of the name is in force on that day.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem, refuse
from vekha.domain.people import Role
from vekha.domain.reporting.nomination import (
    CRITERIA,
    ROLES,
    AwardKind,
    AwardState,
    Results,
    choice_problems,
    results,
)
from vekha.forms.standard.words import PublicCategory
from vekha.services.office import documents
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process.programmes import Loaded, load
from vekha.services.reporting.histories import histories
from vekha.services.work import Work
from vekha.storage.tables import Award, Document

ORDER = "reward_order"
PAPERS: Mapping[AwardKind, str] = {AwardKind.THANKS: "thanks_letter", AwardKind.BEST: "best_mentor"}
_ISSUED = ("approved", "signed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody of a register with the results, what they are enough for, what has been chosen, whether the name may be
    published."""

    code: str
    name: str
    results: Results
    worthy: frozenset[AwardKind]
    awards: Mapping[AwardKind, Award]
    published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardSheet:
    key: str
    institution: str
    candidates: tuple[Candidate, ...]
    may_choose: bool
    may_decide: bool

    def of(self, role: Role) -> list[Candidate]:
        return [each for each in self.candidates if each.results.role is role]

    @property
    def waiting(self) -> list[tuple[Candidate, Award]]:
        """What the head has to decide."""
        return self._in(AwardState.CHOSEN)

    @property
    def approved(self) -> list[tuple[Candidate, Award]]:
        return self._in(AwardState.APPROVED)

    def _in(self, state: AwardState) -> list[tuple[Candidate, Award]]:
        return [(each, award) for each in self.candidates for award in each.awards.values() if award.state == state]


@dataclass(frozen=True, slots=True)
class Issued:
    """How many papers were issued; whose poster was not, for want of a consent."""

    documents: int
    without_consent: tuple[str, ...]


def sheet(work: Work, key: str) -> AwardSheet:
    """Everybody in the registers, the best first. Raises VekhaError programme.unknown, access.denied."""
    loaded = load(work, key, Action.VIEW)
    known = {(each.person, AwardKind(each.kind)): each for each in _awards(work, key)}
    named = published(loaded)
    found: list[Candidate] = []
    for each in _results(work, loaded):
        kinds = [kind for kind in AwardKind if each.role in ROLES[kind]]
        found.append(
            Candidate(
                code=each.person,
                name=loaded.now.people.persons[each.person].name,
                results=each,
                worthy=frozenset(kind for kind in kinds if each.meets(kind)),
                awards={kind: known[each.person, kind] for kind in kinds if (each.person, kind) in known},
                published=each.person in named,
            )
        )
    home = loaded.institution
    place = {"region": home.region, "municipality": home.municipality, "institution": home.code}
    may = {action: work.actor.may(action, **place) for action in (Action.WORK, Action.APPROVE)}
    return AwardSheet(
        key=key,
        institution=home.short_title,
        candidates=tuple(found),
        may_choose=may[Action.WORK],
        may_decide=may[Action.APPROVE],
    )


def choose(work: Work, key: str, chosen: Iterable[tuple[str, str]], words: str = "") -> int:
    """Puts (person, kind of award) forward, all or none; those put forward before stay as they are.

    Raises VekhaError award.unknown_kind, award.not_of_role, award.words_needed, people.unknown_person.
    """
    loaded = load(work, key)
    found = {(each.person, each.role): each for each in _results(work, loaded)}
    wanted = [(person, kind_of(kind)) for person, kind in chosen]
    persons = loaded.now.people.persons
    refuse(problem("people.unknown_person", person=person) for person, _ in wanted if person not in persons)
    best = {each: _best(found, *each) for each in wanted}
    refuse(
        each
        for (person, kind), known in best.items()
        for each in choice_problems(known, kind, words, persons[person].name)
    )
    made = 0
    for (person, kind), known in best.items():
        row = work.session.get(Award, (key, person, kind.value))
        if row is not None and row.state != AwardState.DECLINED:
            continue
        row = row or Award(programme=key, person=person, kind=kind.value, chosen_by="", chosen_at=work.now)
        row.state, row.words = AwardState.CHOSEN.value, words.strip()
        row.grounds = {name: value for name, value in asdict(known).items() if name != "person"} if known else {}
        row.chosen_by, row.chosen_at = work.actor.name, work.now
        row.decided_by = row.decided_at = row.reason = None
        work.session.add(row)
        work.audit(f"award:{person}/{kind}", programme=key, new=row.state, why=row.words or None)
        made += 1
    work.session.flush()
    return made


def drop(work: Work, key: str, person: str, kind: str) -> None:
    """Takes a choice back that nobody has decided yet. Raises VekhaError award.not_chosen, award.decided."""
    load(work, key)
    row = work.session.get(Award, (key, person, kind_of(kind).value))
    if row is None:
        raise VekhaError(problem("award.not_chosen"))
    if row.state != AwardState.CHOSEN:
        raise VekhaError(problem("award.decided", person=person))
    work.session.delete(row)
    work.session.flush()
    work.audit(f"award:{person}/{row.kind}", programme=key, old=row.state, new="dropped")


def decide(work: Work, key: str, chosen: Iterable[tuple[str, str]], *, approve: bool, reason: str = "") -> int:
    """The head approves or declines, and may change the mind.

    Raises VekhaError award.not_chosen, award.reason_needed, access.denied.
    """
    loaded = load(work, key)
    work.demand(Action.APPROVE, loaded.institution)
    rows = [work.session.get(Award, (key, person, kind_of(kind).value)) for person, kind in chosen]
    found = [each for each in rows if each is not None]
    if not found or len(found) < len(rows):
        raise VekhaError(problem("award.not_chosen"))
    if not approve and not reason.strip():
        raise VekhaError(problem("award.reason_needed"))
    for row in found:
        old, row.state = row.state, (AwardState.APPROVED if approve else AwardState.DECLINED).value
        row.decided_by, row.decided_at, row.reason = work.actor.name, work.now, reason.strip() or None
        work.session.add(row)
        work.audit(f"award:{row.person}/{row.kind}", programme=key, old=old, new=row.state, why=row.reason)
    work.session.flush()
    return len(found)


def issue(work: Work, key: str, *, on: dt.date | None = None) -> Issued:
    """Issues the order, the letters and the posters of everybody approved that are not issued yet.

    Raises VekhaError award.nothing_approved, access.denied and those of `documents.approve`.
    """
    loaded = load(work, key)
    work.demand(Action.APPROVE, loaded.institution)
    rows = [each for each in _awards(work, key) if each.state == AwardState.APPROVED]
    if not rows:
        raise VekhaError(problem("award.nothing_approved"))
    named = published(loaded)
    refused = tuple(
        loaded.now.people.persons[each.person].name
        for each in rows
        if each.kind == AwardKind.BEST and each.person not in named
    )
    wanted = [*_order(work, loaded, rows), *_papers(loaded, rows, named)]
    made = documents.approve(work, key, wanted, on=on) if wanted else []
    return Issued(len(made), refused)


def kind_of(value: str) -> AwardKind:
    """Raises VekhaError award.unknown_kind."""
    try:
        return AwardKind(value)
    except ValueError as reason:
        raise VekhaError(problem("award.unknown_kind", kind=value, known=", ".join(AwardKind))) from reason


def published(loaded: Loaded) -> set[str]:
    """Those whose consent to the publication of their name is in force today, a minor's given by the guardian."""
    persons, today = loaded.now.people.persons, loaded.now.today
    return {code for code, person in persons.items() if PublicCategory.NAME in person.published(today)}


def criteria() -> dict[AwardKind, tuple[tuple[str, float], ...]]:
    return dict(CRITERIA)


def _awards(work: Work, key: str) -> Sequence[Award]:
    return work.session.exec(
        select(Award).where(Award.programme == key).order_by(col(Award.person), col(Award.kind))
    ).all()


def _results(work: Work, loaded: Loaded) -> Sequence[Results]:
    home, people = loaded.institution.code, loaded.now.people
    registered = [(each.code, role) for role in (Role.MENTOR, Role.MENTEE) for each in people.registered(role)]
    return results(histories(work, [home])[home], loaded.key, registered)


def _best(found: Mapping[tuple[str, Role], Results], person: str, kind: AwardKind) -> Results | None:
    """The results in the role that the award is for; the better of two."""
    own = [found[person, role] for role in ROLES[kind] if (person, role) in found]
    return min(own, key=lambda each: (not each.meets(kind), each.rank)) if own else None


def _order(work: Work, loaded: Loaded, rows: Sequence[Award]) -> Iterable[DocumentPlace]:
    """The order, unless the one in force knows of everybody; a newer one takes its place."""
    place = _place(loaded, ORDER, "")
    if place is None:
        return
    issued = select(Document.created_at).where(
        Document.programme == loaded.key, Document.code == ORDER, col(Document.state).in_(_ISSUED)
    )
    last = work.session.exec(issued.order_by(col(Document.created_at).desc())).first()
    if last is None or any(each.decided_at is not None and each.decided_at > last for each in rows):
        yield place


def _papers(loaded: Loaded, rows: Sequence[Award], named: set[str]) -> Iterable[DocumentPlace]:
    registered = {each.code for each in loaded.now.people.registered(Role.MENTOR)}
    for row in (each for each in rows if each.person in registered):
        kind = AwardKind(row.kind)
        place = _place(loaded, PAPERS[kind], row.person) if kind in PAPERS else None
        if place is None or (kind is AwardKind.BEST and row.person not in named):
            continue
        known = loaded.now.documents.get((place.stage, place.activity, place.code), {})
        if known.get(row.person) not in _ISSUED:
            yield place


def _place(loaded: Loaded, code: str, subject: str) -> DocumentPlace | None:
    """The first row of the roadmap that issues the paper; None where the type has none."""
    for stage, row in loaded.roadmap.rows():
        if any(use.code == code for use in row.documents):
            return DocumentPlace(stage.code, row.code, code, subject)
    return None


def in_roadmap(loaded: Loaded, kind: AwardKind) -> bool:
    return kind in PAPERS and _place(loaded, PAPERS[kind], "") is not None
