"""Names and positions in the cases: proposed by the library, shown to a person, confirmed or corrected, then used.

What is confirmed belongs to the institution and to the words themselves, with the gender: it holds for a participant,
a guardian and the head alike, in every programme, and a corrected position serves everybody who is in it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from sqlmodel import Session, col, select

from vekha.documents.declension import CASES, Case, Gender, name_in_case, position_in_case
from vekha.documents.views import name_parts_of, person_view
from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import CaseForms, Guardian, Participation, Person

OBLIQUE: tuple[Case, ...] = CASES[1:]
_FORM_LIMIT = 1000  # characters; a name of 300 is known to exist in tests only


class Kind(StrEnum):
    NAME = "name"
    POSITION = "position"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """One name or position in the cases; nobody has looked at the forms yet while `confirmed_by` is None."""

    kind: Kind
    nominative: str
    gender: Gender | None
    bearers: tuple[str, ...]  # codes of participants and roles of the staff; a guardian has neither
    forms: Mapping[Case, str]
    confirmed_by: str | None = None
    confirmed_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Everything an institution has confirmed, as the views of documents want it."""

    rows: Mapping[tuple[str, str, str], Mapping[str, str]]

    def name(self, name: str, gender: str | None) -> dict[str, tuple[str, str, str]]:
        forms = self.rows.get((Kind.NAME, name, gender or ""), {})
        return {case: name_parts_of(words) for case, words in forms.items()}

    @property
    def positions(self) -> dict[str, Mapping[str, str]]:
        return {words: forms for (kind, words, _), forms in self.rows.items() if kind == Kind.POSITION}


def confirmed(session: Session, institution: str) -> Confirmed:
    return Confirmed({key: row.forms for key, row in _rows(session, institution).items()})


def every(work: Work, key: str) -> list[Declined]:
    """Every name and position of the programme's people, those nobody has confirmed first."""
    loaded = load(work, key, Action.VIEW)
    rows = _rows(work.session, loaded.institution.code)
    found = [_declined(*words, tuple(bearers), rows.get(words)) for words, bearers in _borne(work, loaded).items()]
    return sorted(found, key=lambda each: (each.confirmed_by is not None, each.kind, each.nominative))


def one(work: Work, key: str, reference: str, kind: Kind) -> Declined:
    """The name or the position of a participant (code or full name), of a role of the staff, or of a guardian.

    Raises VekhaError people.unknown_person, people.namesakes, people.no_position.
    """
    loaded = load(work, key, Action.VIEW)
    words, bearers = _meant(work, loaded, reference, kind)
    return _declined(*words, tuple(bearers), _rows(work.session, loaded.institution.code).get(words))


def confirm(work: Work, key: str, reference: str, kind: Kind, given: Mapping[Case, str]) -> Declined:
    """Keeps the forms: those `given`, and the others as they were shown. Raises VekhaError with every problem."""
    loaded = load(work, key)
    words, bearers = _meant(work, loaded, reference, kind)
    told = {case: " ".join(form.split()) for case, form in given.items()}
    refuse(found for case, form in told.items() for found in _form_problems(kind, words[1], case, form))
    institution = loaded.institution.code
    known = _rows(work.session, institution).get(words)
    forms = {**_declined(*words, tuple(bearers), known).forms, **told}
    row = known or CaseForms(
        institution=institution,
        kind=kind,
        nominative=words[1],
        gender=words[2],
        confirmed_by=work.actor.name,
        confirmed_at=work.now,
    )
    before = _shown(row.forms) if known is not None else None
    row.forms, row.confirmed_by, row.confirmed_at = dict(forms), work.actor.name, work.now
    work.session.add(row)
    work.session.flush()
    work.audit(f"{kind}:{words[1]}", programme=key, old=before, new=_shown(row.forms))
    return _declined(*words, tuple(bearers), row)


def reset(work: Work, key: str, reference: str, kind: Kind) -> Declined:
    """Back to what the library proposes, and unconfirmed. Raises VekhaError people.forms_not_confirmed."""
    loaded = load(work, key)
    words, bearers = _meant(work, loaded, reference, kind)
    row = _rows(work.session, loaded.institution.code).get(words)
    if row is None:
        raise VekhaError(problem("people.forms_not_confirmed", words=words[1]))
    work.session.delete(row)
    work.session.flush()
    work.audit(f"{kind}:{words[1]}", programme=key, old=_shown(row.forms), new="proposed")
    return _declined(*words, tuple(bearers), None)


def _shown(forms: Mapping[str, str]) -> str:
    return ", ".join(forms[case] for case in OBLIQUE)


def _form_problems(kind: Kind, nominative: str, case: str, form: str) -> Iterator[Problem]:
    if not form or len(form) > _FORM_LIMIT:
        yield problem("people.form_empty", case, words=nominative)
    # A surname of two words stays one of two words: the forms are taken apart as the name itself is.
    elif kind is Kind.NAME and len(form.split()) != len(nominative.split()):
        yield problem("people.form_words", case, form=form, words=nominative)


# --- what there is to decline ----------------------------------------------------------------------------------------

Words = tuple[str, str, str]
"""Kind, nominative, gender: the key of what is confirmed."""


def _rows(session: Session, institution: str) -> dict[Words, CaseForms]:
    rows = session.exec(select(CaseForms).where(CaseForms.institution == institution))
    return {(row.kind, row.nominative, row.gender): row for row in rows}


def _borne(work: Work, loaded: Loaded) -> dict[Words, list[str]]:
    found: dict[Words, list[str]] = {}
    for words, bearer in _all(work, loaded):
        bearers = found.setdefault(words, [])
        if bearer and bearer not in bearers:
            bearers.append(bearer)
    return found


def _all(work: Work, loaded: Loaded) -> Iterator[tuple[Words, str]]:
    institution = loaded.institution
    for role, told in institution.staff.items():
        yield from _of_one(told["name"], told.get("gender"), told.get("position"), role)
    rows = (
        select(Person)
        .join(Participation, col(Participation.person) == col(Person.code))
        .where(Person.institution == institution.code, Participation.programme == loaded.key)
    )
    codes: set[str] = set()
    for person in work.session.exec(rows.order_by(col(Person.name), col(Person.code))):
        codes.add(person.code)
        yield from _of_one(person.name, person.gender, person.position, person.code)
    for guardian in work.session.exec(select(Guardian).where(Guardian.institution == institution.code)):
        if guardian.person in codes:
            yield (Kind.NAME, guardian.name, ""), ""


def _of_one(name: str, gender: str | None, position: str | None, bearer: str) -> Iterator[tuple[Words, str]]:
    yield (Kind.NAME, name, gender or ""), bearer
    if position:
        yield (Kind.POSITION, position, ""), bearer


def _meant(work: Work, loaded: Loaded, reference: str, kind: Kind) -> tuple[Words, list[str]]:
    borne = _borne(work, loaded)
    wanted = " ".join(reference.split()).casefold()
    known = {bearer for bearers in borne.values() for bearer in bearers if bearer.casefold() == wanted}
    known |= {
        bearer
        for (its, words, _), bearers in borne.items()
        if its == Kind.NAME and words.casefold() == wanted
        for bearer in bearers
    }
    found = {
        words: bearers
        for words, bearers in borne.items()
        if words[0] == kind and (words[1].casefold() == wanted or known & set(bearers))
    }
    if len(found) == 1:
        return next(iter(found.items()))
    raise VekhaError(_not_one(reference, kind, found.values(), known=bool(known)))


def _not_one(reference: str, kind: Kind, found: Iterable[list[str]], *, known: bool) -> Problem:
    codes = sorted({bearer for bearers in found for bearer in bearers})
    if codes:
        return problem("people.namesakes", person=reference, codes=", ".join(codes))
    if known and kind is Kind.POSITION:
        return problem("people.no_position", person=reference)
    return problem("people.unknown_person", person=reference)


def _declined(kind: str, nominative: str, gender: str, bearers: tuple[str, ...], row: CaseForms | None) -> Declined:
    known = cast("Gender | None", gender or None)
    return Declined(
        kind=Kind(kind),
        nominative=nominative,
        gender=known,
        bearers=bearers,
        forms={case: _form(kind, nominative, known, case, row) for case in OBLIQUE},
        confirmed_by=row.confirmed_by if row else None,
        confirmed_at=row.confirmed_at if row else None,
    )


def _form(kind: str, nominative: str, gender: Gender | None, case: Case, row: CaseForms | None) -> str:
    if row is not None and case in row.forms:
        return row.forms[case]
    if kind == Kind.POSITION:
        return position_in_case(nominative, case)
    return name_in_case(person_view(nominative, gender=gender), case)
