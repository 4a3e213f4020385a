"""A stage's transitions: closing (the pack is made and filed, the next stage opens) and opening early."""

from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.run import about, asked, named_for, refusals, show_table
from tasks import stages as steps
from tasks.documents import print_documents
from vekha.bootstrap import current
from vekha.services.office import packs
from vekha.services.process import runs
from vekha.services.process.runs import RunLabel
from vekha.texts import text

Institution = Annotated[str, asked("institution")]
Stage = Annotated[str, asked("stage")]
Year = Annotated[int | None, asked("year")]
Reason = Annotated[str, asked("reason")]


@flow(name="close-stage", timeout_seconds=900)
@refusals
def close_stage(programme: str, stage: str) -> State:
    """Завершение этапа, о котором попросил куратор: печать, пакет документов, открытие следующего."""
    label = about(programme, stage)
    named_for(label, "close_stage")
    return _close(label)


@flow(name="complete-stage", flow_run_name=text("flows.asked_run.complete_stage"), timeout_seconds=900)
@refusals
def complete_stage(institution: Institution, stage: Stage, year: Year = None) -> State:
    """Завершить этап: проверяет, что всё готово, печатает и складывает документы, открывает следующий этап."""
    label = about(programme_key(institution, year), stage)
    named_for(label, "complete_stage")
    steps.request_closing(label.programme, stage)
    return _close(label)


@flow(name="open-stage", flow_run_name=text("flows.asked_run.open_stage"), timeout_seconds=120)
@refusals
def open_stage(institution: Institution, stage: Stage, reason: Reason, year: Year = None) -> State:
    """Открыть этап досрочно: раньше его срока или до завершения предыдущего."""
    label = about(programme_key(institution, year), stage)
    named_for(label, "open_stage")
    steps.open_stage(label.programme, stage, reason)
    _show(label)
    return Completed(message=text("flows.opened"))


def _close(label: RunLabel) -> State:
    with current().work(writes=False) as work:
        waiting = packs.documents_to_print(work, label.programme, label.stage)
    print_documents(waiting)
    pack = steps.close_stage(label.programme, label.stage)
    if pack is None:
        return Completed(message=text("flows.nothing_to_do"))
    _show(label)
    return Completed(message=text("flows.closed", pack=pack[:12]))


def _show(label: RunLabel) -> None:
    with current().work(writes=False) as work:
        checklist = runs.checklist(work, label.programme, label.stage)
        papers = runs.papers(work, label.programme, label.stage)
    show_table(label, "checklist", checklist)
    if papers:
        show_table(label, "papers", papers)


def programme_key(institution: str, year: int | None) -> str:
    with current().work(writes=False) as work:
        return runs.programme_of(work, institution, year)
