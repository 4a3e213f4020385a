"""Answering behind a link: what it leads to, and the one answer it takes.

Thousands may answer in the same minute, so neither the whole programme is read nor its row locked: an answer is one
mark set where none was and one row. Only a form whose answers change something for people goes the long way.
"""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from vekha.domain.access import Actor, Grant
from vekha.domain.errors import VekhaError, problem
from vekha.domain.people import People, Purpose
from vekha.domain.surveys import Moment, SurveyState
from vekha.forms.base import Form, FormContext
from vekha.forms.standard.words import Moment as MomentWord
from vekha.forms.validation import parse_answer
from vekha.services.access.accounts import digest
from vekha.services.process import forms
from vekha.services.process.facts import alone
from vekha.services.surveys.life import state_of_row
from vekha.services.work import Work
from vekha.storage.tables import Institution, Programme, Submission, Survey, SurveyAnswer, SurveyAsked, SurveyToken
from vekha.texts import text

WORDS = {Moment.BEFORE: MomentWord.BEFORE.value, Moment.AFTER: MomentWord.AFTER.value}


@dataclass(frozen=True, slots=True)
class Opened:
    """What is behind a link. `people` are the one who answers and those that the answer may depend on."""

    survey: Survey
    asked: SurveyAsked
    programme: Programme
    institution: Institution
    form: type[Form]
    today: dt.date
    people: People

    @property
    def fixed(self) -> dict[str, Any]:
        """What the survey itself answers: who is asked, and of which moment."""
        found: dict[str, Any] = {}
        if self.form.subject_field and not self.survey.anonymous:
            found[self.form.subject_field] = self.asked.subject
        if self.form.survey and self.form.survey.moment_field and self.survey.moment:
            found[self.form.survey.moment_field] = WORDS[Moment(self.survey.moment)]
        return found

    @property
    def about(self) -> str:
        """Whom a guardian answers about."""
        person = self.people.persons.get(self.asked.subject)
        return person.name if person and person.name != self.asked.name else ""

    @property
    def context(self) -> FormContext:
        starts, ends = self.programme.cycle_starts, self.programme.cycle_ends
        return FormContext(today=self.today, cycle_starts=starts, cycle_ends=ends, people=self.people)


def opened(work: Work, token: str) -> Opened:
    """Raises VekhaError survey.link_unknown, link_answered, link_revoked, link_early, link_over, link_cancelled."""
    rows = (
        select(SurveyAsked, Survey, Programme, Institution)
        .join(SurveyToken, col(SurveyToken.asked) == col(SurveyAsked.id))
        .join(Survey, col(Survey.id) == col(SurveyAsked.survey))
        .join(Programme, col(Programme.key) == col(Survey.programme))
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .where(SurveyToken.token == digest(token))
    )
    found = work.session.exec(rows).one_or_none()
    if found is None:
        raise VekhaError(problem("survey.link_unknown"))
    asked, survey, programme, home = found
    today = work.local_day(home.timezone)
    _demand_taking(asked, survey, programme, home, today)
    form = forms.form_of(work.tools.registry.type(home.type), survey.form)
    people = People() if survey.anonymous else alone(work.session, programme, asked.subject)
    person = people.persons.get(asked.subject)
    if person is not None and not person.consented(Purpose.PROCESSING, today):
        raise VekhaError(problem("survey.link_revoked", institution=home.short_title))
    return Opened(survey, asked, programme, home, form, today, people)


def _demand_taking(asked: SurveyAsked, survey: Survey, programme: Programme, home: Institution, today: dt.date) -> None:
    state = state_of_row(survey, today)
    over = programme.state == "cancelled"
    reasons = (
        ("link_answered", asked.answered),
        ("link_cancelled", state is SurveyState.CANCELLED or over),
        ("link_revoked", asked.revoked),
        ("link_over", state is SurveyState.CLOSED),
        ("link_early", state is SurveyState.PLANNED),
    )
    for code, holds in reasons:
        if holds:
            last = survey.closed_on or survey.closes  # it may have been closed before its last day
            dates = {"opens": f"{survey.opens:%d.%m.%Y}", "closes": f"{last:%d.%m.%Y}"}
            raise VekhaError(problem(f"survey.{code}", institution=home.short_title, **dates))


def looked_at(work: Work, token: str) -> None:
    """Remembers that the link was opened; not when."""
    asked = select(SurveyToken.asked).where(SurveyToken.token == digest(token)).scalar_subquery()
    unseen = (col(SurveyAsked.id) == asked, col(SurveyAsked.opened).is_(False))
    work.session.execute(update(SurveyAsked).where(*unseen).values(opened=True))


def answer(work: Work, token: str, data: Mapping[str, Any]) -> None:
    """Takes the answer, once: of two tabs and of two links of one person the first one counts.

    Raises VekhaError with everything that is wrong with it, and like `opened`.
    """
    found = opened(work, token)
    given = {**data, **found.fixed}
    if not found.survey.anonymous:
        work.actor = _respondent(found)
        if found.form.consequences is not Form.consequences:
            _claim(work, found)
            _submit_the_long_way(work, found, given)
            return
    parsed = parse_answer(found.form, given, found.context)
    _claim(work, found)
    stored = parsed.model_dump(mode="json")
    if found.survey.anonymous:
        _put_in_the_box(work, found, stored)
    else:
        _submit(work, found, stored)


# --- parts ------------------------------------------------------------------------------------------------------------


def _claim(work: Work, found: Opened) -> None:
    """Sets the mark where there is none. Raises VekhaError survey.link_answered when somebody was quicker."""
    mine = (col(SurveyAsked.id) == found.asked.id, col(SurveyAsked.answered).is_(False))
    done: Any = work.session.execute(update(SurveyAsked).where(*mine).values(answered=True, opened=True))
    if done.rowcount != 1:
        raise VekhaError(problem("survey.link_answered", institution=found.institution.short_title))


def _put_in_the_box(work: Work, found: Opened, stored: Mapping[str, Any]) -> None:
    """Nothing but what was said and the group of who said it."""
    survey = found.survey
    row = {"id": secrets.token_hex(16), "survey": survey.id, "programme": survey.programme}
    work.insert(SurveyAnswer, {**row, "audience": found.asked.audience, "data": dict(stored)})


def _submit(work: Work, found: Opened, stored: Mapping[str, Any]) -> None:
    survey, form = found.survey, found.form
    row = {
        "programme": survey.programme,
        "stage": survey.stage,
        "activity": survey.activity,
        "form": form.code,
        "form_version": form.version,
        "schema_digest": forms.store_schema(work, form),
        "subject": found.asked.subject,
        "data": dict(stored),
        "at": work.now,
        "on": found.today,
        "who": work.actor.name,
        "request_key": None,
    }
    _link(work, found, work.insert(Submission, row))
    work.audit(f"form:{form.code}", programme=survey.programme, new="submitted", why=found.asked.subject or None)


def _submit_the_long_way(work: Work, found: Opened, given: Mapping[str, Any]) -> None:
    survey = found.survey
    place = (survey.stage, survey.activity) if survey.stage else None
    _link(work, found, forms.submit(work, survey.programme, survey.form, given, place=place).id)


def _link(work: Work, found: Opened, submission: int) -> None:
    mine = update(SurveyAsked).where(col(SurveyAsked.id) == found.asked.id)
    work.session.execute(mine.values(submission=submission))


def _respondent(found: Opened) -> Actor:
    grant = Grant(role="curator", institution=found.institution.code)
    return Actor(name=text("link.actor", name=found.asked.name or ""), grants=(grant,))
