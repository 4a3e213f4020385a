"""A survey as its curator sees it: who is asked, how far it is, what may be done; and the list of surveys."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vekha.domain.access import Action
from vekha.domain.surveys import LEAST, SurveyState
from vekha.services.process.programmes import load
from vekha.services.surveys import asking, life, results
from vekha.services.surveys.audience import Candidate, candidates
from vekha.services.surveys.life import Known
from vekha.services.surveys.results import Compared, Counted, Results
from vekha.services.work import Work
from vekha.storage.tables import SurveyAsked


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Somebody who is or may be asked. `state`: none, no_consent, waiting, opened, answered, revoked; of an anonymous
    survey only asked – who has answered it is not told even to the curator."""

    code: str
    audience: str
    name: str
    about: str
    email: str | None
    state: str
    row: SurveyAsked | None = None

    @property
    def may_be_asked(self) -> bool:
        return self.state not in ("no_consent", "answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`unnamed` counts slips without a name, by audience; `reminded` is how many a reminder would go to."""

    survey: Known
    lines: tuple[Line, ...]
    unnamed: Mapping[str, int]
    results: Results
    reminded: int
    few_asked: bool
    may_cancel: bool

    @property
    def running(self) -> bool:
        return self.survey.state in (SurveyState.PLANNED, SurveyState.OPEN)

    def state_of(self, code: str) -> str:
        return next((each.state for each in self.lines if each.code == code), "none")


@dataclass(frozen=True, slots=True)
class Entry:
    """A survey in the list."""

    survey: Known
    total: Counted


@dataclass(frozen=True, slots=True)
class Surveys:
    """Everything that a programme has asked, and what changed for those measured twice."""

    key: str
    institution: str
    entries: tuple[Entry, ...]
    effects: tuple[Compared, ...]


def overview(work: Work, key: str) -> Surveys:
    """Raises VekhaError programme.unknown, access.denied."""
    loaded = load(work, key, Action.VIEW)
    entries = tuple(Entry(each, results.total(work, each)) for each in life.every(work, key))
    return Surveys(key, loaded.institution.short_title, entries, tuple(results.effects_to_read(work, loaded)))


def sheet(work: Work, key: str, number: int) -> Sheet:
    """Raises VekhaError survey.unknown, programme.unknown, access.denied."""
    survey = life.known(work, key, number, Action.VIEW)
    asked = asking.rows(work, survey)
    found = results.of(work, survey)
    running = survey.state in (SurveyState.PLANNED, SurveyState.OPEN)
    return Sheet(
        survey=survey,
        lines=tuple(_lines(work, survey, asked)),
        unnamed=Counter(row.audience for row in asked if not row.name),
        results=found,
        reminded=len(asking.to_remind(survey, asked)) if running else 0,
        few_asked=survey.row.anonymous and 0 < found.total.asked < LEAST,
        may_cancel=running and not found.total.answered,
    )


def _lines(work: Work, survey: Known, asked: Iterable[SurveyAsked]) -> Iterable[Line]:
    """Those who can be asked, then whoever was asked and is no candidate any more."""
    rows = {(row.subject or row.name): row for row in asked if row.name}
    for each in candidates(work, survey):
        yield _line(survey, each, rows.pop(each.code, None))
    for code, row in rows.items():
        yield Line(
            code=str(code),
            audience=row.audience,
            name=row.name or "",
            about="",
            email=row.email,
            state=_state(survey, row),
            row=row,
        )


def _line(survey: Known, each: Candidate, row: SurveyAsked | None) -> Line:
    state = _state(survey, row) if row else "none" if each.consent else "no_consent"
    return Line(
        code=each.code,
        audience=each.audience.value,
        name=each.name,
        about=each.about,
        email=each.email,
        state=state,
        row=row,
    )


def _state(survey: Known, row: SurveyAsked) -> str:
    if row.revoked:
        return "revoked"
    if survey.row.anonymous:
        return "asked"
    return "answered" if row.answered else "opened" if row.opened else "waiting"
