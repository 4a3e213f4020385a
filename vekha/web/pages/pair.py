"""The page of one pair: people, papers, plan, meetings, reflections, history, and everything that can be done to it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from vekha.domain.errors import Problem, VekhaError
from vekha.domain.gate import PAIR_MEETINGS
from vekha.domain.meetings import Rhythm, Series
from vekha.domain.pairs import Handover
from vekha.domain.steps import Step
from vekha.services.access.accounts import Visitor
from vekha.services.mentoring import (
    link_sheets,
    meeting_journal,
    meetings,
    pair_feeds,
    pair_life,
    pair_plans,
    pair_sheet,
    reflection_letters,
    reflections,
)
from vekha.services.mentoring.meetings import Details
from vekha.services.mentoring.reflection_letters import Posted
from vekha.services.mentoring.reflections import Asked
from vekha.services.work import Work
from vekha.texts import text
from vekha.web.downloads import attachment
from vekha.web.kept import Lasting
from vekha.web.parsing import Line, Short, Story, day_of
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/programmes/{key}/pairs/{pair}", route_class=Lasting)
REFUSED_WHOLE = ("access.denied", "programme.unknown", "people.unknown_pair")
AT_MOST = timedelta(days=730)  # a series without a last day; the pair's own end comes before
KINDS = ("introduction", "trial", "planning", "series", "final")
assert frozenset(KINDS) == PAIR_MEETINGS  # noqa: S101 — in the order in which a pair holds them
Text = Annotated[str, Form(max_length=500)]
Day = Annotated[str, Form(max_length=20)]
What = Annotated[str, Form(alias="_do")]


class Where(BaseModel):
    """Which pair a page is about."""

    key: str
    pair: str

    @property
    def address(self) -> str:
        return f"/programmes/{self.key}/pairs/{self.pair}"


Place = Annotated[Where, Depends()]


class Planned(BaseModel):
    """A meeting, or the first of a series where a rhythm is chosen, as typed into the page."""

    kind: Short = "series"
    on: Short = ""
    time: Short = ""
    place: Line = ""
    topic: Line = ""
    rhythm: Short = ""
    until: Short = ""
    count: str = Field(default="", max_length=3)


class Record(BaseModel):
    """What is said of one planned meeting."""

    what: str = Field(default="", alias="_do", max_length=20)
    on: Short = ""
    time: Short = ""
    minutes: str = Field(default="", max_length=4)
    topic: Line = ""
    reason: Line = ""
    present: list[str] = Field(default_factory=list)


class Replacing(BaseModel):
    """A handover as typed into the page."""

    old: Short = ""
    new: Short = ""
    on: Short = ""
    reason: Line = ""
    done: Story = ""
    left: Story = ""


class Outcome(BaseModel):
    """What is said of one step of the plan."""

    what: str = Field(default="", alias="_do", max_length=20)
    on: Short = ""
    reason: Line = ""
    actual: Line = ""
    mark: str = Field(default="", pattern="^[0-9]?$")


@router.get("")
def show(request: Request, work: Reading, where: Place) -> HTMLResponse:
    return _page(request, work, where)


@router.get("/journal.pdf")
def journal(work: Reading, where: Place) -> Response:
    content = meeting_journal.pdf(work, pair_sheet.sheet(work, where.key, where.pair))
    return attachment(content, f"{text('pair.journal.title')} {where.pair}.pdf", "application/pdf")


# --- the pair itself --------------------------------------------------------------------------------------------------


@router.post("/end")
def end(
    request: Request, who: CurrentVisitor, where: Place, *, on: Day, reason: Text = "", what: What = "early"
) -> Response:
    def change(work: Work) -> None:
        act = pair_life.finish if what == "finish" else pair_life.end_early
        act(work, where.key, where.pair, day_of(on), reason)

    return _change(request, who, where, change)


@router.post("/extend")
def extend(request: Request, who: CurrentVisitor, where: Place, until: Day, reason: Text = "") -> Response:
    return _change(
        request, who, where, lambda work: pair_life.extend(work, where.key, where.pair, day_of(until), reason)
    )


@router.post("/replace")
def replace(request: Request, who: CurrentVisitor, where: Place, typed: Annotated[Replacing, Form()]) -> Response:
    """Leads to the page of the new pair."""

    def change(work: Work) -> str:
        what = Handover(**{**typed.model_dump(), "on": day_of(typed.on)})
        return f"/programmes/{where.key}/pairs/{pair_life.replace_mentor(work, where.key, where.pair, what)}"

    return _change(request, who, where, change)


@router.post("/undo")
def undo(request: Request, who: CurrentVisitor, where: Place) -> Response:
    return _change(request, who, where, lambda work: pair_life.undo(work, where.key, where.pair) and None)


# --- the plan ---------------------------------------------------------------------------------------------------------


@router.post("/steps")
def add_step(
    request: Request, who: CurrentVisitor, where: Place, task: Text, due: Day, expected: Text = ""
) -> Response:
    def change(work: Work) -> str:
        step = Step(task=task, due=day_of(due), expected=expected.strip() or None)
        pair_plans.add(work, where.key, where.pair, step)
        return f"{where.address}#plan"

    return _change(request, who, where, change)


@router.post("/steps/{number}")
def change_step(
    request: Request,
    who: CurrentVisitor,
    where: Place,
    number: int,
    typed: Annotated[Outcome, Form()],
) -> Response:
    """«Выполнено», «Перенести», «Снять», «Вернуть в работу»."""

    def change(work: Work) -> str:
        place = (work, where.key, where.pair, number)
        if typed.what == "done":
            pair_plans.done(*place, day_of(typed.on), typed.actual, int(typed.mark) if typed.mark else None)
        elif typed.what == "move":
            pair_plans.move(*place, day_of(typed.on), typed.reason)
        elif typed.what == "drop":
            pair_plans.drop(*place, typed.reason)
        else:
            pair_plans.reopen(*place)
        return f"{where.address}#plan"

    return _change(request, who, where, change)


# --- meetings ---------------------------------------------------------------------------------------------------------


@router.post("/meetings")
def plan(request: Request, who: CurrentVisitor, where: Place, typed: Annotated[Planned, Form()]) -> Response:
    def change(work: Work) -> str:
        first = day_of(typed.on)
        days = [first]
        if typed.rhythm:
            series = Series(
                first=first,
                until=day_of(typed.until) if typed.until.strip() else work.now.date() + AT_MOST,
                rhythm=meetings.rhythm_of(typed.rhythm),
                count=int(typed.count) if typed.count.isdecimal() and int(typed.count) else None,
            )
            days = list(meetings.series_days(work, where.key, where.pair, series))
        details = Details(kind=typed.kind, time=typed.time, place=typed.place, topic=typed.topic)
        meetings.plan(work, where.key, where.pair, days, details)
        return f"{where.address}#meetings"

    return _change(request, who, where, change, typed=typed)


@router.post("/meetings/{meeting}")
def change_meeting(
    request: Request,
    who: CurrentVisitor,
    where: Place,
    meeting: int,
    typed: Annotated[Record, Form()],
) -> Response:
    """«Состоялась», «Перенести», «Отменить», «Вернуть»."""

    def change(work: Work) -> str:
        if typed.what == "hold":
            minutes = int(typed.minutes) if typed.minutes.isdecimal() else None
            told = {"minutes": minutes, "topic": typed.topic, "present": typed.present}
            meetings.hold(work, where.key, meeting, on=day_of(typed.on), **told)
        elif typed.what == "move":
            meetings.move(work, where.key, meeting, day_of(typed.on), typed.time, typed.reason)
        elif typed.what == "cancel":
            meetings.cancel(work, where.key, meeting, typed.reason)
        else:
            meetings.restore(work, where.key, meeting)
        return f"{where.address}#meetings"

    return _change(request, who, where, change)


# --- reflections and calendars ----------------------------------------------------------------------------------------


@router.post("/meetings/{meeting}/ask")
def ask(request: Request, who: CurrentVisitor, where: Place, meeting: int, what: What = "show") -> Response:
    """Links for everybody who has not answered yet: sent by letter, shown once, or printed as slips with codes."""

    def act(work: Work) -> Response:
        if what == "send":
            return _page(request, work, where, asked=reflection_letters.send(work, where.key, meeting))
        found = reflections.ask(work, where.key, meeting)
        if what != "print" or not found.made:
            return _page(request, work, where, asked=found)
        home = pair_sheet.sheet(work, where.key, where.pair).institution
        content = link_sheets.sheet(work, text("reflection.title"), home, found.made, _base(request))
        return attachment(content, "links.pdf", "application/pdf")

    return _change(request, who, where, act)


@router.post("/meetings/{meeting}/settle")
def settle(
    request: Request, who: CurrentVisitor, where: Place, meeting: int, *, person: Text, note: Text = "", what: What = ""
) -> Response:
    def change(work: Work) -> str:
        if what == "undo":
            reflections.unsettle(work, where.key, meeting, person)
        else:
            reflections.settle(work, where.key, meeting, person, note)
        return f"{where.address}#meetings"

    return _change(request, who, where, change)


@router.post("/feed")
def feed(request: Request, who: CurrentVisitor, where: Place, what: What = "", person: Text = "") -> Response:
    """A calendar to subscribe to, of the pair or of one of its people; its address is shown once."""
    whose = {"person": person} if person else {"pair": where.pair}

    def act(work: Work) -> Response | None:
        if what == "revoke":
            pair_feeds.revoke(work, where.key, **whose)
            return None
        token = pair_feeds.create(work, where.key, **whose)
        return _page(request, work, where, feed=f"{_base(request)}/feeds/{token}.ics")

    return _change(request, who, where, act)


# --- parts ------------------------------------------------------------------------------------------------------------


def _base(request: Request) -> str:
    return (app_of(request).settings.public_url or str(request.base_url)).rstrip("/")


def _change(
    request: Request,
    who: Visitor,
    where: Where,
    change: Callable[[Work], Response | str | None],
    *,
    typed: Planned | None = None,
) -> Response:
    """Does it and leads back to the page, or where `change` says; a refusal is the same page with the reasons above."""
    try:
        done = writing(request, who, change)
    except VekhaError as refusal:
        if any(each.code in REFUSED_WHOLE for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            return _page(request, work, where, problems=refusal.problems, typed=typed)
    if isinstance(done, Response):
        return done
    return RedirectResponse(done or where.address, status_code=303)


def _page(
    request: Request,
    work: Work,
    where: Where,
    *,
    problems: tuple[Problem, ...] = (),
    typed: Planned | None = None,
    asked: Asked | Posted | None = None,
    feed: str = "",
) -> HTMLResponse:
    found = pair_sheet.sheet(work, where.key, where.pair)
    told: dict[str, Any] = {
        "problems": problems,
        "feed": feed,
        "typed": typed or Planned(),
        "planning": typed is not None,
    }
    made = asked.made if isinstance(asked, Asked) else ()
    links = [(each.name, each.about, each.address(_base(request))) for each in made]
    return page(
        request,
        "curator/pair.html",
        status=422 if problems else 200,
        sheet=found,
        base=where.address,
        today_there=found.today,
        kinds=[(each, text(f"process.meeting.{each}")) for each in KINDS],
        rhythms=[(each.value, text(f"pair.rhythm.{each.value}")) for each in Rhythm],
        asked=asked if isinstance(asked, Asked) else None,
        posted=asked if isinstance(asked, Posted) else None,
        links=links,
        mail=bool(app_of(request).settings.smtp_host),
        **told,
    )
