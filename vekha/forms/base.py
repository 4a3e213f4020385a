"""What a form is: a pydantic model with Russian titles, an example to edit, and the consequences of an answer.

A form declares its shape; it saves nothing. What follows from an answer for the people of the programme it returns as
commands of `vekha.domain.people`, which the core checks (consents, registers, pairs) and carries out in the same
transaction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from vekha.domain.errors import Problem
from vekha.domain.people import People, PeopleCommand, Role
from vekha.domain.roadmap import Scope
from vekha.forms.cast import Cast
from vekha.forms.survey import AsSurvey

OUTSIDERS = ("mentee", "mentor", "guardian", "employer")  # fill forms without being a role of the roadmap
UNSET_MARKS = frozenset("0._-–—… /«»")


def is_unset(value: str) -> bool:
    """«00.00.0000», «____», «__.__.20__» stand for «not filled in» (DOMAIN.md §8, trap 3)."""
    letters = value.replace("20__", "").replace("г.", "").strip()
    return bool(value.strip()) and all(sign in UNSET_MARKS for sign in letters)


def _russian_date(value: object) -> object:
    """Dates as people write them: «10.09.2026»; ISO dates and date values pass through."""
    if not isinstance(value, str):
        return value
    if is_unset(value):
        raise PydanticCustomError("unset", "unset")
    parts = value.strip().removesuffix("г.").strip().split(".")
    if len(parts) == 3 and all(part.isdigit() for part in parts) and len(parts[2]) == 4:
        day, month, year = (int(part) for part in parts)
        try:
            return date(year, month, day)
        except ValueError as reason:
            raise PydanticCustomError("impossible_date", "impossible date") from reason
    return value.strip()


def _filled(value: object) -> object:
    if isinstance(value, str) and is_unset(value):
        raise PydanticCustomError("unset", "unset")
    return value


def _written(value: object) -> object:
    """A long text may be a dash («no difficulties»), but not the blank line of a paper form."""
    return _filled(value) if isinstance(value, str) and "_" in value else value


def _yes_no(value: object) -> object:
    """«да» and «нет», as people write them; what pydantic takes for a bool passes through."""
    words = {"да": True, "нет": False}
    return words.get(value.strip().casefold(), value) if isinstance(value, str) else value


# The types of fields. `widget` tells a page how to draw the field; YAML and JSON need nothing of it.
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), BeforeValidator(_filled)]
LongText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=5000),
    BeforeValidator(_written),
    Field(json_schema_extra={"widget": "textarea"}),
]
Day = Annotated[date, BeforeValidator(_russian_date)]
Count = Annotated[int, Field(ge=0, le=100_000)]
Scale10 = Annotated[int, Field(ge=1, le=10, json_schema_extra={"widget": "scale"})]
Mark5 = Annotated[int, Field(ge=1, le=5, json_schema_extra={"widget": "scale"})]
YesNo = Annotated[bool, BeforeValidator(_yes_no), Field(json_schema_extra={"widget": "yes_no"})]
BirthYear = Annotated[int, Field(ge=1920, le=2100)]
PersonRef = Annotated[Line, Field(json_schema_extra={"widget": "person"})]  # a code («p12») or the full name
PairRef = Annotated[Line, Field(json_schema_extra={"widget": "pair"})]
EmployerRef = Annotated[Line, Field(json_schema_extra={"widget": "employer"})]
FileName = Annotated[Line, Field(json_schema_extra={"widget": "file"})]


@dataclass(frozen=True, slots=True)
class ShownIf:
    """A question that is asked only when `field` holds one of `values` (as people write them: «наставник», «да»).

    With `required` it then has to be answered. A page without JavaScript shows every question and says when to answer;
    an answer to a question that was not asked is refused, so nothing typed is lost silently.
    """

    field: str
    values: tuple[str, ...]
    required: bool = False


class Known(StrEnum):
    """What Vekha can put into a field of an empty form: of today, the cycle, the institution, whom the answer is about,
    the guardian entered last."""

    TODAY = "today"
    CYCLE_STARTS = "cycle.starts"
    CYCLE_ENDS = "cycle.ends"
    INSTITUTION = "institution.title"
    SITE = "institution.site"
    PERSON = "person.name"
    BIRTH_DATE = "person.birth_date"
    POSITION = "person.position"
    CONTACT = "person.contact"
    ROLE = "person.role"
    GUARDIAN = "guardian.name"
    RELATION = "guardian.relation"
    AUTHORITY = "guardian.authority"
    GUARDIAN_CONTACT = "guardian.contact"


Prefilled = Mapping[str, "Known | str | tuple[str, ...]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormContext:
    """What a form may look at when it judges an answer. `today` is the local date of the institution."""

    today: date
    cycle_starts: date
    cycle_ends: date
    people: People


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRequest:
    """What a sample answer is made for: the demo, the simulation and the test kit fill forms through `Form.sample`.

    `subject` is the code of the person, pair or employer the answer is about; `serial` counts the answers to one form
    from 0; `cast` holds the invented people of the story; `wanted` is what the story still lacks where a form can
    serve several needs: the kind of meeting (a code) for `meeting_log` and `event_log`.
    """

    today: date
    cycle_starts: date
    cycle_ends: date
    serial: int
    subject: str | None
    people: People
    cast: Cast
    wanted: str | None = None


class Form(BaseModel):
    """A form («анкета»). Subclass it, give every field `Field(title=…)`, and list it in `InstitutionType.forms`.

    The docstring of a subclass is the help shown above the form, in Russian. Raise `version` whenever the fields
    change: an old answer keeps the schema it was given with.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True, coerce_numbers_to_str=True)

    code: ClassVar[str]
    title: ClassVar[str]
    version: ClassVar[int] = 1
    filled_by: ClassVar[tuple[str, ...]] = ("curator",)  # mentee, mentor, guardian, employer or a role of the roadmap
    about: ClassVar[Scope] = Scope.PROGRAMME
    subject_field: ClassVar[str | None] = None  # the field that names whom the answer is about; None for the programme
    person_fields: ClassVar[tuple[str, ...]] = ()  # fields (a name, or a list of names) that name known people
    registers: ClassVar[Role | None] = None  # the register that this form enters its subject into
    survey: ClassVar[AsSurvey | None] = None  # how it is sent to many
    anonymous: ClassVar[bool] = False  # a survey whose answers have no name, no person and no time
    shown_if: ClassVar[Mapping[str, ShownIf]] = {}  # fields that are asked only after a certain answer to another one
    prefilled: ClassVar[Prefilled] = {}  # what stands in an empty form: something known, or words of your own
    example: ClassVar[Mapping[str, Any]]  # a valid answer to show and to edit

    def refusals(self, context: FormContext) -> Iterable[Problem]:  # noqa: ARG002 — for subclasses
        """Problems that need more than one field or the world around: all of them, `where` = the field's name."""
        return ()

    def consequences(self, context: FormContext) -> Iterable[PeopleCommand]:  # noqa: ARG002 — for subclasses
        """What follows from this answer for the people of the programme, in the order of carrying out."""
        return ()

    @classmethod
    def sample_count(cls, cast: Cast) -> int:  # noqa: ARG003 — for subclasses
        """How many answers a whole story needs where the roadmap asks for no `each`: one, or one for each in the cast
        (a request from everybody, an agreement for each pair). Then `SampleRequest.subject` is None."""
        return 1

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        """A plausible valid answer; override it where the example's dates or names depend on the story."""
        answer = dict(cls.example)
        if cls.subject_field is not None and request.subject is not None:
            answer[cls.subject_field] = request.subject
        return answer
