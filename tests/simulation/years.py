"""A whole year of invented institutions with everything in it, for tests that look at what a year leaves behind."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from vekha.bootstrap import App, build
from vekha.services.launch import campaigns
from vekha.services.office import packs, prints
from vekha.services.process import stages
from vekha.services.region import institutions
from vekha.services.work import Work
from vekha.settings import Settings
from vekha.simulation.clock import VirtualClock
from vekha.simulation.demo import Desk
from vekha.simulation.institution import REGION, REGION_TITLE, TIMEZONE, add_invented
from vekha.simulation.journey import Journey
from vekha.simulation.region import check_finished, file_without_pdf


def live(home: Path, kinds: Sequence[str], *, papers: bool) -> tuple[App, VirtualClock, dict[str, Journey]]:
    """One institution of each type, side by side: surveys, pairs with meetings and reflections, a replacement and an
    early end. With `papers` documents are approved, filed and packed as a real head and a real flow do it; what is
    printed is the text itself: seconds of WeasyPrint would add no word to it.

    Returns the installation, its clock and the journeys by type.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prints, "print_pdf", _as_text)
        return _lived(home, kinds, papers=papers)


def _lived(home: Path, kinds: Sequence[str], *, papers: bool) -> tuple[App, VirtualClock, dict[str, Journey]]:
    clock = VirtualClock(dt.date(2026, 1, 1))
    app = build(Settings(home=home, database_url=None, files_dir=None), clock)
    app.prepare()
    with app.work() as work:
        institutions.add_region(work, REGION, REGION_TITLE, TIMEZONE)
    journeys = {}
    for kind in kinds:
        with app.work() as work:
            code, cast = add_invented(work, kind, 0)
            key = campaigns.start_one(work, institutions.one(work, code), 2026)
            issue = Desk(cast.staff["director"].name) if papers else file_without_pdf
            journeys[kind] = Journey(programme=key, institution=code, cast=cast, issue=issue, together=True)
            journeys[kind].start(work)
    while days := [day for each in journeys.values() if (day := each.next_day) is not None]:
        clock.day = max(clock.day, min(days))
        for each in journeys.values():
            if each.next_day is not None and each.next_day <= clock.day:
                _day(app, clock, each, papers=papers)
    for each in journeys.values():
        check_finished(app, each)
    return app, clock, journeys


def _as_text(work: Work, title: str, html: str, *_: object) -> bytes:
    return f"%PDF-1.7\n{title}\n{html}".encode()


def _day(app: App, clock: VirtualClock, journey: Journey, *, papers: bool) -> None:
    with app.work() as work:
        asked = journey.live(work)
    for stage in asked:
        with app.work() as work:
            if papers:
                for late in packs.documents_to_print(work, journey.programme, stage):
                    prints.render(work, late)
            pack = packs.file_pack(work, journey.programme, stage) if papers else ""
            stages.finish_closing(work, journey.programme, stage, pack)
        journey.again(clock.day + dt.timedelta(days=1))
