"""The college as an institution type: employers first, three bases of mentors, dual training."""

from collections.abc import Iterable
from pathlib import Path

from vekha.plugin import CheckContext, InstitutionType, Matching, Problem, Role, hookimpl, problem, standard

from .cast import cast
from .documents import extras
from .forms import DualData, MentorCandidate, MentorEntry

BASE_ENTERPRISES = 2  # at least so many, or base Б depends on one employer


def employers_known(context: CheckContext) -> Iterable[Problem]:
    """The base enterprises are known before the bases of mentors are complete, though row 1.4 itself carries on."""
    have = len(context.people.employers)
    if have < BASE_ENTERPRISES:
        yield problem("college.employers_few", have=have, need=BASE_ENTERPRISES)


def three_bases(context: CheckContext) -> Iterable[Problem]:
    """Each of the three bases of the source has somebody in it: А alumni, Б enterprises, В active teachers."""
    have = {mentor.base for mentor in context.people.registered(Role.MENTOR)}
    for base in standard.MentorBase:
        if base not in have:
            yield problem("college.base_empty", base=base.value)


COLLEGE = InstitutionType(
    code="college",
    title="Колледж",
    folder=Path(__file__).parent,
    forms=(
        standard.PrelimRequest,
        standard.EmployerCard,
        DualData,
        standard.ConsentAdult,
        standard.ConsentMinor,
        standard.ConsentPublic,
        standard.MenteeEntry,
        standard.NeedsSurvey,
        standard.BeforeAfter,
        MentorEntry,
        MentorCandidate,
        standard.SkillTest,
        standard.EventLog,
        standard.MutualChoice,
        standard.AgreementForm,
        standard.PlanForm,
        standard.MeetingLog,
        standard.Feedback,
        standard.Satisfaction,
        standard.ProgrammeOpinion,
        standard.Swot,
        standard.CuratorReport,
        standard.BestPractice,
    ),
    checks={"employers_known": employers_known, "three_bases": three_bases},
    cast=cast,
    document_extras=extras,
    matching=Matching(profile=standard.profiles.profile, mentor_from=15),
    mentee_from=14,  # after the ninth form
)


@hookimpl
def vekha_institution_types() -> list[InstitutionType]:
    return [COLLEGE]
