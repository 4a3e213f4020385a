"""Activities: done, waived, reopened, and the ones a curator adds."""

import datetime as dt
import re
from collections.abc import Iterator

from vekha.domain.errors import Problem, problem, refuse
from vekha.domain.programme import ActivityState, StageState
from vekha.domain.progress import CompleteActivity, ReopenActivity, WaiveActivity, decide
from vekha.domain.roadmap import Gate
from vekha.services.process.programmes import Loaded, apply, load
from vekha.services.work import Work
from vekha.storage.tables import Activity

_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")  # as in a roadmap


def done(work: Work, key: str, stage: str, activity: str) -> None:
    """Marks an activity as done; raises VekhaError with everything it still lacks."""
    loaded = load(work, key)
    apply(work, loaded, decide(CompleteActivity(stage, activity), loaded.now))


def waive(work: Work, key: str, stage: str, activity: str, reason: str) -> None:
    loaded = load(work, key)
    apply(work, loaded, decide(WaiveActivity(stage, activity, reason), loaded.now))


def reopen(work: Work, key: str, stage: str, activity: str, reason: str) -> None:
    loaded = load(work, key)
    apply(work, loaded, decide(ReopenActivity(stage, activity, reason), loaded.now))


def add(work: Work, key: str, stage: str, code: str, title: str, due: dt.date, *, required: bool = False) -> None:
    """An activity of the institution's own: it has a due date and may be required, and needs no form or document.

    It begins at once in an open stage, and with the stage in one that is still to open.
    """
    loaded = load(work, key)
    refuse(_problems(loaded, stage, code, due))
    opened = loaded.stages[stage].state == StageState.OPEN
    row = Activity(
        programme=key,
        stage=stage,
        code=code,
        ordinal=len(loaded.activities),
        state=ActivityState.OPEN if opened else ActivityState.PLANNED,
        opens=min(loaded.now.today, due),
        due=due,
        own=True,
        title=title,
        gate=Gate.REQUIRED if required else Gate.OPTIONAL,
        responsible="curator",
    )
    work.session.add(row)
    loaded.put(row)
    work.audit(f"activity:{stage}/{code}", programme=key, new=row.state, why=title)


def _problems(loaded: Loaded, stage: str, code: str, due: dt.date) -> Iterator[Problem]:
    if stage not in loaded.stages:
        yield problem("stage.unknown", stage=stage, known=", ".join(loaded.stages))
    elif loaded.stages[stage].state not in (StageState.PLANNED, StageState.OPEN):
        # It would stay open for ever: nobody can work on it there.
        yield problem("activity.stage_not_open", code, stage=loaded.roadmap.stage(stage).title)
    if (stage, code) in loaded.activities:
        yield problem("activity.code_taken", activity=code)
    if not _CODE.fullmatch(code):
        yield problem("activity.bad_code", activity=code)
    if not loaded.programme.cycle_starts <= due <= loaded.programme.cycle_ends:
        yield problem("activity.outside_cycle", due=f"{due:%d.%m.%Y}")
