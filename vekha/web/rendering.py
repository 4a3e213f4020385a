"""Templates to pages: a whole page, or only the block that htmx asked for."""

import datetime as dt
import re
from functools import cache
from itertools import takewhile
from typing import Any

from babel.dates import format_date
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2_fragments import render_block

from vekha.domain.errors import Problem
from vekha.services.region.zones import CAPITAL
from vekha.settings import CHECKOUT
from vekha.texts import plural, section, text
from vekha.web.devices import device
from vekha.web.static import static_address

SEPTEMBER = 9
TEMPLATES = CHECKOUT / "templates" / "web"


@cache
def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.loopcontrols"],
    )
    env.globals |= {"t": text, "words": section, "plural": plural, "static": static_address}
    env.filters |= {
        "day": _day,
        "plain_day": _plain_day,
        "advice": advice,
        "place": place,
        "short_day": short_day,
        "span": span,
        "counted": counted,
        "spaced": spaced,
        "signed": signed,
        "device": device,
        "called": called,
    }
    return env


def page(
    request: Request, template: str, *, block: str | None = None, status: int = 200, **context: Any
) -> HTMLResponse:
    """The page, or only its `block` when htmx asks and one is named."""
    visitor = getattr(request.state, "visitor", None)
    everything = {"request": request, "visitor": visitor, "today": today_of(request), **context}
    if block is not None and is_htmx(request):
        content = render_block(environment(), template, block, **everything)
    else:
        content = environment().get_template(template).render(everything)
    return HTMLResponse(content, status_code=status)


def today_of(request: Request) -> dt.date:
    """The reader's own day; in Moscow for whoever is not logged in."""
    known: dt.date | None = getattr(request.state, "today", None)
    return known or request.app.state.vekha.clock().astimezone(CAPITAL).date()


def is_htmx(request: Request) -> bool:
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"


# --- filters ---------------------------------------------------------------------------------------------------------


def day(value: dt.date | dt.datetime | str | None, today: dt.date | None = None) -> str:
    """«10 сентября, чт»; «10 сентября 2027, пт» where it is not the school year of `today`."""
    return _told(value, today, "EEE")


def plain_day(value: dt.date | dt.datetime | str | None, today: dt.date | None = None) -> str:
    """«10 сентября», with its year as above: inside a sentence."""
    return _told(value, today)


def _told(value: dt.date | dt.datetime | str | None, today: dt.date | None, weekday: str = "") -> str:
    if value is None or value == "":
        return text("web.words.no_date")
    date = _date(value)
    near = today is not None and school_year(date) == school_year(today)
    pattern = "d MMMM" if near else "d MMMM y"
    return format_date(date, f"{pattern}, {weekday}" if weekday else pattern, locale="ru")


def school_year(date: dt.date) -> int:
    """The year in which the school year of a date began."""
    return date.year if date.month >= SEPTEMBER else date.year - 1


def _today(context: Context) -> dt.date | None:
    """None inside a macro that is imported without the page's context."""
    found = context.get("today")
    return found if isinstance(found, dt.date) else None


@pass_context
def _day(context: Context, value: dt.date | dt.datetime | str | None) -> str:
    return day(value, _today(context))


@pass_context
def _plain_day(context: Context, value: dt.date | dt.datetime | str | None) -> str:
    return plain_day(value, _today(context))


def short_day(value: dt.date | dt.datetime | str | None) -> str:
    """«10.09.2026»."""
    return f"{_date(value):%d.%m.%Y}" if value else text("web.words.no_date")


def span(first: dt.date | str, last: dt.date | str) -> str:
    """«с 1 по 10 сентября», «с 1 июля по 30 сентября»."""
    one, other = _date(first), _date(last)
    if one == other:
        return format_date(one, "d MMMM", locale="ru")
    pattern = "d" if (one.year, one.month) == (other.year, other.month) else "d MMMM"
    return text(
        "web.words.span",
        first=format_date(one, pattern, locale="ru"),
        last=format_date(other, "d MMMM", locale="ru"),
    )


def counted(number: int, key: str) -> str:
    """«5 мероприятий»: the forms stand in texts under `web.counted.<key>`."""
    forms = section("web.counted")[key]
    return f"{spaced(number)} {plural(number, *forms)}"


def spaced(number: int) -> str:
    """«1 248»: thousands apart."""
    return f"{number:,}".replace(",", "\u00a0")


def called(name: str) -> str:
    """«Лилия Рустамовна»: as one speaks to somebody whose whole name is known."""
    surname, *rest = name.split() or [""]
    return " ".join(rest) or surname


def signed(number: int) -> str:
    """«+12», «−1 248», «0»: a difference."""
    sign = "+" if number > 0 else "\u2212" if number < 0 else ""
    return f"{sign}{spaced(abs(number))}"


_COMMAND = re.compile(r"\bvekha |--[a-z]")
_IN_BRACKETS = re.compile(r"\s*\((?:[^()]*(?:\bvekha |--[a-z])[^()]*|[a-z_]+)\)")


def advice(problem: Problem) -> str:
    """What to do on a page."""
    return without_commands(problem.remedy)


def without_commands(remedy: str) -> str:
    """Without what stands in brackets for the command line, up to the first thing that can only be done there."""
    told = _IN_BRACKETS.sub("", remedy).split("; ")
    return "; ".join(takewhile(lambda each: not _COMMAND.search(each), told))


_ARGUMENT = re.compile(r"[a-z][a-z_]*")


def place(problem: Problem) -> str:
    """Where it is, unless that is a name out of the program: «again» says nothing to whoever reads a page."""
    return "" if _ARGUMENT.fullmatch(problem.where) else problem.where


def _date(value: dt.date | dt.datetime | str) -> dt.date:
    if isinstance(value, str):
        return dt.date.fromisoformat(value)
    return value.date() if isinstance(value, dt.datetime) else value
