"""A type's invented people as if their programme had run: for previews of documents, plugin checks and the test kit.

Nothing is stored and nothing is driven: the cast is registered, paired and at work on one day in the middle of the
cycle, every form of the roadmap has its sample answers, and every document a full context.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from vekha.documents.context import DocumentContext, ProgrammeView
from vekha.documents.views import cycle_label, laws_on
from vekha.domain.deadlines import Cycle
from vekha.domain.errors import VekhaError
from vekha.domain.people import ConsentFact, PairFact, People, PeopleCommand, PersonFact, Purpose, Role, Standing
from vekha.domain.programme import subjects
from vekha.domain.roadmap import DocumentKind, Roadmap, Scope
from vekha.example_views import ExampleViews
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

    @cached_property
    def _views(self) -> ExampleViews:
        return ExampleViews(self)

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

    def context(
        self, stage: str, code: str, subject: str | None = None, activity: str | None = None
    ) -> DocumentContext:
        """The full context of a document about `subject` or the first of its scope.

        It is issued by `activity` of `stage`, or by the first row there that issues such a document.
        """
        views = self._views
        spec = self.roadmap.documents[code]
        about = subject or next(iter(self.subjects(spec.per)), None)
        place = next(each for each in views.stages if each.code == stage)
        rows = [each for each in place.rows if code in each.document_codes and activity in (None, each.code)]
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
            stage=place,
            activity=rows[0] if rows else None,
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
            surveys=views.surveys() if spec.kind is DocumentKind.REPORT else (),
            effects=views.effects() if spec.kind is DocumentKind.REPORT else (),
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
