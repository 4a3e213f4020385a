"""A small institution type for tests of services: people with consents, a numbered order with annexes, papers about
each mentee, what carries on and what is added."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from vekha.plugin import (
    Cast,
    CastPair,
    CastPerson,
    Count,
    Day,
    Field,
    Form,
    FormContext,
    InstitutionType,
    Introduce,
    Line,
    PeopleCommand,
    PersonRef,
    Role,
    Scope,
    hookimpl,
    standard,
)


class Wish(Form):
    """Кто хочет участвовать."""

    code: ClassVar[str] = "wish"
    title: ClassVar[str] = "Заявка"

    name: Line = Field(title="Имя")
    birth_date: Day | None = Field(None, title="Дата рождения")
    mentor: bool = Field(False, title="Наставник")
    hours: Count | None = Field(None, title="Часы")

    example: ClassVar[dict[str, Any]] = {"name": "Журавлёв Илья Сергеевич", "birth_date": "28.02.2012"}

    def consequences(self, context: FormContext) -> Iterable[PeopleCommand]:
        role = Role.MENTOR if self.mentor else Role.MENTEE
        yield Introduce(name=self.name, role=role, birth_date=self.birth_date)


class Note(Form):
    """Что замечено."""

    code: ClassVar[str] = "note"
    title: ClassVar[str] = "Заметка"
    about: ClassVar[Scope] = Scope.MENTEE
    subject_field: ClassVar[str | None] = "about_whom"

    about_whom: PersonRef = Field(title="О ком")
    words: Line = Field(title="Что замечено")

    example: ClassVar[dict[str, Any]] = {"about_whom": "Журавлёв Илья Сергеевич", "words": "увлечён"}


def cast(index: int) -> Cast:
    return Cast(
        title=f"Клуб наставников № {index}",
        short_title=f"Клуб № {index}",
        city="Примерск",
        address="ул. Лесная, д. 1",
        staff={
            "director": CastPerson(name="Полевая Анна Ильинична", gender="f", position="директор"),
            "curator": CastPerson(name="Речной Пётр Львович", gender="m", position="методист"),
        },
        mentees=(CastPerson(name="Журавлёв Илья Сергеевич", gender="m", birth_date=date(2012, 2, 28)),),
        mentors=(CastPerson(name="Соколова Анна Викторовна", gender="f"),),
        pairs=(CastPair(mentors=(0,), mentees=(0,)),),
    )


FORMS = (Wish, Note, standard.ConsentAdult, standard.ConsentMinor, standard.MenteeEntry, standard.MentorEntry)
CLUB = InstitutionType(code="club", title="Клуб", folder=Path(__file__).parent, forms=FORMS, cast=cast)


@hookimpl
def vekha_institution_types() -> list[InstitutionType]:
    return [CLUB]
