"""A type's invented people as if their programme had run: for previews of documents, plugin checks and the test kit.

Nothing is stored and nothing is driven: the cast is registered, paired and at work on one day in the middle of the
cycle, every form of the roadmap has its sample answers, and every document a full context.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

from vekha.documents.context import (
    AnnexView,
    AnswerView,
    DocumentContext,
    DocumentView,
    EmployerView,
    GuardianView,
    Indicators,
    InstitutionView,
    MeetingView,
    PairView,
    ParentView,
    PersonView,
    ProgrammeView,
    RowView,
    StageView,
)
from vekha.documents.views import cycle_label, laws_on, person_view
from vekha.domain.deadlines import Cycle, resolve
from vekha.domain.errors import VekhaError
from vekha.domain.indicators import ReportFacts, measure
from vekha.domain.people import (
    AddEmployer,
    ConsentFact,
    FormPair,
    GiveConsent,
    HoldMeeting,
    PairFact,
    People,
    PeopleCommand,
    PersonFact,
    Purpose,
    Register,
    Role,
    Standing,
)
from vekha.domain.programme import subjects
from vekha.domain.roadmap import Activity, Roadmap, Scope
from vekha.forms.base import Form, FormContext, SampleRequest
from vekha.forms.cast import Cast, CastPerson
from vekha.forms.validation import parse_answer
from vekha.plugin import InstitutionType
from vekha.texts import section

FormClass = type[Form]

EVENTS_HELD = 4  # meetings of each kind that an example programme has behind it


@dataclass(frozen=True)
class Example:
    """One example programme of a type: `roadmap` in the cycle of `year`, with cast number `index`."""

    type: InstitutionType
    roadmap: Roadmap
    year: int = 2026
    index: int = 0

    @cached_property
    def cast(self) -> Cast:
        return self.type.cast(self.index)

    @cached_property
    def cycle(self) -> Cycle:
        return Cycle(*self.roadmap.cycle.dates(self.year))

    @property
    def today(self) -> dt.date:
        """The middle of the cycle."""
        return self.cycle.starts + (self.cycle.ends - self.cycle.starts) / 2

    @cached_property
    def people(self) -> People:
        return _people(self.cast, self.cycle)

    def form_context(self) -> FormContext:
        return FormContext(
            today=self.today, cycle_starts=self.cycle.starts, cycle_ends=self.cycle.ends, people=self.people
        )

    def subjects(self, scope: Scope) -> tuple[str | None, ...]:
        """Whom an answer or a document of this scope can be about; None for the programme."""
        return tuple(each or None for each in subjects(scope, self.people))

    def answer(self, form: FormClass, subject: str | None, serial: int = 0, *, met: bool = True) -> Form:
        """The sample answer about `subject`, validated, as given now or (not `met`) before the pairs first met.

        Raises VekhaError with what is wrong with it.
        """
        people = self.people if met else self._strangers
        request = SampleRequest(
            today=self.today,
            cycle_starts=self.cycle.starts,
            cycle_ends=self.cycle.ends,
            serial=serial,
            subject=subject,
            people=people,
            cast=self.cast,
        )
        return parse_answer(form, form.sample(request), replace(self.form_context(), people=people))

    @cached_property
    def _strangers(self) -> People:
        pairs = {code: replace(pair, meetings={}) for code, pair in self.people.pairs.items()}
        return replace(self.people, pairs=pairs)

    @cached_property
    def answers(self) -> Mapping[str, tuple[tuple[str | None, Form], ...]]:
        """Sample answers by form: about everybody for whom the sample is valid (a guardian answers for minors only)."""
        known = {form.code: form for form in self.type.forms}
        return {code: tuple(self._valid(known[code])) for code in self.roadmap.form_codes if code in known}

    def _valid(self, form: FormClass) -> Iterator[tuple[str | None, Form]]:
        measured_twice = "moment" in form.model_fields  # «до» and «после»
        for met in (False, True) if measured_twice else (True,):
            for serial, subject in enumerate(self.subjects(form.about)):
                try:
                    yield subject, self.answer(form, subject, serial, met=met)
                except VekhaError:
                    continue

    @cached_property
    def consequences(self) -> tuple[PeopleCommand, ...]:
        context = self.form_context()
        return tuple(
            command
            for given in self.answers.values()
            for _, answer in given
            for command in answer.consequences(context)
        )

    def context(self, stage: str, code: str, subject: str | None = None) -> DocumentContext:
        """The full context of a document issued in `stage`, about `subject` or the first of its scope."""
        views = _Views(self)
        spec = self.roadmap.documents[code]
        about = subject or next(iter(self.subjects(spec.per)), None)
        base = DocumentContext(
            institution=views.institution(),
            programme=ProgrammeView(
                title=self.roadmap.title,
                year=self.year,
                label=cycle_label(self.roadmap.cycle, self.year, self.cycle.ends),
                starts=self.cycle.starts,
                ends=self.cycle.ends,
            ),
            document=views.document(code),
            stages=views.stages,
            stage=next(each for each in views.stages if each.code == stage),
            roles=self.roadmap.roles,
            staff=views.staff,
            mentees=tuple(views.in_role(Role.MENTEE)),
            mentors=tuple(views.in_role(Role.MENTOR)),
            employers=tuple(views.employers.values()),
            pairs=tuple(views.pairs.values()),
            events=tuple(views.meeting(each) for each in views.held if each.pair is None),
            answers=views.answers(),
            person=views.persons.get(about or ""),
            pair=views.pairs.get(about or ""),
            employer=views.employers.get(about or ""),
            laws=laws_on(self.type.code, views.document(code).date or self.today),
            indicators=views.indicators(),
        )
        if self.type.document_extras is None:
            return base
        return base.model_copy(update={"extra": dict(self.type.document_extras(code, base.model_dump()))})


def example_context(
    type_: InstitutionType, roadmap: Roadmap, stage: str, code: str, *, year: int = 2026, index: int = 0
) -> DocumentContext:
    """The full context of one document with invented people, the same for equal arguments."""
    return Example(type_, roadmap, year, index).context(stage, code)


def template_variables(context: DocumentContext) -> dict[str, Any]:
    """What a template is filled from: the views themselves, so that it sees the typed contract and nothing else."""
    return {name: getattr(context, name) for name in DocumentContext.model_fields}


# --- people ----------------------------------------------------------------------------------------------------------


def _people(cast: Cast, cycle: Cycle) -> People:
    """Everybody registered with a consent in force, the pairs of the cast formed and met, the others supported."""
    persons = {
        code: _fact(code, person, role, cycle)
        for role, code, person in (
            *((Role.MENTOR, _mentor(number), each) for number, each in enumerate(cast.mentors)),
            *((Role.MENTEE, _mentee(number), each) for number, each in enumerate(cast.mentees)),
        )
    }
    kinds = dict.fromkeys(section("process.meeting"), EVENTS_HELD)
    pairs = {
        f"pair{number}": PairFact(
            code=f"pair{number}",
            mentors=tuple(map(_mentor, pair.mentors)),
            mentees=tuple(map(_mentee, pair.mentees)),
            meetings=kinds,
        )
        for number, pair in enumerate(cast.pairs, 1)
    }
    employers = {f"e{number}": each.name for number, each in enumerate(cast.employers, 1)}
    return People(persons=persons, pairs=pairs, employers=employers, events=kinds)


def _mentor(number: int) -> str:
    return f"mentor{number + 1}"


def _mentee(number: int) -> str:
    return f"mentee{number + 1}"


def _fact(code: str, person: CastPerson, role: Role, cycle: Cycle) -> PersonFact:
    fact = PersonFact(
        code=code,
        name=person.name,
        birth_date=person.birth_date,
        standings={role: Standing.REGISTERED},
        supported=True,
    )
    until = cycle.ends.replace(month=12, day=31)
    signers = (False, True) if fact.is_minor(cycle.starts) else (False,)  # whoever comes of age meanwhile has both
    consents = tuple(
        ConsentFact(purpose=purpose, signed=cycle.starts, until=until, by_guardian=by_guardian)
        for purpose in Purpose
        for by_guardian in signers
    )
    return replace(fact, consents=consents)


# --- views -----------------------------------------------------------------------------------------------------------


class _Views:
    """The views of one example; everything that the answers add to the cast is in them."""

    def __init__(self, example: Example) -> None:
        self._example = example
        cast = example.cast
        self.staff = {
            role: person_view(each.name, gender=each.gender, birth_date=each.birth_date, position=each.position)
            for role, each in cast.staff.items()
        }
        details = {each.name: each.details for each in example.consequences if isinstance(each, AddEmployer)}
        self.employers = {
            f"e{number}": EmployerView(
                code=f"e{number}",
                name=each.name,
                inn=each.inn,
                address=each.address,
                contact=each.contact,
                details=details.get(each.name, {}),
            )
            for number, each in enumerate(cast.employers, 1)
        }
        self._registered = {each.person: each for each in example.consequences if isinstance(each, Register)}
        self._guardians = {
            each.subject: GuardianView(
                name=each.guardian, relation=each.relation, authority=each.authority, contact=each.guardian_contact
            )
            for each in example.consequences
            if isinstance(each, GiveConsent) and each.guardian
        }
        self.persons = {code: self._person(code) for code in example.people.persons}
        self.held = [each for each in example.consequences if isinstance(each, HoldMeeting)]
        self.pairs = dict(self._pairs())
        self.stages = tuple(self._stages())

    def institution(self) -> InstitutionView:
        cast, type_ = self._example.cast, self._example.type
        return InstitutionView(
            code=f"{type_.code}-{self._example.index + 1}",
            type=type_.code,
            title=cast.title,
            short_title=cast.short_title,
            city=cast.city,
            address=cast.address,
            head=self.staff.get("director"),
            **{key: value for key, value in cast.institution.items() if key in InstitutionView.model_fields},  # type: ignore[arg-type]
        )

    def in_role(self, role: Role) -> Iterator[PersonView]:
        return (self.persons[each.code] for each in self._example.people.registered(role))

    def document(self, code: str) -> DocumentView:
        """Approved on the day the activity that issues it is due, with its annexes and the order it belongs to."""
        roadmap = self._example.roadmap
        spec = roadmap.documents[code]
        return DocumentView(
            code=code,
            title=spec.title,
            kind=spec.kind.value,
            state="approved",
            number="1" if spec.numbered else None,
            date=self._issued_on(code),
            retention=spec.retention,
            annexes=tuple(
                AnnexView(number=number, title=roadmap.documents[each].title, pending=False)
                for number, each in enumerate(spec.annexes, 1)
            ),
            parent=next(
                (
                    ParentView(
                        title=order.title,
                        number="1",
                        date=self._issued_on(name),
                        annex_number=order.annexes.index(code) + 1,
                    )
                    for name, order in roadmap.documents.items()
                    if code in order.annexes
                ),
                None,
            ),
        )

    def answers(self) -> dict[str, tuple[AnswerView, ...]]:
        return {
            code: tuple(
                AnswerView(
                    form=code,
                    title=type(answer).title,
                    on=self._example.today,
                    person=self.persons.get(subject or ""),
                    pair=subject if subject in self.pairs else None,
                    data=answer.model_dump(mode="json"),
                    labels={name: field.title or name for name, field in type(answer).model_fields.items()},
                )
                for subject, answer in given
            )
            for code, given in self._example.answers.items()
        }

    def indicators(self) -> Indicators:
        example = self._example
        rows = [row for stage in self.stages for row in stage.rows]
        facts = ReportFacts(
            people=example.people,
            today=example.today,
            activities=[(row.state, row.due or example.cycle.ends, row.done_on) for row in rows],
            answers={code: [view.data for view in views] for code, views in self.answers().items()},
        )
        return Indicators(**asdict(measure(facts)))

    def meeting(self, held: HoldMeeting) -> MeetingView:
        return MeetingView(kind=held.kind, on=held.on, topic=held.topic, minutes=held.minutes, absent=held.absent)

    def _issued_on(self, code: str) -> dt.date:
        for row in self._rows_that_issue(code):
            return _dates(row, self._example.cycle)[1]
        return self._example.today

    def _rows_that_issue(self, code: str) -> Iterable[Activity]:
        return (row for _, row in self._example.roadmap.rows() if any(use.code == code for use in row.documents))

    def _person(self, code: str) -> PersonView:
        example = self._example
        fact = example.people.persons[code]
        person = example.cast.person(fact.name)
        entry = self._registered.get(code)
        employer = example.cast.employers[person.employer].name if person.employer is not None else None
        return person_view(
            person.name,
            code=code,
            gender=person.gender,
            birth_date=person.birth_date,
            position=person.position,
            base=person.base,
            employer=employer,
            registered_on=entry.on if entry else example.cycle.starts,
            minor=fact.is_minor(example.today),
            guardian=self._guardians.get(code),
            details=entry.details if entry else {},
        )

    def _pairs(self) -> Iterator[tuple[str, PairView]]:
        example = self._example
        formed = {(each.mentors, each.mentees): each for each in example.consequences if isinstance(each, FormPair)}
        meetings: dict[str | None, list[MeetingView]] = defaultdict(list)
        for each in self.held:
            meetings[each.pair].append(self.meeting(each))
        for number, (code, pair) in enumerate(example.people.pairs.items(), 1):
            said = formed.get((pair.mentors, pair.mentees)) or next(iter(formed.values()), None)
            yield (
                code,
                PairView(
                    code=code,
                    number=number,
                    mentors=tuple(self.persons[each] for each in pair.mentors),
                    mentees=tuple(self.persons[each] for each in pair.mentees),
                    format=said.format if said else "",
                    starts=said.starts if said else example.cycle.starts,
                    ends=said.ends if said else example.cycle.ends,
                    goal=said.goal if said else None,
                    employer=next(iter(self.employers.values()), None),
                    meetings=tuple(meetings[code]),
                ),
            )

    def _stages(self) -> Iterator[StageView]:
        roadmap, cycle = self._example.roadmap, self._example.cycle
        for stage in roadmap.stages:
            rows = tuple(self._row(each) for each in stage.activities)
            dated = [_dates(each, cycle) for each in stage.activities]
            closes = max(due for _, due in dated)
            yield StageView(
                code=stage.code,
                number=stage.number,
                title=stage.title,
                opens=min(opens for opens, _ in dated),
                due=closes,
                closed_on=closes,
                rows=rows,
            )

    def _row(self, activity: Activity) -> RowView:
        roadmap, type_ = self._example.roadmap, self._example.type
        titles = {form.code: form.title for form in type_.forms}
        opens, due = _dates(activity, self._example.cycle)
        return RowView(
            number=activity.number,
            title=activity.title,
            documents=tuple(roadmap.documents[use.code].title for use in activity.documents),
            document_codes=tuple(use.code for use in activity.documents),
            forms=tuple(titles.get(use.code, use.code) for use in activity.forms),
            responsible=tuple(roadmap.roles[role] for role in activity.roles),
            deadline="; ".join(dict.fromkeys(activity.phrases)),
            opens=opens,
            due=due,
            state="done",
            done_on=due,
        )


def _dates(activity: Activity, cycle: Cycle) -> tuple[dt.date, dt.date]:
    """Calendar dates of a row, before any rolling to working days; the whole cycle when its phrase has none."""
    found = [resolve(phrase, cycle) for phrase in activity.phrases]
    dues = [due for each in found for due in (each.dues or (each.due,)) if due is not None]
    return min((each.opens for each in found if each.opens), default=cycle.starts), max(dues, default=cycle.ends)
