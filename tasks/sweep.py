"""The round: what falls due opens; a programme that fails does not keep the others waiting."""

from tasks.step import step
from vekha.bootstrap import current
from vekha.domain.errors import VekhaError
from vekha.services import sweep


@step("Найти, что пора смотреть", timeout_seconds=60)
def programmes_to_sweep() -> list[str]:
    with current().work(writes=False) as work:
        return list(sweep.programmes_to_sweep(work))


@step("Обойти программы", timeout_seconds=300)
def sweep_batch(programmes: list[str]) -> tuple[int, list[str]]:
    """How many changes of state, and what failed."""
    opened, failures = 0, list[str]()
    for key in programmes:
        try:
            with current().work() as work:
                opened += sweep.sweep_one(work, key)
        except VekhaError as refusal:
            failures.append(f"{key}: {refusal}")
    return opened, failures
