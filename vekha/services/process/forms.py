"""Handing in a form: checked whole, stored with its schema, and its consequences for people carried out with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem
from vekha.domain.programme import OVER
from vekha.forms.base import Form, FormContext
from vekha.forms.schema import digest as digest_of
from vekha.forms.schema import schema_of, show_answer
from vekha.forms.validation import parse_answer
from vekha.plugin import InstitutionType
from vekha.services.mentoring.people import carry_out_one
from vekha.services.process.drafts import Slot
from vekha.services.process.programmes import Loaded, demand_at, load
from vekha.services.work import Work
from vekha.storage.tables import FormSchema, Submission


@dataclass(frozen=True, slots=True)
class Stored:
    """Where an answer lies: its serial, the activity that collects it, and whom it is about ('' for the programme)."""

    id: int
    programme: str
    stage: str
    activity: str
    subject: str


def submit(
    work: Work,
    key: str,
    form_code: str,
    data: Mapping[str, Any],
    *,
    place: tuple[str, str] | None = None,
    request_key: str | None = None,
) -> Stored:
    """Hands in an answer for the activity at `place` (stage, activity), or for the first one open that collects it.

    Raises VekhaError with every problem of the answer at once; nothing is stored then. The same `request_key` again
    returns the answer already stored.
    """
    loaded = load(work, key)  # locked: the same request twice at once is answered one after the other
    if request_key is not None:
        request_key = f"{key}:{request_key}"
        known = work.session.exec(select(Submission).where(Submission.request_key == request_key)).one_or_none()
        if known is not None:
            return Stored(known.id or 0, key, known.stage, known.activity, known.subject)
    form = form_of(loaded.type, form_code)
    stage, activity = _known(loaded, place) if place else _place(loaded, form_code)
    answer = _parsed(form, data, loaded)
    commands = tuple(answer.consequences(context_of(loaded)))
    for command in commands:
        carry_out_one(work, loaded, command)
    stored = answer.model_dump(mode="json")
    subject = _subject(form, stored)
    row = {
        "programme": key,
        "stage": stage,
        "activity": activity,
        "form": form.code,
        "form_version": form.version,
        "schema_digest": store_schema(work, form),
        "subject": subject,
        "data": stored,
        "at": work.now,
        "on": loaded.now.today,
        "who": work.actor.name,
        "request_key": request_key,
    }
    serial = work.insert(Submission, row)
    work.audit(f"form:{form.code}", programme=key, new="submitted", why=subject or None)
    given = loaded.now.answers
    at = (stage, activity, form.code)
    loaded.now = replace(loaded.now, answers={**given, at: (*given.get(at, ()), subject)})
    return Stored(serial, key, stage, activity, subject)


def check(work: Work, key: str, form_code: str, data: Mapping[str, Any]) -> None:
    """Judges an answer without storing it: for a draft typed in a page. Raises like `submit`."""
    loaded = load(work, key, Action.VIEW)
    _parsed(form_of(loaded.type, form_code), data, loaded)


def show(work: Work, submission: int) -> list[tuple[str, str]]:
    """A stored answer as titles and values, by the schema it was given with: for those who work with the people.

    Raises VekhaError form.no_submission, access.denied.
    """
    row = work.session.get(Submission, submission)
    if row is None:
        raise VekhaError(problem("form.no_submission", submission=submission))
    demand_at(work, row.programme, Action.WORK)
    schema = work.session.get_one(FormSchema, row.schema_digest)
    return show_answer(schema.content, row.data)


def newest(work: Work, slot: Slot) -> dict[str, Any]:
    """The answer handed in last about the subject of a draft."""
    rows = select(Submission).where(Submission.programme == slot.programme, Submission.form == slot.form)
    rows = rows.where(Submission.stage == slot.stage, Submission.activity == slot.activity)
    row = work.session.exec(rows.where(Submission.subject == slot.subject).order_by(col(Submission.id).desc())).first()
    return dict(row.data) if row else {}


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


def _known(loaded: Loaded, place: tuple[str, str]) -> tuple[str, str]:
    """Raises VekhaError activity.unknown or stage.unknown."""
    stage, activity = place
    if stage not in loaded.now.stages:
        raise VekhaError(problem("stage.unknown", stage=stage, known=", ".join(loaded.now.stages)))
    if place not in loaded.now.activities:
        known = ", ".join(each.code for each in loaded.now.of_stage(stage))
        raise VekhaError(problem("activity.unknown", activity=activity, known=known))
    return place


def _subject(form: type[Form], data: Mapping[str, Any]) -> str:
    """Whom the answer is about, by code; '' for the programme."""
    return str(data.get(form.subject_field) or "") if form.subject_field else ""


def store_schema(work: Work, form: type[Form]) -> str:
    """Stores the schema once; one that a committed transaction has left is not looked for again: none is removed."""
    digest = digest_of(form)
    seen = work.tools.schemas_seen
    if digest not in seen and digest not in work.schemas_new:
        row = {"digest": digest, "code": form.code, "version": form.version, "content": schema_of(form)}
        if work.insert_new(FormSchema, [row]):
            work.schemas_new.add(digest)
        else:
            seen.add(digest)
    return digest
