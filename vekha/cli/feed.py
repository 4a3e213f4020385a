"""`vekha feed`: a person's due dates as a calendar to subscribe to."""

from pathlib import Path
from typing import Annotated

from vekha.cli.arguments import argument, option
from vekha.cli.office import installation, work
from vekha.cli.output import answer, count, words
from vekha.cli.words import family
from vekha.services.delivery import feeds

commands = family("feed")

Whose = Annotated[str, argument("whose_feed", "who")]


@commands.command("create")
def create(person: Whose) -> None:
    with work() as unit:
        token = feeds.create(unit, person)
    address = f"{installation().settings.public_url.rstrip('/')}/feeds/{token}.ics"
    answer({"token": token, "address": address}, words("feed.created", address=address))


@commands.command("revoke")
def revoke(person: Whose) -> None:
    with work() as unit:
        number = feeds.revoke(unit, person)
    told = words("feed.revoked", feeds=count(number, "feed")) if number else words("feed.none")
    answer({"revoked": number}, told)


@commands.command("show")
def show(person: Whose, out: Annotated[Path, option("--out", "feed_file", "file")]) -> None:
    with work() as unit:
        content = feeds.show(unit, person)
    out.write_bytes(content)
    answer({"path": str(out)}, words("feed.saved", path=out))
