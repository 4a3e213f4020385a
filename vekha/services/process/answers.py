"""Answers that were handed in, as people read them: a list of a programme's, one answer by the schema it came with.

Whoever works with the programme reads them; whoever only looks at it sees how many there are.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from vekha.documents.context import DocumentView
from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem
from vekha.domain.people import People
from vekha.domain.programme import name_of
from vekha.forms.schema import digest, fields, show_answer
from vekha.services.office.uploads import named
from vekha.services.process.programmes import Loaded, demand_at, load
from vekha.services.work import Work
from vekha.storage.tables import FormSchema, Submission
from vekha.texts import text

SHOWN = 50  # on a page
PRINTED = 200  # in one file
BEGINNING = 80  # signs of an answer that is about nobody
OTHERS = 20  # answers about the same person beside one answer
_TEMPLATE = "base/answers.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which answers of a programme; empty is all of them. `after` is the number to go on from."""

    stage: str = ""
    activity: str = ""
    form: str = ""
    subject: str = ""
    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An answer in a list. `about` is whom it is about or, of the programme as a whole, what it begins with.

    `who` is empty of an anonymous form; `outdated` is set when the form has changed since.
    """

    number: int
    form: str
    title: str
    about: str
    stage_title: str
    activity_title: str
    on: dt.date
    who: str
    version: int
    outdated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The newest first; `next` is the number to go on after, 0 at the end. `stages` and `forms` may be chosen."""

    key: str
    institution: str
    lines: tuple[Line, ...]
    total: int
    before: int
    next: int
    stages: Mapping[str, str]
    forms: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of an answer, under the question it answers."""

    field: str
    title: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: questions and answers as they were put and given."""

    key: str
    institution: str
    place: tuple[str, str, str]  # stage, activity, form
    subject: str
    line: Line
    help: str
    rows: tuple[tuple[str, str], ...]
    files: tuple[Attached, ...]
    others: tuple[Line, ...]


def listing(work: Work, key: str, wanted: Wanted) -> Listing:
    """Raises VekhaError programme.unknown, access.denied."""
    loaded = _loaded(work, key)
    asked = _chosen(key, wanted)
    total = work.session.exec(select(func.count()).select_from(select(Submission.id).where(*asked).subquery())).one()
    before = 0
    rows = select(Submission).where(*asked)
    if wanted.after:
        skipped = select(Submission.id).where(*asked, col(Submission.id) >= wanted.after).subquery()
        before = work.session.exec(select(func.count()).select_from(skipped)).one()
        rows = rows.where(col(Submission.id) < wanted.after)
    found = work.session.exec(rows.order_by(col(Submission.id).desc()).limit(SHOWN + 1)).all()
    shown = found[:SHOWN]
    return Listing(
        key=key,
        institution=loaded.institution.short_title,
        lines=tuple(_lines(work, loaded, shown)),
        total=total,
        before=before,
        next=shown[-1].id or 0 if len(found) > SHOWN else 0,
        stages={code: loaded.roadmap.stage(code).title for code in loaded.stages},
        forms=_forms(work, loaded),
    )


def one(work: Work, number: int) -> Answer:
    """Raises VekhaError form.no_submission, access.denied."""
    row, loaded = _found(work, number)
    schema = work.session.get_one(FormSchema, row.schema_digest).content
    people = loaded.now.people
    same = select(Submission).where(Submission.programme == row.programme, Submission.form == row.form)
    same = same.where(Submission.subject == row.subject, Submission.id != row.id)
    others = work.session.exec(same.order_by(col(Submission.id).desc()).limit(OTHERS)).all()
    [line] = _lines(work, loaded, [row])
    return Answer(
        key=row.programme,
        institution=loaded.institution.short_title,
        place=(row.stage, row.activity, row.form),
        subject=row.subject,
        line=line,
        help=str(schema.get("description", "")),
        rows=tuple(show_answer(schema, row.data, lambda code: name_of(code, people))),
        files=tuple(_files(schema, row.data)),
        others=tuple(_lines(work, loaded, others)),
    )


def file(work: Work, number: int, field: str) -> tuple[bytes, str]:
    """A file of an answer and its name. Raises VekhaError form.no_file, form.no_submission, access.denied."""
    row, _ = _found(work, number)
    schema = work.session.get_one(FormSchema, row.schema_digest).content
    known = {each.field for each in _files(schema, row.data)}
    if field not in known:
        raise VekhaError(problem("form.no_file", submission=number))
    digest_, name = named(str(row.data[field]))
    return work.tools.files.get(digest_), name


def pdf(work: Work, key: str, wanted: Wanted) -> bytes:
    """The chosen answers on paper, the oldest first. Raises VekhaError form.too_many_answers, form.nothing_to_print."""
    loaded = _loaded(work, key)
    rows = select(Submission).where(*_chosen(key, wanted)).order_by(col(Submission.id)).limit(PRINTED + 1)
    found = work.session.exec(rows).all()
    if len(found) > PRINTED:
        raise VekhaError(problem("form.too_many_answers", most=PRINTED))
    if not found:
        raise VekhaError(problem("form.nothing_to_print"))
    return _printed(work, loaded, found)


def pdf_of_one(work: Work, number: int) -> bytes:
    row, loaded = _found(work, number)
    return _printed(work, loaded, [row])


# --- parts ------------------------------------------------------------------------------------------------------------


def _loaded(work: Work, key: str) -> Loaded:
    demand_at(work, key, Action.WORK)
    return load(work, key, Action.VIEW)  # also of a programme that was cancelled


def _found(work: Work, number: int) -> tuple[Submission, Loaded]:
    row = work.session.get(Submission, number)
    if row is None:
        raise VekhaError(problem("form.no_submission", submission=number))
    return row, _loaded(work, row.programme)


def _chosen(key: str, wanted: Wanted) -> list[Any]:
    told = {name: getattr(wanted, name) for name in ("stage", "activity", "form", "subject")}
    return [Submission.programme == key, *(getattr(Submission, name) == value for name, value in told.items() if value)]


def _lines(work: Work, loaded: Loaded, rows: Sequence[Submission]) -> Iterator[Line]:
    schemas = _schemas(work, rows)
    current = {form.code: digest(form) for form in loaded.type.forms}
    people = loaded.now.people
    for row in rows:
        schema, place = schemas[row.schema_digest], (row.stage, row.activity)
        yield Line(
            number=row.id or 0,
            form=row.form,
            title=str(schema.get("title", row.form)),
            about=name_of(row.subject, people) if row.subject else _beginning(schema, row.data, people),
            stage_title=loaded.roadmap.stage(row.stage).title if row.stage in loaded.stages else "",
            activity_title=loaded.title_of(*place) if place in loaded.now.activities else "",
            on=row.on,
            who="" if schema.get("x-vekha", {}).get("anonymous") else row.who,
            version=row.form_version,
            outdated=current.get(row.form) != row.schema_digest,
        )


def _beginning(schema: Mapping[str, Any], data: Mapping[str, Any], people: People) -> str:
    told = show_answer(schema, data, lambda code: name_of(code, people))
    return shorten(told[0][1], BEGINNING, placeholder="…") if told else ""


def _schemas(work: Work, rows: Sequence[Submission]) -> dict[str, dict[str, Any]]:
    wanted = {row.schema_digest for row in rows}
    found = work.session.exec(select(FormSchema).where(col(FormSchema.digest).in_(wanted)))
    return {each.digest: each.content for each in found}


def _forms(work: Work, loaded: Loaded) -> dict[str, str]:
    """The forms that have answers, by title: also those that the type no longer has."""
    titles = {form.code: form.title for form in loaded.type.forms}
    rows = select(col(Submission.form)).where(Submission.programme == loaded.key).distinct()
    return dict(sorted(((code, titles.get(code, code)) for code in work.session.exec(rows)), key=lambda each: each[1]))


def _files(schema: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[Attached]:
    for name, facts in fields(schema):
        if facts.get("widget") == "file" and isinstance(data.get(name), str):
            stored, shown = named(data[name])
            if stored:
                yield Attached(name, str(facts.get("title", name)), shown)


def _printed(work: Work, loaded: Loaded, rows: Sequence[Submission]) -> bytes:
    schemas, people = _schemas(work, rows), loaded.now.people
    answers = [
        (line, show_answer(schemas[row.schema_digest], row.data, lambda code: name_of(code, people)))
        for row, line in zip(rows, _lines(work, loaded, rows), strict=True)
    ]
    title = answers[0][0].title if len({line.form for line, _ in answers}) == 1 else text("web.answers.printed")
    context = {
        "document": DocumentView(code="answers", title=title, kind="materials", state="approved"),
        "institution": loaded.institution.title,
        "answers": answers,
    }
    html = work.tools.renderer.html(_TEMPLATE, context).text
    return work.tools.renderer.pdf(html, title=title, created=work.now)
