"""`vekha audit`: every change of a programme, with who, when and why."""

from vekha.cli.arguments import Programme
from vekha.cli.office import work
from vekha.cli.output import listing, words
from vekha.cli.words import alone
from vekha.services.process import lists

commands = alone("audit")


@commands.command("audit")
def audit(programme: Programme) -> None:
    with work(writes=False) as unit:
        rows = lists.audit(unit, programme)
    columns = {name: name for name in ("at", "who", "subject", "old", "new", "why")}
    listing(rows, columns, words("audit.none"))
