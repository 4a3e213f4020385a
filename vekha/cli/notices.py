"""`vekha notices`: what people were reminded of."""

from typing import Annotated, Any

from vekha.cli.arguments import option
from vekha.cli.office import work
from vekha.cli.output import as_json, day, line, words
from vekha.cli.state import options
from vekha.cli.words import alone
from vekha.domain.errors import WrongUseError, problem
from vekha.services.delivery import notices

commands = alone("notices")


@commands.command("notices")
def show(
    person: Annotated[str, option("--person", "notices_person", "who")] = "",
    role: Annotated[str, option("--role", "notices_role", "role")] = "",
    institution: Annotated[str, option("--of", "notices_of", "institution")] = "",
    last: Annotated[int, option("--last", "notices_last", "number", min=1)] = 20,
) -> None:
    if bool(person) is bool(role):
        raise WrongUseError(problem("reminder.whose"))
    with work() as unit:
        rows = notices.of_person(unit, person, last) if person else notices.of_role(unit, role, institution, last)
    if options.json:
        as_json([{name: value for name, value in row.items() if name != "text"} for row in rows])
        return
    for row in rows:
        _tell(row)
    if not rows:
        line(words("notices.none"))


def _tell(row: dict[str, Any]) -> None:
    mail = words(f"notices.mail.{row['mail'] or 'none'}")
    line(words("notices.heading", on=day(row["on"]), name=row["name"] or row["email"] or "—", mail=mail))
    line()
    line(row["text"])
