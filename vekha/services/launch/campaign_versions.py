"""Which version of each type's roadmap a campaign goes by: the one it was created from, whatever plugins have since."""

from collections.abc import Iterable, Iterator

from sqlmodel import col
from sqlmodel.sql.expression import SelectOfScalar

from vekha.domain.errors import Problem, problem
from vekha.domain.roadmap import Roadmap
from vekha.services.launch.starting import changed, freeze_roadmap
from vekha.services.process.programmes import stored_roadmap
from vekha.services.work import Work
from vekha.storage.tables import Campaign, Institution


def pin(work: Work, campaign: Campaign, chosen: SelectOfScalar[Institution]) -> None:
    """Keeps the versions of today for the types of the institutions chosen.

    One that was changed without a new version is not kept: the preview says what is wrong with it.
    """
    kinds = work.session.execute(chosen.with_only_columns(col(Institution.type)).distinct().order_by(None)).scalars()
    pinned: dict[str, list[str | int]] = {}
    for kind in sorted(kinds):
        roadmap = work.tools.registry.roadmap(kind)
        if not [*changed(work, roadmap)]:
            freeze_roadmap(work, roadmap)
            pinned[kind] = [roadmap.code, roadmap.version]
    campaign.versions = pinned


def roadmap_of(work: Work, campaign: Campaign, kind: str) -> Roadmap:
    """The roadmap that the campaign's institutions of a type start with; a type that came later: what it has now."""
    now = work.tools.registry.roadmap(kind)
    code, version = campaign.versions.get(kind, (now.code, now.version))
    return now if (code, version) == (now.code, now.version) else stored_roadmap(work.session, code, version)


def outrun(work: Work, campaign: Campaign, kinds: Iterable[str]) -> Iterator[Problem]:
    """Types whose plugin has another version now than the campaign."""
    for kind in kinds:
        ours, now = roadmap_of(work, campaign, kind), work.tools.registry.roadmap(kind)
        if (ours.code, ours.version) != (now.code, now.version):
            facts = {"title": work.tools.registry.types[kind].title, "ours": ours.version, "now": now.version}
            yield problem("campaign.older_roadmap", kind, **facts)
