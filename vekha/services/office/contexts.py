"""From rows to the typed context that a document template sees."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from sqlmodel import col, select

from vekha.documents.context import (
    AnnexView,
    AnswerView,
    AwardView,
    DocumentContext,
    DocumentView,
    EffectView,
    EmployerView,
    Indicators,
    InstitutionView,
    LawView,
    PairTotalsView,
    ParentView,
    PersonView,
    ProgrammeView,
    RowView,
    StageView,
    SurveyView,
)
from vekha.documents.views import cycle_label, laws_on
from vekha.domain.indicators import ReportFacts, measure
from vekha.domain.people import Role
from vekha.domain.roadmap import DocumentKind, DocumentSpec, Scope
from vekha.services.mentoring import pair_results
from vekha.services.office.acts import as_ref, chain
from vekha.services.office.context_pairs import meeting_view, pair_views
from vekha.services.office.context_people import person_views, staff_views
from vekha.services.office.declensions import confirmed
from vekha.services.process.programmes import Loaded
from vekha.services.surveys.papers import effect_views, survey_views
from vekha.services.work import Work
from vekha.storage.tables import (
    Award,
    Document,
    Employer,
    FormSchema,
    Institution,
    Meeting,
    Submission,
)


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """Which document of which activity, about whom ('' = the programme)."""

    stage: str
    activity: str
    code: str
    subject: str = ""


class ContextBuilder:
    """Reads a programme once and makes the contexts of any number of its documents."""

    def __init__(self, work: Work, loaded: Loaded) -> None:
        self._work, self._loaded = work, loaded
        session, key = work.session, loaded.key
        institution = loaded.institution
        rows = select(Document).where(Document.programme == key)
        self._acts = [as_ref(row) for row in chain(work, institution)]
        self._documents = list(session.exec(rows.order_by(col(Document.version), col(Document.id))))
        self._confirmed = confirmed(session, institution.code)
        self._staff = staff_views(institution, self._confirmed)
        self._institution = _institution_view(institution, self._staff.get("director"))
        self._people = person_views(work, loaded, self._confirmed)
        self._employers = tuple(
            EmployerView(code=e.code, name=e.name, inn=e.inn, address=e.address, contact=e.contact, details=e.details)
            for e in session.exec(
                select(Employer).where(Employer.institution == institution.code).order_by(col(Employer.code))
            )
        )
        self._meetings = session.exec(
            select(Meeting).where(Meeting.programme == key).order_by(col(Meeting.on), col(Meeting.id))
        ).all()
        self._pairs = pair_views(
            session, loaded, self._people, {each.code: each for each in self._employers}, self._meetings
        )
        self._answers = self._answer_views()
        self._stages = self._stage_views()
        self._awards = self._award_views()

    def context(self, place: DocumentPlace, document: DocumentView) -> DocumentContext:
        """The whole context of one document; the plugin's extras are added last, under `extra`."""
        loaded = self._loaded
        spec = loaded.roadmap.documents[place.code]
        pairs = {each.code: each for each in self._pairs}
        employers = {each.code: each for each in self._employers}
        stage = next(each for each in self._stages if each.code == place.stage)
        base = DocumentContext(
            institution=self._institution,
            programme=_programme_view(loaded),
            document=document,
            stages=self._stages,
            stage=stage,
            activity=next(each for each in stage.rows if each.code == place.activity),
            roles=loaded.roadmap.roles,
            staff=self._staff,
            mentees=tuple(self._in_role(Role.MENTEE)),
            mentors=tuple(self._in_role(Role.MENTOR)),
            employers=self._employers,
            pairs=self._pairs,
            events=tuple(meeting_view(each) for each in self._meetings if each.pair is None),
            answers=self._answers,
            person=self._person(spec, place.subject),
            pair=pairs.get(place.subject) if spec.per is Scope.PAIR else None,
            employer=employers.get(place.subject) if spec.per is Scope.EMPLOYER else None,
            laws=self._laws(document.date or loaded.now.today),
            positions=self._confirmed.positions,
            indicators=self._indicators(),
            awards=self._awards,
            pair_totals=self._pair_totals if spec.kind is DocumentKind.REPORT else PairTotalsView(),
            surveys=self._surveys if spec.kind is DocumentKind.REPORT else (),
            effects=self._effects if spec.kind is DocumentKind.REPORT else (),
        )
        extras = loaded.type.document_extras
        if extras is None:
            return base
        return base.model_copy(update={"extra": dict(extras(place.code, base.model_dump()))})

    @cached_property
    def _pair_totals(self) -> PairTotalsView:
        return PairTotalsView(**asdict(pair_results.results(self._work, self._loaded)))

    @cached_property
    def _surveys(self) -> tuple[SurveyView, ...]:
        return survey_views(self._work, self._loaded)

    @cached_property
    def _effects(self) -> tuple[EffectView, ...]:
        return effect_views(self._work, self._loaded)

    def _award_views(self) -> tuple[AwardView, ...]:
        rows = select(Award).where(Award.programme == self._loaded.key, Award.state == "approved")
        found = self._work.session.exec(rows.order_by(col(Award.person), col(Award.kind)))
        return tuple(AwardView(person=each.person, kind=each.kind, words=each.words) for each in found)

    def _laws(self, day: dt.date) -> tuple[LawView, ...]:
        home = self._loaded.institution
        return laws_on(home.type, day, (ref for ref in self._acts if ref.holds_on(day)))

    def issued(self, row: Document) -> None:
        """A document approved meanwhile: annexes and orders made after it know of it."""
        self._documents.append(row)

    def view(self, place: DocumentPlace, *, state: str, version: int = 1) -> DocumentView:
        """The document as it stands, with its annexes and the order it is an annex of."""
        spec = self._loaded.roadmap.documents[place.code]
        return DocumentView(
            code=place.code,
            title=spec.title,
            kind=spec.kind.value,
            state=state,
            public=spec.public,
            version=version,
            retention=spec.retention,
            annexes=tuple(self._annexes(spec)),
            parent=self._parent(place.code),
        )

    def _annexes(self, spec: DocumentSpec) -> Iterable[AnnexView]:
        issued = {row.code for row in self._documents if row.state in ("approved", "signed")}
        for number, code in enumerate(spec.annexes, 1):
            annex = self._loaded.roadmap.documents[code]
            # Registers are filled after the order (DOMAIN.md §8.9); the other annexes are approved with it.
            pending = annex.kind is DocumentKind.REGISTER and code not in issued
            yield AnnexView(number=number, title=annex.title, pending=pending)

    def _parent(self, code: str) -> ParentView | None:
        """The order that names this document as its annex."""
        for order, spec in self._loaded.roadmap.documents.items():
            if code in spec.annexes:
                rows = [row for row in self._documents if row.code == order and row.state in ("approved", "signed")]
                number, dated = (rows[-1].number, rows[-1].dated) if rows else (None, None)
                annex = spec.annexes.index(code) + 1
                return ParentView(title=spec.title, number=number, date=dated, annex_number=annex)
        return None

    def _in_role(self, role: Role) -> Iterable[PersonView]:
        registered = {each.code for each in self._loaded.now.people.registered(role)}
        return (view for code, view in self._people[role].items() if code in registered)

    def _person(self, spec: DocumentSpec, subject: str) -> PersonView | None:
        if spec.per not in (Scope.MENTEE, Scope.MENTOR, Scope.PARTICIPANT):
            return None
        return self._anybody(subject)

    def _anybody(self, code: str) -> PersonView | None:
        return self._people[Role.MENTEE].get(code) or self._people[Role.MENTOR].get(code)

    def _answer_views(self) -> dict[str, tuple[AnswerView, ...]]:
        session = self._work.session
        rows = select(Submission, FormSchema).join(FormSchema, col(FormSchema.digest) == col(Submission.schema_digest))
        found: dict[str, list[AnswerView]] = defaultdict(list)
        pairs = {each.code for each in self._pairs}
        for row, schema in session.exec(
            rows.where(Submission.programme == self._loaded.key).order_by(col(Submission.id))
        ):
            properties: Mapping[str, Any] = schema.content.get("properties", {})
            found[row.form].append(
                AnswerView(
                    form=row.form,
                    title=schema.content.get("title", row.form),
                    on=row.on,
                    person=self._anybody(row.subject),
                    pair=row.subject if row.subject in pairs else None,
                    data=row.data,
                    labels={name: field.get("title", name) for name, field in properties.items()},
                )
            )
        return {form: tuple(views) for form, views in found.items()}

    def _stage_views(self) -> tuple[StageView, ...]:
        loaded = self._loaded
        return tuple(
            StageView(
                code=stage.code,
                number=stage.number,
                title=stage.title,
                opens=loaded.stages[stage.code].opens,
                due=loaded.stages[stage.code].due,
                closed_on=loaded.stages[stage.code].closed_on,
                rows=tuple(self._row_views(stage.code)),
            )
            for stage in loaded.roadmap.stages
        )

    def _row_views(self, stage: str) -> Iterable[RowView]:
        loaded = self._loaded
        roles, catalogue = loaded.roadmap.roles, loaded.roadmap.documents
        for activity in loaded.roadmap.stage(stage).activities:
            row = loaded.activities[stage, activity.code]
            yield RowView(
                code=activity.code,
                number=activity.number,
                title=activity.title,
                documents=tuple(catalogue[use.code].title for use in activity.documents),
                document_codes=tuple(use.code for use in activity.documents),
                forms=tuple(loaded.type.form(use.code).title for use in activity.forms),
                responsible=tuple(roles[role] for role in activity.roles),
                deadline="; ".join(dict.fromkeys(activity.phrases)),
                opens=row.opens,
                due=row.due,
                state=row.state,
                done_on=row.done_on,
            )
        for row in loaded.activities.values():
            if row.own and row.stage == stage:
                yield RowView(
                    code=row.code,
                    number=None,
                    title=row.title or row.code,
                    documents=(),
                    responsible=(roles.get(row.responsible or "", ""),),
                    deadline="",
                    opens=row.opens,
                    due=row.due,
                    state=row.state,
                    done_on=row.done_on,
                )

    def _indicators(self) -> Indicators:
        loaded = self._loaded
        facts = ReportFacts(
            people=loaded.now.people,
            today=loaded.now.today,
            activities=[(row.state, row.due, row.done_on) for row in loaded.activities.values()],
            answers={form: [view.data for view in views] for form, views in self._answers.items()},
        )
        return Indicators(**asdict(measure(facts)))


def _institution_view(row: Institution, head: PersonView | None) -> InstitutionView:
    details = {key: value for key, value in row.details.items() if key in InstitutionView.model_fields}
    return InstitutionView(
        code=row.code,
        type=row.type,
        title=row.title,
        short_title=row.short_title,
        city=row.city or None,
        address=row.address or None,
        head=head,
        **details,
    )


def _programme_view(loaded: Loaded) -> ProgrammeView:
    year, starts, ends = loaded.programme.year, loaded.programme.cycle_starts, loaded.programme.cycle_ends
    label = cycle_label(loaded.roadmap.cycle, year, ends)
    return ProgrammeView(title=loaded.roadmap.title, year=year, label=label, starts=starts, ends=ends)
