"""Small installations of the toy type, and what a person does in them."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlmodel import col, select

from vekha.bootstrap import App, build, system_clock
from vekha.services.launch import campaigns
from vekha.services.office import documents
from vekha.services.process import activities, stages
from vekha.services.region import institutions
from vekha.settings import Settings
from vekha.storage.tables import Addressee, Audit, Notice, Stage

TOY = Path(__file__).parent / "toy"
YEAR = 2026
STAGES = ("prepare", "work", "finish")


def toy_app(home: Path, database_url: str | None = None, clock: Callable[[], dt.datetime] = system_clock) -> App:
    app = build(Settings(home=home, database_url=database_url, plugins_dir=TOY), clock)
    app.prepare()
    return app


def add_circles(app: App, count: int) -> list[str]:
    """Adds institutions «milestone-1» … and returns the keys their programmes will have."""
    kind = app.registry.type("milestone")
    with app.work() as work:
        institutions.add_region(work, "02", "Примерная область", "Asia/Yekaterinburg")
        for number in range(1, count + 1):
            cast = kind.cast(number)
            staff = {
                role: {"name": each.name, "gender": each.gender, "position": each.position}
                for role, each in cast.staff.items()
            }
            institutions.put(
                work,
                institutions.InstitutionData(
                    code=f"milestone-{number}",
                    type="milestone",
                    region="02",
                    title=cast.title,
                    short_title=cast.short_title,
                    timezone="Asia/Yekaterinburg",
                    city=cast.city,
                    address=cast.address,
                    staff=staff,
                ),
            )
    return [f"milestone-{number}-{YEAR}" for number in range(1, count + 1)]


def add_campaign(app: App, code: str = "spring", *, launch: bool = True) -> None:
    with app.work() as work:
        campaigns.create(
            work,
            campaigns.CampaignData(code=code, title="Весна", region="02", year=YEAR, chosen={"types": ["milestone"]}),
        )
        if launch:
            campaigns.request_launch(work, code)


def do_stage(app: App, key: str, stage: str) -> None:
    """What people do in an open stage before they ask to complete it."""
    with app.work() as work:
        waiting = documents.waiting_for_approval(work, key, stage)
        if waiting:
            documents.approve(work, key, waiting)
        for activity in {"prepare": ["launch"], "work": ["meet"], "finish": ["sum_up"]}[stage]:
            activities.done(work, key, stage, activity)


def is_done(app: App, key: str, stage: str) -> bool:
    """Whether nothing keeps an open stage from being completed."""
    with app.work(writes=False) as work:
        return not next(each for each in stages.status(work, key) if each.code == stage).problems


def complete(app: App, key: str, stage: str) -> None:
    with app.work() as work:
        stages.complete(work, key, stage)


def states(app: App, key: str) -> dict[str, str]:
    with app.work(writes=False) as work:
        rows = select(Stage).where(Stage.programme == key).order_by(col(Stage.ordinal))
        return {row.code: row.state for row in work.session.exec(rows)}


def closings(app: App, key: str) -> list[str]:
    """The stages of a programme in the order of their closing, from the audit."""
    with app.work(writes=False) as work:
        rows = select(Audit.subject).where(Audit.programme == key, Audit.new == "closed").order_by(col(Audit.id))
        return [subject.removeprefix("stage:") for subject in work.session.exec(rows)]


def told(app: App) -> Counter[str]:
    """How many digests the people of each institution have got."""
    with app.work(writes=False) as work:
        rows = select(Addressee.institution).join(Notice, col(Notice.addressee) == col(Addressee.id))
        return Counter(work.session.exec(rows))
