"""The operator's own deadlines of a campaign: written into a draft, or seen first and then done where it runs."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from vekha.domain.campaign import CampaignState
from vekha.domain.errors import VekhaError, problem
from vekha.services.dates import schedules
from vekha.services.launch.campaigns import campaign_of
from vekha.services.process.places import titles
from vekha.services.region import institution_list
from vekha.services.work import Work
from vekha.texts import text
from vekha.web.changes import Offer, Said, do, see
from vekha.web.kept import Lasting
from vekha.web.pages.institutions import types_of
from vekha.web.visitors import CurrentVisitor, Reading, writing

router = APIRouter(prefix="/campaigns/{code}/deadline", route_class=Lasting)
Field = Annotated[str, Query(max_length=300)]
Value = Annotated[str, Form(max_length=300)]


@dataclass(frozen=True, slots=True)
class Deadline:
    """What is asked for: at which level (or for one institution), for which stage or activity, until when."""

    level: str
    only: str
    place: str
    phrase: str | None  # None takes it away

    def level_in(self, work: Work) -> str:
        """An institution named by hand goes before the level chosen. Raises VekhaError web.unknown_institution."""
        if not self.only.strip():
            return self.level
        found, _ = institution_list.codes_of(work, [self.only])
        if len(found) != 1:
            raise VekhaError(problem("web.unknown_institution", name=self.only))
        return f"institution:{found[0]}"


def _in_address(place: Field, phrase: Field = "", level: Field = "campaign", only: Field = "") -> Deadline:
    return Deadline(level, only, place, phrase.strip() or None)


def _in_form(place: Value = "", phrase: Value = "", level: Value = "campaign", only: Value = "") -> Deadline:
    return Deadline(level, only, place, phrase.strip() or None)


Asked = Annotated[Deadline, Depends(_in_address)]
Written = Annotated[Deadline, Depends(_in_form)]


@router.get("")
def look(request: Request, work: Reading, code: str, asked: Asked) -> Response:
    """What the deadline would change."""
    return see(request, work, _offer(request, work, code, asked))


@router.post("")
def give(request: Request, who: CurrentVisitor, code: str, asked: Asked, said: Said) -> Response:
    return do(request, who, lambda work: _offer(request, work, code, asked), said)


@router.post("/draft")
def write(request: Request, who: CurrentVisitor, code: str, asked: Written) -> Response:
    """Into a draft at once: nobody has begun by it yet."""

    def change(work: Work) -> None:
        if campaign_of(work, code).state != CampaignState.DRAFT:
            raise VekhaError(problem("web.not_a_draft"))
        schedules.write_in_draft(work, code, asked.level_in(work), asked.place, asked.phrase)

    writing(request, who, change)
    return RedirectResponse(f"/campaigns/{code}#deadlines", status_code=303)


def _offer(request: Request, work: Work, code: str, asked: Deadline) -> Offer:
    campaign = campaign_of(work, code)
    level, place = asked.level_in(work), asked.place
    title = titles(work.tools.registry, work.tools.registry.types).get(place, place)
    names = {code: code for code in [level.partition(":")[2]] if level.startswith("institution:")}
    facts = {"place": title, "level": level_words(work, level, names)}
    lead = text("web.campaigns.deadline.lead", phrase=asked.phrase or "", **facts)
    return Offer(
        make=lambda unit: schedules.set_deadline(unit, code, level, place, asked.phrase),
        kind="schedule",
        address=f"{request.url.path}?{request.url.query}",
        back=f"/campaigns/{code}#deadlines",
        back_title=campaign.title,
        lead=lead if asked.phrase else text("web.campaigns.deadline.cleared", **facts),
    )


def level_words(work: Work, level: str, names: dict[str, str]) -> str:
    """«весь запуск», «тип: Школа», «муниципалитет: Уфа»."""
    kind, _, name = level.partition(":")
    shown = {"type": types_of(work), "institution": names}.get(kind, {}).get(name, name)
    return text(f"web.campaigns.level.{kind}", name=shown) if kind in LEVELS else level


LEVELS = ("campaign", "type", "municipality", "institution")
