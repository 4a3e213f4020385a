"""A small institution type for tests of the process: two orders, three stages, no people in it.

Its listener writes every event it is told of to the file named by TOY_EVENTS, and fails when TOY_LISTENER_FAILS is set.
"""

import os
from pathlib import Path
from types import SimpleNamespace

from vekha.plugin import Cast, CastPair, CastPerson, InstitutionType, hookimpl


def cast(index: int) -> Cast:
    director = CastPerson(name="Полевая Анна Ильинична", gender="f", position="директор")
    curator = CastPerson(name="Речной Пётр Львович", gender="m", position="методист")
    return Cast(
        title=f"Кружок № {index}",
        short_title=f"Кружок № {index}",
        city="Примерск",
        address="ул. Лесная, д. 1",
        staff={"director": director, "curator": curator},
        mentees=(CastPerson(name="Луговой Олег Ильич", gender="m"),),
        mentors=(CastPerson(name="Степная Вера Павловна", gender="f"),),
        pairs=(CastPair(mentors=(0,), mentees=(0,)),),
    )


MILESTONE = InstitutionType(code="milestone", title="Кружок", folder=Path(__file__).parent, forms=(), cast=cast)


@hookimpl
def vekha_institution_types() -> list[InstitutionType]:
    return [MILESTONE]


@hookimpl
def vekha_on_event(event: SimpleNamespace) -> None:
    if "TOY_LISTENER_FAILS" in os.environ:
        raise RuntimeError("слушатель не в духе")
    if "TOY_EVENTS" in os.environ:
        line = f"{event.id}\t{event.name}\t{event.programme}\t{event.stage or ''}\n"
        handle = os.open(os.environ["TOY_EVENTS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(handle, line.encode())
        os.close(handle)
