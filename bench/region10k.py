"""A made-up region in a throw-away database, for benches: imported from a table, launched, partly done."""

import datetime as dt
import hashlib
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from vekha import spreadsheet
from vekha.bootstrap import App, build
from vekha.domain.institution_sheet import columns
from vekha.services.launch import campaigns
from vekha.services.region import institution_sheets, institutions
from vekha.settings import CHECKOUT, Settings
from vekha.spreadsheet import Table
from vekha.supervisor import free_port

START = dt.datetime(2026, 5, 4, 6, 0, tzinfo=dt.UTC)
TODAY = dt.datetime(2026, 10, 20, 6, 0, tzinfo=dt.UTC)
CAMPAIGN = "region-2026"
MUNICIPALITIES = 60
CACHE = CHECKOUT / "var" / "bench"
MADE_OF = ("vekha/storage/migrations/versions/*.py", "plugins/school/**/*.yaml", "bench/region10k.py")


class Clock:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> dt.datetime:
        return self.now


@contextmanager
def installation(url: str | None = None) -> Iterator[tuple[App, Clock, Path]]:
    """An empty installation with one region, on SQLite or at an address."""
    with tempfile.TemporaryDirectory(prefix="vekha-bench-") as folder:
        clock = Clock()
        app = build(Settings(home=Path(folder), database_url=url), clock)
        app.prepare()
        with app.work() as work:
            institutions.add_region(work, "02", "Примерная область", "Asia/Yekaterinburg")
        yield app, clock, Path(folder)
        app.engine.dispose()


@contextmanager
def lived_in(count: int) -> Iterator[tuple[App, Clock, Path]]:
    """A copy of the region as `live` leaves it, on SQLite: made once for each number of schools and each schema."""
    ready = CACHE / f"region-{count}-{_version()}"
    if not ready.exists():
        with installation() as (app, clock, folder):
            write_table(folder / "region.xlsx", count)
            load(app, folder / "region.xlsx")
            launch(app)
            live(app, clock)
            app.engine.dispose()
            for old in CACHE.glob(f"region-{count}-*"):
                shutil.rmtree(old)
            shutil.copytree(folder, ready.with_suffix(".part"), dirs_exist_ok=True)
            ready.with_suffix(".part").rename(ready)
    with tempfile.TemporaryDirectory(prefix="vekha-bench-") as name:
        clock, home = Clock(), Path(name) / "home"
        clock.now = TODAY
        shutil.copytree(ready, home)
        app = build(Settings(home=home, console_port=free_port()), clock)
        yield app, clock, home
        app.engine.dispose()


def _version() -> str:
    """Changes with whatever the region is made of."""
    made_of = hashlib.sha256()
    for pattern in MADE_OF:
        for path in sorted(CHECKOUT.glob(pattern)):
            made_of.update(path.read_bytes())
    return made_of.hexdigest()[:12]


def write_table(path: Path, count: int) -> None:
    """A table of so many invented schools."""
    example = {each.key: each.example for each in columns()} | {"days_off": "", "days_on": ""}
    titles = [(each.title, 20) for each in columns()]
    mails = [key for key, value in example.items() if "@" in value]
    rows = (
        list(
            {
                **example,
                "code": f"school-{number}",
                "title": f"Муниципальное общеобразовательное учреждение «Школа № {number}»",
                "short_title": f"Школа № {number}",
                "municipality": f"Район {number % MUNICIPALITIES + 1}",
                "inn": f"{2700000000 + number}",
                **{key: _of_its_own(example[key], number) for key in mails},
            }.values()
        )
        for number in range(1, count + 1)
    )
    spreadsheet.write_xlsx(path, [Table("Организации", titles, rows)])


def _of_its_own(address: str, number: int) -> str:
    """director@example.org → director.7@example.org: each school has people of its own."""
    name, _, domain = address.partition("@")
    return f"{name}.{number}@{domain}"


def load(app: App, path: Path) -> int:
    with app.work() as work:
        return institution_sheets.load(work, spreadsheet.read(path)).added


def launch(app: App) -> None:
    data = campaigns.CampaignData(code=CAMPAIGN, title="Регион", region="02", year=2026)
    with app.work() as work:
        campaigns.create(work, data)
        wanted = [row.code for row in campaigns.targets(work, campaigns.campaign_of(work, CAMPAIGN))]
    for start in range(0, len(wanted), campaigns.BATCH):
        with app.work() as work:
            campaigns.launch_batch(work, CAMPAIGN, wanted[start : start + campaigns.BATCH])
    with app.work() as work:
        campaigns.finish_launch(work, CAMPAIGN)


def live(app: App, clock: Clock, late_share: float = 0.2) -> None:
    """By the 20th of October most have done what was due; some lag behind."""
    clock.now = TODAY
    chance = random.Random(2026)
    with app.work() as work:
        keys = work.session.execute(text("SELECT key FROM programme")).scalars().all()
        lag = {key: dt.timedelta(days=chance.randint(5, 150) if chance.random() < late_share else 0) for key in keys}
        told = [{"key": key, "until": TODAY.date() - lag[key], "today": TODAY.date()} for key in keys]
        for statement in (
            "UPDATE activity SET state='done', done_on=due WHERE programme=:key AND due <= :until",
            "UPDATE stage SET state='closed', closed_on=due WHERE programme=:key AND due <= :until",
            "UPDATE stage SET state='open' WHERE programme=:key AND state='planned' AND opens <= :today",
            "UPDATE activity SET state='open' WHERE programme=:key AND state='planned' AND opens <= :today",
        ):
            work.session.execute(text(statement), told)
