"""What an empty form starts with: what Vekha knows already, and on request what was answered last year."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select

from vekha.domain.people import Role
from vekha.domain.programme import name_of
from vekha.forms.base import Form, Known
from vekha.forms.schema import REFERENCES, fields, items, schema_of
from vekha.forms.standard.words import ParticipantRole
from vekha.services.process.programmes import Loaded
from vekha.services.work import Work
from vekha.storage.tables import Guardian, Person, Programme, Submission


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answer to the same form in an earlier cycle of the institution, without what is of its own time."""

    year: int
    on: date
    data: Mapping[str, Any]


def known(work: Work, loaded: Loaded, form: type[Form], subject: str) -> dict[str, Any]:
    """The fields of an empty form that need not be asked for, as a page shows them."""
    found: dict[str, Any] = {}
    if form.subject_field and subject:
        people = loaded.now.people
        found[form.subject_field] = name_of(subject, people) if subject in people.persons else subject
    for name, source in form.prefilled.items():
        value = _known(work, loaded, subject, source) if isinstance(source, Known) else source
        if value:
            found[name] = list(value) if isinstance(value, tuple) else value
    return found


def earlier(work: Work, loaded: Loaded, form: type[Form], subject: str) -> Earlier | None:
    """The newest answer of an earlier cycle; about the same person where the form is about somebody.

    Dates, people, pairs and files are left out: they belong to their year.
    """
    if subject in loaded.now.people.pairs:
        return None  # pairs are counted anew each cycle
    rows = (
        select(Submission, Programme)
        .join(Programme, col(Programme.key) == col(Submission.programme))
        .where(Programme.institution == loaded.programme.institution, Programme.year < loaded.programme.year)
        .where(Submission.form == form.code)
        .order_by(col(Programme.year).desc(), col(Submission.id).desc())
    )
    if form.subject_field is not None:
        if not subject:
            return None
        rows = rows.where(Submission.subject == subject)
    elif "curator" not in form.filled_by:
        return None  # whose answer it was is not known
    found = work.session.exec(rows.limit(1)).first()
    if found is None:
        return None
    answer, programme = found
    return Earlier(programme.year, answer.on, _timeless(form, answer.data))


def _timeless(form: type[Form], data: Mapping[str, Any]) -> dict[str, Any]:
    schema = schema_of(form)
    kept: dict[str, Any] = {}
    for name, facts in fields(schema):
        inner = items(schema, facts)
        bound = {facts.get("widget"), inner.get("widget")} & {*REFERENCES, "file"} or name in form.person_fields
        dated = facts.get("format") == "date" or inner.get("properties")
        if not (bound or dated or facts.get("readOnly")) and data.get(name) not in (None, "", []):
            kept[name] = data[name]
    return kept


def _known(work: Work, loaded: Loaded, subject: str, source: Known) -> Any:
    cycle = {Known.CYCLE_STARTS: loaded.programme.cycle_starts, Known.CYCLE_ENDS: loaded.programme.cycle_ends}
    if source is Known.TODAY:
        return loaded.now.today.isoformat()
    if source in cycle:
        return cycle[source].isoformat()
    if source is Known.INSTITUTION:
        return loaded.institution.title
    if source is Known.SITE:
        return str(loaded.institution.details.get("site") or "")
    if subject not in loaded.now.people.persons:
        return None
    return _OF_PERSON[source](work, loaded, subject)


def _person(field: str) -> Callable[[Work, Loaded, str], Any]:
    def read(work: Work, loaded: Loaded, subject: str) -> Any:
        value = getattr(work.session.get_one(Person, (loaded.programme.institution, subject)), field)
        return value.isoformat() if isinstance(value, date) else value

    return read


def _guardian(field: str) -> Callable[[Work, Loaded, str], Any]:
    def read(work: Work, loaded: Loaded, subject: str) -> Any:
        rows = select(Guardian).where(Guardian.institution == loaded.programme.institution, Guardian.person == subject)
        row = work.session.exec(rows.order_by(col(Guardian.name)).limit(1)).first()
        return getattr(row, field) if row else None

    return read


def _role(work: Work, loaded: Loaded, subject: str) -> Any:  # noqa: ARG001 — one shape for all
    standings = loaded.now.people.persons[subject].standings
    if len(standings) != 1:
        return None
    return (ParticipantRole.MENTEE if Role.MENTEE in standings else ParticipantRole.MENTOR).value


_OF_PERSON: Mapping[Known, Callable[[Work, Loaded, str], Any]] = {
    Known.PERSON: _person("name"),
    Known.BIRTH_DATE: _person("birth_date"),
    Known.POSITION: _person("position"),
    Known.CONTACT: _person("contact"),
    Known.ROLE: _role,
    Known.GUARDIAN: _guardian("name"),
    Known.RELATION: _guardian("relation"),
    Known.AUTHORITY: _guardian("authority"),
    Known.GUARDIAN_CONTACT: _guardian("contact"),
}
