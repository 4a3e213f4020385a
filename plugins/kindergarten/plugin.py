"""The kindergarten as an institution type: teacher to teacher, in one school year or in two."""

from collections.abc import Iterable
from pathlib import Path

from vekha.plugin import CheckContext, InstitutionType, Matching, Problem, Role, Standing, hookimpl, problem, standard

from .cast import cast
from .colleagues import BeforeAfter, MentorEntry, OfferForm, PrelimRequest
from .forms import DeficitCard, PairCard, PersonalForm, ProgrammeOpinion
from .profiles import profile


def adults_only(context: CheckContext) -> Iterable[Problem]:
    """Nobody under age takes part: the programme is for employees, and pupils' data have no place in it."""
    people = context.people
    for role in Role:
        for person in people.in_role(role, Standing.CANDIDATE, Standing.REGISTERED):
            if person.is_minor(context.today):
                yield problem("kindergarten.minor", person=person.name)


KINDERGARTEN = InstitutionType(
    code="kindergarten",
    title="Детский сад",
    folder=Path(__file__).parent,
    roadmaps=("roadmap.yaml", "roadmap_2years.yaml"),
    forms=(
        PrelimRequest,
        standard.ConsentAdult,
        DeficitCard,
        BeforeAfter,
        OfferForm,
        MentorEntry,
        standard.SkillTest,
        standard.MutualChoice,
        PairCard,
        PersonalForm,
        standard.MeetingLog,
        standard.EventLog,
        standard.Feedback,
        standard.Satisfaction,
        ProgrammeOpinion,
        standard.CuratorReport,
    ),
    checks={"adults_only": adults_only},
    cast=cast,
    matching=Matching(profile=profile, mentor_from=18),
    mentee_from=16,  # a worker; that one under eighteen has no place here, `adults_only` says
    duty_consent=lambda person: True,  # every mentor is a worker who helps workers  # noqa: ARG005
)


@hookimpl
def vekha_institution_types() -> list[InstitutionType]:
    return [KINDERGARTEN]
