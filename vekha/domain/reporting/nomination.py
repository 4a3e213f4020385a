"""Who is worth an award, by results: what each mentor did and what their mentees say of it; a person chooses.

The criteria only propose. Whoever is chosen without meeting them is chosen with words that say why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vekha.domain.errors import Problem, problem
from vekha.domain.people import Role
from vekha.domain.reporting.history import History


class AwardKind(StrEnum):
    THANKS = "thanks"  # a letter of thanks, to a mentor
    BEST = "best"  # «Лучший наставник»: a poster, with a consent to publication only
    CERTIFICATE = "certificate"  # of taking part, to mentors and mentees


class AwardState(StrEnum):
    CHOSEN = "chosen"
    APPROVED = "approved"
    DECLINED = "declined"


ROLES: Mapping[AwardKind, tuple[Role, ...]] = {
    AwardKind.THANKS: (Role.MENTOR,),
    AwardKind.BEST: (Role.MENTOR,),
    AwardKind.CERTIFICATE: (Role.MENTOR, Role.MENTEE),
}
# What is asked for: (result, the least of it). `comfort` asks only where somebody answered.
CRITERIA: Mapping[AwardKind, tuple[tuple[str, float], ...]] = {
    AwardKind.THANKS: (("meetings", 1),),
    AwardKind.BEST: (("finished", 1), ("meetings", 4), ("mark", 8.0)),
    AwardKind.CERTIFICATE: (("finished", 1),),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Of one person in one role: pairs, those finished, partners met, meetings held, the mean mark that the other side
    gave at the end (None: nobody answered) and how many did."""

    person: str
    role: Role
    pairs: int
    finished: int
    partners: int
    meetings: int
    mark: float | None
    answers: int

    def meets(self, kind: AwardKind) -> bool:
        return self.role in ROLES[kind] and all(self.reaches(name, least) for name, least in CRITERIA[kind])

    def reaches(self, name: str, least: float) -> bool:
        value = getattr(self, name)
        return value is None or value >= least

    @property
    def rank(self) -> tuple[float, ...]:
        """The better, the smaller."""
        return (-self.finished, -self.meetings, -(self.mark or 0.0), -self.partners)


def results(history: History, programme: str, people: Iterable[tuple[str, Role]]) -> Sequence[Results]:
    """What these people did in a programme, the best first."""
    return sorted((_of(history, programme, *each) for each in people), key=lambda each: (each.rank, each.person))


def _of(history: History, programme: str, person: str, role: Role) -> Results:
    mentor = role is Role.MENTOR
    own = [
        each
        for each in history.pairings
        if each.programme == programme and person in (each.mentors if mentor else each.mentees)
    ]
    codes = {each.code for each in own}
    partners = {who for each in own for who in (each.mentees if mentor else each.mentors)}
    said = {
        each.person: each.mark
        for each in sorted(history.opinions, key=lambda each: each.on)
        if each.programme == programme and each.moment == "satisfaction" and each.person in partners
    }
    return Results(
        person=person,
        role=role,
        pairs=len(own),
        finished=sum(each.finished is not None for each in own),
        partners=len(partners),
        meetings=sum(each.pair in codes for each in history.contacts if each.programme == programme and each.pair),
        mark=round(sum(said.values()) / len(said), 1) if said else None,
        answers=len(said),
    )


def choice_problems(found: Results | None, kind: AwardKind, words: str, name: str) -> Iterable[Problem]:
    """Why somebody cannot be chosen for an award now."""
    if found is None or found.role not in ROLES[kind]:
        yield problem("award.not_of_role", person=name)
    elif not found.meets(kind) and not words.strip():
        yield problem("award.words_needed", person=name)
