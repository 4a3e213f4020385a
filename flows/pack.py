"""Printing outside of a closing: freshly approved documents, or a whole programme's packs on demand."""

from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.run import about, asked, named_for, refusals, show_table
from flows.stage import Institution, Year, programme_key
from tasks.documents import pack_stage, print_documents
from vekha.bootstrap import current
from vekha.services.office import packs
from vekha.services.process import runs
from vekha.texts import text

SomeStage = Annotated[str | None, asked("some_stage")]


@flow(name="render-documents", timeout_seconds=1800)
@refusals
def render_documents(programme: str, documents: list[int]) -> State:
    """Печать утверждённых документов одной программы."""
    named_for(about(programme), "render_documents", count=len(documents))
    print_documents(documents)
    return Completed(message=text("flows.printed", count=len(documents)))


@flow(name="render-pack", flow_run_name=text("flows.asked_run.render_pack"), timeout_seconds=1800)
@refusals
def render_pack(institution: Institution, stage: SomeStage = None, year: Year = None) -> State:
    """Пакет документов: напечатать всё утверждённое и сложить по этапам."""
    label = about(programme_key(institution, year), stage or "")
    named_for(label, "render_pack")
    key, lines = label.programme, list[str]()
    with current().work(writes=False) as work:
        stages = [stage] if stage else runs.stage_codes(work, key)
        waiting = [each for code in stages for each in packs.documents_to_print(work, key, code)]
    print_documents(waiting)
    for code in stages:
        path = current().tools.files.path(pack_stage(key, code))
        lines.append(text("flows.packed", stage=about(key, code).stage_title, path=path))
    with current().work(writes=False) as work:
        papers = runs.papers(work, key, stage)
    if not papers:
        return Completed(message=text("flows.no_documents"))
    show_table(label, "papers" if stage else "all_papers", papers)
    return Completed(message="\n".join(lines))
