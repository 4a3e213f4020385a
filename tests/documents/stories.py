"""Whole document contexts of invented institutions: every plugin's own cast, its forms filled by their own samples."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from vekha.documents import Renderer
from vekha.documents.context import (
    AnnexView,
    AnswerView,
    DocumentContext,
    DocumentView,
    EmployerView,
    GuardianView,
    Indicators,
    InstitutionView,
    LawView,
    MeetingView,
    PairView,
    ParentView,
    PersonView,
    ProgrammeView,
    RowView,
    StageView,
)
from vekha.domain.calendar import russian_calendar
from vekha.domain.deadlines import Cycle
from vekha.domain.indicators import ReportFacts, measure
from vekha.domain.law import citation, legal_basis
from vekha.domain.people import ConsentFact, GiveConsent, PairFact, People, PersonFact, Purpose, Register, Role, Standing
from vekha.domain.planning import plan
from vekha.domain.roadmap import DocumentSpec, Roadmap, Scope
from vekha.forms.base import Form, FormContext, SampleRequest
from vekha.forms.cast import CastPerson
from vekha.forms.schema import schema_of
from vekha.forms.validation import resolve_references
from vekha.registry import load_plugins

ROOT = Path(__file__).parents[2]
REGISTRY = load_plugins(ROOT / "plugins", entry_points=False)
ROADMAPS = tuple((kind, each.code) for kind in REGISTRY.types for each in REGISTRY.roadmaps(REGISTRY.type(kind)))
YEAR = 2026
MEETINGS = ("introduction", "trial", "planning", "series", "series", "final")


@cache
def renderer() -> Renderer:
    own = {code: each.folder / "templates" for code, each in REGISTRY.types.items()}
    return Renderer({"base": ROOT / "templates/documents", **own})


class Story:
    """One institution at the end of its cycle. With `poor` it has a name and a roadmap, and nothing else."""

    def __init__(self, kind: str, roadmap: str, *, poor: bool = False) -> None:
        self.type = REGISTRY.type(kind)
        self.roadmap: Roadmap = REGISTRY.roadmap(kind, roadmap)
        self.cast, self.poor = self.type.cast(0), poor
        self.starts, self.ends = self.roadmap.cycle.dates(YEAR)
        self.day = self.starts + (self.ends - self.starts) * 3 // 10
        self.codes: dict[str, str] = {}
        self.people = People() if poor else self._people()
        self.details: dict[tuple[Role, str], Register] = {}
        self.guardians: dict[str, GuardianView] = {}
        self.answers = {} if poor else self._answers()
        self.mentees, self.mentors = self._views(Role.MENTEE), self._views(Role.MENTOR)
        self.employers = self._employers()
        self.pairs = self._pairs()
        self.stages = self._stages()

    def documents(self) -> Iterator[tuple[str, DocumentSpec]]:
        """The documents of the roadmap that have a template."""
        return ((code, spec) for code, spec in self.roadmap.documents.items() if spec.template)

    def subjects(self, spec: DocumentSpec) -> tuple[Any, ...]:
        match spec.per:
            case Scope.MENTEE:
                return self.mentees
            case Scope.MENTOR:
                return self.mentors
            case Scope.PAIR:
                return self.pairs
            case Scope.EMPLOYER:
                return self.employers
            case _:
                return (None,)

    def context(self, code: str, subject: Any = None, **changes: Any) -> dict[str, Any]:
        spec = self.roadmap.documents[code]
        cast = self.cast
        staff = {} if self.poor else {role: _view(each) for role, each in cast.staff.items()}
        view = DocumentContext(
            institution=InstitutionView(
                code="example",
                type=self.type.code,
                title=cast.title,
                short_title=cast.short_title,
                head=staff.get("director"),
                **({} if self.poor else {"city": cast.city, "address": cast.address, **cast.institution}),
            ),
            programme=ProgrammeView(
                title=self.roadmap.title, year=YEAR, label=self._label(), starts=self.starts, ends=self.ends
            ),
            document=self._document(code, spec, changes),
            stages=self.stages,
            stage=self.stages[0],
            roles=self.roadmap.roles,
            staff=staff,
            mentees=self.mentees,
            mentors=self.mentors,
            employers=self.employers,
            pairs=self.pairs,
            events=() if self.poor else tuple(MeetingView(kind="training", on=self.day, topic="Слушать") for _ in "1234"),
            answers=self.answers,
            person=subject if isinstance(subject, PersonView) else None,
            pair=subject if isinstance(subject, PairView) else None,
            employer=subject if isinstance(subject, EmployerView) else None,
            laws=tuple(
                LawView(topic=topic, citation=citation(law), according_to=citation(law, "instrumental"))
                for topic in ("mentoring", "personal_data", "practice")
                for law in legal_basis(self.type.code, self.day, topic)
            ),
            indicators=self._indicators(),
        )
        return {name: getattr(view, name) for name in DocumentContext.model_fields}

    # --- what is known ------------------------------------------------------------------------------------------------

    def _document(self, code: str, spec: DocumentSpec, changes: Mapping[str, Any]) -> DocumentView:
        orders = [(order, each) for order, each in self.roadmap.documents.items() if code in each.annexes]
        facts: dict[str, Any] = {
            "code": code,
            "title": spec.title,
            "kind": spec.kind.value,
            "state": "draft" if self.poor else "approved",
            "number": "63/1" if spec.numbered and not self.poor else None,
            "date": None if self.poor else self.day,
            "retention": spec.retention,
            "annexes": [
                AnnexView(number=number, title=self.roadmap.documents[each].title, pending="register" in each)
                for number, each in enumerate(spec.annexes, 1)
            ],
            "parent": ParentView(
                title=orders[0][1].title,
                number=None if self.poor else "42-ОД",
                date=None if self.poor else self.starts + dt.timedelta(days=20),
                annex_number=orders[0][1].annexes.index(code) + 1,
            )
            if orders
            else None,
        }
        return DocumentView(**(facts | dict(changes)))

    def _label(self) -> str:
        kinds = {"calendar_year": f"{YEAR} год", "years": f"{YEAR}–{self.ends.year} учебные годы"}
        return kinds.get(self.roadmap.cycle.kind, f"{YEAR}/{YEAR + 1} учебный год")

    def _people(self) -> People:
        cast, persons = self.cast, dict[str, PersonFact]()
        for role, group in ((Role.MENTEE, cast.mentees), (Role.MENTOR, cast.mentors)):
            for each in group:
                code = self.codes[each.name] = f"p{len(persons) + 1}"
                fact = PersonFact(
                    code=code, name=each.name, birth_date=each.birth_date, standings={role: Standing.REGISTERED}
                )
                consent = ConsentFact(
                    purpose=Purpose.PROCESSING,
                    signed=self.day,
                    until=self.ends,
                    by_guardian=fact.is_minor(self.day),
                )
                persons[code] = PersonFact(
                    code=code,
                    name=each.name,
                    birth_date=each.birth_date,
                    standings=fact.standings,
                    consents=(consent,),
                )
        pairs = {
            f"r{number}": PairFact(
                code=f"r{number}",
                mentors=tuple(self.codes[cast.mentors[each].name] for each in pair.mentors),
                mentees=tuple(self.codes[cast.mentees[each].name] for each in pair.mentees),
                meetings={kind: MEETINGS.count(kind) for kind in MEETINGS},
            )
            for number, pair in enumerate(cast.pairs, 1)
        }
        employers = {f"e{number}": each.name for number, each in enumerate(cast.employers, 1)}
        return People(persons=persons, pairs=pairs, employers=employers, events={"training": 4})

    def _answers(self) -> dict[str, tuple[AnswerView, ...]]:
        found: dict[str, list[AnswerView]] = defaultdict(list)
        before = People(persons=self.people.persons, employers=self.people.employers)
        for form in self.type.forms:
            rounds = (before, self.people) if form.code == "before_after" else (self.people,)
            for people in rounds:
                for serial, subject in enumerate(self._asked(form)):
                    found[form.code].append(self._answer(form, serial, subject, people))
        return {code: tuple(each) for code, each in found.items()}

    def _asked(self, form: type[Form]) -> list[str | None]:
        persons = self.people.persons.values()
        minors = {each.code for each in persons if each.is_minor(self.day)}
        roles = {role: [each.code for each in persons if role in each.standings] for role in Role}
        match form.about:
            case Scope.MENTEE:
                return [*roles[Role.MENTEE]]
            case Scope.MENTOR:
                return [*roles[Role.MENTOR]]
            case Scope.PARTICIPANT:
                everybody = [*roles[Role.MENTEE], *roles[Role.MENTOR]]
                if form.code in ("consent_adult", "consent_minor"):
                    return [each for each in everybody if (each in minors) == (form.code == "consent_minor")]
                return [*everybody]
            case Scope.PAIR:
                return [*self.people.pairs]
            case Scope.EMPLOYER:
                return [*self.people.employers]
            case _:
                return [None] * form.sample_count(self.cast)

    def _answer(self, form: type[Form], serial: int, subject: str | None, people: People) -> AnswerView:
        request = SampleRequest(
            today=self.day,
            cycle_starts=self.starts,
            cycle_ends=self.ends,
            serial=serial,
            subject=subject,
            people=people,
            cast=self.cast,
        )
        answer = form.model_validate(dict(form.sample(request)))
        world = FormContext(today=self.day, cycle_starts=self.starts, cycle_ends=self.ends, people=self.people)
        for command in answer.consequences(world):
            if isinstance(command, Register):
                self.details[command.role, self._code(command.person)] = command
            if isinstance(command, GiveConsent) and command.guardian:
                self.guardians[self._code(command.subject)] = GuardianView(
                    name=command.guardian,
                    relation=command.relation,
                    authority=command.authority,
                    contact=command.guardian_contact,
                )
        data = resolve_references(form, answer.model_dump(mode="json"), self.people)
        person = subject and self.people.persons.get(subject)
        labels = {name: each.get("title", name) for name, each in schema_of(form)["properties"].items()}
        return AnswerView(
            form=form.code,
            title=form.title,
            on=self.day,
            person=_view(self.cast.person(person.name), code=person.code) if person else None,
            pair=subject if subject in self.people.pairs else None,
            data=data,
            labels=labels,
        )

    def _code(self, reference: str) -> str:
        return self.people.find(reference)[0].code

    def _views(self, role: Role) -> tuple[PersonView, ...]:
        names = [
            (each.gender, each) for each in (self.cast.mentees if role is Role.MENTEE else self.cast.mentors)
        ]
        return tuple(
            _view(
                each,
                code=code,
                contact=f"+7 900 000-00-{10 + index}",
                base=register.base,
                employer=self.people.employers.get(register.employer or ""),
                registered_on=register.on,
                minor=self.people.persons[code].is_minor(self.day),
                guardian=self.guardians.get(code),
                details=register.details,
            )
            for index, (_, each) in enumerate(names)
            if (code := self.codes.get(each.name)) and (register := self.details.get((role, code)))
        )

    def _employers(self) -> tuple[EmployerView, ...]:
        return tuple(
            EmployerView(code=code, name=each.name, inn=each.inn, address=each.address, contact=each.contact)
            for code, each in zip(self.people.employers, self.cast.employers, strict=False)
        )

    def _pairs(self) -> tuple[PairView, ...]:
        known = {each.code: each for each in (*self.mentees, *self.mentors)}
        return tuple(
            PairView(
                code=pair.code,
                number=number,
                mentors=tuple(known[each] for each in pair.mentors),
                mentees=tuple(known[each] for each in pair.mentees),
                format="групповое" if len(pair.mentees) > 1 else "один на один",
                starts=self.day,
                ends=self.ends,
                goal="Подготовить проект и уверенно его защитить",
                meetings=tuple(
                    MeetingView(kind=kind, on=self.day + dt.timedelta(days=14 * place), minutes=60)
                    for place, kind in enumerate(MEETINGS)
                ),
            )
            for number, pair in enumerate(self.people.pairs.values(), 1)
        )

    def _stages(self) -> tuple[StageView, ...]:
        planned = plan(self.roadmap, Cycle(YEAR, self.starts, self.ends), russian_calendar())
        return tuple(
            StageView(
                code=stage.code,
                number=stage.number,
                title=stage.title,
                opens=dates.opens,
                due=dates.due,
                closed_on=dates.due,
                rows=tuple(
                    RowView(
                        number=row.number,
                        title=row.title,
                        documents=tuple(self.roadmap.documents[use.code].title for use in row.documents),
                        document_codes=tuple(use.code for use in row.documents),
                        forms=tuple(self.type.form(use.code).title for use in row.forms),
                        responsible=tuple(self.roadmap.roles[role] for role in row.roles),
                        deadline="; ".join(dict.fromkeys(row.phrases)),
                        opens=day.opens,
                        due=day.due,
                        state="done",
                        done_on=day.due,
                    )
                    for row, day in zip(stage.activities, dates.activities, strict=True)
                ),
            )
            for stage, dates in zip(self.roadmap.stages, planned.stages, strict=True)
        )

    def _indicators(self) -> Indicators:
        facts = ReportFacts(
            people=self.people,
            today=self.ends,
            activities=[("done", row.due or self.ends, row.done_on) for stage in self.stages for row in stage.rows],
            answers={form: [each.data for each in views] for form, views in self.answers.items()},
        )
        return Indicators(**asdict(measure(facts)))


@cache
def story(kind: str, roadmap: str, poor: bool = False) -> Story:
    return Story(kind, roadmap, poor=poor)


def _view(who: CastPerson, **more: Any) -> PersonView:
    last, first, *middle = who.name.split()
    return PersonView(
        last_name=last,
        first_name=first,
        middle_name=" ".join(middle) or None,
        gender=who.gender,
        birth_date=who.birth_date,
        position=who.position,
        **more,
    )
