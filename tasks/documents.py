"""Documents: printing and packing."""

from collections.abc import Sequence

from tasks.step import step
from vekha.bootstrap import current
from vekha.services.office import packs, prints

AT_A_TIME = 16  # documents: a task costs Prefect as much as a page costs us


@step("Напечатать документы", timeout_seconds=300)
def print_some(numbers: list[int]) -> None:
    with current().work(writes=False) as work:
        made = prints.make_prints(work, numbers)
    if made:
        with current().work() as work:
            for document, digest in made.items():
                prints.record_print(work, document, digest)


def print_documents(numbers: Sequence[int]) -> None:
    """All of them, a task for every few: what is printed by then stays when the next task fails."""
    for first in range(0, len(numbers), AT_A_TIME):
        print_some(list(numbers[first : first + AT_A_TIME]))


@step("Сложить пакет этапа", timeout_seconds=60)
def pack_stage(programme: str, stage: str) -> str:
    with current().work(writes=False) as work:
        return packs.file_pack(work, programme, stage)
