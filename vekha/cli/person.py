"""`vekha person`: who takes part, in which role."""

from typing import Annotated

from vekha.cli.arguments import On, Person, Programme, Reason, Role, date_of, date_or, option
from vekha.cli.choices import choice, role_of, today_at
from vekha.cli.office import work
from vekha.cli.output import answer, listing, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.people import Introduce, SupportUnpaired
from vekha.services import lists, people

commands = family("person")


@commands.command("list")
def every(programme: Programme) -> None:
    with work(writes=False) as unit:
        rows = lists.people(unit, programme)
    if not options.json:
        rows = [{**row, **{name: words(f"people.{row[name]}") for name in ("role", "standing")}} for row in rows]
    columns = {"code": "code", "name": "name", "role": "role", "standing": "state", "paired": "paired"}
    listing(rows, columns, words("person.none"))


@commands.command("add")
def add(
    programme: Programme,
    name: Annotated[str, option("--name", "person_name", "text")],
    role: Role,
    gender: Annotated[str | None, option("--gender", "gender")] = None,
    born: Annotated[str | None, option("--born", "born", "date")] = None,
    position: Annotated[str | None, option("--position", "position", "text")] = None,
    contact: Annotated[str | None, option("--contact", "contact", "text")] = None,
) -> None:
    command = Introduce(
        name=name,
        role=role_of(role),
        gender=choice(gender, {"ж": "f", "м": "m", "f": "f", "m": "m"}, "--gender") if gender else None,
        birth_date=date_of(born, "--born") if born else None,
        position=position,
        contact=contact,
    )
    with work() as unit:
        people.carry_out(unit, programme, [command])
    answer({"programme": programme, "person": name, "role": command.role}, words("person.added", name=name))


@commands.command("withdraw")
def withdraw(programme: Programme, person: Person, role: Role, reason: Reason) -> None:
    with work() as unit:
        people.withdraw_candidate(unit, programme, person, role_of(role), reason)
    answer({"programme": programme, "person": person, "standing": "withdrawn"}, words("person.withdrawn"))


@commands.command("support")
def support(
    programme: Programme,
    person: Person,
    note: Annotated[str, option("--note", "support_note", "text")],
    on: On = None,
) -> None:
    with work() as unit:
        command = SupportUnpaired(mentee=person, on=date_or(on, today_at(unit, programme)), note=note)
        people.carry_out(unit, programme, [command])
    answer({"programme": programme, "person": person}, words("person.supported"))
