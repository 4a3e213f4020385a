"""`vekha sweep`: the daily round, by hand."""

from vekha.cli.arguments import Wait
from vekha.cli.office import finish_queued, work
from vekha.cli.output import answer, bar, count, words
from vekha.cli.words import alone
from vekha.services.delivery import reminders
from vekha.services.process import sweep

commands = alone("sweep")


@commands.command("sweep")
def make_round(wait: Wait = False) -> None:
    with work(writes=False) as unit:
        keys = sweep.programmes_to_sweep(unit)
    changed = told = 0
    with bar(words("sweep.title"), len(keys)) as advance:
        for start in range(0, len(keys), sweep.BATCH):
            batch = keys[start : start + sweep.BATCH]
            with work() as unit:
                changed += sweep.open_due(unit, batch)
            advance(len(batch))
    with work() as unit:
        batches = reminders.batches_to_tell(unit)
    with bar(words("sweep.telling"), sum(map(len, batches))) as advance:
        for batch in batches:
            with work() as unit:
                told += reminders.tell(unit, batch)
            advance(len(batch))
    if wait:
        finish_queued(wait=True)
    data = {"programmes": len(keys), "changes": changed, "digests": told}
    said = {"programmes": count(len(keys), "programme"), "changes": count(changed, "change")}
    answer(data, words("sweep.done", **said, digests=count(told, "digest")))
