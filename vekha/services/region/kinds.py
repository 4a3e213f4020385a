"""The types of institution that are installed, and how many institutions and programmes there are of each."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import col

from vekha.domain.errors import Problem, VekhaError
from vekha.domain.roadmap import Roadmap
from vekha.services.access.scope import within
from vekha.services.work import Work
from vekha.storage.tables import Institution, Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`problems` are why its roadmaps cannot be read; `roadmaps` are then empty."""

    code: str
    title: str
    roadmaps: tuple[Roadmap, ...]
    forms: int
    problems: tuple[Problem, ...]
    institutions: int
    programmes: int


def kinds(work: Work) -> list[Kind]:
    """Counts are of those the actor may see."""
    homes = select(col(Institution.type), func.count()).where(within(work.actor)).group_by(col(Institution.type))
    institutions = {kind: number for kind, number in work.session.execute(homes)}  # noqa: C416 — rows, not pairs
    running = (
        select(col(Institution.type), func.count())
        .join(Programme, col(Programme.institution) == col(Institution.code))
        .where(within(work.actor), col(Programme.state) == "running")
        .group_by(col(Institution.type))
    )
    programmes = {kind: number for kind, number in work.session.execute(running)}  # noqa: C416
    found: list[Kind] = []
    registry = work.tools.registry
    for code, kind in registry.types.items():
        roadmaps: tuple[Roadmap, ...] = ()
        problems: tuple[Problem, ...] = ()
        try:
            roadmaps = registry.roadmaps(kind)
        except VekhaError as refusal:
            problems = tuple(refusal.problems)
        counts = {"institutions": institutions.get(code, 0), "programmes": programmes.get(code, 0)}
        told = {"forms": len(kind.forms), "problems": problems, **counts}
        found.append(Kind(code=code, title=kind.title, roadmaps=roadmaps, **told))  # type: ignore[arg-type]
    return found
