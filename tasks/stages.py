"""Stages: asked to close, closed, opened."""

from tasks.step import step
from vekha.bootstrap import current
from vekha.domain.access import ENGINE, Actor
from vekha.services.office import packs, prints
from vekha.services.process import stages
from vekha.texts import text

OPERATOR = Actor(name=text("flows.operator"), grants=ENGINE.grants)  # whoever may start runs in Prefect


@step("Попросить о завершении", timeout_seconds=30)
def request_closing(programme: str, stage: str) -> None:
    with current().work(OPERATOR) as work:
        if not stages.is_closing(work, programme, stage):
            stages.complete(work, programme, stage)


@step("Открыть этап досрочно", timeout_seconds=30)
def open_stage(programme: str, stage: str, reason: str) -> None:
    with current().work(OPERATOR) as work:
        stages.open_early(work, programme, stage, reason)


@step("Завершить этап", timeout_seconds=60)
def close_stage(programme: str, stage: str) -> str | None:
    """Files the pack and closes in one transaction; None when the stage is not closing (any more)."""
    with current().work() as work:
        for late in packs.documents_to_print(work, programme, stage):  # approved since the flow printed the others
            prints.render(work, late)
        pack = packs.file_pack(work, programme, stage)
        return pack if stages.finish_closing(work, programme, stage, pack) else None
