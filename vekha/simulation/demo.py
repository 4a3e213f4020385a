"""The demo: a school, a college and a kindergarten live through a whole year by the real flows, on a virtual clock."""

import datetime as dt
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from sqlmodel import func, select

from vekha import bootstrap
from vekha.bootstrap import App
from vekha.domain.access import Actor, Grant
from vekha.domain.errors import VekhaError, problem
from vekha.forms.cast import Cast
from vekha.memory import tune_memory
from vekha.services.launch import campaigns
from vekha.services.launch.campaigns import CampaignData
from vekha.services.office import documents, packs, prints
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process import stages
from vekha.services.process.programmes import Loaded, load
from vekha.services.region import institutions
from vekha.services.work import Work
from vekha.settings import Settings
from vekha.simulation.account import Account, StageLine
from vekha.simulation.clock import VirtualClock
from vekha.simulation.institution import REGION, REGION_TITLE, TIMEZONE, add_invented
from vekha.simulation.journey import Journey, acting, next_monday
from vekha.simulation.region import check_finished
from vekha.storage.tables import Activity, Document, Submission
from vekha.supervisor import embedded_server
from vekha.texts import text

TYPES = ("school", "college", "kindergarten")
CAMPAIGN = "demo"
ADDRESS = "https://vekha.example"  # of nobody: the QR codes show what they look like


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the year came to, and where everything lies."""

    folder: Path
    documents_folder: Path
    programmes: dict[str, str]  # programme key → institution
    stages_closed: int
    activities_done: int
    answers: int
    documents: int
    seconds: float


def run(out: Path | None = None, *, year: int = 2026, types: Sequence[str] = TYPES, quiet: bool = False) -> Outcome:
    """Lives through the year and tells of it; raises VekhaError when a programme does not reach its end.

    `out` is emptied of nothing: it has to be new or empty (VekhaError simulation.folder_not_empty).
    """
    started = time.monotonic()
    folder = _folder(out)
    account = Account(quiet=quiet)
    account.begin(folder)
    clock = VirtualClock(dt.date(year, 1, 1))
    settings = Settings(home=folder / "var", database_url=None, files_dir=None, public_url=ADDRESS)
    app = bootstrap.build(settings, clock)
    app.prepare()
    bootstrap.use(app)
    account.say(text("demo.server"))
    with embedded_server(folder / "var") as server:
        casts = _settle(app, types, account)  # while the server starts
        server.wait()
        account.say(text("demo.server_ready", address=server.url))
        journeys = _launch(app, year, casts, account)
        tune_memory()  # by now everything is loaded
        _live(app, clock, journeys, account)
    for journey in journeys:
        check_finished(app, journey)
    outcome = _deliver(app, folder, journeys, time.monotonic() - started)
    account.end(outcome, [(journey, _lines(app, journey)) for journey in journeys])
    app.engine.dispose()
    return outcome


def _folder(out: Path | None) -> Path:
    if out is None:
        return Path(tempfile.mkdtemp(prefix="vekha-demo-"))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise VekhaError(problem("simulation.folder_not_empty", str(out), folder=str(out)))
    out.mkdir(parents=True, exist_ok=True)
    return out.resolve()


def _drain(app: App) -> None:
    """Everything queued runs as flows of this process; the core reaches flows only by name."""
    drained = import_module("flows.dispatcher").drain(app)
    if drained.errors:
        raise VekhaError(problem("simulation.flow_failed", key, reason=why) for key, why in drained.errors.items())


def _sweep(app: App) -> None:
    """The operator's round, as the flow that runs every hour in a real installation."""
    with import_module("flows.dispatcher").quick_runs():
        import_module("flows.sweep").sweep()
    _drain(app)


def _settle(app: App, types: Sequence[str], account: Account) -> dict[str, Cast]:
    """The region and its institutions, and whatever the year will want at hand."""
    with app.work() as work:
        institutions.add_region(work, REGION, REGION_TITLE, TIMEZONE)
        casts = dict(add_invented(work, kind, 0) for kind in types)
    account.say(text("demo.region", region=REGION_TITLE, count=len(casts)))
    app.tools.renderer.templates()
    for module in ("flows.dispatcher", "flows.sweep"):
        import_module(module)
    with app.work(writes=False) as work:
        prints.print_pdf(work, "", "<p>Веха</p>", None)  # reads fonts and styles
    return casts


def _launch(app: App, year: int, casts: dict[str, Cast], account: Account) -> list[Journey]:
    """An operator's morning: one campaign for the whole region."""
    title = text("demo.campaign", year=year)
    with app.work() as work:
        campaigns.create(work, CampaignData(code=CAMPAIGN, title=title, region=REGION, year=year))
        campaigns.request_launch(work, CAMPAIGN)
    _drain(app)
    account.say(text("demo.launched", campaign=title))
    journeys = [
        Journey(
            programme=f"{code}-{year}",
            institution=code,
            cast=cast,
            issue=Desk(cast.staff["director"].name),
            together=True,
        )
        for code, cast in casts.items()
    ]
    for journey in journeys:
        with app.work() as work:
            journey.start(work)
            account.add(journey, load(work, journey.programme))
    return journeys


@dataclass(slots=True)
class Desk:
    """The head's desk: documents with a template are approved, for the others a file is brought."""

    director: str

    def __call__(self, work: Work, loaded: Loaded, places: Sequence[DocumentPlace]) -> None:
        made = [place for place in places if loaded.roadmap.documents[place.code].template]
        with acting(work, self._head(loaded)):
            if made:
                documents.approve(work, loaded.key, made)
        for place in places:
            if place not in made:
                title = loaded.roadmap.documents[place.code].title
                documents.attach(work, loaded.key, place, _upload(work, loaded, title), f"{title}.pdf")

    def _head(self, loaded: Loaded) -> Actor:
        return Actor(name=self.director, grants=(Grant(role="director", institution=loaded.institution.code),))


def _upload(work: Work, loaded: Loaded, title: str) -> bytes:
    """A page that says what would lie here."""
    context = {"title": title, "institution": {"title": loaded.institution.title}, "notice": text("demo.uploaded")}
    html = work.tools.renderer.html("base/sample_upload.html", context)
    return prints.print_pdf(work, title, html.text, None)


def _live(app: App, clock: VirtualClock, journeys: list[Journey], account: Account) -> None:
    """From one eventful Monday to the next, until every story is over."""
    while days := [day for journey in journeys if (day := journey.next_day) is not None]:
        clock.day = max(clock.day, min(days))
        account.day(clock.day)
        _sweep(app)
        for journey in journeys:
            if journey.next_day is None or journey.next_day > clock.day:
                continue
            with app.work() as work:
                asked = journey.live(work)
            if asked:
                _drain(app)
                journey.again(next_monday(clock.day + dt.timedelta(days=1)))
            _tell(app, journey, asked, account)


def _tell(app: App, journey: Journey, asked: list[str], account: Account) -> None:
    with app.work(writes=False) as work:
        account.progress(journey, load(work, journey.programme))
    for line in _lines(app, journey):
        if line.code in asked:
            account.closed(journey, line)


def _lines(app: App, journey: Journey) -> list[StageLine]:
    with app.work(writes=False) as work:
        counted = select(Document.stage, func.count()).where(Document.programme == journey.programme)
        counts = dict(work.session.exec(counted.group_by(Document.stage)).all())
        return [
            StageLine(
                code=each.code,
                number=number,
                title=each.title,
                opens=dt.date.fromisoformat(each.opens),
                due=dt.date.fromisoformat(each.due),
                opened_on=_date(each.opened_on),
                closed_on=_date(each.closed_on),
                days_late=each.days_late,
                documents=counts.get(each.code, 0),
            )
            for number, each in enumerate(stages.status(work, journey.programme), 1)
        ]


def _date(iso: str | None) -> dt.date | None:
    return dt.date.fromisoformat(iso) if iso else None


def _deliver(app: App, folder: Path, journeys: list[Journey], seconds: float) -> Outcome:
    """Everything that was issued, in folders by institution and stage."""
    target = folder / text("demo.documents_folder")
    with app.work(writes=False) as work:
        for journey in journeys:
            packs.export(work, journey.programme, target / packs.safe_name(journey.cast.short_title))
        keys = {journey.programme: journey.cast.short_title for journey in journeys}
        lines = [line for journey in journeys for line in _lines(app, journey)]
        done = select(func.count()).select_from(Activity).where(Activity.state == "done")
        answers = select(func.count()).select_from(Submission)
        return Outcome(
            folder=folder,
            documents_folder=target,
            programmes=keys,
            stages_closed=sum(line.closed_on is not None for line in lines),
            activities_done=work.session.exec(done).one(),
            answers=work.session.exec(answers).one(),
            documents=sum(line.documents for line in lines),
            seconds=seconds,
        )
