"""What every document template may use: a typed, documented contract, plain enough to be stored as JSON.

The context of an approved document is stored beside it, so that the same PDF can be made again for ever. Anything not
known is None (or an empty list); a template prints it through the filter `blank`, which marks and counts the gap.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from vekha.domain.people import Gender

NameForms = Mapping[str, tuple[str, str, str]]
"""Case → last, first and middle name, as a person has confirmed them; the library declines the other cases."""


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class GuardianView(View):
    """`name` is «Фамилия Имя Отчество»; its parts decline as those of any person, the gender told by the patronymic."""

    name: str
    relation: str | None = None
    authority: str | None = None
    contact: str | None = None
    name_forms: NameForms = Field(default_factory=dict)

    @property
    def last_name(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def first_name(self) -> str:
        return self.name.partition(" ")[2].partition(" ")[0]

    @property
    def middle_name(self) -> str:
        return self.name.partition(" ")[2].partition(" ")[2]

    @property
    def gender(self) -> Gender | None:
        return None


class PersonView(View):
    """A person; `details` are the answers of the register's form (goal, competences, …), by field name."""

    code: str | None = None
    last_name: str
    first_name: str
    middle_name: str | None = None
    gender: Gender | None = None
    birth_date: dt.date | None = None
    position: str | None = None
    contact: str | None = None
    base: str | None = None  # of a mentor: «А», «Б», «В»
    employer: str | None = None  # the employer's name
    registered_on: dt.date | None = None
    minor: bool = False
    published: tuple[
        str, ...
    ] = ()  # what a consent to publication in force today allows: «фамилия и имя», «фотография»
    guardian: GuardianView | None = None
    details: Mapping[str, Any] = Field(default_factory=dict)
    name_forms: NameForms = Field(default_factory=dict)

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.middle_name) if part)


class InstitutionView(View):
    code: str
    type: str
    title: str  # in full, as in the charter
    short_title: str
    city: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    site: str | None = None
    inn: str | None = None
    ogrn: str | None = None
    founder: str | None = None
    head: PersonView | None = None  # its position is that of the head: «Директор», «Заведующий»


class EmployerView(View):
    code: str
    name: str
    inn: str | None = None
    address: str | None = None
    contact: str | None = None
    details: Mapping[str, Any] = Field(default_factory=dict)


class MeetingView(View):
    kind: str
    on: dt.date
    topic: str | None = None
    minutes: int | None = None
    absent: bool = False


class PairChangeView(View):
    """What was done to a pair and stands: `kind` is extended, replaced, ended_early or finished.

    `old_ends` tells the term before an extension, `done` and `left` what a handover says.
    """

    kind: str
    on: dt.date
    reason: str
    old_ends: dt.date | None = None
    done: str | None = None
    left: str | None = None


class PairTotalsView(View):
    """What the work of pairs came to (vekha.domain.pair_totals): `attendance` in per cent, `useful` of 1 to 5."""

    formed: int = 0
    at_work: int = 0
    finished: int = 0
    ended_early: int = 0
    replaced: int = 0
    extended: int = 0
    held: int = 0
    missed: int = 0
    minutes: int = 0
    attendance: float | None = None
    reflections: int = 0
    useful: float | None = None


class StepView(View):
    """A step of a pair's plan and what came of it; `dropped` tells why it is not needed any more, `ahead` that its day
    is yet to come.
    """

    task: str
    due: dt.date
    expected: str | None = None
    actual: str | None = None
    mark: int | None = None
    done_on: dt.date | None = None
    dropped: str | None = None
    ahead: bool = False


class PairView(View):
    code: str
    number: int  # in the order of forming, from 1
    mentors: tuple[PersonView, ...]
    mentees: tuple[PersonView, ...]
    format: str
    starts: dt.date
    ends: dt.date
    goal: str | None = None
    employer: EmployerView | None = None
    meetings: tuple[MeetingView, ...] = ()
    steps: tuple[StepView, ...] = ()
    ended_on: dt.date | None = None
    state: str = "working"  # vekha.domain.pairs.PairState
    replaces: str | None = None  # the code of the pair that goes on here with another mentor
    changes: tuple[PairChangeView, ...] = ()


class RowView(View):
    """An activity as the printed roadmap shows it. `deadline` is the phrase, `opens` and `due` the dates.

    `documents` and `forms` are titles, `document_codes` the codes of the same documents in the same order.
    """

    code: str = ""
    number: str | None
    title: str
    documents: tuple[str, ...]
    document_codes: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    responsible: tuple[str, ...]
    deadline: str
    opens: dt.date | None
    due: dt.date | None
    state: str
    done_on: dt.date | None = None


class StageView(View):
    code: str
    number: str | None
    title: str
    opens: dt.date | None
    due: dt.date | None
    closed_on: dt.date | None
    rows: tuple[RowView, ...]


class AnswerView(View):
    """One submission. `data` holds the fields of the form by name; `labels` their Russian titles."""

    form: str
    title: str
    on: dt.date
    person: PersonView | None = None
    pair: str | None = None
    data: Mapping[str, Any]
    labels: Mapping[str, str]


class AnnexView(View):
    """An annex of an order; `pending` when it is not complete yet and a later version will follow (DOMAIN.md §8.9)."""

    number: int
    title: str
    pending: bool


class ParentView(View):
    """The order that a document is an annex of."""

    title: str
    number: str | None
    date: dt.date | None
    annex_number: int


class DocumentView(View):
    """The document itself. `number` and `date` are None while it is a draft."""

    code: str
    title: str
    kind: str
    state: str  # draft, approved
    public: bool = False  # goes to the site: its PDF carries nobody's personal data inside
    version: int = 1
    number: str | None = None
    date: dt.date | None = None
    retention: str | None = None
    annexes: tuple[AnnexView, ...] = ()
    parent: ParentView | None = None


class ProgrammeView(View):
    title: str
    year: int  # Х
    label: str  # «2026/2027 учебный год», «2026 год»
    starts: dt.date
    ends: dt.date


class LawView(View):
    topic: str = "mentoring"  # or personal_data, practice: a basis names the acts of its own topics
    kind: str = ""  # federal_law, code_article, decree, directive, order, letter: as in law.toml
    citation: str  # «Федеральный закон от 29.12.2012 № 273-ФЗ „Об образовании в Российской Федерации“»
    according_to: str  # the same after «в соответствии с»


class Indicators(View):
    """Counts for the reports: unique people by role, pairs, meetings, shares in per cent (None: nothing to divide)."""

    mentees: int = 0
    mentors: int = 0
    pairs: int = 0
    pairs_completed: int = 0
    unpaired: int = 0
    meetings: int = 0
    trainings: int = 0
    employers: int = 0
    activities: int = 0
    activities_done: int = 0
    activities_late: int = 0
    satisfied_mentees: float | None = None
    satisfied_mentors: float | None = None
    few_mentees: bool = False  # fewer than five have answered: their share is None
    few_mentors: bool = False
    before: Mapping[str, float] = Field(default_factory=dict)  # scale title → mean before
    after: Mapping[str, float] = Field(default_factory=dict)


class QuestionView(View):
    """A question of a survey: `counts` are how many of `n` chose each answer, `texts` what was written, without names.

    Both are empty, and so is the mean, where they are `withheld`: fewer than five have answered.
    """

    title: str
    kind: str  # scale, yes_no, choice, choices, number, text
    n: int | None = None
    mean: float | None = None
    counts: tuple[tuple[str, int], ...] = ()
    texts: tuple[str, ...] = ()
    withheld: bool = False


class SurveyView(View):
    """A survey that is over. Of one with fewer than five answers only the counts are told: it is `withheld`."""

    form: str
    title: str
    moment: str = ""  # before, after
    anonymous: bool
    opens: dt.date
    closes: dt.date
    asked: int
    answered: int
    questions: tuple[QuestionView, ...] = ()
    withheld: bool = False


class ChangeView(View):
    """A scale answered twice by the same `n` people: means, and how many went up, stayed and went down."""

    title: str
    n: int
    before: float
    after: float
    better: int
    same: int
    worse: int


class EffectView(View):
    """A form answered before and after by the same `n` people; the others have answered once and are not compared."""

    form: str
    title: str
    n: int
    only_before: int
    only_after: int
    changes: tuple[ChangeView, ...] = ()
    withheld: bool = False  # fewer than five


class AwardView(View):
    """Somebody whose award the head has approved; `kind` is «thanks», «best» or «certificate»."""

    person: str  # the code
    kind: str
    words: str = ""


class DocumentContext(View):
    """Everything a template sees. `person`, `pair` or `employer` is whom a document made for each of a scope is about.

    `activity` is the row of the roadmap that issues the document: one code («event_rules») may stand in several rows.
    """

    institution: InstitutionView
    programme: ProgrammeView
    document: DocumentView
    stages: tuple[StageView, ...]
    stage: StageView
    activity: RowView | None = None
    roles: Mapping[str, str]  # role code → title in the roadmap
    staff: Mapping[str, PersonView]  # role code → the person in it
    mentees: tuple[PersonView, ...] = ()
    mentors: tuple[PersonView, ...] = ()
    employers: tuple[EmployerView, ...] = ()
    pairs: tuple[PairView, ...] = ()
    events: tuple[MeetingView, ...] = ()  # trainings, seminars and other meetings without a pair
    answers: Mapping[str, tuple[AnswerView, ...]] = Field(default_factory=dict)  # form code → submissions
    person: PersonView | None = None
    pair: PairView | None = None
    employer: EmployerView | None = None
    laws: tuple[LawView, ...] = ()
    positions: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)  # confirmed: position → case → words
    indicators: Indicators = Indicators()
    pair_totals: PairTotalsView = PairTotalsView()  # of a report
    surveys: tuple[SurveyView, ...] = ()  # of a report: those that are over, oldest first
    effects: tuple[EffectView, ...] = ()  # of a report
    awards: tuple[AwardView, ...] = ()
    extra: Mapping[str, Any] = Field(default_factory=dict)
