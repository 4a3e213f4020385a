"""Numbers of documents: journals of an institution by year; no gaps, no doubles, text in the institution's own form.

The institution is locked until the transaction ends, so concurrent approvals follow each other and a refused one gives
its number back.
"""

from collections.abc import Sequence

from sqlmodel import col, select

from vekha.domain.errors import VekhaError, problem
from vekha.domain.facts import DocumentFacts, InstitutionFacts
from vekha.domain.numbers import filled, serial_of
from vekha.domain.roadmap import DocumentKind, DocumentSpec
from vekha.services.process.programmes import Loaded
from vekha.services.work import Work, lock_institution
from vekha.storage.tables import Document, Journal, JournalEntry, JournalRule
from vekha.texts import text


def rules_of(work: Work, institution: str) -> Sequence[JournalRule]:
    """The journals that the institution has arranged for itself."""
    rows = select(JournalRule).where(JournalRule.institution == institution)
    return work.session.exec(rows.order_by(col(JournalRule.code))).all()


def plain_rule(institution: str, kind: DocumentKind) -> JournalRule:
    """The journal of a kind that nobody has arranged: its own, with plain numbers."""
    title = text(f"journal.titles.{kind.value}")
    return JournalRule(institution=institution, code=kind.value, title=title, kinds=[kind.value])


def bodies_of(work: Work, type_code: str) -> dict[str, str]:
    """The journals of minutes that bodies of an institution of this type keep when nobody has arranged others: code →
    title. A council, a meeting of parents and the head's own meetings number their minutes each from 1 every year.
    """
    registry = work.tools.registry
    if type_code not in registry.types:
        return {}
    specs = [each for roadmap in registry.roadmaps(registry.type(type_code)) for each in roadmap.documents.items()]
    return {body_journal(code): _body_title(spec.title) for code, spec in specs if spec.kind is DocumentKind.MINUTES}


def body_journal(document: str) -> str:
    """The code of the journal for the minutes of one body, from the code of the document."""
    kind = DocumentKind.MINUTES.value
    return document if document.startswith(kind) else f"{kind}_{document}"


def _body_title(title: str) -> str:
    """«Протокол методического совета» → «Журнал регистрации протоколов методического совета»."""
    return text("journal.body_title", body=title.partition(" ")[2] or title)


def take_number(work: Work, loaded: Loaded, document: Document, spec: DocumentSpec) -> str:
    """The next number of the journal that serves this kind, as the institution writes it («42», «42-ОД», «63/1»).

    A plugin's hook or the journal's pattern shapes it. Raises VekhaError document.number_taken when that gives
    a number already used.
    """
    journal, rule = _opened(work, loaded, document, spec)
    serial = journal.last + 1
    facts = DocumentFacts(code=document.code, title=document.title, kind=spec.kind)
    home = loaded.institution
    who = InstitutionFacts(code=home.code, type=home.type, title=home.title, region=home.region)
    hook = work.tools.registry.document_number(facts, who, journal.year, serial)
    return _enter(work, journal, document, serial, hook or filled(rule.pattern, serial, journal.year))


def enter_number(work: Work, loaded: Loaded, document: Document, spec: DocumentSpec, number: str) -> str:
    """Enters a number that a paper has already: the next one of the journal, or one from before the journal began.

    Raises VekhaError journal.other_form («42» in a journal of «42-ОД»: DOMAIN.md §8.7), journal.out_of_turn,
    document.number_taken.
    """
    journal, rule = _opened(work, loaded, document, spec)
    serial = serial_of(rule.pattern, number, journal.year)
    if serial is None:
        raise VekhaError(problem("journal.other_form", document.title, number=number, pattern=rule.pattern))
    if journal.first <= serial <= journal.last:
        raise VekhaError(problem("document.number_taken", document.title, number=number))
    if serial > journal.last + 1:
        following = filled(rule.pattern, journal.last + 1, journal.year)
        raise VekhaError(
            problem("journal.out_of_turn", document.title, number=number, code=journal.code, next=following)
        )
    return _enter(work, journal, document, serial, filled(rule.pattern, serial, journal.year))


def _opened(work: Work, loaded: Loaded, document: Document, spec: DocumentSpec) -> tuple[Journal, JournalRule]:
    """The journal of the document's kind and year, for this transaction alone, with the rule it is kept by."""
    if document.dated is None or document.id is None:
        raise ValueError("a number is given to a stored document with a date")
    institution = loaded.institution.code
    lock_institution(work, institution)
    year = document.dated.year
    rule = _arranged(work, institution, document, spec) or _unarranged(work, institution, year, document, spec)
    journal = work.session.get(Journal, (institution, year, rule.code))
    return journal or Journal(institution=institution, year=year, code=rule.code), rule


def _arranged(work: Work, institution: str, document: Document, spec: DocumentSpec) -> JournalRule | None:
    """The institution's own journal for this paper: for minutes of the body first, then for minutes of any."""
    own = (body_journal(document.code),) if spec.kind is DocumentKind.MINUTES else ()
    rules = rules_of(work, institution)
    return next((rule for kind in (*own, spec.kind.value) for rule in rules if kind in rule.kinds), None)


def _unarranged(work: Work, institution: str, year: int, document: Document, spec: DocumentSpec) -> JournalRule:
    """A journal for each kind; for minutes one for each body, unless the body's numbers of this year are in the common
    one, where those given before bodies had their own are: a series goes on where it has begun.
    """
    code = body_journal(document.code)
    if spec.kind is not DocumentKind.MINUTES or code == spec.kind or _begun(work, institution, year, document, spec):
        return plain_rule(institution, spec.kind)
    return JournalRule(institution=institution, code=code, title=_body_title(spec.title), kinds=[code])


def _begun(work: Work, institution: str, year: int, document: Document, spec: DocumentSpec) -> bool:
    """Whether minutes of this body have numbers of this year in the journal of all minutes."""
    place = {"institution": institution, "year": year, "journal": spec.kind.value}
    entries = select(JournalEntry).filter_by(**place).join(Document, col(Document.id) == col(JournalEntry.document))
    return work.session.exec(entries.where(Document.code == document.code).limit(1)).first() is not None


def _enter(work: Work, journal: Journal, document: Document, serial: int, number: str) -> str:
    place = {"institution": journal.institution, "year": journal.year, "journal": journal.code}
    entries = select(JournalEntry).filter_by(**place)
    if work.session.exec(entries.where((JournalEntry.number == number) | (JournalEntry.serial == serial))).first():
        raise VekhaError(problem("document.number_taken", document.title, number=number))
    journal.last = max(journal.last, serial)
    work.session.add(journal)
    work.session.add(
        JournalEntry(
            institution=journal.institution,
            year=journal.year,
            journal=journal.code,
            serial=serial,
            number=number,
            document=document.id or 0,
            dated=document.dated or work.now.date(),
        )
    )
    work.session.flush()
    return number
