"""`vekha pair`, what comes after it is formed: its page, an end, more time, another mentor, its plan, calendars."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from vekha.cli.arguments import On, Pair, Programme, Reason, argument, date_of, date_or, option, switch, write_file
from vekha.cli.choices import today_at
from vekha.cli.office import installation, work
from vekha.cli.output import answer, day, line, listing, words
from vekha.cli.pair import commands
from vekha.cli.state import options
from vekha.domain.errors import VekhaError, problem
from vekha.domain.pairs import Handover
from vekha.domain.steps import Step as PlanStep
from vekha.services.mentoring import meeting_journal, pair_feeds, pair_life, pair_plans, pair_sheet
from vekha.services.mentoring.pair_sheet import PairSheet
from vekha.texts import text

__all__ = ["commands"]

Step = Annotated[int, argument("plan_step", "number")]


@commands.command("show")
def show(programme: Programme, pair: Pair) -> None:
    """The pair as its page shows it, without what people wrote in reflections."""
    with work(writes=False) as unit:
        found = pair_sheet.sheet(unit, programme, pair)
    if options.json:
        answer(_told(found), "")
        return
    state = text("pair.state.late") if found.late else text(f"pair.state.{found.state.value}")
    line(f"{found.name} · {found.format} · {day(found.starts)} – {day(found.ends)} · {state}")
    rows = [_step(each) for each in found.steps]
    listing(
        [{**each, "due": day(each["due"]), "state": text(f"pair.step_state.{each['state']}")} for each in rows],
        {"number": "number", "task": "task", "due": "due", "state": "state"},
        words("pair.no_plan"),
    )
    for each in found.history:
        line(f"{day(each.on)} {each.kind}: {each.reason}")


@commands.command("finish")
def finish(
    programme: Programme, pair: Pair, note: Annotated[str, option("--note", "pair_note", "text")] = "", on: On = None
) -> None:
    with work() as unit:
        pair_life.finish(unit, programme, pair, date_or(on, today_at(unit, programme)), note)
    answer({"programme": programme, "pair": pair, "active": False}, words("pair.finished"))


@commands.command("extend")
def extend(
    programme: Programme, pair: Pair, until: Annotated[str, option("--until", "pair_until", "date")], reason: Reason
) -> None:
    with work() as unit:
        pair_life.extend(unit, programme, pair, last := date_of(until, "--until"), reason)
    answer({"programme": programme, "pair": pair, "ends": last}, words("pair.extended", date=day(last)))


@commands.command("replace")
def replace(
    programme: Programme,
    pair: Pair,
    mentor: Annotated[str, option("--mentor", "new_mentor", "person")],
    reason: Reason,
    done: Annotated[str, option("--done", "handed_done", "text")],
    left: Annotated[str, option("--left", "handed_left", "text")],
    instead: Annotated[str | None, option("--instead", "old_mentor", "person")] = None,
    on: On = None,
) -> None:
    with work() as unit:
        since = date_or(on, today_at(unit, programme))
        old = instead or _only_mentor(pair_life.known(unit, programme, pair).fact.mentors, pair)
        what = Handover(old=old, new=mentor, on=since, reason=reason, done=done, left=left)
        successor = pair_life.replace_mentor(unit, programme, pair, what)
    answer({"programme": programme, "pair": successor, "replaces": pair}, words("pair.replaced", pair=successor))


def _only_mentor(mentors: tuple[str, ...], pair: str) -> str:
    if len(mentors) != 1:
        raise VekhaError(problem("pair.which_mentor", pair=pair, mentors=", ".join(mentors)))
    return mentors[0]


@commands.command("undo")
def undo(programme: Programme, pair: Pair) -> None:
    with work() as unit:
        kind = pair_life.undo(unit, programme, pair)
    what = text(f"web.pair.undo_{kind.value}")
    answer({"programme": programme, "pair": pair, "undone": kind.value}, words("pair.undone", what=what))


# --- the plan ---------------------------------------------------------------------------------------------------------


@commands.command("step-add")
def step_add(
    programme: Programme,
    pair: Pair,
    task: Annotated[str, option("--task", "step_task", "text")],
    due: Annotated[str, option("--due", "due", "date")],
    expected: Annotated[str | None, option("--expected", "step_expected", "text")] = None,
) -> None:
    with work() as unit:
        step = PlanStep(task=task, due=date_of(due, "--due"), expected=expected)
        number = pair_plans.add(unit, programme, pair, step)
    answer({"programme": programme, "pair": pair, "step": number}, words("pair.step_added", number=number))


@commands.command("step-done")
def step_done(
    programme: Programme,
    pair: Pair,
    step: Step,
    result: Annotated[str, option("--result", "step_result", "text")] = "",
    mark: Annotated[int | None, option("--mark", "step_mark", "number")] = None,
    on: On = None,
) -> None:
    with work() as unit:
        when = date_or(on, today_at(unit, programme))
        pair_plans.done(unit, programme, pair, step, when, result, mark)
    answer({"programme": programme, "pair": pair, "step": step, "done_on": when}, words("pair.step_done"))


@commands.command("step-move")
def step_move(
    programme: Programme, pair: Pair, step: Step, due: Annotated[str, option("--due", "due", "date")], reason: Reason
) -> None:
    with work() as unit:
        pair_plans.move(unit, programme, pair, step, last := date_of(due, "--due"), reason)
    answer({"programme": programme, "pair": pair, "step": step, "due": last}, words("pair.step_moved", date=day(last)))


@commands.command("step-drop")
def step_drop(programme: Programme, pair: Pair, step: Step, reason: Reason) -> None:
    with work() as unit:
        pair_plans.drop(unit, programme, pair, step, reason)
    answer({"programme": programme, "pair": pair, "step": step}, words("pair.step_dropped"))


@commands.command("step-reopen")
def step_reopen(programme: Programme, pair: Pair, step: Step) -> None:
    with work() as unit:
        pair_plans.reopen(unit, programme, pair, step)
    answer({"programme": programme, "pair": pair, "step": step}, words("pair.step_reopened"))


# --- calendars and paper ----------------------------------------------------------------------------------------------


@commands.command("feed")
def feed(
    programme: Programme,
    pair: Pair,
    person: Annotated[str | None, option("--person", "feed_person", "person")] = None,
    revoke: Annotated[bool, switch("--revoke", "feed_revoke")] = False,
) -> None:
    whose: Any = {"person": person} if person else {"pair": pair}
    with work() as unit:
        if revoke:
            number = pair_feeds.revoke(unit, programme, **whose)
            answer({"revoked": number}, words("pair.feed_revoked"))
            return
        token = pair_feeds.create(unit, programme, **whose)
    address = f"{installation().settings.console_url.rstrip('/')}/feeds/{token}.ics"
    answer({"token": token, "address": address}, words("feed.created", address=address))


@commands.command("journal")
def journal(programme: Programme, pair: Pair, out: Annotated[Path, option("--out", "out_pdf", "file")]) -> None:
    with work(writes=False) as unit:
        write_file(out, meeting_journal.pdf(unit, pair_sheet.sheet(unit, programme, pair)))
    answer({"path": str(out)}, words("pair.journal", path=out))


def _step(each: Any) -> dict[str, Any]:
    return {
        name: getattr(each, name)
        for name in ("number", "task", "due", "expected", "actual", "mark", "state", "done_on")
    }


def _told(found: PairSheet) -> dict[str, Any]:
    return {
        "pair": found.code,
        "members": [{"code": each.code, "name": each.name, "role": each.role.value} for each in found.members],
        "format": found.format,
        "starts": found.starts,
        "ends": found.ends,
        "state": found.state.value,
        "late": found.late,
        "meetings": dict(found.held),
        "steps": [_step(each) for each in found.steps],
        "history": [
            {"on": each.on, "kind": each.kind, "reason": each.reason, "undone": each.undone} for each in found.history
        ],
        "papers": [asdict(each) for each in found.papers],
    }
