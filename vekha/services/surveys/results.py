"""What a survey came to, for a page, a workbook, the API and the papers; before against after for the same people.

Whoever works with the people reads each named answer anyway. Anybody else, and everybody of an anonymous survey, is
told nothing before its end and nothing of a few: whoever looks after each answer would see what it adds (`release`).
"""

import datetime as dt
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.surveys import LEAST, Answer, Effect, Moment, SurveyState, Tally, paired, released, secret, tally
from vekha.domain.surveys.disclosure import small
from vekha.forms.base import Form
from vekha.forms.questions import questions_of
from vekha.forms.schema import schema_of
from vekha.forms.standard.words import Moment as MomentWord
from vekha.services.process.programmes import Loaded
from vekha.services.surveys.life import Known, every, known, survey_forms
from vekha.services.work import Work
from vekha.storage.tables import Audit, FormSchema, Submission, Survey, SurveyAnswer, SurveyAsked


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many were asked, and what became of it; by audience, in the order the survey names them."""

    asked: int = 0
    mailed: int = 0
    opened: int = 0
    answered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """`tallies` are empty while nothing may be told: `secret` – before the end; `few` – fewer than `LEAST` answers.
    `waiting` – so many came after the survey was opened again and are told of when there are enough of them."""

    survey: Known
    counted: Mapping[str, Counted]
    total: Counted
    tallies: tuple[Tally, ...]
    secret: bool = False
    few: bool = False
    waiting: int = 0


_Measured = dict[str, Mapping[str, Any]]
MOMENT_WORDS = {MomentWord.BEFORE.value: Moment.BEFORE, MomentWord.AFTER.value: Moment.AFTER}


@dataclass(frozen=True, slots=True)
class Compared:
    """One form's measurements before and after."""

    form: type[Form]
    effect: Effect


def results(work: Work, key: str, number: int, *, least: int | None = None) -> Results:
    """`least` is how many answers a figure needs where more are wanted than who looks would need.

    Raises VekhaError survey.unknown, programme.unknown, access.denied.
    """
    return of(work, known(work, key, number, Action.VIEW), least=least)


def of(work: Work, survey: Known, *, least: int | None = None) -> Results:
    reads = not survey.row.anonymous and reads_answers(work, survey.loaded) and (least or 1) < LEAST
    needed = 1 if reads else LEAST
    groups = counted(work, survey)
    whole = _sum(groups.values())
    hushed, few = secret(survey.state, reads=reads), small(whole.answered, needed)
    answers = [] if hushed or few else _answers(work, survey)
    tallies: tuple[Tally, ...] = ()
    if answers:
        schema = work.session.get_one(FormSchema, survey.row.schema_digest).content
        moment = survey.form.survey.moment_field if survey.form.survey else None
        asked = questions_of(schema, (moment,) if moment else ())
        tallies = tally(asked, answers, least=needed)
    return Results(
        survey=survey,
        counted=groups,
        total=whole,
        tallies=tallies,
        secret=hushed,
        few=few,
        waiting=len(answers) - len(released(answers, needed)),
    )


def reads_answers(work: Work, loaded: Loaded) -> bool:
    """Whether whoever asks may open the answers that have a name."""
    return work.may(Action.WORK, loaded.institution)


def counted(work: Work, survey: Known) -> dict[str, Counted]:
    """Counts alone, of an anonymous survey too: who they are is not told."""
    rows = select(SurveyAsked).where(SurveyAsked.survey == survey.number)
    found = {each: Counter[str]() for each in survey.row.audiences}
    for row in work.session.exec(rows):
        marks = {"asked": 1, "mailed": row.mailed_on is not None, "opened": row.opened, "answered": row.answered}
        found[row.audience].update({name: int(value) for name, value in marks.items()})
    return {audience: Counted(**marks) for audience, marks in found.items()}


def total(work: Work, survey: Known) -> Counted:
    return _sum(counted(work, survey).values())


def effects(work: Work, loaded: Loaded, until: dt.date | None = None) -> list[Compared]:
    """Every form that the same people answered before and after, with those who answered once counted openly.

    Answers count however they came, by a survey or typed in by the curator: of those before the first, since nobody may
    lower it once the work has begun, of those after the last. With `until` as it stood in the evening of that day.
    """
    named = {form.code: form for form in survey_forms(loaded.type) if form.subject_field and not form.anonymous}
    moments = _moments(work, loaded.key)
    measured = {code: {Moment.BEFORE: _Measured(), Moment.AFTER: _Measured()} for code in named}
    rows = select(Submission).where(Submission.programme == loaded.key, col(Submission.form).in_(named))
    rows = rows if until is None else rows.where(col(Submission.on) <= until)
    for row in work.session.exec(rows.order_by(col(Submission.on), col(Submission.id))):
        moment = _moment(named[row.form], row.data) or moments.get(row.id or 0, Moment.NONE)
        if moment is Moment.BEFORE:
            measured[row.form][moment].setdefault(row.subject, row.data)
        elif moment:
            measured[row.form][moment][row.subject] = row.data
    return [
        Compared(form, paired(questions_of(schema_of(form)), found[Moment.BEFORE], found[Moment.AFTER]))
        for code, form in named.items()
        if any((found := measured[code]).values())
    ]


def effects_to_read(work: Work, loaded: Loaded) -> list[Compared]:
    """The same on a page, for those who may open the answers they come from; nothing for anybody else."""
    return effects(work, loaded) if reads_answers(work, loaded) else []


def finished(work: Work, key: str, *, least: int = LEAST) -> list[Results]:
    """For papers: surveys that are over, oldest first, with nothing told of fewer than `least`."""
    over = [each for each in reversed(every(work, key)) if each.state is SurveyState.CLOSED]
    return [found for each in over if (found := of(work, each, least=least)).total.asked]


# --- parts ------------------------------------------------------------------------------------------------------------


def _answers(work: Work, survey: Known) -> list[Answer]:
    if survey.row.anonymous:
        boxed = select(SurveyAnswer.audience, SurveyAnswer.data).where(SurveyAnswer.survey == survey.number)
        return [Answer(group, data) for group, data in work.session.exec(boxed)]
    rows = (
        select(SurveyAsked.audience, Submission.data, Submission.at)
        .join(Submission, col(Submission.id) == col(SurveyAsked.submission))
        .where(SurveyAsked.survey == survey.number)
        .order_by(col(Submission.id))
    )
    ends = _ends(work, survey)
    return [Answer(group, data, bisect_left(ends, at)) for group, data, at in work.session.exec(rows)]


def _ends(work: Work, survey: Known) -> list[dt.datetime]:
    """When it was closed, each time: its results could be seen from then on."""
    rows = select(Audit.at).where(Audit.subject == f"survey:{survey.number}", Audit.new == "closed")
    return list(work.session.exec(rows.order_by(col(Audit.at))))


def _sum(groups: Iterable[Counted]) -> Counted:
    names = ("asked", "mailed", "opened", "answered")
    found = [*groups]
    return Counted(**{name: sum(getattr(each, name) for each in found) for name in names})


def _moment(form: type[Form], data: Mapping[str, Any]) -> Moment:
    """What the answer itself says, where the form asks."""
    field = form.survey.moment_field if form.survey else None
    said = data.get(field) if field else None
    return MOMENT_WORDS.get(str(said), Moment.NONE)


def _moments(work: Work, key: str) -> dict[int, Moment]:
    """Answer → moment of the survey that brought it."""
    rows = (
        select(SurveyAsked.submission, Survey.moment)
        .join(Survey, col(Survey.id) == col(SurveyAsked.survey))
        .where(Survey.programme == key, Survey.moment != "", col(SurveyAsked.submission).is_not(None))
    )
    found: dict[int, Moment] = defaultdict(lambda: Moment.NONE)
    return found | {number: Moment(moment) for number, moment in work.session.exec(rows) if number is not None}
