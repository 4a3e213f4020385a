"""A process that bench.sweep starts and kills: it works off reminders as a dispatcher does, until nothing is left.

It stands alone so that a new one starts as fast as our own code allows: nothing of the bench and no Prefect, which
telling people does not need.
"""

import datetime as dt
import json
import os
import sys
import time
from pathlib import Path

from sqlalchemy import text

from vekha.bootstrap import App, build
from vekha.services.delivery import reminders
from vekha.settings import Settings
from vekha.storage import outbox

MORNING = dt.datetime(2026, 10, 20, 3, 0, tzinfo=dt.UTC)  # eight o'clock where the region is: the quiet hours are over


class RunningClock:
    """A clock that was set to a moment and goes on from there, the same in every process."""

    def __init__(self, base: dt.datetime, since: float) -> None:
        self.base, self.since = base, since

    def __call__(self) -> dt.datetime:
        return self.base + dt.timedelta(seconds=time.time() - self.since)


def left(app: App) -> int:
    with app.work(writes=False) as work:
        query = text("SELECT count(*) FROM outbox WHERE kind='remind' AND done_at IS NULL")
        return int(work.session.execute(query).scalar_one())


def work_off(settings: Settings, since: float) -> None:
    app = build(settings, RunningClock(MORNING, since))
    if settings.embedded:
        outbox.release_all(app.engine)  # as at every embedded start: the one before is dead
    owner = f"bench-{os.getpid()}"
    while left(app):
        jobs = outbox.take(app.engine, owner, app.clock(), 4, urgent=("remind",))
        if not jobs:
            time.sleep(0.1)  # the rest is leased to somebody who may be dead
        for job in jobs:
            with app.work() as work:
                if job.kind == "remind":
                    reminders.tell(work, job.payload["addressees"])
                outbox.done(work.session, job, work.now)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    work_off(Settings(home=Path(given["home"]), database_url=given["url"]), given["since"])
