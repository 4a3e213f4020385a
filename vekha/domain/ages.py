"""From which age somebody may have a role: a type of institution says it, a birth date out of it is a slip."""

from collections.abc import Iterator, Mapping
from datetime import date

from vekha.domain.errors import Problem, problem
from vekha.domain.people import Introduce, People, PeopleCommand, Register, Role

OLDEST = 100  # an older person is a slip of the pen, too


def age_on(born: date, day: date) -> int:
    """Full years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def years_before(day: date, years: int) -> date:
    """The latest birth date of those who are so many full years old on `day`."""
    if (day.month, day.day) == (2, 29):
        day = day.replace(day=28)
    return day.replace(year=day.year - years)


def age_problem(name: str, born: date, role: Role, day: date, youngest: Mapping[Role, int]) -> Problem | None:
    age, least = age_on(born, day), youngest.get(role, 0)
    if age < least:
        return problem(f"people.too_young_{role.value}", person=name, age=age, least=least)
    if age > OLDEST:
        return problem("people.too_old", person=name, age=age, date=f"{born:%d.%m.%Y}")
    return None


def unfit(command: PeopleCommand, people: People, today: date, youngest: Mapping[Role, int]) -> Iterator[Problem]:
    """What the ages of a type have against a command: an introduction or an entry into a register."""
    found: Problem | None = None
    match command:
        case Introduce() if command.birth_date is not None and command.birth_date < today:
            found = age_problem(command.name, command.birth_date, command.role, today, youngest)
        case Register():
            for person in people.find(command.person):
                if person.birth_date is not None:
                    found = age_problem(person.name, person.birth_date, command.role, today, youngest)
        case _:
            pass
    if found:
        yield found
