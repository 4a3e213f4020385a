"""`vekha contact`: who hears of delays in a municipality or a region."""

from typing import Annotated

from vekha.cli.arguments import argument, option
from vekha.cli.office import work
from vekha.cli.output import answer, listing, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.services.delivery import addressees

commands = family("contact")

Email = Annotated[str, argument("contact_email", "email")]
Region = Annotated[str, option("--region", "contact_region", "region")]
Municipality = Annotated[str, option("--municipality", "contact_municipality", "text")]


@commands.command("add")
def add(
    email: Email,
    region: Region,
    name: Annotated[str, option("--name", "contact_name", "text")],
    municipality: Municipality = "",
) -> None:
    with work() as unit:
        addressees.add_contact(unit, region, municipality, email, name)
    answer({"email": email, "region": region, "municipality": municipality}, words("contact.added", email=email))


@commands.command("list")
def every() -> None:
    with work(writes=False) as unit:
        rows = addressees.contacts(unit)
    if not options.json:
        rows = [{**row, "municipality": row["municipality"] or words("contact.whole_region")} for row in rows]
    columns = {"region": "region", "municipality": "municipality", "email": "email", "name": "name"}
    listing(rows, columns, words("contact.none"))


@commands.command("remove")
def remove(email: Email, region: Region, municipality: Municipality = "") -> None:
    with work() as unit:
        addressees.remove_contact(unit, region, municipality, email)
    answer({"email": email}, words("contact.removed", email=email))
