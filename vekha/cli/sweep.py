"""`vekha sweep`: the daily round, by hand."""

from vekha.cli.arguments import Wait
from vekha.cli.office import finish_queued, work
from vekha.cli.output import answer, count, progress, words
from vekha.cli.words import alone
from vekha.services import sweep as service

commands = alone("sweep")


@commands.command("sweep")
def sweep(wait: Wait = False) -> None:
    with work(writes=False) as unit:
        keys = service.programmes_to_sweep(unit)
    changed = 0
    for key in progress(keys, words("sweep.title")):
        with work() as unit:  # one transaction for each programme: a fault in one holds up no other
            changed += service.sweep_one(unit, key)
    if wait:
        finish_queued(wait=True)
    data = {"programmes": len(keys), "changes": changed}
    answer(data, words("sweep.done", programmes=count(len(keys), "programme"), changes=count(changed, "change")))
