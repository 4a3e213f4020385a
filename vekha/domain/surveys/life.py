"""The life of a survey: planned, open from one day to another, closed, or taken back before anybody has answered."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from vekha.domain.errors import Problem, problem

LONGEST_DAYS = 366  # a link is a secret: none works for ever


class Audience(StrEnum):
    """Who is asked: the groups by which answers are counted."""

    MENTEES = "mentee"
    MENTORS = "mentor"
    GUARDIANS = "guardian"
    EMPLOYERS = "employer"
    TEACHERS = "teacher"


class Moment(StrEnum):
    """Before the work or after it, for a survey that measures twice (DOMAIN.md §6); nothing for any other."""

    NONE = ""
    BEFORE = "before"
    AFTER = "after"


class SurveyState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


def state_of(
    today: date, *, opens: date, closes: date, closed_on: date | None, cancelled_on: date | None
) -> SurveyState:
    """Both days belong to the survey: it takes answers from the morning of the first to the night of the last."""
    if cancelled_on is not None:
        return SurveyState.CANCELLED
    if closed_on is not None or today > closes:
        return SurveyState.CLOSED
    return SurveyState.OPEN if today >= opens else SurveyState.PLANNED


def date_problems(today: date, opens: date, closes: date) -> Iterator[Problem]:
    """Everything that is wrong with the days of a survey to be sent."""
    if closes < opens:
        yield problem("survey.ends_before_start", "closes", opens=f"{opens:%d.%m.%Y}", closes=f"{closes:%d.%m.%Y}")
    if closes < today:
        yield problem("survey.over_already", "closes", closes=f"{closes:%d.%m.%Y}")
    if (closes - opens).days > LONGEST_DAYS:
        yield problem("survey.too_long", "closes", most=LONGEST_DAYS)
