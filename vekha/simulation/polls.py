"""Surveys of a story: the curator sends them, people answer behind their links, the curator closes them."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from vekha.domain.surveys import Moment
from vekha.forms.base import Form
from vekha.services.process.programmes import Loaded
from vekha.services.surveys import answering, asking, life
from vekha.services.surveys.answering import WORDS
from vekha.services.surveys.life import SurveyData
from vekha.services.work import Work

Sample = Callable[[str | None], Mapping[str, Any]]
AsCurator = Callable[[], AbstractContextManager[None]]
LASTS = dt.timedelta(days=7)
SILENT = 8  # every so-many-th of those asked without a name does not answer


def poll(
    work: Work,
    loaded: Loaded,
    form: type[Form],
    place: tuple[str, str],
    about: Sequence[str],
    sample: Sample,
    as_curator: AsCurator,
) -> list[str]:
    """Asks everybody in `about` whom a survey of the form may ask; returns those who have to be asked otherwise."""
    told = {code: sample(code) for code in about}
    moment = _moment(form, next(iter(told.values()), {}))
    if not told or life.place_of(loaded, form.code, moment) != place:
        return list(about)
    with as_curator():
        number = life.create(
            work, loaded.key, SurveyData(form=form.code, moment=moment, closes=loaded.now.today + LASTS)
        )
        waiting = [each for each in asking.waited_for(work, life.known(work, loaded.key, number)) if each.code in told]
        if not waiting:  # their consents come with this very activity
            life.cancel(work, loaded.key, number)
            return list(about)
        made = asking.invite(work, loaded.key, number, waiting)
    for who, link in zip(waiting, made, strict=True):
        with as_curator():  # answering makes the one who answers the actor
            answering.answer(work, link.token, told[who.code])
    _keep_true(loaded, form, place, [each.code for each in waiting])
    with as_curator():
        life.close(work, loaded.key, number)
    asked = {each.code for each in waiting}
    return [code for code in about if code not in asked]


def ask_without_names(work: Work, loaded: Loaded, sample: Sample, as_curator: AsCurator) -> None:
    """The anonymous survey of the year, where the type has one: everybody who may be asked, once."""
    form = next((each for each in life.survey_forms(loaded.type) if each.anonymous), None)
    if form is None or _asked_before(work, loaded, form):
        return
    with as_curator():
        number = life.create(work, loaded.key, SurveyData(form=form.code, closes=loaded.now.today + LASTS))
        waiting = asking.waited_for(work, life.known(work, loaded.key, number))
        made = asking.invite(work, loaded.key, number, waiting)
    for serial, link in enumerate(made):
        if serial % SILENT != SILENT - 1:
            with as_curator():
                answering.answer(work, link.token, sample(None))
    with as_curator():
        life.close(work, loaded.key, number)


def _asked_before(work: Work, loaded: Loaded, form: type[Form]) -> bool:
    return any(each.form is form for each in life.every(work, loaded.key))


def _moment(form: type[Form], data: Mapping[str, Any]) -> str:
    field = form.survey.moment_field if form.survey else None
    words = {word: moment.value for moment, word in WORDS.items()}
    return words[str(data[field])] if field and field in data else Moment.NONE.value


def _keep_true(loaded: Loaded, form: type[Form], place: tuple[str, str], about: Sequence[str]) -> None:
    """What is loaded knows of the answers, as it does after handing in a form."""
    at, given = (*place, form.code), loaded.now.answers
    loaded.now = replace(loaded.now, answers={**given, at: (*given.get(at, ()), *about)})
