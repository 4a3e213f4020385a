"""Fifty curators at a real console: the process that `vekha up` starts, asked over HTTP by a crowd in another process.

Each curator walks from the desk to the stage, opens a form, has it saved as one types and
hands an answer in.
"""

import asyncio
import os
import random
import re
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from vekha.bootstrap import App, system_clock
from vekha.domain.access import Actor, Grant
from vekha.domain.accounts import SESSION
from vekha.services.access import accounts
from vekha.storage.tables import Account, LoginSession
from vekha.supervisor import Process, _consoles, _own_environment, _wait
from vekha.web.visitors import COOKIE

ROOT = Actor(name="Администратор", grants=(Grant(role="administrator"),))
PLACE = "/programmes/{key}/stages/prepare"
SWOT = "/activities/legal_basis/forms/swot"
REQUEST = "/activities/requests/forms/prelim_request"
ANSWER = {
    "name": "Журавлёв Илья Сергеевич",
    "role": "наставляемый",
    "request": "Помочь с олимпиадой",
    "occupation": "обучающийся",
    "birth_date": "2012-02-28",
    "contact": "+7 900 000-00-01",
}
TYPING = {"HX-Request": "true", "HX-Target": "draft"}
SETTLE_SECONDS = 3
PAUSE = (0.5, 1.5)  # seconds between two clicks of somebody in a great hurry


@dataclass
class Heard:
    """Milliseconds of every answer by what was asked, and what went wrong."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict[str, list[float]](list))
    errors: list[str] = field(default_factory=list[str])

    @property
    def every(self) -> list[float]:
        return sorted(each for some in self.times.values() for each in some)

    def p95(self, what: str = "") -> float:
        found = sorted(self.times[what]) if what else self.every
        return found[int(len(found) * 0.95) - 1]


# --- the console ------------------------------------------------------------------------------------------------------


@contextmanager
def console(app: App) -> Iterator[tuple[str, list[int]]]:
    """The console of an installation as `vekha up` starts it: its address and the numbers of its processes."""
    home, address = app.settings.home, app.settings.console_url
    environment = _own_environment(app.settings)
    processes = [Process(part, environment, home / f"{part.name}.log") for part in _consoles(app.settings)]
    for each in processes:
        each.start()
    try:
        for each in processes:
            _wait(each, f"{address}/health", threading.Event())
        time.sleep(SETTLE_SECONDS)  # the first that listens answers for all of them
        yield address, [each.pid for each in processes]
    finally:
        for each in processes:
            each.stop()


def cpu_of(pids: list[int]) -> float:
    """Seconds of the processor that processes have taken, with all their threads."""
    told = (Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split() for pid in pids)
    return sum(int(fields[11]) + int(fields[12]) for fields in told) / os.sysconf("SC_CLK_TCK")


def sessions(app: App, institutions: list[str]) -> list[str]:
    """The cookie of a curator of each institution: logging in, slow on purpose, is not what is measured."""
    made: list[str] = []
    now = system_clock()  # of the process that is asked
    with app.work(ROOT) as work:
        for code in institutions:
            login = f"curator.{code}@example.org"
            accounts.invite(work, login, "Куратор", Grant(role="curator", region="02", institution=code))
            token = secrets.token_urlsafe(32)
            account = accounts.by_login(work, login)
            assert isinstance(account, Account) and account.id is not None
            times = {"created_at": now, "seen_at": now, "expires_at": now + SESSION}
            work.session.add(LoginSession(token=accounts.digest(token), account=account.id, **times))
            made.append(token)
    return made


# --- the crowd --------------------------------------------------------------------------------------------------------


@dataclass
class Curator:
    """Somebody at a browser."""

    client: httpx.AsyncClient
    key: str
    heard: Heard

    async def ask(self, what: str, method: str, address: str, wanted: int, **given: object) -> str:
        started = time.perf_counter()
        answer = await self.client.request(method, address, **given)  # type: ignore[arg-type]
        self.heard.times[what].append((time.perf_counter() - started) * 1000)
        if answer.status_code != wanted:
            self.heard.errors.append(f"{what}: {answer.status_code}")
        return answer.text

    async def walk(self, pause: tuple[float, float]) -> None:
        """Seven clicks."""
        place, chance = PLACE.format(key=self.key), random.Random(self.key)

        async def think() -> None:
            await asyncio.sleep(chance.uniform(*pause))

        await think()
        await self.ask("мои дела", "GET", "/desk", 200)
        await think()
        await self.ask("этап", "GET", place, 200)
        await think()
        page = await self.ask("форма", "GET", place + SWOT, 200)
        for number in range(2):
            await think()
            typed = {**hidden(page), "strengths": f"Опытные учителя, {number}"}
            page = await self.ask("черновик", "POST", f"{place}{SWOT}/draft", 200, data=typed, headers=TYPING)
        page = await self.ask("форма", "GET", place + REQUEST, 200)
        await think()
        await self.ask("ответ", "POST", place + REQUEST, 303, data={**hidden(page), **ANSWER})
        await think()
        await self.ask("этап", "GET", place, 200)


def hidden(page: str) -> dict[str, str]:
    """The version a page was made from, and its own name."""
    return dict(re.findall(r'name="(_version|_page)" value="([^"]*)"', page))


async def crowd(address: str, people: dict[str, str], rounds: int) -> Heard:
    """Everybody (institution → cookie) walks so many times, at a pace of their own."""
    heard = Heard()

    async def one(code: str, token: str) -> None:
        async with httpx.AsyncClient(base_url=address, cookies={COOKIE: token}, timeout=60) as client:
            curator = Curator(client, f"{code}-2026", heard)
            for _ in range(rounds):
                await curator.walk(PAUSE)

    await asyncio.gather(*(one(*each) for each in people.items()))
    return heard


async def volleys(address: str, people: dict[str, str], times: int) -> Heard:
    """Everybody clicks in the same instant, waits for everybody's answer, and clicks again."""
    heard = Heard()
    curators = [
        Curator(httpx.AsyncClient(base_url=address, cookies={COOKIE: token}, timeout=60), f"{code}-2026", heard)
        for code, token in people.items()
    ]
    for number in range(times):
        what, where = (("мои дела", "/desk"), ("этап", PLACE))[number % 2]
        await asyncio.gather(*(each.ask(what, "GET", where.format(key=each.key), 200) for each in curators))
    await asyncio.gather(*(each.client.aclose() for each in curators))
    return heard


# --- the first load ---------------------------------------------------------------------------------------------------


def first_load(address: str, token: str, page: str) -> dict[str, int]:
    """What a browser that knows nothing of us fetches for a page: address → bytes on the wire, fonts all of them."""
    found: dict[str, int] = {}
    with httpx.Client(base_url=address, cookies={COOKIE: token}, headers={"Accept-Encoding": "gzip"}) as client:
        wanted = [page]
        while wanted:
            place = wanted.pop()
            answer = client.get(place)
            found[place] = answer.num_bytes_downloaded
            if place == page:
                wanted += re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text)
            elif ".css" in place:
                wanted += [f"/static/{each}" for each in re.findall(r'url\("?([^")]+)"?\)', answer.text)]
            wanted = [each for each in dict.fromkeys(wanted) if each not in found]
    return found
