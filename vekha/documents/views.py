"""Small makers of views that the real context and an example one share."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from vekha.documents.context import LawView, PersonView
from vekha.documents.declension import NameParts
from vekha.domain.law import LawRef, Topic, citation, legal_basis
from vekha.domain.roadmap import CycleSpec

TOPICS: tuple[Topic, ...] = ("mentoring", "personal_data", "practice")  # what documents refer to


def name_parts_of(name: str) -> NameParts:
    """«Фамилия Имя Отчество» taken apart; what follows the first name is the patronymic («Ахмед оглы»)."""
    last, first, *middle = [*name.split(), ""][:2] + name.split()[2:]
    return last, first, " ".join(middle)


def person_view(name: str, **fields: Any) -> PersonView:
    last, first, middle = name_parts_of(name)
    return PersonView(last_name=last, first_name=first, middle_name=middle or None, **fields)


def cycle_label(cycle: CycleSpec, year: int, ends: dt.date) -> str:
    """«2026 год», «2026/2027 учебный год», «2026–2028 учебные годы»."""
    match cycle.kind:
        case "calendar_year":
            return f"{year} год"
        case "school_year":
            return f"{year}/{year + 1} учебный год"
        case "years":
            return f"{year}–{ends.year} учебные годы"


def laws_on(institution_type: str, day: dt.date, local: Iterable[LawRef] = ()) -> tuple[LawView, ...]:
    """The acts that a document of this date may stand on: federal ones, then `local` ones down to its own."""
    federal = (law for topic in TOPICS for law in legal_basis(institution_type, day, topic))
    return tuple(
        LawView(topic=law.topic, kind=law.kind, citation=citation(law), according_to=citation(law, "instrumental"))
        for law in (*federal, *local)
    )
