"""A form as a survey: who may be asked, and whether the same people are measured twice."""

from dataclasses import dataclass

from vekha.domain.surveys import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class AsSurvey:
    """What a form needs to be sent to many. `moment_field` is the field that says «до» or «после»: it is filled by the
    survey, which then is either of the two, and answers of the same person are compared."""

    audience: tuple[Audience, ...]
    moment_field: str | None = None
