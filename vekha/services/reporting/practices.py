"""Cases of good practice: written by curators, reviewed by the head, published with consents of those named."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem, refuse
from vekha.domain.reporting.practice import (
    AFTER,
    MOST_FILES,
    Card,
    PracticeState,
    Step,
    card_problems,
    possible,
    step_problems,
)
from vekha.files import safe_name
from vekha.forms.standard.words import MentoringModel, PublicCategory
from vekha.services.office.uploads import examine
from vekha.services.process.facts import fact_of
from vekha.services.process.programmes import load
from vekha.services.reporting import practice_names, practice_search
from vekha.services.work import Work, institution_of
from vekha.storage.tables import Institution, Person, Practice, PracticeFile

_NAMED = {PublicCategory.NAME.value, PublicCategory.CASE.value}
_RIGHTS = {
    Step.EDIT: Action.WORK,
    Step.SEND: Action.WORK,
    Step.ACCEPT: Action.APPROVE,
    Step.RETURN: Action.APPROVE,
    Step.PUBLISH: Action.APPROVE,
    Step.HIDE: Action.WORK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeSheet:
    """A practice with what the reader may do to it now. `lacking` are those named who have not consented."""

    row: Practice
    institution: Institution
    files: tuple[PracticeFile, ...]
    people: tuple[tuple[str, str], ...]  # of the institution: code and name
    named: tuple[str, ...]
    lacking: tuple[str, ...]
    steps: frozenset[Step]
    may_pin: bool


def create(work: Work, key: str, card: Card, people: Sequence[str] = ()) -> Practice:
    """A draft of the programme's institution. Raises VekhaError practice.* and access.denied."""
    loaded = load(work, key)
    home = loaded.institution
    _check(work, home, card, people)
    row = Practice(
        institution=home.code, programme=key, title="", created_by=work.actor.name, created_at=work.now, version=0
    )
    work.session.add(row)
    _write(work, row, card, people)
    work.audit(f"practice:{row.id}", programme=key, new=row.state, why=row.title)
    return row


def edit(work: Work, number: int, card: Card, people: Sequence[str], version: int) -> Practice:
    """Changes the card; what was accepted is a draft again. Raises VekhaError practice.changed and as `create`."""
    row, home = _of(work, number, Step.EDIT)
    if row.version != version:
        raise VekhaError(problem("practice.changed"))
    refuse(step_problems(Step.EDIT, PracticeState(row.state), card))
    _check(work, home, card, people)
    old = row.state
    row.state, row.published_at, row.pinned_at = AFTER[Step.EDIT].value, None, None
    _write(work, row, card, people)
    work.audit(f"practice:{row.id}", programme=row.programme, old=old, new=row.state, why=row.title)
    return row


def step(work: Work, number: int, wanted: Step, remarks: str = "") -> Practice:
    """Sends, accepts, returns, publishes or hides. Raises VekhaError practice.wrong_state, part_empty, remarks_needed,
    no_consent, access.denied."""
    row, home = _of(work, number, wanted)
    refuse(step_problems(wanted, PracticeState(row.state), card_of(row), remarks))
    if wanted is Step.PUBLISH and (lacking := without_consent(work, home, row)):
        raise VekhaError(problem("practice.no_consent", people=", ".join(lacking)))
    old, row.state = row.state, AFTER[wanted].value
    if wanted is Step.SEND:
        row.sent_at = work.now
    elif wanted in (Step.ACCEPT, Step.RETURN):
        row.reviewed_by, row.reviewed_at = work.actor.name, work.now
    if wanted in (Step.ACCEPT, Step.RETURN):
        row.remarks = remarks.strip() or None
    row.published_at = work.now if wanted is Step.PUBLISH else None
    row.pinned_at = row.pinned_at if wanted is Step.PUBLISH else None
    work.session.add(row)
    work.session.flush()
    work.audit(f"practice:{number}", programme=row.programme, old=old, new=row.state, why=row.remarks)
    return row


def pin(work: Work, number: int, *, pinned: bool) -> None:
    """The region's operator puts a published practice first, or takes it back."""
    row = one(work, number)
    home = institution_of(work.session, row.institution)
    work.demand(Action.SCHEDULE, home)
    if pinned and row.state != PracticeState.PUBLISHED:
        raise VekhaError(problem("practice.not_published"))
    row.pinned_at = work.now if pinned else None
    work.session.add(row)
    work.session.flush()
    work.audit(f"practice:{number}", programme=row.programme, new="pinned" if pinned else "unpinned")


def attach(work: Work, number: int, content: bytes, name: str) -> PracticeFile:
    """Adds a material; the practice is a draft again. Raises VekhaError file.*, practice.too_many_files."""
    kind = examine(work, content, name)
    row, _ = _of(work, number, Step.EDIT)
    refuse(step_problems(Step.EDIT, PracticeState(row.state), card_of(row)))
    files = _files(work, number)
    digest = work.tools.files.put(content)
    if any(each.digest == digest for each in files):
        return next(each for each in files if each.digest == digest)
    if len(files) >= MOST_FILES:
        raise VekhaError(problem("practice.too_many_files", most=MOST_FILES))
    made = PracticeFile(practice=number, digest=digest, name=safe_name(name), media_type=kind)
    work.session.add(made)
    _back_to_draft(work, row)
    work.audit(f"practice:{number}", programme=row.programme, new="attached", why=made.name)
    return made


def detach(work: Work, number: int, digest: str) -> None:
    row, _ = _of(work, number, Step.EDIT)
    refuse(step_problems(Step.EDIT, PracticeState(row.state), card_of(row)))
    file = work.session.get(PracticeFile, (number, digest))
    if file is not None:
        work.session.delete(file)
        _back_to_draft(work, row)
        work.audit(f"practice:{number}", programme=row.programme, old="attached", new="detached", why=file.name)


# --- looking ----------------------------------------------------------------------------------------------------------


def sheet(work: Work, number: int) -> PracticeSheet:
    """Raises VekhaError practice.unknown for whoever may not see it: a published one anybody of the region may."""
    row = one(work, number)
    home = institution_of(work.session, row.institution)
    place = {"region": home.region, "municipality": home.municipality, "institution": home.code}
    lacking = without_consent(work, home, row)
    in_region = home.region in practice_search.regions(work)
    open_to_all = row.state == PracticeState.PUBLISHED and in_region and not lacking
    if not open_to_all and not work.actor.may(Action.VIEW, **place):
        raise VekhaError(problem("practice.unknown", number=number))
    names = _names(work, home.code)
    allowed = possible(PracticeState(row.state))
    return PracticeSheet(
        row=row,
        institution=home,
        files=tuple(_files(work, number)),
        people=tuple(names.items()) if work.actor.may(Action.WORK, **place) else (),
        named=tuple(names[code] for code in row.people if code in names),
        lacking=tuple(lacking),
        steps=frozenset(each for each in allowed if work.actor.may(_RIGHTS[each], **place)),
        may_pin=row.state == PracticeState.PUBLISHED and work.actor.may(Action.SCHEDULE, **place),
    )


def of_programme(work: Work, key: str) -> Sequence[Practice]:
    """Those of the programme's institution, the newest first."""
    home = load(work, key, Action.VIEW).institution
    rows = select(Practice).where(Practice.institution == home.code)
    return work.session.exec(rows.order_by(col(Practice.id).desc())).all()


def waiting(work: Work, institution: str) -> Sequence[Practice]:
    """What the head has to read."""
    work.demand(Action.APPROVE, institution_of(work.session, institution))
    rows = select(Practice).where(Practice.institution == institution, Practice.state == PracticeState.REVIEW.value)
    return work.session.exec(rows.order_by(col(Practice.id))).all()


def file(work: Work, number: int, digest: str) -> tuple[PracticeFile, bytes]:
    """A material, for whoever may see the practice. Raises VekhaError practice.unknown."""
    sheet(work, number)
    row = work.session.get(PracticeFile, (number, digest))
    if row is None:
        raise VekhaError(problem("practice.unknown", number=number))
    return row, work.tools.files.get(digest)


def found(work: Work, question: str = "", model: str = "", municipality: str = "") -> list[practice_search.Hit]:
    """What a search shows: without those in which somebody named has taken the consent back."""
    hits = practice_search.search(work, question, model, municipality)
    return [
        each for each in hits if not without_consent(work, institution_of(work.session, each.row.institution), each.row)
    ]


def shown(work: Work, home: Institution) -> list[tuple[Practice, list[PracticeFile]]]:
    """For anybody, on the institution's page: published, and everybody named still consents today."""
    rows = select(Practice).where(Practice.institution == home.code, Practice.state == PracticeState.PUBLISHED.value)
    known = work.session.exec(rows.order_by(col(Practice.published_at).desc(), col(Practice.id).desc()))
    return [(row, _files(work, row.id or 0)) for row in known if not without_consent(work, home, row)]


def one(work: Work, number: int) -> Practice:
    """Raises VekhaError practice.unknown."""
    row = work.session.get(Practice, number)
    if row is None:
        raise VekhaError(problem("practice.unknown", number=number))
    return row


def card_of(row: Practice) -> Card:
    return Card(title=row.title, problem=row.problem, done=row.done, result=row.result, model=row.model)


def without_consent(work: Work, home: Institution, row: Practice) -> list[str]:
    """Those named in the card or found in its words whose consent to publication is not in force today."""
    names = _names(work, home.code)
    named = {*row.people, *practice_names.found_in(names, "\n".join(card_of(row).parts.values()))}
    today, lacking = work.local_day(home.timezone), list[str]()
    for code in sorted(named & names.keys()):
        person = work.session.get_one(Person, (home.code, code))
        if not _NAMED & fact_of(work.session, person).published(today):
            lacking.append(names[code])
    return lacking


# --- parts ------------------------------------------------------------------------------------------------------------


def _of(work: Work, number: int, wanted: Step) -> tuple[Practice, Institution]:
    row = one(work, number)
    home = institution_of(work.session, row.institution)
    work.demand(_RIGHTS[wanted], home)
    return row, home


def _check(work: Work, home: Institution, card: Card, people: Sequence[str]) -> None:
    known = _names(work, home.code)
    unknown_model = card.model and card.model not in [each.value for each in MentoringModel]
    refuse(
        [
            *card_problems(card),
            *(problem("practice.unknown_person", person=each) for each in people if each not in known),
            *([problem("practice.unknown_model", model=card.model)] if unknown_model else []),
        ]
    )


def _write(work: Work, row: Practice, card: Card, people: Sequence[str]) -> None:
    for name, words in card.parts.items():
        setattr(row, name, words.replace("\r\n", "\n").strip())
    row.people, row.version = sorted(set(people)), row.version + 1
    work.session.add(row)
    work.session.flush()
    practice_search.index(work, row.id or 0, card)


def _back_to_draft(work: Work, row: Practice) -> None:
    row.state, row.published_at, row.pinned_at = PracticeState.DRAFT.value, None, None
    work.session.add(row)
    work.session.flush()


def _names(work: Work, institution: str) -> dict[str, str]:
    rows = select(Person.code, Person.name).where(Person.institution == institution, col(Person.erased_on).is_(None))
    return dict(work.session.exec(rows.order_by(col(Person.name), col(Person.code))).all())


def _files(work: Work, number: int) -> list[PracticeFile]:
    rows = select(PracticeFile).where(PracticeFile.practice == number)
    return list(work.session.exec(rows.order_by(col(PracticeFile.name), col(PracticeFile.digest))))
