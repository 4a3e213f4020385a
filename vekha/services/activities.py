"""Activities: done, waived, reopened, and the ones a curator adds."""

import datetime as dt

from vekha.domain.errors import VekhaError, problem
from vekha.domain.programme import ActivityState
from vekha.domain.progress import CompleteActivity, ReopenActivity, WaiveActivity, decide
from vekha.domain.roadmap import Gate
from vekha.services.programmes import apply, load
from vekha.services.work import Work
from vekha.storage.tables import Activity


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
    """An activity of the institution's own: it has a due date and may be required, and needs no form or document."""
    loaded = load(work, key)
    problems = []
    if stage not in loaded.stages:
        problems.append(problem("stage.unknown", stage=stage, known=", ".join(loaded.stages)))
    elif (stage, code) in loaded.activities:
        problems.append(problem("activity.code_taken", activity=code))
    if not loaded.programme.cycle_starts <= due <= loaded.programme.cycle_ends:
        problems.append(problem("activity.outside_cycle", due=f"{due:%d.%m.%Y}"))
    if problems:
        raise VekhaError(problems)
    work.session.add(
        Activity(
            programme=key,
            stage=stage,
            code=code,
            ordinal=len(loaded.activities),
            state=ActivityState.OPEN,
            opens=loaded.now.today,
            due=due,
            own=True,
            title=title,
            gate=Gate.REQUIRED if required else Gate.OPTIONAL,
            responsible="curator",
        )
    )
    work.audit(f"activity:{stage}/{code}", programme=key, new=ActivityState.OPEN, why=title)
