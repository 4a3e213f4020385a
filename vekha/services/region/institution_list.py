"""Institutions page by page, as lists and the API show them; what there is to filter by."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from vekha.domain.access import Action, Actor
from vekha.services.access.scope import within
from vekha.services.work import Work
from vekha.storage.tables import Institution, Region

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which institutions; what is empty does not narrow it. The page begins `after` a code."""

    search: str = ""
    kind: str = ""
    municipality: str = ""
    region: str = ""
    after: str = ""
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Found:
    """One page; `next` is the key the next one begins after, empty on the last. `total` counts all pages."""

    rows: Sequence[Institution]
    total: int
    next: str
    before: int = 0  # how many come before this page


def listing(work: Work, wanted: Wanted) -> Found:
    """The institutions the actor may see, by code, in two queries.

    Names are compared here and not by the database: SQLite does not know the capital letters of Cyrillic.
    """
    codes = _codes(work, wanted)
    start = next((n for n, code in enumerate(codes) if code > wanted.after), len(codes)) if wanted.after else 0
    shown = codes[start : start + wanted.limit]
    rows = select(Institution).where(col(Institution.code).in_(shown)).order_by(col(Institution.code))
    more = start + wanted.limit < len(codes)
    return Found(work.session.exec(rows).all() if shown else (), len(codes), shown[-1] if more else "", start)


def _codes(work: Work, wanted: Wanted) -> list[str]:
    names = select(Institution.code, Institution.short_title, Institution.title, Institution.city)
    rows = names.where(within(work.actor))
    for column, value in (
        (Institution.type, wanted.kind),
        (Institution.municipality, wanted.municipality),
        (Institution.region, wanted.region),
    ):
        if value:
            rows = rows.where(col(column) == value)
    words = wanted.search.casefold().split()
    found = work.session.exec(rows)
    codes = [code for code, *names in found if not words or _said(words, " ".join((code, *names)))]
    return sorted(codes)  # as Python compares them, whatever the collation of the database


def _said(words: Sequence[str], told: str) -> bool:
    told = told.casefold()
    return all(each in told for each in words)


def municipalities(work: Work, region: str | None = None) -> Sequence[str]:
    """Those of the institutions the actor may see, in the order of the alphabet."""
    rows: SelectOfScalar[str] = select(Institution.municipality).where(
        within(work.actor), Institution.municipality != ""
    )
    if region:
        rows = rows.where(Institution.region == region)
    return sorted(work.session.exec(rows.distinct()))


def regions(work: Work, action: Action = Action.SCHEDULE) -> Sequence[Region]:
    """Those where the actor may do something as a whole or in part."""
    rows = work.session.exec(select(Region).order_by(col(Region.code))).all()
    return [row for row in rows if covers(work.actor, action, row.code)]


def covers(actor: Actor, action: Action, region: str) -> bool:
    """Whether something in the region is granted."""
    return any(each.region in ("", region) for each in actor.granting(action))


def codes_of(work: Work, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Codes of institutions told by code or by name, one a line; and what was not recognised.

    A name that several institutions have counts for all of them.
    """
    rows = select(Institution.code, Institution.short_title, Institution.title).where(within(work.actor))
    by_name: dict[str, list[str]] = {}
    for code, *told in work.session.exec(rows) if names else ():
        for name in {code, *told}:
            by_name.setdefault(_plain(name), []).append(code)
    wanted = [" ".join(each.split()) for each in names if each.strip()]
    found = [code for each in wanted for code in by_name.get(_plain(each), ())]
    return list(dict.fromkeys(found)), [each for each in wanted if _plain(each) not in by_name]


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
