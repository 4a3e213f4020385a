"""What the core tells a plugin's hook: plain values, never a session, a row of the database or a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from vekha.domain.roadmap import DocumentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionFacts:
    """An institution; `type` is the code of its InstitutionType, `region` the code of its region."""

    code: str
    type: str
    title: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """A document that is about to get its number; `code` and `kind` as in the roadmap."""

    code: str
    title: str
    kind: DocumentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that has happened and is committed, such as «vekha.stage.closed».

    `id` is the same each time one event is delivered, so that a listener can tell a repetition; `at` is aware, in UTC;
    `stage` is None when the event is about the whole programme; `data` holds what else there is to say, as JSON values.
    """

    id: str
    name: str
    at: datetime
    institution: InstitutionFacts
    programme: str
    stage: str | None = None
    data: Mapping[str, object] = field(default_factory=dict[str, object])
