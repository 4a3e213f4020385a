"""The life of a survey: it is sent for some days, lasts longer, is closed, or is taken back."""

import datetime as dt
import random
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, update
from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.domain.surveys import Audience, Moment, SurveyState, date_problems, state_of
from vekha.forms.base import Form
from vekha.plugin import InstitutionType
from vekha.services.process import forms
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import EARLIEST_TZ, Work
from vekha.storage.tables import Institution, Programme, Survey, SurveyAnswer, SurveyAsked

USUAL = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyData:
    """A survey to be sent. No audience stands for every one the form has; no day, for today and two weeks."""

    form: str
    audiences: Sequence[str] = ()
    moment: str = ""
    opens: dt.date | None = None
    closes: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A survey with the programme it belongs to."""

    row: Survey
    loaded: Loaded
    form: type[Form]

    @property
    def number(self) -> int:
        return self.row.id or 0

    @property
    def state(self) -> SurveyState:
        return state_of_row(self.row, self.loaded.now.today)


def state_of_row(row: Survey, today: dt.date) -> SurveyState:
    return state_of(today, opens=row.opens, closes=row.closes, closed_on=row.closed_on, cancelled_on=row.cancelled_on)


def survey_forms(kind: InstitutionType) -> tuple[type[Form], ...]:
    """The forms of a type that can be sent to many."""
    return tuple(form for form in kind.forms if form.survey is not None)


def create(work: Work, key: str, data: SurveyData) -> int:
    """A new survey; nobody is asked yet. Returns its number.

    Raises VekhaError form.unknown, survey.not_a_survey, or every problem of days, audience and moment at once.
    """
    loaded = load(work, key)
    form = forms.form_of(loaded.type, data.form)
    if form.survey is None:
        known = ", ".join(each.code for each in survey_forms(loaded.type))
        raise VekhaError(problem("survey.not_a_survey", form=form.title, known=known))
    opens = data.opens or loaded.now.today
    closes = data.closes or opens + USUAL
    audiences = list(dict.fromkeys(data.audiences)) or [each.value for each in form.survey.audience]
    refuse(
        [
            *date_problems(loaded.now.today, opens, closes),
            *_audience_problems(form.survey.audience, audiences),
            *_moment_problems(form, data.moment),
            *_busy(work, loaded, data.form, data.moment, audiences),
        ]
    )
    stage, activity = ("", "") if form.anonymous else place_of(loaded, form.code, data.moment)
    number: int = work.insert(
        Survey,
        {
            "programme": key,
            "form": form.code,
            "schema_digest": forms.store_schema(work, form),
            "moment": data.moment,
            "anonymous": form.anonymous,
            "audiences": audiences,
            "stage": stage,
            "activity": activity,
            "opens": opens,
            "closes": closes,
            "created_by": work.actor.name,
            "created_at": work.now,
        },
    )
    work.audit(f"survey:{number}", programme=key, new="created", why=form.title)
    return number


def known(work: Work, key: str, number: int, action: Action = Action.WORK) -> Known:
    """Raises VekhaError survey.unknown, programme.unknown, access.denied."""
    loaded = load(work, key, action)
    row = work.session.get(Survey, number)
    if row is None or row.programme != key:
        raise VekhaError(problem("survey.unknown", number=number, programme=key))
    return Known(row, loaded, forms.form_of(loaded.type, row.form))


def every(work: Work, key: str) -> list[Known]:
    """The surveys of a programme, the newest first; those taken back are not among them."""
    loaded = load(work, key, Action.VIEW)
    rows = select(Survey).where(Survey.programme == key, col(Survey.cancelled_on).is_(None))
    found = work.session.exec(rows.order_by(col(Survey.opens).desc(), col(Survey.id).desc())).all()
    by_code = {form.code: form for form in loaded.type.forms}  # a plugin of today may know a form no more
    return [Known(row, loaded, by_code[row.form]) for row in found if row.form in by_code]


def lasts_until(work: Work, key: str, number: int, closes: dt.date) -> None:
    """Another last day. A closed survey with names opens again; an anonymous one does not: its results were seen, and
    what changes in them afterwards would tell who came later.

    Raises VekhaError survey.anonymous_over, survey.unknown and those of its days.
    """
    survey = known(work, key, number)
    row, today = survey.row, survey.loaded.now.today
    _demand_not(survey, SurveyState.CANCELLED)
    if row.anonymous and survey.state is SurveyState.CLOSED:
        raise VekhaError(problem("survey.anonymous_over"))
    refuse(date_problems(today, row.opens, closes))
    if survey.state is SurveyState.CLOSED and row.closed_on is None:
        _close(work, row, row.closes)  # nobody has closed it yet, and its results could be seen
    old, row.closes, row.closed_on = row.closes, closes, None
    work.session.add(row)
    work.audit(f"survey:{number}", programme=key, old=f"{old:%d.%m.%Y}", new=f"{closes:%d.%m.%Y}")


def close(work: Work, key: str, number: int) -> None:
    """Takes no more answers from now on. Raises VekhaError survey.over, survey.cancelled."""
    survey = known(work, key, number)
    _demand_not(survey, SurveyState.CLOSED, SurveyState.CANCELLED)
    _close(work, survey.row, survey.loaded.now.today)


def cancel(work: Work, key: str, number: int) -> None:
    """Takes back a survey that nobody has answered; its links tell so. Raises VekhaError survey.has_answers."""
    survey = known(work, key, number)
    _demand_not(survey, SurveyState.CANCELLED)
    answered = select(SurveyAsked.id).where(SurveyAsked.survey == number, col(SurveyAsked.answered).is_(True))
    if work.session.exec(answered.limit(1)).first() is not None:
        raise VekhaError(problem("survey.has_answers"))
    survey.row.cancelled_on = survey.loaded.now.today
    work.session.add(survey.row)
    work.audit(f"survey:{number}", programme=key, old="created", new="cancelled")


def close_due(work: Work) -> int:
    """On the round: closes what has come to the end of its last day; returns how many."""
    latest = (work.now + EARLIEST_TZ).date()
    rows = (
        select(Survey, Institution.timezone)
        .join(Programme, col(Programme.key) == col(Survey.programme))
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .where(col(Survey.closed_on).is_(None), col(Survey.cancelled_on).is_(None), col(Survey.closes) < latest)
    )
    ended = [row for row, zone in work.session.exec(rows).all() if row.closes < work.local_day(zone)]
    for row in ended:
        _close(work, row, row.closes)
    return len(ended)


# --- parts ------------------------------------------------------------------------------------------------------------


def _close(work: Work, row: Survey, on: dt.date) -> None:
    row.closed_on = on
    work.session.add(row)
    if row.anonymous:
        _stir(work, row.id or 0)
    work.audit(f"survey:{row.id}", programme=row.programme, old="open", new="closed")


def _stir(work: Work, number: int) -> None:
    """Writes every anonymous answer anew, under another name and in another order, and every mark of who has answered.

    A database remembers which rows one transaction wrote (PostgreSQL: xmin, ctid); after this all were written by one.
    """
    connection = work.session.connection()
    mine = col(SurveyAnswer.survey) == number
    rows = [dict(row) for row in connection.execute(select(SurveyAnswer).where(mine)).mappings()]  # type: ignore[arg-type]
    connection.execute(delete(SurveyAnswer).where(mine))
    random.SystemRandom().shuffle(rows)
    if rows:
        connection.execute(insert(SurveyAnswer), [{**row, "id": secrets.token_hex(16)} for row in rows])
    asked = col(SurveyAsked.answered)
    connection.execute(update(SurveyAsked).where(col(SurveyAsked.survey) == number).values({asked: asked}))


def _demand_not(survey: Known, *states: SurveyState) -> None:
    if survey.state in states:
        raise VekhaError(problem("survey.over" if survey.state is SurveyState.CLOSED else "survey.cancelled"))


def demand_running(survey: Known) -> None:
    """Raises VekhaError survey.over or survey.cancelled: nobody else is asked."""
    _demand_not(survey, SurveyState.CLOSED, SurveyState.CANCELLED)


def _audience_problems(allowed: Iterable[Audience], wanted: Iterable[str]) -> Iterable[Problem]:
    known_ones = [each.value for each in allowed]
    for each in wanted:
        if each not in known_ones:
            yield problem("survey.unknown_audience", "audience", audience=each, known=", ".join(known_ones))


def _moment_problems(form: type[Form], moment: str) -> Iterable[Problem]:
    moments = [each.value for each in Moment if each]
    if moment and moment not in moments:
        yield problem("survey.unknown_moment", "moment", moment=moment)
    elif moment and form.anonymous:
        yield problem("survey.nobody_to_compare", "moment")
    elif not moment and form.survey is not None and form.survey.moment_field is not None:
        yield problem("survey.moment_needed", "moment", form=form.title)


def _busy(work: Work, loaded: Loaded, form: str, moment: str, audiences: Sequence[str]) -> Iterable[Problem]:
    """The same people are not asked the same thing twice at a time."""
    rows = select(Survey).where(Survey.programme == loaded.key, Survey.form == form, Survey.moment == moment)
    for row in work.session.exec(rows.order_by(col(Survey.id))):
        if state_of_row(row, loaded.now.today) in (SurveyState.PLANNED, SurveyState.OPEN) and {*audiences} & {
            *row.audiences
        }:
            yield problem("survey.going_on", number=row.id, closes=f"{row.closes:%d.%m.%Y}")


def place_of(loaded: Loaded, form: str, moment: str = "") -> tuple[str, str]:
    """Where named answers go: of a form that two activities collect, «before» to the first one, «after» to the last."""
    places = [
        (stage.code, activity.code)
        for stage, activity in loaded.roadmap.rows()
        if any(use.code == form for use in activity.forms)
    ]
    if not places:
        return ("", "")
    if moment:
        return places[0] if moment == Moment.BEFORE else places[-1]
    open_ones = [each for each in places if loaded.now.activities[each].state == "open"]
    return (open_ones or places)[0]
