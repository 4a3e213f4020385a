"""Moving the dates of running programmes: seen first, then applied exactly as seen, undone exactly.

A preview has a token of what it showed. Whoever applies with a token that no longer fits is told what others have done
since. An undo is a batch too, so a redo is the undo of an undo.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlmodel import col, func, select

from vekha.domain.access import Action, demand
from vekha.domain.aims import By, ByDays, Selection, shift, unclear
from vekha.domain.deadlines import Cycle
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.domain.shifting import REFUSING, Left
from vekha.services.dates.duedates import Aimed, Aiming, Home, Scope, Survey, commit, survey
from vekha.services.launch.campaigns import campaign_of, unknown_place
from vekha.services.work import Work
from vekha.storage.tables import DueBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of dates that can be seen and applied.

    `request` says it again in JSON; `follow` writes what belongs to it besides dates, once the batch has its number;
    `objections` are asked for when everything is surveyed. `hollow`: worth doing even when no date moves.
    """

    kind: str
    scope: Scope
    aiming: Aiming
    request: dict[str, Any]
    stages: frozenset[str] = frozenset()
    judged: bool = True
    undoes: int | None = None
    hollow: bool = False
    campaign: str | None = None  # when the scope does not name it
    follow: Callable[[Work, DueBatch], None] = field(default=lambda _work, _batch: None)
    objections: Callable[[], Iterable[Problem]] = field(default=lambda: ())


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """So many programmes move this activity from one due date to another; `kind` is the title of their type."""

    kind: str
    stage: str
    activity: str
    stage_title: str
    title: str
    opens: tuple[Any, Any]
    old: Any
    new: Any
    programmes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a change would do. With `conflicts` it cannot be applied; `left` counts what stays, by reason."""

    token: str
    programmes: int
    activities: int
    rows: tuple[PreviewRow, ...]
    left: dict[str, int]
    conflicts: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """Why it is done and by which order."""

    reason: str
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which institutions of a campaign; what is empty does not narrow it."""

    types: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()


def bulk_shift(work: Work, campaign: str, selection: Selection, by: By, chosen: Filter | None = None) -> Change:
    """A shift in a campaign.

    Raises VekhaError with everything that is wrong with what was asked for.
    """
    row = campaign_of(work, campaign)
    narrowed = asdict(chosen or Filter())
    named = [*sorted(selection.stages), *(".".join(place) for place in sorted(selection.activities))]
    cycles = {Cycle(*each.cycle.dates(row.year)) for each in _roadmaps(work)}
    problems = [each for place in named for each in unknown_place(work, place, campaign)]
    refuse(dict.fromkeys([*problems, *(wrong for cycle in cycles if (wrong := unclear(by, cycle)))]))
    asked = {"by": _said(by), "places": named, **{name: [*values] for name, values in narrowed.items() if values}}
    only = {name: True for name in ("only_open", "only_late", "with_own") if getattr(selection, name)}
    return Change(
        kind="shift",
        scope=Scope(region=row.region, campaign=campaign, **narrowed),
        aiming=each_alike(lambda home: shift(selection, by, home.calendar, home.roll)),
        request=asked | only,
        stages=selection.stages | {stage for stage, _ in selection.activities},
    )


def each_alike(aim_of: Callable[[Home], Any]) -> Aiming:
    """Programmes with one calendar and one way of rolling share an aim."""
    made: dict[tuple[int, str], Aimed] = {}

    def aimed_for(home: Home) -> Aimed:
        key = (id(home.calendar), home.roll.value)
        if key not in made:
            made[key] = Aimed(aim_of(home), key)
        return made[key]

    return lambda _homes: aimed_for


def _said(by: By) -> dict[str, Any]:
    return {"days": by.days, "working": by.working} if isinstance(by, ByDays) else {"to": by.phrase}


def _roadmaps(work: Work) -> Iterator[Any]:
    return (work.tools.registry.roadmap(kind) for kind in work.tools.registry.types)


# --- seeing and doing -------------------------------------------------------------------------------------------------


def preview(work: Work, change: Change) -> Preview:
    """What the change would do now. Writes nothing."""
    demand(work.actor, Action.SCHEDULE, region=change.scope.region)
    return _shown(work, change, survey_of(work, change))


def apply(work: Work, change: Change, token: str | None, order: Order) -> DueBatch:
    """Does what the preview with this token showed, in this transaction. `token=None`: whatever it is now.

    Raises VekhaError: no reason, conflicts, nothing to move, or what has been changed since the preview.
    """
    demand(work.actor, Action.SCHEDULE, region=change.scope.region)
    if not order.reason.strip():
        raise VekhaError(problem("shift.reason_needed", "--reason"))
    found = survey_of(work, change)
    if token is not None and token.partition("-")[2] != found.digest[:16]:
        raise VekhaError(_changed_since(work, change, token))
    refuse([*_remarks(found, refusing=True), *change.objections()])
    if not found.touched and not change.hollow:
        raise VekhaError(problem("shift.nothing"))
    batch = commit(work, _batch(work, change, order), found)
    change.follow(work, batch)
    return batch


def survey_of(work: Work, change: Change) -> Survey:
    return survey(work, change.scope, change.aiming, change.stages, judged=change.judged)


def _batch(work: Work, change: Change, order: Order) -> DueBatch:
    return DueBatch(
        kind=change.kind,
        region=change.scope.region,
        campaign=change.scope.campaign or change.campaign,
        request=change.request,
        who=work.actor.name,
        at=work.now,
        why=order.reason.strip(),
        order_number=order.number.strip() or None,
        programmes=0,
        activities=0,
        undoes=change.undoes,
    )


def _shown(work: Work, change: Change, found: Survey) -> Preview:
    last = work.session.exec(select(func.max(DueBatch.id))).one() or 0
    left = {reason.value: sum(times for (why, *_), times in found.left.items() if why is reason) for reason in Left}
    return Preview(
        token=f"{last}-{found.digest[:16]}",
        programmes=len(found.touched),
        activities=found.moves.total(),
        rows=tuple(_rows(work, found)),
        left={reason: times for reason, times in left.items() if times},
        conflicts=(*_remarks(found, refusing=True), *change.objections()),
        warnings=tuple(_remarks(found, refusing=False)),
    )


def _rows(work: Work, found: Survey) -> Iterator[PreviewRow]:
    for kind, moves in found.of_type.items():
        titles, known = found.titles[kind], work.tools.registry.types.get(kind)
        for move, times in moves.items():
            yield PreviewRow(
                kind=known.title if known else kind,
                stage=move.stage,
                activity=move.activity,
                stage_title=titles.get((move.stage, ""), move.stage),
                title=titles.get(move.place, move.activity),
                opens=(move.old.opens, move.new.opens),
                old=move.old.due,
                new=move.new.due,
                programmes=times,
            )


def _remarks(found: Survey, *, refusing: bool) -> Iterator[Problem]:
    """The notes in words, each with how many programmes it is about and one of them by name."""
    for note, times in found.notes.items():
        if (note.remark in REFUSING) is not refusing:
            continue
        example = found.example[note]
        titles = found.titles[example.type]
        title = titles.get((note.stage, note.activity), note.activity)
        other = titles.get((note.other, ""), note.other)
        facts = {"date": f"{note.day:%d.%m.%Y}", "other": other, "count": times, "example": example.title}
        yield problem(f"shift.{note.remark.value}", title, **facts)


def _changed_since(work: Work, change: Change, token: str) -> list[Problem]:
    """What others have done since the preview; when nobody has moved dates, the work itself has gone on."""
    last, _, _ = token.partition("-")
    rows = select(DueBatch).where(DueBatch.region == change.scope.region).order_by(col(DueBatch.id))
    since = work.session.exec(rows.where(col(DueBatch.id) > (int(last) if last.isdigit() else 0))).all()
    return [problem("shift.stale"), *(problem("shift.stale_by", f"№ {each.id}", **told(each)) for each in since)]


def told(batch: DueBatch) -> dict[str, Any]:
    """A batch as problems and lists name it."""
    facts = {"batch": batch.id, "who": batch.who, "at": f"{batch.at:%d.%m.%Y %H:%M}", "why": batch.why}
    return {**facts, "activities": batch.activities}
