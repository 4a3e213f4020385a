"""Documents: printing and packing."""

from tasks.step import step
from vekha.bootstrap import current
from vekha.services import documents, packs


@step("Напечатать документ", timeout_seconds=60)
def print_document(document: int) -> None:
    with current().work(writes=False) as work:
        digest = documents.make_print(work, document)
    if digest is not None:
        with current().work() as work:
            documents.record_print(work, document, digest)


@step("Сложить пакет этапа", timeout_seconds=60)
def pack_stage(programme: str, stage: str) -> str:
    with current().work(writes=False) as work:
        return packs.file_pack(work, programme, stage)
