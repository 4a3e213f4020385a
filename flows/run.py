"""What every run has in common: a name that a person can read, tags, tables on it, failures in Russian."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import httpx
from prefect.artifacts import create_table_artifact
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext, SyncClientContext, TagsContext
from prefect.settings import PREFECT_API_URL
from prefect.states import Failed
from pydantic import Field
from pydantic.fields import FieldInfo

from vekha.bootstrap import current
from vekha.domain.errors import VekhaError, problem
from vekha.services.process import runs
from vekha.services.process.runs import RunLabel, Table
from vekha.texts import section, text

P = ParamSpec("P")
R = TypeVar("R")


def asked(name: str) -> FieldInfo:
    """A parameter in Prefect's own form: its Russian title and description.

    No pattern and no length: Prefect would refuse in English what our services refuse in Russian, with a remedy.
    """
    words = section(f"flows.form.{name}")
    return Field(json_schema_extra={"title": words["title"], "description": words["description"]})


def refusals(function: Callable[P, R]) -> Callable[P, R | State]:
    """A refusal becomes the run's failure in its own words, without a traceback.

    The run's tags are not handed on to its tasks: Prefect would ask for a concurrency slot for each tag of each task.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R | State:
        try:
            with TagsContext(current_tags=set()):
                return function(*args, **kwargs)
        except VekhaError as refusal:
            return Failed(message=str(refusal))

    return run


@contextmanager
def prefect_at_hand() -> Iterator[SyncPrefectClient]:
    """One client for everything inside. Raises VekhaError server.unreachable at once, or when the server goes away."""
    try:
        with SyncClientContext.get_or_create() as context:
            reason = context.client.api_healthcheck()
            if reason is not None:
                raise _unreachable() from reason
            yield context.client
    except httpx.HTTPError as reason:
        raise _unreachable() from reason
    except RuntimeError as reason:
        if not isinstance(reason.__cause__ or reason.__context__, httpx.HTTPError):
            raise
        raise _unreachable() from reason


def _unreachable() -> VekhaError:
    return VekhaError(problem("server.unreachable", url=str(PREFECT_API_URL.value())))


def about(programme: str, stage: str = "") -> RunLabel:
    with current().work(writes=False) as work:
        return runs.label(work, programme, stage)


def named(name: str, tags: Iterable[str] = ()) -> None:
    """Gives the current run its name and tags: one request, whoever started the run."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        return
    context.client.update_flow_run(context.flow_run.id, name=name, tags={*context.flow_run.tags, *tags})  # type: ignore[union-attr]


def named_for(label: RunLabel, kind: str, **words: object) -> None:
    name = text(f"flows.run.{kind}", institution=label.short_title, number=label.stage_number, **words)
    named(name, label.tags)


def show_table(label: RunLabel, kind: str, table: Table) -> None:
    """A table on the run's page; the same key each time, so that Prefect keeps its history."""
    words = text(f"flows.artifact.{kind}", number=label.stage_number, title=label.stage_title)
    key = "-".join(part for part in (label.programme, label.stage, kind) if part)
    create_table_artifact(table=table, key=key.replace("_", "-").lower(), description=words)  # type: ignore[arg-type]
