"""One stage as its page shows it: the ribbon of stages, the checklist, what is left before it may be closed."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.gate import gate
from vekha.domain.programme import ISSUED, OVER, SETTLED, ActivityNow, DocumentState, StageState, subjects
from vekha.domain.roadmap import Gate
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import Extension, Stage

SOON = 7  # days
_YEAR = re.compile(r"\bХ(?:\s*\+\s*(\d))?")


@dataclass(frozen=True, slots=True)
class Step:
    """One stage on the ribbon; `waits` are the numbers of the stages it comes after."""

    code: str
    number: str
    title: str
    state: StageState
    opens: dt.date
    due: dt.date
    closed_on: dt.date | None
    left: int
    waits: tuple[str, ...]

    @property
    def look(self) -> str:
        """The tint: done, going, soon, late, yet. The words say the same."""
        if self.state is StageState.CLOSED:
            return "done"
        if self.state is StageState.CLOSING:
            return "going"
        if self.state is not StageState.OPEN:
            return "yet"
        return "late" if self.left < 0 else "soon" if self.left <= SOON else "going"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of an activity: how many of it are needed and in force."""

    code: str
    title: str
    needed: int
    issued: int
    drafts: int
    optional: bool
    made: bool

    @property
    def look(self) -> str:
        if self.needed and self.issued >= self.needed:
            return "issued"
        return "partly" if self.issued else "draft" if self.drafts else "none"


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A form of an activity with the answers there are; `needed` is 0 where any number will do."""

    code: str
    title: str
    answers: int
    needed: int


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the checklist."""

    now: ActivityNow
    done_on: dt.date | None
    reason: str | None
    roles: tuple[str, ...]
    phrases: tuple[str, ...]
    help: str
    papers: tuple[Paper, ...]
    forms: tuple[Questionnaire, ...]

    @property
    def settled(self) -> bool:
        return self.now.state in SETTLED


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something that keeps the stage from closing, and the activity it belongs to."""

    activity: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Sheet:
    key: str
    institution: str
    programme_state: str
    step: Step
    row: Stage
    steps: tuple[Step, ...]
    lines: tuple[Line, ...]
    lacking: tuple[Lacking, ...]
    next_steps: tuple[str, ...]
    asked: dt.date | None
    today: dt.date
    may_work: bool
    may_approve: bool

    @property
    def done(self) -> int:
        return sum(each.settled for each in self.lines)


def sheet(work: Work, key: str, stage: str) -> Sheet:
    """Raises VekhaError programme.unknown, stage.unknown, access.denied."""
    loaded = load(work, key, Action.VIEW)
    if stage not in loaded.stages:
        raise VekhaError(problem("stage.unknown", stage=stage, known=", ".join(loaded.stages)))
    steps = tuple(_step(loaded, code) for code in loaded.stages)
    home = loaded.institution
    place = {"region": home.region, "municipality": home.municipality or "", "institution": home.code}
    open_now = loaded.now.stages[stage].state is StageState.OPEN
    return Sheet(
        key=key,
        institution=home.short_title,
        programme_state=loaded.programme.state,
        step=next(each for each in steps if each.code == stage),
        row=loaded.stages[stage],
        steps=steps,
        lines=tuple(_line(loaded, each) for each in loaded.now.of_stage(stage)),
        lacking=tuple(_lacking(loaded, stage)) if open_now else (),
        next_steps=tuple(each.title for each in loaded.roadmap.stages if stage in each.after),
        asked=_asked(work, key, stage),
        today=loaded.now.today,
        may_work=work.actor.may(Action.WORK, **place),
        may_approve=work.actor.may(Action.APPROVE, **place),
    )


def current_stage(work: Work, key: str) -> str:
    """The stage a person most likely means: the first open one, else the next to come, else the last."""
    stages = load(work, key, Action.VIEW).now.stages
    order = (StageState.OPEN, StageState.CLOSING, StageState.PLANNED)
    return next((code for state in order for code, each in stages.items() if each.state is state), [*stages][-1])


def _step(loaded: Loaded, code: str) -> Step:
    spec, row, now = loaded.roadmap.stage(code), loaded.stages[code], loaded.now
    waits = tuple(_number(loaded, each) for each in spec.after if now.stages[each].state not in OVER)
    left = (row.due - now.today).days
    state = StageState(row.state)
    return Step(code, _number(loaded, code), spec.title, state, row.opens, row.due, row.closed_on, left, waits)


def _number(loaded: Loaded, code: str) -> str:
    return loaded.roadmap.stage(code).number or str([*loaded.stages].index(code) + 1)


def _line(loaded: Loaded, now: ActivityNow) -> Line:
    row = loaded.activities[now.stage, now.code]
    roles = loaded.roadmap.roles
    if now.own:
        told = (roles.get(row.responsible or "", ""),)
        return Line(now, row.done_on, row.reason, tuple(filter(None, told)), (), "", (), ())
    spec = loaded.roadmap.activity(now.stage, now.code)
    who = tuple(roles[each] for each in spec.roles if each in roles)
    papers, forms = tuple(_papers(loaded, now)), tuple(_forms(loaded, now))
    phrases = tuple(dict.fromkeys(_dated(each, loaded.programme.year) for each in spec.phrases))
    return Line(now, row.done_on, row.reason, who, phrases, spec.help or "", papers, forms)


def _dated(phrase: str, year: int) -> str:
    """«сентябрь Х года» of the roadmap, with the year this programme runs in."""
    return _YEAR.sub(lambda found: str(year + int(found[1] or 0)), phrase)


def _papers(loaded: Loaded, now: ActivityNow) -> Iterator[Paper]:
    for use in loaded.roadmap.activity(now.stage, now.code).documents:
        spec = loaded.roadmap.documents[use.code]
        states = loaded.now.documents.get((now.stage, now.code, use.code), {})
        covered = tuple(states) if use.on_demand else subjects(spec.per, loaded.now.people)
        if use.on_demand and not covered:
            continue
        issued = sum(states.get(each) in ISSUED for each in covered)
        drafts = sum(each is DocumentState.DRAFT for each in states.values())
        yield Paper(use.code, spec.title, len(covered), issued, drafts, use.optional, spec.template is not None)


def _forms(loaded: Loaded, now: ActivityNow) -> Iterator[Questionnaire]:
    for use in loaded.roadmap.activity(now.stage, now.code).forms:
        about = loaded.now.answers.get((now.stage, now.code, use.code), ())
        needed = len(subjects(use.each, loaded.now.people)) if use.each else use.at_least
        answers = len(set(about)) if use.each else len(about)
        yield Questionnaire(use.code, loaded.type.form(use.code).title, answers, needed)


def _lacking(loaded: Loaded, stage: str) -> Iterator[Lacking]:
    """The gate's problems, each with the activity it belongs to."""
    for each in loaded.now.of_stage(stage):
        if each.gate is Gate.REQUIRED and each.state not in SETTLED:
            alone = replace(loaded.now, activities={(stage, each.code): each})
            for found in gate(stage, alone):
                yield Lacking(each.code, found)


def _asked(work: Work, key: str, stage: str) -> dt.date | None:
    """Until when more time for the stage is asked for and not decided."""
    rows = select(col(Extension.wanted)).where(Extension.programme == key, Extension.stage == stage)
    return work.session.exec(rows.where(Extension.activity == "", Extension.state == "asked")).first()
