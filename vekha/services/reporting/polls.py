"""What answers add to the histories of institutions: marks of people before, after and at the end; surveys.

It reads for many programmes with as many queries as for one. Of an anonymous survey nothing is told while it goes on or
where fewer than five have answered.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlmodel import col

from vekha.domain.reporting.history import Opinion, Poll
from vekha.domain.surveys import LEAST, Kind, Moment, Question
from vekha.forms.questions import questions_of
from vekha.forms.schema import schema_of
from vekha.services.surveys.results import MOMENT_WORDS
from vekha.services.work import Work
from vekha.storage.tables import Submission, Survey, SurveyAnswer, SurveyAsked

SATISFACTION, OPINION = "satisfaction", "programme_opinion"
_SATISFIED = ("effectiveness", "comfort", "usefulness")
_RECOMMEND = "recommend"
_TEN = 9  # steps from one to ten


@dataclass(frozen=True, slots=True)
class Measured:
    """A form that measures people by scales; `moment_field` is where the answer itself says «до» or «после»."""

    scales: tuple[Question, ...]
    moment_field: str | None


@dataclass(frozen=True, slots=True)
class Measuring:
    """(type, form) → how it measures; `always` are the forms whose every answer counts, by survey or typed in."""

    forms: Mapping[tuple[str, str], Measured]
    always: tuple[str, ...]


def measuring(work: Work, types: Iterable[str]) -> Measuring:
    """The forms of these types in which people, not anonymous, set marks."""
    known = work.tools.registry.types
    forms: dict[tuple[str, str], Measured] = {}
    for kind in sorted({*types} & known.keys()):
        for form in known[kind].forms:
            if form.survey is not None and form.subject_field and not form.anonymous:
                scales = tuple(each for each in questions_of(schema_of(form)) if each.kind is Kind.SCALE)
                forms[kind, form.code] = Measured(scales, form.survey.moment_field)
    always = {code for (_, code), each in forms.items() if each.moment_field} | {SATISFACTION}
    return Measuring(forms, tuple(sorted(always)))


def counting(measured: Measuring, keys: Sequence[str]) -> Any:
    """Which answers say something of people: those of some forms always, others where the survey measured."""
    brought = _brought(keys, SurveyAsked.submission)
    return or_(col(Submission.form).in_(measured.always), col(Submission.id).in_(brought))


def moments_of(work: Work, keys: Sequence[str]) -> dict[int, str]:
    """Answer → the moment of the survey that brought it."""
    rows = work.session.execute(_brought(keys, SurveyAsked.submission, Survey.moment))
    return {number: str(moment) for number, moment in rows}


def _brought(keys: Sequence[str], *columns: Any) -> Any:
    return (
        select(*map(col, columns))
        .join(Survey, col(Survey.id) == col(SurveyAsked.survey))
        .where(col(Survey.programme).in_(keys), col(Survey.moment) != "", col(SurveyAsked.submission).is_not(None))
    )


def opinions(
    key: str, kind: str, answers: Iterable[Any], measured: Measuring, moments: Mapping[int, str]
) -> Iterable[Opinion]:
    """`answers` are rows of submissions with id, form, subject, on, data."""
    for row in answers:
        form = measured.forms.get((kind, row.form))
        if form is None or not row.subject:
            continue
        moment, scales = _moment(form, row, moments), form.scales
        if row.form == SATISFACTION:
            moment, scales = SATISFACTION, tuple(each for each in scales if each.name in _SATISFIED)
        marks = [_of_ten(each, row.data[each.name]) for each in scales if row.data.get(each.name) is not None]
        if moment and marks:
            yield Opinion(form=row.form, person=row.subject, programme=key, moment=moment, on=row.on, mark=fmean(marks))


def _moment(form: Measured, row: Any, moments: Mapping[int, str]) -> str:
    said = MOMENT_WORDS.get(str(row.data.get(form.moment_field)), Moment.NONE) if form.moment_field else Moment.NONE
    return said or moments.get(row.id, "")


def _of_ten(question: Question, mark: float) -> float:
    """A mark as it would stand on a scale from one to ten."""
    least, most = int(question.options[0]), int(question.options[-1])
    return 1 + (mark - least) * _TEN / (most - least) if most > least else mark


def polls_of(work: Work, keys: Sequence[str]) -> Mapping[str, list[tuple[bool, Poll]]]:
    """Programme → (closed, survey as if over); those taken back are left out."""
    asked, told = _asked(work, keys), _told(work, keys)
    found = defaultdict[str, list[tuple[bool, Poll]]](list)
    rows = select(Survey.__table__).where(col(Survey.programme).in_(keys), col(Survey.cancelled_on).is_(None))  # type: ignore[attr-defined]
    for row in work.session.execute(rows.order_by(col(Survey.id))):
        number, answered = asked.get(row.id, (0, 0))
        recommended, every = told.get(row.id, (0, 0))
        poll = Poll(
            programme=row.programme,
            over=row.closed_on or row.closes,
            asked=number,
            answered=answered,
            recommended=recommended,
            told=every,
        )
        found[row.programme].append((row.closed_on is not None, poll))
    return found


def _asked(work: Work, keys: Sequence[str]) -> dict[int, tuple[int, int]]:
    answered = func.sum(case((col(SurveyAsked.answered), 1), else_=0))
    rows = select(col(SurveyAsked.survey), func.count(), answered).where(col(SurveyAsked.programme).in_(keys))
    return {survey: (number, said) for survey, number, said in work.session.execute(rows.group_by("survey"))}


def _told(work: Work, keys: Sequence[str]) -> dict[int, tuple[int, int]]:
    """Survey → (would recommend, said anything of it), of the anonymous opinions that enough have given."""
    said = col(SurveyAnswer.data)[_RECOMMEND].as_boolean()
    yes = func.sum(case((said.is_(True), 1), else_=0))
    rows = (
        select(col(SurveyAnswer.survey), yes, func.count())
        .join(Survey, col(Survey.id) == col(SurveyAnswer.survey))
        .where(col(SurveyAnswer.programme).in_(keys), col(Survey.form) == OPINION, said.is_not(None))
        .group_by(col(SurveyAnswer.survey))
    )
    return {survey: (ok, number) for survey, ok, number in work.session.execute(rows) if number >= LEAST}
