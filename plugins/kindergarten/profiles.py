"""What matching reads in a kindergarten: a teacher's deficits, and what colleagues can help with."""

from vekha.plugin import Answers, Profile, Role, standard

from .forms import Deficit

HELPS = {
    Deficit.DIGITAL: standard.Area.DIGITAL,
    Deficit.PORTFOLIO: standard.Area.METHODS,
    Deficit.PLANNING: standard.Area.METHODS,
    Deficit.INCLUSION: standard.Area.METHODS,
    Deficit.FAMILIES: standard.Area.COMMUNICATION,
    Deficit.PROJECTS: standard.Area.PROJECTS,
    Deficit.CONFIDENCE: standard.Area.WELLBEING,
    Deficit.ATTESTATION: standard.Area.METHODS,
}


def profile(answers: Answers) -> Profile:
    """A deficit is met by the area in which a mentor says to help."""
    if answers.role is Role.MENTOR:
        return standard.profiles.of_mentor(answers)
    deficits = answers.details.get("deficits", ())
    return standard.profiles.of_mentee(answers, {HELPS[Deficit(each)].value for each in deficits})
