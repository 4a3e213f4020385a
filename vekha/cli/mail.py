"""`vekha mail`: letters that did not go, and what becomes of them."""

from typing import Annotated

from vekha.cli.arguments import Wait, argument, switch
from vekha.cli.office import finish_queued, work
from vekha.cli.output import answer, count, listing, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.errors import WrongUseError, problem
from vekha.services.delivery import mail

commands = family("mail")

Letters = Annotated[list[str] | None, argument("letters", "letter")]
All = Annotated[bool, switch("--all", "all_letters")]


@commands.command("list")
def every() -> None:
    with work(writes=False) as unit:
        rows = mail.undelivered(unit)
    if not options.json:
        rows = [{**row, "state": words(f"mail.states.{row['state']}")} for row in rows]
    columns = {"key": "letter", "email": "email", "on": "on", "state": "state", "error": "error"}
    listing(rows, columns, words("mail.none"))


@commands.command("retry")
def retry(letters: Letters = None, every: All = False, wait: Wait = False) -> None:
    with work() as unit:
        number = mail.retry(unit, _chosen(letters, every))
    if wait:
        finish_queued(wait=True)
    answer({"letters": number}, words("mail.retried", letters=count(number, "letter")))


@commands.command("drop")
def drop(letters: Letters = None, every: All = False) -> None:
    with work() as unit:
        number = mail.drop(unit, _chosen(letters, every))
    answer({"letters": number}, words("mail.dropped", letters=count(number, "letter")))


def _chosen(letters: list[str] | None, every: bool) -> list[str]:
    """None of them by name means all, and that has to be said."""
    if bool(letters) is every:
        raise WrongUseError(problem("mail.which"))
    return letters or []
