"""What Prefect is shown and keeps has codes in it, no names: nobody erases a name from Prefect's own database."""

from tests.services.conftest import KEY, MENTEE, Club, letter
from vekha.services.office import documents
from vekha.services.process import runs


def test_the_tables_of_a_run_name_no_participant(club: Club) -> None:
    club.come_together()
    with club.work() as work:
        documents.approve(work, KEY, [letter("p1")])
    with club.work(writes=False) as work:
        papers, checklist = runs.papers(work, KEY), runs.checklist(work, KEY, "prepare")
    assert [row["О ком"] for row in papers] == ["p1"]
    assert MENTEE.split()[0] not in str((papers, checklist))
