"""The hourly round: stages and activities whose day has come open, those responsible are reminded."""

from collections.abc import Iterator, Sequence

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.run import named, refusals
from tasks import sweep as steps
from vekha.bootstrap import current
from vekha.texts import text

BATCH = 100  # programmes in one task


@flow(name="sweep", timeout_seconds=3000)
@refusals
def sweep() -> State:
    """Обход: открыть то, чему пришёл срок, и напомнить о сроках. Повторный обход ничего не удваивает."""
    named(text("flows.run.sweep", at=f"{current().clock():%d.%m.%Y %H:%M} UTC"))
    seen, opened, failures = sweep_all()
    if failures:
        return Failed(message=text("flows.sweep_failed", count=len(failures), total=seen, first=failures[0]))
    return Completed(message=text("flows.swept", programmes=seen, opened=opened))


def sweep_all() -> tuple[int, int, list[str]]:
    """How many programmes were looked at, how many changes of state, what failed; within any run."""
    programmes, opened, failures = steps.programmes_to_sweep(), 0, list[str]()
    for batch in batches(programmes, BATCH):
        changes, failed = steps.sweep_batch(batch)
        opened += changes
        failures += failed
    failures += steps.stop_lapsed()
    steps.settle_campaigns()
    steps.close_surveys()
    steps.remind_collections()
    steps.remind_reflections()
    steps.queue_reminders()
    steps.clean_outbox()
    return len(programmes), opened, failures


def batches(codes: Sequence[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(codes), size):
        yield list(codes[start : start + size])
