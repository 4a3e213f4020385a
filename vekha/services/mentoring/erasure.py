"""Erasing a person from an institution: tables, answers, drafts, links, the journal of changes; papers that were issued
are kept by law and listed."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, String, Table, and_, false, or_, select, update
from sqlmodel import SQLModel, col
from sqlmodel import select as rows_of
from sqlmodel.sql.sqltypes import AutoString

from vekha.documents.declension import CASES, Gender, name_parts
from vekha.documents.views import PersonView, name_parts_of
from vekha.domain.access import Action
from vekha.domain.erasure import NameForms, choices_of, eraser, year_only
from vekha.domain.errors import problem, refuse
from vekha.domain.people import Standing
from vekha.domain.programme import DocumentState
from vekha.services.mentoring.people import code_of
from vekha.services.mentoring.traces import DIGEST, unneeded
from vekha.services.process.programmes import load, stored_roadmap
from vekha.services.reporting import practice_search, practices
from vekha.services.work import Work, lock_institution
from vekha.storage.tables import (
    CaseForms,
    Consent,
    Document,
    FormDraft,
    FormSchema,
    Guardian,
    Institution,
    Participation,
    Person,
    PersonalLink,
    PersonMerge,
    Practice,
    Programme,
    Reflection,
    Submission,
    SurveyAsked,
)
from vekha.texts import text

# Who works at the institution or for it is another matter: they are named by their office.
OFFICES = frozenset(
    {"account", "account_grant", "addressee", "api_token", "contact", "duty", "employer", "institution", "region"}
)
DONE_APART = frozenset({"person", "guardian", "consent", "case_forms", "submission", "roadmap_version", "form_schema"})
ACTED = frozenset({"who", "given_by", "created_by", "confirmed_by", "approved_by", "closing_by", "undone_by"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper that the law keeps although it names the person."""

    document: int
    title: str
    number: str | None
    dated: dt.date | None
    retention: str


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: rows changed or removed, by table; the papers that stay."""

    person: str
    rows: dict[str, int]
    kept: tuple[Kept, ...]


def erase(work: Work, key: str, person: str, reason: str) -> Erased:
    """Erases a participant of a programme, by code or full name, from all of the institution; a second time changes
    nothing more.

    Raises VekhaError access.denied, people.unknown_person, people.namesakes, people.erase_at_work, stage.reason_needed.
    """
    loaded = load(work, key, Action.APPROVE)
    home = loaded.institution
    lock_institution(work, home.code)
    row = work.session.get_one(Person, (home.code, code_of(loaded.now.people, person)))
    keys = sorted(work.session.exec(rows_of(Programme.key).where(Programme.institution == home.code)))
    _check(work, row, keys, reason)
    work.flush()
    scope = _Scope(work, home, keys, row)
    if row.erased_on is not None:
        return Erased(row.code, {}, ())
    kept = tuple(_kept(scope))
    _everything(scope)
    work.audit(f"person:{row.code}", programme=key, old="withdrawn", new="erased", why=scope.scrub(reason))
    work.flush()
    work.traces = unneeded(work, scope.dropped)
    return Erased(row.code, dict(sorted(scope.rows.items())), kept)


def _check(work: Work, row: Person, keys: list[str], reason: str) -> None:
    at_work = rows_of(Participation.programme).where(
        col(Participation.programme).in_(keys),
        Participation.person == row.code,
        Participation.standing != Standing.WITHDRAWN,
    )
    running = rows_of(Programme.key).where(
        col(Programme.state).in_(("running", "paused")), col(Programme.key).in_(keys)
    )
    busy = sorted({*work.session.exec(at_work)} & {*work.session.exec(running)})
    refuse(
        [
            *([] if reason.strip() else [problem("stage.reason_needed", row.code)]),
            *(problem("people.erase_at_work", person=row.code, programme=key) for key in busy),
        ]
    )


# --- whom to look for -------------------------------------------------------------------------------------------------


class _Scope:
    """One erasure: where to look, whom for, and how many rows were touched."""

    def __init__(self, work: Work, home: Institution, keys: list[str], row: Person) -> None:
        self.work, self.home, self.keys, self.row = work, home, keys, row
        self.rows: dict[str, int] = {}
        self.dropped: set[str] = set()  # files of answers and drafts that are erased
        mine = {each.name for each in self._guardians(of=row.code)}
        self.guardians = sorted(mine - {each.name for each in self._guardians(but=row.code)})
        staff = {str(told.get("name")) for told in home.staff.values()}
        self.is_staff = row.name in staff
        others = {*staff, *self._others(), *(each.name for each in self._guardians(but=row.code))} - {row.name}
        taken = {name_parts_of(name)[0].casefold() for name in others if name}
        contacts = [row.contact, *(each.contact for each in self._guardians(of=row.code))]
        exact = [each for each in contacts if each]
        told = (
            ([(row.name, row.gender), *self._aliases()], exact, text("process.erased", person=row.code)),
            ([(name, None) for name in self.guardians], [], text("process.erased_guardian", person=row.code)),
        )
        self.erasers = [
            eraser(
                [form for name, gender in names for form in _forms(name, gender)],
                words,
                instead,
                surname_alone=not {name_parts_of(name)[0].casefold() for name, _ in names} & taken,
            )
            for names, words, instead in told
        ]

    def _guardians(self, *, of: str | None = None, but: str | None = None) -> Iterable[Guardian]:
        rows = rows_of(Guardian).where(Guardian.institution == self.home.code)
        rows = rows.where(Guardian.person == of) if of else rows.where(Guardian.person != but)
        return self.work.session.exec(rows).all()

    def _others(self) -> Iterable[str]:
        rows = rows_of(Person.name).where(Person.institution == self.home.code, Person.code != self.row.code)
        apart = or_(col(Person.merged_into).is_(None), col(Person.merged_into) != self.row.code)
        return self.work.session.exec(rows.where(apart)).all()

    def _aliases(self) -> Iterable[tuple[str, str | None]]:
        """The names of entries that have become part of this one."""
        rows = rows_of(Person.name, Person.gender)
        return self.work.session.exec(
            rows.where(Person.institution == self.home.code, Person.merged_into == self.row.code)
        ).all()

    def scrub(self, value: Any) -> Any:
        for each in self.erasers:
            value = each.value(value)
        return value

    def count(self, table: str, number: int = 1) -> None:
        self.rows[table] = self.rows.get(table, 0) + number


def _forms(name: str, gender: str | None) -> Iterator[NameForms]:
    """The name in every case; of either gender where nobody told which."""
    last, first, middle = name_parts_of(name)
    genders: tuple[Gender, ...] = (gender,) if gender in ("m", "f") else ("m", "f")
    parts = [
        name_parts(PersonView(last_name=last, first_name=first, middle_name=middle or None, gender=each), case)
        for each in genders
        for case in CASES
    ]
    lasts, firsts, middles = (frozenset(words) - {""} for words in zip((last, first, middle), *parts, strict=True))
    yield NameForms(lasts, firsts, middles)


# --- what is changed --------------------------------------------------------------------------------------------------


def _everything(scope: _Scope) -> None:
    _answers(scope)
    _drafts_and_links(scope)
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in OFFICES | DONE_APART:
            _texts(scope, table)
    _search_index(scope)
    _confirmed_forms(scope)
    _consents(scope)
    _merges(scope)
    _person(scope)


def _merges(scope: _Scope) -> None:
    """Entries that have become part of this one name the same person; what a merge could put back goes with them."""
    mine = or_(col(PersonMerge.kept) == scope.row.code, col(PersonMerge.merged) == scope.row.code)
    for merge in scope.work.session.exec(rows_of(PersonMerge).where(PersonMerge.institution == scope.home.code, mine)):
        scope.work.session.delete(merge)
        scope.count("person_merge")
    others = (Person.institution == scope.home.code, Person.merged_into == scope.row.code)
    for other in scope.work.session.exec(rows_of(Person).where(*others)):
        other.name, other.birth_date = scope.erasers[0].instead, year_only(other.birth_date)
        other.position = other.contact = None
        other.erased_on = scope.work.local_day(scope.home.timezone)
        scope.work.session.add(other)
        scope.count("person")


def _person(scope: _Scope) -> None:
    row = scope.row
    for each in scope.work.session.exec(
        rows_of(Participation).where(col(Participation.programme).in_(scope.keys), Participation.person == row.code)
    ):
        each.details = {}
        scope.work.session.add(each)
    row.name = scope.erasers[0].instead
    row.birth_date = year_only(row.birth_date)
    row.position = row.contact = None
    row.erased_on = scope.work.local_day(scope.home.timezone)
    scope.work.session.add(row)
    scope.work.programmes.clear()
    scope.work.acquainted.clear()
    scope.count("person")


def _consents(scope: _Scope) -> None:
    """That there was a consent proves that the work was lawful; the guardian is not named any more."""
    place = (Guardian.institution == scope.home.code, Guardian.person == scope.row.code)
    for guardian in scope.work.session.exec(rows_of(Guardian).where(*place)):
        scope.work.session.delete(guardian)
        scope.count("guardian")
    mine = (Consent.institution == scope.home.code, Consent.person == scope.row.code)
    for consent in scope.work.session.exec(rows_of(Consent).where(*mine)):
        if consent.guardian:
            consent.guardian = scope.erasers[1].instead
            scope.work.session.add(consent)
            scope.count("consent")


def _confirmed_forms(scope: _Scope) -> None:
    for row in scope.work.session.exec(rows_of(CaseForms).where(CaseForms.institution == scope.home.code)):
        if scope.scrub(row.nominative) != row.nominative:
            scope.work.session.delete(row)
            scope.count("case_forms")


def _answers(scope: _Scope) -> None:
    """Answers about the person keep what is counted; in the others the name goes, and its row's free words."""
    rows = rows_of(Submission, FormSchema).join(FormSchema, col(FormSchema.digest) == col(Submission.schema_digest))
    for row, schema in scope.work.session.exec(rows.where(col(Submission.programme).in_(scope.keys))):
        kept = choices_of(schema.content)
        data: Any = row.data
        for each in scope.erasers:
            data = each.own(data, kept) if row.subject == scope.row.code else each.answer(data, kept)
        who = row.who if scope.is_staff else scope.scrub(row.who)
        if (data, who) != (row.data, row.who):
            scope.dropped |= {*DIGEST.findall(str(row.data))} - {*DIGEST.findall(str(data))}
            row.data, row.who = data, who
            scope.work.session.add(row)
            scope.count("submission")


def _drafts_and_links(scope: _Scope) -> None:
    session, mine = scope.work.session, scope.row.code
    drafts = rows_of(FormDraft).where(col(FormDraft.programme).in_(scope.keys), FormDraft.subject == mine)
    for draft in session.exec(drafts):
        scope.dropped |= {*DIGEST.findall(str(draft.data))}
        session.delete(draft)
        scope.count("form_draft")
    links = rows_of(PersonalLink).where(col(PersonalLink.programme).in_(scope.keys), PersonalLink.subject == mine)
    for link in session.exec(links):
        link.name = link.email = None
        link.revoked_at = link.revoked_at or scope.work.now
        session.add(link)
        scope.count("personal_link")
    asked = rows_of(SurveyAsked).where(col(SurveyAsked.programme).in_(scope.keys), SurveyAsked.subject == mine)
    for each in session.exec(asked):
        each.name, each.email, each.revoked = None, None, True
        session.add(each)
        scope.count("survey_asked")
    said = rows_of(Reflection).where(col(Reflection.programme).in_(scope.keys), Reflection.person == mine)
    for reflection in session.exec(said):
        reflection.words = reflection.ahead = reflection.settled_note = None  # the mark is counted and stays
        session.add(reflection)
        scope.count("reflection")
    session.flush()


def _search_index(scope: _Scope) -> None:
    """The words by which a practice is found are those of its card as it is now."""
    for row in scope.work.session.exec(rows_of(Practice).where(Practice.institution == scope.home.code)):
        practice_search.index(scope.work, row.id or 0, practices.card_of(row))


def _texts(scope: _Scope, table: Table) -> None:
    """Every text and JSON column of the rows that belong to the institution, or to no one in particular: by a column of
    their own, or by the card, the addressee, the programme that they hang on."""
    columns = [each for each in table.columns if _is_text(each) and not (scope.is_staff and each.name in ACTED)]
    if not columns:
        return
    keys = list(table.primary_key.columns)
    connection = scope.work.session.connection()
    statement = select(*keys, *columns).where(_belongs(scope, table))
    for row in connection.execute(statement).all():
        before = {each.name: getattr(row, each.name) for each in columns}
        after = {name: scope.scrub(value) for name, value in before.items()}
        changed = {name: value for name, value in after.items() if value != before[name]}
        if changed:
            where = and_(*(key == getattr(row, key.name) for key in keys))
            connection.execute(update(table).where(where).values(changed))
            scope.count(table.name)
    scope.work.session.expire_all()


def _is_text(column: Column[Any]) -> bool:
    return isinstance(column.type, String | AutoString | JSON) and not column.primary_key and not column.foreign_keys


def _belongs(scope: _Scope, table: Table) -> Any:
    columns = table.columns
    if "programme" in columns:
        return columns["programme"].in_(scope.keys) | columns["programme"].is_(None)
    if "institution" in columns:
        return columns["institution"] == scope.home.code
    if "payload" in columns:  # work that waits
        told = columns["payload"]["programme"].as_string()
        return told.in_(scope.keys) | told.is_(None)
    for each in columns:
        for key in each.foreign_keys:
            parent = key.column.table
            if "programme" in parent.columns or "institution" in parent.columns:
                of_nobody = parent.columns["institution"] == "" if "institution" in parent.columns else false()
                return each.in_(select(key.column).where(or_(_belongs(scope, parent), of_nobody)))
    return True


# --- what stays -------------------------------------------------------------------------------------------------------


def _kept(scope: _Scope) -> Iterator[Kept]:
    """Issued papers whose data name the person, or that are about them."""
    rows = (
        rows_of(Document, Programme)
        .join(Programme, col(Programme.key) == col(Document.programme))
        .where(col(Document.programme).in_(scope.keys), Document.state != DocumentState.DRAFT)
        .order_by(col(Document.dated), col(Document.id))
    )
    for document, programme in scope.work.session.exec(rows):
        if document.subject == scope.row.code or _names(scope, document):
            spec = stored_roadmap(scope.work.session, programme.roadmap, programme.roadmap_version)
            retention = spec.documents[document.code].retention or ""
            title = scope.scrub(document.title)
            yield Kept(document.id or 0, title, document.number, document.dated, retention)


def _names(scope: _Scope, document: Document) -> bool:
    if document.content is None:
        return False
    content = json.loads(scope.work.tools.files.get(document.content))
    return scope.scrub(content) != content
