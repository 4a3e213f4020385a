"""The report of a region from the figures of a collection: all together, by municipality, by institution; plan, actual,
and the collection of another year beside it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from vekha.domain.errors import VekhaError, problem
from vekha.domain.reporting.collection import Standing
from vekha.domain.reporting.indicators import INDICATORS, Figures, Kind
from vekha.domain.reporting.totals import Compared, compare, hidden, total
from vekha.services.access.scope import within
from vekha.services.reporting import collecting
from vekha.services.work import Work
from vekha.storage.tables import Collected, Collection, Institution


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look at; empty = everything. `municipality` None = the whole region, "" those without one."""

    municipality: str | None = None
    type: str = ""
    confirmed: bool = False  # only figures that somebody answers for


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A municipality or an institution: how many institutions, how many of them confirmed, their figures together."""

    key: str
    title: str
    institutions: int
    confirmed: int
    figures: Figures
    standing: Standing | None = None  # of an institution


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`lines` are municipalities, or the institutions of one; `hidden` says whose answers are too few to be shown."""

    collection: Collection
    before: Collection | None
    wanted: Wanted
    summary: tuple[Compared, ...]
    lines: tuple[Line, ...]
    hidden: Mapping[str, frozenset[str]]
    institutions: int
    confirmed: int
    waiting: int  # not counted yet
    mid_cycle: int
    ages_unknown: int

    @property
    def by_institution(self) -> bool:
        return self.wanted.municipality is not None

    def shown(self, line: Line, code: str) -> float | None:
        """The figure of a line; None where there is none or it may not be shown."""
        if code not in line.figures or line.key in self.hidden[code]:
            return None
        return line.figures[code].value(INDICATORS[code].kind)

    def too_few(self, line: Line, code: str) -> bool:
        return line.key in self.hidden[code]


@dataclass(frozen=True, slots=True)
class _Row:
    """The figures of one institution with where it is."""

    code: str
    title: str
    municipality: str
    standing: Standing
    collected: Collected

    @property
    def figures(self) -> Figures:
        return collecting.figures_of(self.collected)


def report(work: Work, code: str, wanted: Wanted | None = None) -> Report:
    """Raises VekhaError collection.unknown, collection.no_municipality, access.denied."""
    row, wanted = collecting.watched(work, code), wanted or Wanted()
    rows = _rows(work, code, wanted)
    if wanted.municipality is not None and not rows and not _known(work, row, wanted.municipality):
        raise VekhaError(problem("collection.no_municipality", municipality=wanted.municipality))
    before = work.session.get(Collection, row.compared_with) if row.compared_with else None
    earlier = total(each.figures for each in _rows(work, before.code, wanted)) if before else None
    lines = tuple(_by_institution(rows) if wanted.municipality is not None else _by_municipality(rows))
    together = total(each.figures for each in rows)
    keyed = {each.key: each.figures for each in lines}
    return Report(
        collection=row,
        before=before,
        wanted=wanted,
        summary=tuple(compare(together, _plan(row, wanted), earlier)),
        lines=lines,
        hidden={name: hidden(keyed, name) for name in INDICATORS},
        institutions=len(rows),
        confirmed=sum(each.standing is not Standing.WAITED for each in rows),
        waiting=collecting.uncounted(work, row),
        mid_cycle=sum(each.collected.mid_cycle > 0 for each in rows),
        ages_unknown=sum(each.collected.ages_unknown for each in rows),
    )


def _plan(row: Collection, wanted: Wanted) -> dict[str, float]:
    """What the whole region should reach: a count of all says nothing about a part, a share holds for each."""
    part = wanted.municipality is not None or wanted.type
    return {
        name: float(number)
        for name, number in row.plan.items()
        if name in INDICATORS and (not part or INDICATORS[name].kind is not Kind.COUNT)
    }


def _rows(work: Work, code: str, wanted: Wanted) -> list[_Row]:
    """What counts of each institution, by municipality and title."""
    figures = collecting.newest(work, code)
    counted = select(Collected.institution).where(Collected.collection == code)
    homes = select(Institution).where(col(Institution.code).in_(counted), within(work.actor))
    if wanted.type:
        homes = homes.where(Institution.type == wanted.type)
    if wanted.municipality is not None:
        homes = homes.where(Institution.municipality == wanted.municipality)
    found: list[_Row] = []
    for home in work.session.exec(homes.order_by(col(Institution.municipality), col(Institution.short_title))):
        collected = figures[home.code]
        if collected.version or not wanted.confirmed:
            standing = collecting.standing_of(collected.version)
            found.append(_Row(home.code, home.short_title, home.municipality, standing, collected))
    return found


def _known(work: Work, row: Collection, municipality: str) -> bool:
    rows = select(Institution.code).where(Institution.region == row.region, Institution.municipality == municipality)
    return work.session.exec(rows.where(within(work.actor)).limit(1)).first() is not None


def _by_municipality(rows: Iterable[_Row]) -> Iterable[Line]:
    groups = defaultdict[str, list[_Row]](list)
    for each in rows:
        groups[each.municipality].append(each)
    for municipality, group in groups.items():
        yield Line(
            key=municipality,
            title=municipality,
            institutions=len(group),
            confirmed=sum(each.standing is not Standing.WAITED for each in group),
            figures=total(each.figures for each in group),
        )


def _by_institution(rows: Iterable[_Row]) -> Iterable[Line]:
    for each in rows:
        confirmed = int(each.standing is not Standing.WAITED)
        yield Line(
            key=each.code,
            title=each.title,
            institutions=1,
            confirmed=confirmed,
            figures=each.figures,
            standing=each.standing,
        )


# --- who has confirmed ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An institution of a collection: whether it has confirmed, when, who said so."""

    institution: str
    title: str
    municipality: str
    standing: Standing
    collected: Collected | None


def answers(work: Work, code: str) -> list[Answer]:
    """Everybody asked that the actor may see, those who have not confirmed first."""
    row = collecting.watched(work, code)
    figures = collecting.newest(work, code)
    homes = select(Institution).where(col(Institution.code).in_(collecting.asked(work, row)), within(work.actor))
    found: list[Answer] = []
    for home in work.session.exec(homes.order_by(col(Institution.municipality), col(Institution.short_title))):
        known = figures.get(home.code)
        standing = collecting.standing_of(known.version if known else 0)
        found.append(
            Answer(
                institution=home.code,
                title=home.short_title,
                municipality=home.municipality,
                standing=standing,
                collected=known if known is not None and known.version else None,
            )
        )
    return sorted(found, key=lambda each: each.standing is not Standing.WAITED)
