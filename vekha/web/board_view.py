"""What every page of the board shares: which campaign and whom it shows, kept in the address."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse

from vekha.domain.access import Action
from vekha.services.access.watching import demand_watching_somewhere
from vekha.services.watch import board
from vekha.services.watch.board import Sort
from vekha.services.watch.monitoring_queries import Chosen
from vekha.services.work import Work
from vekha.storage.tables import Campaign
from vekha.texts import section
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading

VIEWS = {
    "institutions": "/board",
    "municipalities": "/board/municipalities",
    "late": "/board/late",
    "forecast": "/board/forecast",
    "plan": "/board/plan",
    "pace": "/board/pace",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for, as it is."""

    campaign: str = ""
    municipality: str = ""
    type: str = ""
    search: str = ""
    late: bool = False
    sort: Sort = Sort.LATE
    page: int = 1

    @property
    def chosen(self) -> Chosen:
        return Chosen(
            type=self.type or None, municipality=self.municipality or None, search=self.search, late=self.late
        )

    def link(self, address: str, **changed: Any) -> str:
        """The address of another page with the same filter; what is as usual stays out of it."""
        told, usual = replace(self, **{"page": 1, **changed}), Filter()
        names = ("campaign", "municipality", "type", "search", "late", "sort", "page")
        query = {name: getattr(told, name) for name in names if getattr(told, name) != getattr(usual, name)}
        query = {name: "1" if value is True else value for name, value in query.items()}
        return f"{address}?{urlencode(query)}" if query else address


def _filter(
    campaign: Annotated[str, Query()] = "",
    municipality: Annotated[str, Query()] = "",
    type: Annotated[str, Query()] = "",  # noqa: A002 — the name in the address
    search: Annotated[str, Query()] = "",
    late: Annotated[str, Query()] = "",
    sort: Annotated[str, Query()] = "",
    page: Annotated[str, Query()] = "",
) -> Filter:
    """Nonsense in the address counts as nothing said."""
    return Filter(
        campaign=campaign,
        municipality=municipality,
        type=type,
        search=search.strip()[:100],
        late=bool(late),
        sort=Sort(sort) if sort in [*Sort] else Sort.LATE,
        page=int(page) if page.isdecimal() and len(page) < 7 else 1,
    )


Filtered = Annotated[Filter, Depends(_filter)]


@dataclass(frozen=True, slots=True)
class Watched:
    """A campaign that is looked at, and what there is to choose from."""

    request: Request
    work: Work
    campaign: Campaign
    campaigns: Sequence[Campaign]
    filter: Filter

    def page(self, view: str, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """The page `view` of the board; only its results when htmx asks."""
        titles = {code: kind.title for code, kind in self.work.tools.registry.types.items()}
        may_act = self.work.actor.may(Action.SCHEDULE, region=self.campaign.region)
        types, municipalities = board.places(self.work, self.campaign.code)
        everything: dict[str, Any] = {
            "campaign": self.campaign,
            "campaigns": self.campaigns,
            "municipalities": municipalities,
            "types": types,
            "type_titles": titles,
            "filter": self.filter,
            "view": view,
            "here": VIEWS[view],
            "views": VIEWS,
            "sorts": section("web.board.sorts"),
            "may_act": may_act,
            **context,
        }
        return page(self.request, template, block="results", status=status, **everything)


def watched(request: Request, who: CurrentVisitor, work: Reading, asked: Filtered) -> Watched | None:  # noqa: ARG001
    """The campaign of the address, else the newest at work; None when there is none yet.

    Raises VekhaError access.denied or campaign.unknown.
    """
    return watch(request, work, asked)


def watch(request: Request, work: Work, asked: Filter) -> Watched | None:
    demand_watching_somewhere(work)
    found = board.campaigns(work)
    chosen = next((each for each in found if each.code == asked.campaign), None)
    if asked.campaign and chosen is None:
        board.refuse_unknown(asked.campaign)
    chosen = chosen or (found[0] if found else None)
    return Watched(request, work, chosen, found, asked) if chosen else None


Watching = Annotated[Watched | None, Depends(watched)]


def nothing_yet(request: Request, work: Work) -> HTMLResponse:
    """The board before the first campaign: what to do."""
    may_act = bool(work.actor.granting(Action.SCHEDULE))
    return page(request, "operator/no_campaign.html", may_act=may_act)
