"""The only door for plugin authors: everything a new type of institution is made of.

A type is one folder: `plugin.py` (an `InstitutionType` behind a hook), `roadmap.yaml`, `forms.py`, `templates/`,
`test_plugin.py`. Import nothing of Vekha but this module (and `vekha.testing` in tests).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pluggy
from pydantic import Field

from vekha.domain.calendar_file import Override
from vekha.domain.checks import Check, CheckContext
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.facts import DocumentFacts, Event, InstitutionFacts
from vekha.domain.people import (
    AddEmployer,
    FormPair,
    Gender,
    GiveConsent,
    HoldMeeting,
    Introduce,
    PairFact,
    People,
    PeopleCommand,
    PersonFact,
    Purpose,
    Register,
    Role,
    Standing,
    SupportUnpaired,
    WithdrawConsent,
)
from vekha.domain.roadmap import DocumentKind, Roadmap, Scope
from vekha.domain.steps import SetPlan, Step
from vekha.domain.surveys import Audience
from vekha.forms import standard
from vekha.forms.base import (
    BirthYear,
    Count,
    Day,
    EmployerRef,
    FileName,
    Form,
    FormContext,
    Known,
    Line,
    LongText,
    Mark5,
    PairRef,
    PersonRef,
    Prefilled,
    SampleRequest,
    Scale10,
    ShownIf,
)
from vekha.forms.cast import Cast, CastEmployer, CastPair, CastPerson
from vekha.forms.profile import Answers, Matching, Profile
from vekha.forms.survey import AsSurvey
from vekha.texts import add_folder

hookimpl = pluggy.HookimplMarker("vekha")


DocumentExtras = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionType:
    """A type of institution: what it owns, and nothing of any other type.

    `folder` holds the roadmaps named in `roadmaps` (the first is the default, the others are variants such as a
    two-year cycle) and `templates/`. `checks` are the conditions an activity names in `checks:`. `cast(index)` invents
    the people of institution number `index`, always the same for the same number. `document_extras(code, context)`
    adds variables to the context of one document. `matching` says which answers tell what people need and offer.
    `mentee_from` is the age of the youngest mentees: a younger one is taken for a slip of the pen.
    `duty_consent` says which mentors are workers who mentor workers: they enter an order on pairs only with a written
    consent (ст. 351.8 ТК РФ).
    """

    code: str
    title: str
    folder: Path
    forms: tuple[type[Form], ...]
    cast: Callable[[int], Cast]
    roadmaps: tuple[str, ...] = ("roadmap.yaml",)
    checks: Mapping[str, Check] = field(default_factory=dict[str, Check])
    document_extras: DocumentExtras | None = None
    matching: Matching = field(default_factory=lambda: Matching(profile=standard.profiles.profile))
    mentee_from: int = 6
    duty_consent: Callable[[PersonFact], bool] | None = None

    @property
    def youngest(self) -> Mapping[Role, int]:
        """From which age somebody may have a role."""
        return {Role.MENTOR: self.matching.mentor_from, Role.MENTEE: self.mentee_from}

    def __post_init__(self) -> None:
        # A type speaks for itself: the words of its own problems and checks stand in its folder `texts/`.
        add_folder(self.folder / "texts")

    def form(self, code: str) -> type[Form]:
        """Raises KeyError when the type has no such form."""
        for form in self.forms:
            if form.code == code:
                return form
        raise KeyError(code)


__all__ = [
    "AddEmployer",
    "Answers",
    "AsSurvey",
    "Audience",
    "BirthYear",
    "Cast",
    "CastEmployer",
    "CastPair",
    "CastPerson",
    "Check",
    "CheckContext",
    "Count",
    "Day",
    "DocumentExtras",
    "DocumentFacts",
    "DocumentKind",
    "EmployerRef",
    "Event",
    "Field",
    "FileName",
    "Form",
    "FormContext",
    "FormPair",
    "Gender",
    "GiveConsent",
    "HoldMeeting",
    "InstitutionFacts",
    "InstitutionType",
    "Introduce",
    "Known",
    "Line",
    "LongText",
    "Mark5",
    "Matching",
    "Override",
    "PairFact",
    "PairRef",
    "People",
    "PeopleCommand",
    "PersonFact",
    "PersonRef",
    "Prefilled",
    "Problem",
    "Profile",
    "Purpose",
    "Register",
    "Roadmap",
    "Role",
    "SampleRequest",
    "Scale10",
    "Scope",
    "SetPlan",
    "ShownIf",
    "Standing",
    "Step",
    "SupportUnpaired",
    "VekhaError",
    "WithdrawConsent",
    "hookimpl",
    "problem",
    "standard",
]
