"""Handing in a form: checked whole, stored with its schema, and its consequences for people carried out with it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import select

from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem
from vekha.domain.people import FormPair, People, PeopleCommand
from vekha.domain.programme import OVER
from vekha.domain.roadmap import Scope
from vekha.forms.base import Form, FormContext
from vekha.forms.validation import parse_answer, resolve_references, schema_of, show_answer
from vekha.plugin import InstitutionType
from vekha.services.people import carry_out_one
from vekha.services.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import FormSchema, Submission


def submit(
    work: Work,
    key: str,
    form_code: str,
    data: Mapping[str, Any],
    *,
    place: tuple[str, str] | None = None,
    request_key: str | None = None,
) -> Submission:
    """Hands in an answer for the activity at `place` (stage, activity), or for the first one open that collects it.

    Raises VekhaError with every problem of the answer at once; nothing is stored then. The same `request_key` again
    returns the answer already stored.
    """
    if request_key is not None:
        known = work.session.exec(select(Submission).where(Submission.request_key == request_key)).one_or_none()
        if known is not None:
            return known
    loaded = load(work, key)
    form = form_of(loaded.type, form_code)
    stage, activity = place or _place(loaded, form_code)
    answer = _parsed(form, data, loaded)
    commands = tuple(answer.consequences(context_of(loaded)))
    for command in commands:
        carry_out_one(work, loaded, command)
    stored = answer.model_dump(mode="json")
    # Consequences may have made known whom the answer names: a newcomer, a pair just formed.
    stored = resolve_references(form, stored, loaded.now.people)
    row = Submission(
        programme=key,
        stage=stage,
        activity=activity,
        form=form.code,
        form_version=form.version,
        schema_digest=_store_schema(work, form),
        subject=_subject(form, stored, loaded.now.people, commands),
        data=dict(stored),
        at=work.now,
        on=loaded.now.today,
        who=work.actor.name,
        request_key=request_key,
    )
    work.session.add(row)
    work.session.flush()
    work.audit(f"form:{form.code}", programme=key, new=f"submission:{row.id}")
    return row


def check(work: Work, key: str, form_code: str, data: Mapping[str, Any]) -> None:
    """Judges an answer without storing it: for a draft typed in a page. Raises like `submit`."""
    loaded = load(work, key, Action.VIEW)
    _parsed(form_of(loaded.type, form_code), data, loaded)


def show(work: Work, submission: int) -> list[tuple[str, str]]:
    """A stored answer as titles and values, by the schema it was given with. Raises VekhaError form.no_submission."""
    row = work.session.get(Submission, submission)
    if row is None:
        raise VekhaError(problem("form.no_submission", submission=submission))
    load(work, row.programme, Action.VIEW)
    schema = work.session.get_one(FormSchema, row.schema_digest)
    return show_answer(schema.content, row.data)


def form_of(kind: InstitutionType, code: str) -> type[Form]:
    """Raises VekhaError form.unknown with the forms there are."""
    try:
        return kind.form(code)
    except KeyError as reason:
        known = ", ".join(form.code for form in kind.forms)
        raise VekhaError(problem("form.unknown", form=code, known=known)) from reason


def context_of(loaded: Loaded) -> FormContext:
    return FormContext(
        today=loaded.now.today,
        cycle_starts=loaded.programme.cycle_starts,
        cycle_ends=loaded.programme.cycle_ends,
        people=loaded.now.people,
    )


def _parsed(form: type[Form], data: Mapping[str, Any], loaded: Loaded) -> Form:
    return parse_answer(form, data, context_of(loaded))


def _place(loaded: Loaded, form: str) -> tuple[str, str]:
    """The first activity that collects the form: an open stage's before a carried-on one's before any other's."""
    rows = [
        (stage.code, activity.code)
        for stage, activity in loaded.roadmap.rows()
        if any(use.code == form for use in activity.forms)
    ]
    if not rows:
        # A form of the type that no row asks for (a log of events) belongs to the programme as a whole.
        return ("", "")

    def rank(place: tuple[str, str]) -> int:
        settled = loaded.now.activities[place].state.value in ("done", "waived")
        over = loaded.now.stages[place[0]].state in OVER
        return 2 * settled + over + (4 if loaded.now.stages[place[0]].state == "planned" else 0)

    return min(rows, key=rank)


def _subject(form: type[Form], data: Mapping[str, Any], people: People, commands: Iterable[PeopleCommand]) -> str:
    """Whom the answer is about, by code; '' for the programme."""
    if form.subject_field is not None and data.get(form.subject_field):
        return str(data[form.subject_field])
    if form.about is Scope.PAIR and any(isinstance(each, FormPair) for each in commands):
        return max(people.pairs, key=lambda code: int(code[1:]))
    if form.about is Scope.EMPLOYER:
        name = str(data.get("name", ""))
        return next((code for code, known in people.employers.items() if known == name), "")
    return ""


def _store_schema(work: Work, form: type[Form]) -> str:
    schema = schema_of(form)
    digest: str = schema["digest"]
    if work.session.get(FormSchema, digest) is None:
        work.session.add(FormSchema(digest=digest, code=form.code, version=form.version, content=schema))
        work.session.flush()
    return digest
