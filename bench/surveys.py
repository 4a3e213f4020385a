"""Handing in: thousands of answers to one survey from several threads; writes its section of docs/performance.md.

Run from the checkout: `.venv/bin/python -m bench.surveys [answers]`. Every answer is a transaction of its own on
SQLite, as the console makes it; afterwards nothing is missing and nothing is there twice.
"""

import datetime as dt
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlmodel import select

from bench.report import machine, write_section
from vekha.bootstrap import App, build
from vekha.domain.access import Actor
from vekha.domain.errors import VekhaError
from vekha.domain.surveys import Audience
from vekha.services.launch import campaigns
from vekha.services.region import institutions
from vekha.services.surveys import answering, asking, life
from vekha.services.surveys.life import SurveyData
from vekha.settings import Settings
from vekha.simulation.clock import VirtualClock
from vekha.simulation.institution import REGION, REGION_TITLE, TIMEZONE, add_invented
from vekha.storage.tables import SurveyAnswer

ANSWERS, THREADS, TARGET = 5000, 8, 60.0
NOBODY = Actor(name="", grants=())
SAID = {"clarity": 8, "organisation": 7, "help": 9, "safety": 6, "recommend": True, "keep": "Встречи раз в неделю"}


def asked(app: App, count: int) -> list[str]:
    """A school's anonymous survey and its slips."""
    with app.work() as work:
        institutions.add_region(work, REGION, REGION_TITLE, TIMEZONE)
        code, _ = add_invented(work, "school", 0)
        key = campaigns.start_one(work, institutions.one(work, code), 2026)
        number = life.create(work, key, SurveyData(form="programme_opinion"))
    made: list[str] = []
    while len(made) < count:
        with app.work() as work:
            lot = min(asking.MOST_SLIPS, count - len(made))
            made += [each.token for each in asking.slips(work, key, number, Audience.GUARDIANS, lot)]
    return made


def hand_in(app: App, token: str) -> str:
    """What became of it: «taken» or the code of the refusal."""
    try:
        with app.work(NOBODY) as work:
            answering.answer(work, token, SAID)
    except VekhaError as refusal:
        return refusal.problems[0].code
    return "taken"


def main(count: int = ANSWERS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = build(Settings(home=Path(folder), database_url=None), VirtualClock(dt.date(2026, 5, 4)))
        app.prepare()
        tokens = asked(app, count)
        twice = [*tokens, *tokens[: count // 10]]  # every tenth one is sent from another tab too
        started, spent = time.perf_counter(), time.process_time()
        with ThreadPoolExecutor(THREADS) as pool:
            became = Counter(pool.map(lambda each: hand_in(app, each), twice))
        wall, cpu = time.perf_counter() - started, time.process_time() - spent
        with app.work(writes=False) as work:
            kept = len(work.session.exec(select(SurveyAnswer.id)).all())
        app.engine.dispose()
    assert became == {"taken": count, "survey.link_answered": count // 10}, became
    assert kept == count
    lines = [
        f"{count} ответов на один опрос из {THREADS} потоков, каждый своей транзакцией на SQLite, и ещё {count // 10}"
        f" повторных: {wall:.1f} с, {1000 * cpu / len(twice):.1f} мс процессора на ответ (цель – {TARGET:.0f} с)."
        " Не потерян ни один, дважды не принят ни один.",
        machine(),
    ]
    print("\n".join(lines))
    write_section("surveys", "## Ответы на опрос\n\n" + "\n\n".join(lines))
    sys.exit(0 if wall <= TARGET else 1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ANSWERS)
