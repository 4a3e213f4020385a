"""From rows to the typed context that a document template sees."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import col, select

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
from vekha.documents.views import cycle_label, laws_on, person_view
from vekha.domain.indicators import ReportFacts, measure
from vekha.domain.people import Purpose, Role
from vekha.domain.roadmap import DocumentKind, DocumentSpec, Scope
from vekha.services.acts import as_ref, chain
from vekha.services.declensions import Confirmed, confirmed
from vekha.services.programmes import Loaded
from vekha.services.work import Work
from vekha.storage.tables import (
    Consent,
    Document,
    Employer,
    FormSchema,
    Guardian,
    Institution,
    Meeting,
    Pair,
    PairMember,
    Participation,
    Person,
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
        self._staff = _staff(institution, self._confirmed)
        self._institution = _institution_view(institution, self._staff.get("director"))
        self._people = _person_views(work, loaded, self._confirmed)
        self._employers = tuple(
            EmployerView(code=e.code, name=e.name, inn=e.inn, address=e.address, contact=e.contact, details=e.details)
            for e in session.exec(
                select(Employer).where(Employer.institution == institution.code).order_by(col(Employer.code))
            )
        )
        self._meetings = session.exec(
            select(Meeting).where(Meeting.programme == key).order_by(col(Meeting.on), col(Meeting.id))
        ).all()
        self._pairs = self._pair_views()
        self._answers = self._answer_views()
        self._stages = self._stage_views()

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
            events=tuple(_meeting_view(each) for each in self._meetings if each.pair is None),
            answers=self._answers,
            person=self._person(spec, place.subject),
            pair=pairs.get(place.subject) if spec.per is Scope.PAIR else None,
            employer=employers.get(place.subject) if spec.per is Scope.EMPLOYER else None,
            laws=self._laws(document.date or loaded.now.today),
            positions=self._confirmed.positions,
            indicators=self._indicators(),
        )
        extras = loaded.type.document_extras
        if extras is None:
            return base
        return base.model_copy(update={"extra": dict(extras(place.code, base.model_dump()))})

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

    def _pair_views(self) -> tuple[PairView, ...]:
        session, key = self._work.session, self._loaded.key
        members: dict[str, dict[Role, list[PersonView]]] = defaultdict(lambda: defaultdict(list))
        for row in session.exec(select(PairMember).where(PairMember.programme == key).order_by(col(PairMember.person))):
            members[row.pair][Role(row.role)].append(self._people[Role(row.role)][row.person])
        employers = {each.code: each for each in self._employers}
        return tuple(
            PairView(
                code=row.code,
                number=row.ordinal,
                mentors=tuple(members[row.code][Role.MENTOR]),
                mentees=tuple(members[row.code][Role.MENTEE]),
                format=row.format,
                starts=row.starts,
                ends=row.ends,
                goal=row.goal,
                employer=employers.get(row.employer or ""),
                meetings=tuple(_meeting_view(each) for each in self._meetings if each.pair == row.code),
            )
            for row in session.exec(select(Pair).where(Pair.programme == key).order_by(col(Pair.ordinal)))
        )

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


def _staff(row: Institution, known: Confirmed) -> dict[str, PersonView]:
    return {
        role: person_view(
            person["name"],
            gender=person.get("gender"),
            position=person.get("position"),
            name_forms=known.name(person["name"], person.get("gender")),
        )
        for role, person in row.staff.items()
    }


def _person_views(work: Work, loaded: Loaded, known: Confirmed) -> dict[Role, dict[str, PersonView]]:
    session, institution = work.session, loaded.institution.code
    guardians = {
        row.person: GuardianView(
            name=row.name,
            relation=row.relation,
            authority=row.authority,
            contact=row.contact,
            name_forms=known.name(row.name, None),
        )
        for row in session.exec(select(Guardian).where(Guardian.institution == institution).order_by(Guardian.name))
    }
    employers = dict(
        session.exec(select(Employer.code, Employer.name).where(Employer.institution == institution)).all()
    )
    published = _published(work, loaded)
    found: dict[Role, dict[str, PersonView]] = {Role.MENTOR: {}, Role.MENTEE: {}}
    rows = (
        select(Participation, Person)
        .join(Person, col(Person.code) == col(Participation.person))
        .where(Participation.programme == loaded.key, Person.institution == institution)
        .order_by(col(Person.name), col(Person.code))
    )
    for part, person in session.exec(rows):
        fact = loaded.now.people.persons[person.code]
        found[Role(part.role)][person.code] = person_view(
            person.name,
            code=person.code,
            gender=person.gender,
            birth_date=person.birth_date,
            position=person.position,
            contact=person.contact,
            base=part.base,
            employer=employers.get(part.employer or ""),
            registered_on=part.registered_on,
            minor=fact.is_minor(loaded.now.today),
            published=published.get(person.code, ()),
            guardian=guardians.get(person.code),
            details=part.details,
            name_forms=known.name(person.name, person.gender),
        )
    return found


def _published(work: Work, loaded: Loaded) -> dict[str, tuple[str, ...]]:
    """What may be published of whom: the categories of the consents in force, a minor's given by the guardian."""
    today = loaded.now.today
    rows = select(Consent).where(
        Consent.institution == loaded.institution.code,
        Consent.purpose == Purpose.PUBLICATION,
        Consent.signed <= today,
        Consent.until >= today,
        col(Consent.withdrawn_on).is_(None),
    )
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row in work.session.exec(rows.order_by(col(Consent.id))):
        fact = loaded.now.people.persons.get(row.person)
        if fact is not None and fact.consented(Purpose.PUBLICATION, today):
            found[row.person] |= dict.fromkeys(row.categories)
    return {person: tuple(categories) for person, categories in found.items()}


def _meeting_view(row: Meeting) -> MeetingView:
    return MeetingView(kind=row.kind, on=row.on, topic=row.topic, minutes=row.minutes, absent=row.absent)


def _programme_view(loaded: Loaded) -> ProgrammeView:
    year, starts, ends = loaded.programme.year, loaded.programme.cycle_starts, loaded.programme.cycle_ends
    label = cycle_label(loaded.roadmap.cycle, year, ends)
    return ProgrammeView(title=loaded.roadmap.title, year=year, label=label, starts=starts, ends=ends)
