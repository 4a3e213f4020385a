"""How every task behaves: it is tried again after a passing fault, given up after a time-out, never cached."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE

from vekha.domain.errors import VekhaError

P = ParamSpec("P")
R = TypeVar("R")

PASSING = frozenset({"database.locked", "database.unreachable"})  # refusals that time may heal


def step(name: str, timeout_seconds: float) -> Callable[[Callable[P, R]], Task[P, R]]:
    """A task that is tried three times; a refusal of ours is an answer and is not asked for again."""

    return task(
        name=name,
        timeout_seconds=timeout_seconds,
        retries=2,
        retry_delay_seconds=[0.5, 3],
        retry_condition_fn=may_pass,
        cache_policy=NO_CACHE,
    )


def may_pass(_task: Any, _run: Any, state: Any) -> bool:
    try:
        state.result()
    except VekhaError as refusal:
        return any(each.code in PASSING for each in refusal.problems)
    except Exception:  # noqa: BLE001 — whatever else went wrong may be better next time
        return True
    return False
