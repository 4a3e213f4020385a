"""Every document that the brief lists (DOMAIN.md §2 and §3) has a template and is issued by some row of its roadmap."""

from pathlib import Path

import pytest

from vekha.domain.roadmap import Roadmap
from vekha.registry import load_plugins

REGISTRY = load_plugins(Path(__file__).parents[2] / "plugins", entry_points=False)
TYPES = ("school", "college", "kindergarten")
BY_NOMENCLATURE = "устанавливается номенклатурой дел"

EVERYWHERE = (
    "order_launch regulation roadmap site_section mentee_register consent_pd mentor_register training_plan pair_order"
    " final_report"
)
# The codes of DOMAIN.md §2.1–2.3 and of the column «Where» of §3, with the posters of the source (000, row 6.4).
LISTED = {
    "school": "minutes minutes_admin partner_agreement programme mentee_memo needs_report event_rules employer_letter"
    " mentor_portfolio pay_regulation incentive_sheet method_materials method_pack training_contract school_plan"
    " training_schedule meeting_script agreement individual_plan psych_programme calendar_plan monitoring_pack"
    " thanks_letter reward_order practice_base practice_plan long_register best_mentor pair_change_order"
    " agreement_supplement",
    "college": "minutes partner_agreement booklet pay_regulation incentive_sheet meeting_script agreement"
    " individual_plan monitoring_pack mentor_report operator_report thanks_letter reward_order practice_base"
    " long_register dual_contract enterprise_order apprentice_contract best_mentor pair_change_order"
    " agreement_supplement",
    "kindergarten": "target_model duty_consent labour_addendum personal_programme pair_change_order",
}
# Acts, agreements and staff papers whose term the list of Rosarchiv names; see docs/documents.md.
WITH_TERM = "order_launch regulation consent_pd pair_order"


def roadmaps() -> list[Roadmap]:
    return [each for kind in TYPES for each in REGISTRY.roadmaps(REGISTRY.type(kind))]


def issued(roadmap: Roadmap) -> set[str]:
    return {use.code for _, row in roadmap.rows() for use in row.documents}


@pytest.mark.parametrize("kind", TYPES)
def test_every_listed_document_is_issued_and_has_a_template(kind: str) -> None:
    wanted = {*EVERYWHERE.split(), *LISTED[kind].split()}
    for roadmap in REGISTRY.roadmaps(REGISTRY.type(kind)):
        assert wanted - issued(roadmap) == set(), roadmap.code
        assert [code for code in wanted if roadmap.documents[code].template is None] == []


@pytest.mark.parametrize("roadmap", roadmaps(), ids=lambda each: each.code)
def test_nothing_is_described_that_no_row_issues(roadmap: Roadmap) -> None:
    assert set(roadmap.documents) == issued(roadmap)


@pytest.mark.parametrize("roadmap", roadmaps(), ids=lambda each: each.code)
def test_every_document_says_how_long_it_is_kept(roadmap: Roadmap) -> None:
    terms = {code: spec.retention for code, spec in roadmap.documents.items()}
    assert [code for code, term in terms.items() if not term] == []
    assert all(terms[code] != BY_NOMENCLATURE for code in WITH_TERM.split())
