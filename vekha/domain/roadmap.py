"""The definition of a mentoring programme: stages, activities, documents, forms, as one frozen, versioned value.

The words are those of the «дорожная карта»: a stage («этап») has activities («мероприятия»), an activity has somebody
responsible, a deadline as people write it, forms to fill and documents to issue (DOMAIN.md §2). A roadmap is read from
YAML by `vekha.domain.roadmap_file`; a running programme keeps the snapshot it was started with.
"""

import hashlib
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, cast, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

Month = Literal[
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
]  # fmt: skip
MONTHS: tuple[str, ...] = get_args(Month)


def _as_tuple(value: object) -> object:
    """A single value may stand where a list is meant: `responsible: curator`."""
    if value is None or isinstance(value, (list, tuple)):
        return cast("object", value)
    return (value,)


def _by_code(value: object) -> object:
    """`forms: [needs_survey]` is short for `forms: [{code: needs_survey}]`."""
    if isinstance(value, (list, tuple)):
        uses = cast("Sequence[object]", value)
        return tuple({"code": each} if isinstance(each, str) else each for each in uses)
    return value


class Strict(BaseModel):
    """Frozen, and refuses what the format does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Gate(StrEnum):
    """What an activity means for the closing of its stage.

    A carrying-on activity stays open after its stage has closed, until its own due date; a required one must be done
    all the same before the programme is finished.
    """

    REQUIRED = "required"
    OPTIONAL = "optional"
    CARRIES_ON = "carries_on"
    OPTIONAL_CARRIES_ON = "optional_carries_on"

    @property
    def required(self) -> bool:
        return self in (Gate.REQUIRED, Gate.CARRIES_ON)

    @property
    def carries_on(self) -> bool:
        return self in (Gate.CARRIES_ON, Gate.OPTIONAL_CARRIES_ON)

    @property
    def blocks_stage(self) -> bool:
        return self is Gate.REQUIRED


class Scope(StrEnum):
    """Whom one form or one document is about: the whole programme, or each of the people, pairs, employers in it."""

    PROGRAMME = "programme"
    MENTEE = "mentee"
    MENTOR = "mentor"
    PARTICIPANT = "participant"  # every mentor and every mentee
    PAIR = "pair"
    EMPLOYER = "employer"


class DocumentKind(StrEnum):
    """Chooses the layout by ГОСТ Р 7.0.97-2025, the gender of «УТВЕРЖДЁН» and the journal of numbers."""

    ORDER = "order"
    REGULATION = "regulation"
    ROADMAP = "roadmap"
    PROGRAMME = "programme"
    PLAN = "plan"
    REGISTER = "register"
    MINUTES = "minutes"
    AGREEMENT = "agreement"
    CONTRACT = "contract"
    LETTER = "letter"
    CONSENT = "consent"
    REPORT = "report"
    MATERIALS = "materials"
    PAGE = "page"


class DocumentSpec(Strict):
    """A type of document the roadmap issues (DOMAIN.md §3)."""

    title: Words
    kind: DocumentKind
    per: Scope = Scope.PROGRAMME
    template: Annotated[str | None, StringConstraints(pattern=r"^[a-z][a-z0-9_/]*\.html$")] = None
    approves: Code | None = None  # the role that approves; without one the responsible role files it
    numbered: StrictBool = False
    signed: StrictBool = False
    public: StrictBool = False  # goes to the site, after a check for personal data
    annexes: tuple[Code, ...] = ()  # travel with an order; one not complete yet is marked as pending
    retention: Words | None = None  # «срок хранения» by the nomenclature of files


class DocumentUse(Strict):
    """A document that an activity issues; role and deadline of its own when the activity's do not fit (row 1.1).

    One `on_demand` is made only when something has happened that calls for it, such as a mentor's replacement.
    """

    code: Code
    responsible: Annotated[tuple[Code, ...], BeforeValidator(_as_tuple)] = ()
    deadline: Words | None = None
    optional: StrictBool = False
    on_demand: StrictBool = False


class FormUse(Strict):
    """A form that an activity collects: at least so many answers, or one about each of a scope."""

    code: Code
    each: Scope | None = None
    at_least: Annotated[StrictInt, Field(ge=0)] = 1


class Activity(Strict):
    """A row of the roadmap («мероприятие»)."""

    code: Code
    was: Annotated[tuple[Code, ...], BeforeValidator(_as_tuple)] = ()  # its codes in earlier versions
    title: Words
    number: Words | None = None  # the printed №: a label, never an id (the sources leave eleven of 31 rows without)
    gate: Gate = Gate.REQUIRED
    responsible: Annotated[tuple[Code, ...], BeforeValidator(_as_tuple)] = ()
    deadline: Annotated[tuple[Words, ...], BeforeValidator(_as_tuple)] = ()  # several = waves, the last one closes
    source_deadline: Words | None = None  # the phrase as the source has it, where ours had to say more («Х+1»)
    forms: Annotated[tuple[FormUse, ...], BeforeValidator(_by_code)] = ()
    documents: Annotated[tuple[DocumentUse, ...], BeforeValidator(_by_code)] = ()
    meetings: dict[Code, Annotated[StrictInt, Field(ge=1)]] = Field(default_factory=dict)  # kind → at least so many
    checks: tuple[Code, ...] = ()  # further conditions, in Python: the core's or the plugin's
    help: Words | None = None

    @property
    def phrases(self) -> tuple[str, ...]:
        """Every phrase that dates this activity: its own, else those of its documents."""
        return self.deadline or tuple(use.deadline for use in self.documents if use.deadline)

    @property
    def roles(self) -> tuple[str, ...]:
        """Everybody responsible, in the order of writing, each once."""
        return tuple(dict.fromkeys([*self.responsible, *(role for use in self.documents for role in use.responsible)]))


class Stage(Strict):
    """A phase of the programme («этап»); it opens when its window has begun and the stages in `after` are closed."""

    code: Code
    was: Annotated[tuple[Code, ...], BeforeValidator(_as_tuple)] = ()  # its codes in earlier versions
    title: Words
    number: Words | None = None
    after: tuple[Code, ...] = ()
    activities: Annotated[tuple[Activity, ...], Field(min_length=1)]

    def activity(self, code: str) -> Activity:
        return next(each for each in self.activities if each.code == code)


class CycleSpec(Strict):
    """How long one programme runs: from the first day of a month, so many whole months."""

    kind: Literal["school_year", "calendar_year", "years"]
    starts: Month
    length_months: Annotated[StrictInt, Field(ge=1, le=60)]

    def dates(self, year: int) -> tuple[date, date]:
        """The first and the last day of the cycle whose Х is `year`."""
        first = MONTHS.index(self.starts)
        last_year, last_month = divmod(year * 12 + first + self.length_months - 1, 12)
        return date(year, first + 1, 1), date(last_year, last_month + 1, monthrange(last_year, last_month + 1)[1])


class Roadmap(Strict):
    """A whole roadmap; `code` and `version` name it for ever, and `digest` tells when it was changed without either."""

    code: Code
    version: Annotated[StrictInt, Field(ge=1)]
    title: Words
    cycle: CycleSpec
    roles: dict[Code, Words]
    documents: dict[Code, DocumentSpec] = Field(default_factory=dict)
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content: equal for equal roadmaps, whatever the spelling of the YAML."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def stage(self, code: str) -> Stage:
        return self._stages[code]

    @cached_property
    def _stages(self) -> dict[str, Stage]:
        return {stage.code: stage for stage in self.stages}

    def activity(self, stage: str, code: str) -> Activity:
        return self._activities[stage, code]

    @cached_property
    def _activities(self) -> dict[tuple[str, str], Activity]:
        return {(stage.code, activity.code): activity for stage, activity in self.rows()}

    def rows(self) -> Iterator[tuple[Stage, Activity]]:
        """Every activity with its stage, in the printed order."""
        for stage in self.stages:
            for activity in stage.activities:
                yield stage, activity

    @cached_property
    def form_codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(use.code for _, activity in self.rows() for use in activity.forms))

    @cached_property
    def document_codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(use.code for _, activity in self.rows() for use in activity.documents))

    def successors(self, code: str) -> tuple[Stage, ...]:
        """The stages that wait for this one."""
        return tuple(stage for stage in self.stages if code in stage.after)

    def __hash__(self) -> int:
        return hash(self.digest)
