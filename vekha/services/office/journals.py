"""Journals of registration: arranged, listed, read, printed and exported."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, func, select

from vekha.documents.context import DocumentView
from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.domain.numbers import filled, pattern_problems
from vekha.domain.programme import DocumentState
from vekha.domain.roadmap import DocumentKind
from vekha.services.office.numbering import bodies_of, plain_rule, rules_of
from vekha.services.region.institutions import one
from vekha.services.work import Work, institution_of, lock_institution
from vekha.storage.tables import Document, Journal, JournalEntry, JournalRule
from vekha.texts import text

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TEMPLATE = "base/journal.html"
_KINDS = tuple(each.value for each in DocumentKind)
RETENTION = "постоянно"  # journals of orders on the main activity: Перечень № 236, ст. 182


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalData:
    """What an institution says of one of its journals; None leaves what is known.

    `starts_with` is the first number of `year`, for an institution that has used up the numbers before it on paper.
    """

    code: str
    title: str | None = None
    pattern: str | None = None
    kinds: tuple[str, ...] | None = None
    year: int
    starts_with: int | None = None


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A journal and where it stands in a year."""

    code: str
    title: str
    pattern: str
    kinds: tuple[str, ...]
    year: int
    given: int
    next: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the journal as it is read and printed; a voided number stays, with the reason."""

    number: str
    dated: dt.date
    title: str
    state: str
    approved_by: str
    note: str
    document: int


def put(work: Work, institution: str, data: JournalData) -> JournalLine:
    """Arranges a journal; raises VekhaError with everything that is wrong at once."""
    home = institution_of(work.session, institution)
    work.demand(Action.APPROVE, home)
    lock_institution(work, institution)
    bodies = bodies_of(work, home.type)
    rule = work.session.get(JournalRule, (institution, data.code)) or _new_rule(institution, data.code, bodies)
    rule.title = data.title or rule.title
    rule.pattern = rule.pattern if data.pattern is None else data.pattern
    rule.kinds = list(rule.kinds if data.kinds is None else dict.fromkeys(data.kinds))
    journal = work.session.get(Journal, (institution, data.year, data.code))
    journal = journal or Journal(institution=institution, year=data.year, code=data.code)
    with work.session.no_autoflush:
        known = rules_of(work, institution)
        refuse([*_rule_problems(known, rule, (*_KINDS, *bodies)), *_start_problems(work, journal, data.starts_with)])
    work.session.add(rule)
    if data.starts_with is not None and not _count(work, journal):
        journal.first, journal.last = data.starts_with, data.starts_with - 1
        work.session.add(journal)
    work.session.flush()
    work.audit(f"journal:{institution}/{data.code}", new=rule.pattern, why=", ".join(rule.kinds))
    return _line(work, rule, data.year)


def every(work: Work, institution: str, year: int) -> list[JournalLine]:
    """The journals the institution has arranged and those that have numbers in `year`, by code."""
    bodies = bodies_of(work, one(work, institution).type)
    rules = {rule.code: rule for rule in rules_of(work, institution)}
    used = select(Journal.code).where(Journal.institution == institution, Journal.year == year)
    for code in work.session.exec(used):
        rules.setdefault(code, _new_rule(institution, code, bodies))
    return [_line(work, rules[code], year) for code in sorted(rules)]


def entries(work: Work, institution: str, code: str, year: int) -> list[Entry]:
    """The lines of a journal in the order of its numbers. Raises VekhaError journal.unknown."""
    rule(work, institution, code, year)
    rows = (
        select(JournalEntry, Document)
        .join(Document, col(Document.id) == col(JournalEntry.document))
        .where(JournalEntry.institution == institution, JournalEntry.journal == code, JournalEntry.year == year)
        .order_by(col(JournalEntry.serial))
    )
    return [_entry(entry, document) for entry, document in work.session.exec(rows)]


def rule(work: Work, institution: str, code: str, year: int) -> JournalRule:
    """How a journal is kept. Raises VekhaError journal.unknown with those there are."""
    known = [line.code for line in every(work, institution, year)]
    if code not in known:
        raise VekhaError(problem("journal.unknown", code=code, known=", ".join(known) or text("journal.nobody")))
    found = work.session.get(JournalRule, (institution, code))
    return found or _new_rule(institution, code, bodies_of(work, institution_of(work.session, institution).type))


def as_pdf(work: Work, institution: str, code: str, year: int) -> bytes:
    """The journal as a register on landscape pages; the same entries give the same bytes."""
    kept, lines = rule(work, institution, code, year), entries(work, institution, code, year)
    title = f"{kept.title} {text('journal.year', year=year)}"
    view = DocumentView(code="journal", title=title, kind="register", state="approved", retention=RETENTION)
    home = institution_of(work.session, institution)
    context = {"document": view, "institution": home.title, "columns": _columns(), "entries": lines}
    html = work.tools.renderer.html(_TEMPLATE, context)
    newest = max((line.dated for line in lines), default=dt.date(year, 1, 1))
    return work.tools.renderer.pdf(html, title=title, created=dt.datetime.combine(newest, dt.time(), dt.UTC))


def as_csv(work: Work, institution: str, code: str, year: int) -> bytes:
    """The journal as a table for a spreadsheet: semicolons and a byte order mark, as Excel in Russian wants them."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(_columns())
    for line in entries(work, institution, code, year):
        cells = (line.number, f"{line.dated:%d.%m.%Y}", line.title, line.approved_by, line.note)
        writer.writerow([_harmless(each) for each in cells])
    return stream.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """A spreadsheet takes a cell that begins like this for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t")) else cell


def _columns() -> list[str]:
    return [text(f"journal.columns.{name}") for name in ("number", "dated", "title", "approved_by", "note")]


def _entry(entry: JournalEntry, document: Document) -> Entry:
    note = ""
    if document.state == DocumentState.VOID:
        note = text("journal.voided", reason=document.void_reason)
    elif document.state == DocumentState.SUPERSEDED:
        note = text("journal.superseded")
    return Entry(
        number=entry.number,
        dated=entry.dated,
        title=document.title,
        state=str(document.state),
        approved_by=document.approved_by or "",
        note=note,
        document=entry.document,
    )


def _new_rule(institution: str, code: str, bodies: Mapping[str, str]) -> JournalRule:
    """A journal named like a kind, or like the minutes of a body, serves them; any other has to be told what."""
    if code in _KINDS:
        return plain_rule(institution, DocumentKind(code))
    if code in bodies:
        return JournalRule(institution=institution, code=code, title=bodies[code], kinds=[code])
    return JournalRule(institution=institution, code=code, title=code, kinds=[])


def _rule_problems(known: Sequence[JournalRule], rule: JournalRule, every_kind: Sequence[str]) -> Iterator[Problem]:
    if not _CODE.fullmatch(rule.code):
        yield problem("journal.bad_code", "code", code=rule.code)
    kinds = ", ".join(dict.fromkeys(every_kind))
    if not rule.kinds:
        yield problem("journal.no_kinds", "kind", code=rule.code, known=kinds)
    for each in rule.kinds:
        if each not in every_kind:
            yield problem("journal.unknown_kind", "kind", kind=each, known=kinds)
        for other in known:
            if other.code != rule.code and each in other.kinds:
                yield problem("journal.kind_taken", "kind", kind=each, journal=other.title)
    yield from pattern_problems(rule.pattern)


def _start_problems(work: Work, journal: Journal, start: int | None) -> Iterable[Problem]:
    if start is None or not _count(work, journal) or start == journal.last + 1:
        return
    code = "journal.already_given" if start <= journal.last else "journal.leaves_gap"
    facts = {"code": journal.code, "year": journal.year, "last": journal.last, "next": journal.last + 1}
    yield problem(code, "next", start=start, **facts)


def _count(work: Work, journal: Journal) -> int:
    rows = select(func.count()).select_from(JournalEntry)
    place = {"institution": journal.institution, "year": journal.year, "journal": journal.code}
    return work.session.exec(rows.filter_by(**place)).one()


def _line(work: Work, rule: JournalRule, year: int) -> JournalLine:
    journal = work.session.get(Journal, (rule.institution, year, rule.code))
    journal = journal or Journal(institution=rule.institution, year=year, code=rule.code)
    following = filled(rule.pattern, journal.last + 1, year)
    given = _count(work, journal)
    return JournalLine(rule.code, rule.title, rule.pattern, tuple(rule.kinds), year, given, following)
