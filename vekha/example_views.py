"""The views of an example programme: the cast as a document's context shows it, with all that the answers add."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from vekha.documents.context import (
    AnnexView,
    AnswerView,
    DocumentView,
    EffectView,
    EmployerView,
    GuardianView,
    Indicators,
    InstitutionView,
    MeetingView,
    PairChangeView,
    PairView,
    ParentView,
    PersonView,
    RowView,
    StageView,
    StepView,
    SurveyView,
)
from vekha.documents.survey_views import SurveyFacts, effect_view, survey_view
from vekha.documents.views import person_view
from vekha.domain.deadlines import Cycle, resolve
from vekha.domain.indicators import ReportFacts, measure
from vekha.domain.people import AddEmployer, FormPair, GiveConsent, HoldMeeting, Purpose, Register, Role
from vekha.domain.roadmap import Activity
from vekha.domain.steps import SetPlan
from vekha.domain.surveys import Answer, paired, tally
from vekha.forms.base import Form
from vekha.forms.questions import questions_of
from vekha.forms.schema import schema_of
from vekha.forms.standard.words import Moment, PublicCategory

if TYPE_CHECKING:
    from vekha.example import Example

FormClass = type[Form]


class ExampleViews:
    """The views of one example; everything that the answers add to the cast is in them."""

    def __init__(self, example: "Example") -> None:
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

    def surveys(self) -> tuple[SurveyView, ...]:
        """Every survey form as if everybody had been asked once and had answered."""
        return tuple(self._survey(form) for form in self._polled() if form.survey and not form.survey.moment_field)

    def effects(self) -> tuple[EffectView, ...]:
        return tuple(
            effect_view(form, paired(questions_of(schema_of(form)), before, after))
            for form, field in ((form, form.survey and form.survey.moment_field) for form in self._polled())
            if field
            for before, after in [[self._measured(form, field, moment) for moment in Moment]]
        )

    def _polled(self) -> list[FormClass]:
        return [form for form in self._example.type.forms if form.survey is not None]

    def _survey(self, form: FormClass) -> SurveyView:
        example = self._example
        answers = self._said(form)
        said = [Answer("", each.model_dump(mode="json")) for each in answers]
        week = dt.timedelta(days=7)
        facts = SurveyFacts(
            moment="", opens=example.today - week, closes=example.today, asked=len(said), answered=len(said)
        )
        return survey_view(form, facts, tally(questions_of(schema_of(form)), said))

    def _said(self, form: FormClass) -> list[Form]:
        """An anonymous answer is nobody's: one for each who takes part."""
        if not form.anonymous:
            return [answer for _, answer in self._example.answers.get(form.code, ())]
        return [self._example.answer(form, None, serial) for serial in range(len(self._example.people.persons))]

    def _measured(self, form: FormClass, field: str, moment: Moment) -> dict[str, dict[str, object]]:
        given = self._example.answers.get(form.code, ())
        return {
            str(subject): data
            for subject, answer in given
            if (data := answer.model_dump(mode="json")).get(field) == moment.value
        }

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
            published=tuple(PublicCategory) if fact.consented(Purpose.PUBLICATION, example.today) else (),
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
                    steps=self._steps(code),
                    changes=(_extension(said.ends if said else example.cycle.ends),),
                ),
            )

    def _steps(self, pair: str) -> tuple[StepView, ...]:
        """The steps of the pair's newest plan, all of them done in time."""
        plans = [each for each in self._example.consequences if isinstance(each, SetPlan) and each.pair == pair]
        return tuple(
            StepView(task=each.task, due=each.due, expected=each.expected, actual=each.expected, done_on=each.due)
            for each in (plans[-1].steps if plans else ())
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
            code=activity.code,
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


def _extension(ends: dt.date) -> PairChangeView:
    """The example's pairs worked a fortnight longer than was agreed on."""
    before = ends - dt.timedelta(days=14)
    return PairChangeView(kind="extended", on=before, reason="цель работы ещё не достигнута", old_ends=before)
