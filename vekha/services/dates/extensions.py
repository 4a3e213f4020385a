"""More time: a curator asks, the operator grants (one request or all of them) or declines with a reason.

The operators of the region hear of a request, the curator of its answer.
A grant is a batch of dates like any other; undone, its requests wait for an answer again.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.aims import extend
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.domain.programme import OVER, SETTLED
from vekha.domain.shifting import Place
from vekha.services.access.scope import within
from vekha.services.dates.duedates import Aimed, Aiming, Home, Scope
from vekha.services.dates.extension_notices import tell_curators, tell_operators
from vekha.services.dates.shifts import Change
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import DueBatch, Extension, Institution, Programme

Row = dict[str, Any]
ASKED, GRANTED, DECLINED = "asked", "granted", "declined"


def asked_at(work: Work, key: str, stage: str) -> dict[str, dt.date]:
    """Until when more time is asked for and not decided, by activity."""
    rows = select(Extension).where(Extension.programme == key, Extension.stage == stage, Extension.state == ASKED)
    return {row.activity: row.wanted for row in work.session.exec(rows.order_by(col(Extension.id))) if row.activity}


def ask(work: Work, key: str, stage: str, activity: str, wanted: dt.date, reason: str) -> int:
    """Asks for more time until `wanted` for an activity or, with an empty one, for a stage; returns the number.

    Raises VekhaError with everything that stands in the way.
    """
    loaded = load(work, key)
    refuse(_unwanted(work, loaded, stage, activity, wanted, reason))
    row = Extension(
        programme=key,
        stage=stage,
        activity=activity,
        wanted=wanted,
        reason=reason.strip(),
        asked_by=work.actor.name,
        asked_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.audit(f"extension:{row.id}", programme=key, new=ASKED, why=row.reason)
    tell_operators(work, [row.id or 0])
    return row.id or 0


def listing(work: Work, campaign: str | None = None, key: str | None = None, state: str | None = None) -> list[Row]:
    """The requests the actor may see, oldest first."""
    rows = (
        select(Extension, Institution.short_title)
        .join(Programme, col(Programme.key) == col(Extension.programme))
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .where(within(work.actor))
        .order_by(col(Extension.id))
    )
    for column, value in ((Programme.campaign, campaign), (Extension.programme, key), (Extension.state, state)):
        if value is not None:
            rows = rows.where(col(column) == value)
    names = ("id", "programme", "stage", "activity", "wanted", "reason", "state", "asked_by", "asked_at")
    names = (*names, "decided_by", "decided_at", "answer", "batch")
    return [
        {**{name: getattr(row, name) for name in names}, "institution": title} for row, title in work.session.exec(rows)
    ]


def grant(work: Work, numbers: Sequence[int], until: dt.date | None = None) -> Change:
    """Gives what these requests ask for, or more or less (`until`), as a change to preview and apply.

    Raises VekhaError with every request that is not there, decided already, or of somebody else's.
    """
    found = _waiting(work, numbers)
    regions = {region for _, region in found}
    if len(regions) > 1:
        raise VekhaError(problem("extension.several_regions", regions=", ".join(sorted(regions))))
    wanted: dict[str, dict[Place, dt.date]] = {}
    for row, _ in found:
        wanted.setdefault(row.programme, {})[row.stage, row.activity] = until or row.wanted
    return Change(
        kind="extension",
        scope=Scope(region=regions.pop(), programmes=tuple(sorted(wanted))),
        aiming=_aiming(wanted),
        request={"requests": sorted(row.id or 0 for row, _ in found), "until": until and until.isoformat()},
        stages=frozenset(stage for places in wanted.values() for stage, _ in places),
        hollow=True,  # what was done meanwhile needs no more time: the request is answered all the same
        follow=lambda unit, batch: carry(unit, batch, on=True),
    )


def decline(work: Work, numbers: Sequence[int], reason: str) -> None:
    """Raises VekhaError when there is no reason, and as `grant`."""
    if not reason.strip():
        raise VekhaError(problem("extension.reason_needed", "--reason"))
    for row, _ in _waiting(work, numbers):
        row.state, row.answer, row.decided_by, row.decided_at = DECLINED, reason.strip(), work.actor.name, work.now
        work.session.add(row)
        work.audit(f"extension:{row.id}", programme=row.programme, old=ASKED, new=DECLINED, why=reason.strip())
    tell_curators(work, numbers)


def carry(work: Work, batch: DueBatch, *, on: bool) -> None:
    """Marks the requests of a grant as granted; undone, they wait again."""
    values: Row = {"state": ASKED, "answer": None, "decided_by": None, "decided_at": None, "batch": None}
    if on:
        decided = {"decided_by": work.actor.name, "decided_at": work.now}
        values = {"state": GRANTED, "answer": batch.why, **decided, "batch": batch.id}
    rows = update(Extension).where(col(Extension.id).in_(batch.request["requests"]))
    work.session.execute(rows.values(**values))
    of = select(col(Extension.id), col(Extension.programme)).where(col(Extension.id).in_(batch.request["requests"]))
    for number, key in work.session.exec(of.order_by(col(Extension.id))):
        old = ASKED if on else GRANTED
        work.audit(f"extension:{number}", programme=key, old=old, new=values["state"], why=batch.why)
    if on:
        tell_curators(work, batch.request["requests"])


def _waiting(work: Work, numbers: Sequence[int]) -> list[tuple[Extension, str]]:
    """The requests with their regions, locked in the order of their numbers."""
    rows = (
        select(Extension, Institution)
        .join(Programme, col(Programme.key) == col(Extension.programme))
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .where(col(Extension.id).in_(numbers))
        .order_by(col(Extension.id))
    )
    if work.writes:
        rows = rows.with_for_update(of=Extension)
    found = {row.id: (row, home) for row, home in work.session.exec(rows)}
    problems: list[Problem] = []
    for number in dict.fromkeys(numbers):
        if number not in found:
            problems.append(problem("extension.unknown", number=number))
            continue
        row, home = found[number]
        work.demand(Action.SCHEDULE, home)
        if row.state != ASKED:
            problems.append(problem("extension.decided", f"№ {number}", who=row.decided_by or "", state=row.state))
    if not numbers:
        problems.append(problem("extension.none"))
    refuse(problems)
    return [(row, home.region) for row, home in found.values()]


def _aiming(wanted: dict[str, dict[Place, dt.date]]) -> Aiming:
    def aimed_for(home: Home) -> Aimed:
        places = wanted[home.key]
        return Aimed(extend(places, home.calendar, home.roll), tuple(sorted(places.items())))

    found: Callable[[Home], Aimed] = aimed_for
    return lambda _homes: found


def _unwanted(work: Work, loaded: Loaded, stage: str, activity: str, wanted: dt.date, reason: str) -> list[Problem]:
    now = loaded.now
    if stage not in now.stages:
        return [problem("stage.unknown", stage=stage, known=", ".join(now.stages))]
    if activity and (stage, activity) not in now.activities:
        known = ", ".join(each.code for each in now.of_stage(stage))
        return [problem("activity.unknown", activity=activity, known=known)]
    problems = [] if reason.strip() else [problem("extension.reason_needed", "--reason")]
    title = loaded.title_of(stage, activity) if activity else loaded.roadmap.stage(stage).title
    due = now.activities[stage, activity].due if activity else now.stages[stage].due
    over = now.activities[stage, activity].state in SETTLED if activity else now.stages[stage].state in OVER
    if over:
        problems.append(problem("extension.over", title))
    if wanted <= due:
        problems.append(problem("extension.not_later", title, wanted=f"{wanted:%d.%m.%Y}", due=f"{due:%d.%m.%Y}"))
    if wanted > loaded.programme.cycle_ends:
        problems.append(problem("activity.outside_cycle", title, due=f"{wanted:%d.%m.%Y}"))
    place = (Extension.programme == loaded.key, Extension.stage == stage, Extension.activity == activity)
    if work.session.exec(select(Extension.id).where(*place, Extension.state == ASKED)).first() is not None:
        problems.append(problem("extension.asked_already", title))
    return problems
