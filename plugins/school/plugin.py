"""The school as an institution type: a year for everybody, or two years for gifted pupils."""

from pathlib import Path

from vekha.plugin import InstitutionType, Matching, hookimpl, standard

from .cast import cast

SCHOOL = InstitutionType(
    code="school",
    title="Школа",
    folder=Path(__file__).parent,
    roadmaps=("roadmap.yaml", "roadmap_gifted.yaml"),
    forms=(
        standard.PrelimRequest,
        standard.EmployerCard,
        standard.ConsentMinor,
        standard.ConsentAdult,
        standard.ConsentPublic,
        standard.MenteeEntry,
        standard.BeforeAfter,
        standard.NeedsSurvey,
        standard.OfferForm,
        standard.SkillTest,
        standard.MentorEntry,
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
    cast=cast,
    # A pupil mentors from ten on; one's own class teacher has that duty anyway and would be no new voice.
    matching=Matching(profile=standard.profiles.profile, mentor_from=10, tutor_excluded=True),
)


@hookimpl
def vekha_institution_types() -> list[InstitutionType]:
    return [SCHOOL]
