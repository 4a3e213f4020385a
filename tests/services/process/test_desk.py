"""A desk among a million activities: what a curator's page reads is one institution's, found by its keys."""

from tests.services.conftest import KEY, Club, actor
from vekha.services.mentoring import pair_duties
from vekha.services.process.desk import desk

CURATOR = actor("curator", region="02", institution="club-1")


def test_no_table_is_read_through_and_no_state_of_a_whole_region(club: Club) -> None:
    with club.plans() as steps, club.work(CURATOR, writes=False) as work:
        found = desk(work)
        pair_duties.desk(work)
    assert [each.key for each in found.own] == [KEY]
    read_whole = [each for each in steps if each.startswith("SCAN")]
    of_a_region = [each for each in steps if "ix_stage_due" in each or "ix_activity_due" in each]
    assert (read_whole, of_a_region) == ([], [])
