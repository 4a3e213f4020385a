"""`vekha consent`: a consent taken back. It is given by the forms consent_adult and consent_minor."""

from typing import Annotated

from vekha.cli.arguments import On, Person, Programme, date_or, option
from vekha.cli.choices import purpose_of, today_at
from vekha.cli.office import work
from vekha.cli.output import answer, words
from vekha.cli.words import family
from vekha.domain.people import WithdrawConsent
from vekha.services.mentoring import people

commands = family("consent")


@commands.command("withdraw")
def withdraw(
    programme: Programme,
    person: Person,
    purpose: Annotated[str, option("--purpose", "purpose")] = "processing",
    on: On = None,
) -> None:
    chosen = purpose_of(purpose)
    with work() as unit:
        command = WithdrawConsent(subject=person, purpose=chosen, on=date_or(on, today_at(unit, programme)))
        people.carry_out(unit, programme, [command])
    answer({"programme": programme, "person": person, "purpose": chosen}, words("consent.withdrawn"))
