"""`vekha stage`: where the stages stand, and moving them on."""

from vekha.cli.arguments import OptionalReason, Programme, Reason, Stage, Wait
from vekha.cli.office import finish_queued, work
from vekha.cli.output import answer, as_json, day, line, table, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.services.process import stages
from vekha.texts import text

commands = family("stage")


@commands.command("status")
def status(programme: Programme) -> None:
    with work(writes=False) as unit:
        found = stages.status(unit, programme)
    if options.json:
        as_json(found)
        return
    titles = [words(f"columns.{name}") for name in ("code", "stage", "state", "opens", "due", "closed")]
    rows = [
        (each.code, each.title, _state(each), day(each.opens), day(each.due), day(each.closed_on)) for each in found
    ]
    table(titles, rows)
    for each in found:
        if each.error:
            line(words("stage.error", title=each.title, error=each.error))
        if each.problems:
            line(f"\n{words('stage.missing', title=each.title)}")
            for problem in each.problems:
                line(words("stage.problem", where=problem.where, message=problem.message, remedy=problem.remedy))


def _state(stage: stages.StageSummary) -> str:
    state = text(f"process.stage_state.{stage.state}")
    late = stage.days_late and stage.state in ("open", "closing")
    return words("programme.late", state=state, days=stage.days_late) if late else state


@commands.command("open")
def open_early(programme: Programme, stage: Stage, reason: OptionalReason = "") -> None:
    with work() as unit:
        stages.open_early(unit, programme, stage, reason)
    _say(programme, stage, "open", "opened")


@commands.command("complete")
def complete(programme: Programme, stage: Stage, wait: Wait = False) -> None:
    with work() as unit:
        stages.complete(unit, programme, stage)
    if wait and finish_queued(wait=True):
        with work(writes=False) as unit:
            now = next(each for each in stages.status(unit, programme) if each.code == stage)
        answer({"programme": programme, "stage": stage, "state": now.state}, words(f"stage.after.{now.state}"))
        return
    _say(programme, stage, "closing", "completing")


@commands.command("withdraw")
def withdraw(programme: Programme, stage: Stage) -> None:
    with work() as unit:
        stages.withdraw(unit, programme, stage)
    _say(programme, stage, "open", "withdrawn")


@commands.command("reopen")
def reopen(programme: Programme, stage: Stage, reason: Reason) -> None:
    with work() as unit:
        stages.reopen(unit, programme, stage, reason)
    _say(programme, stage, "open", "reopened")


@commands.command("skip")
def skip(programme: Programme, stage: Stage, reason: Reason) -> None:
    with work() as unit:
        stages.skip(unit, programme, stage, reason)
    _say(programme, stage, "skipped", "skipped")


def _say(programme: str, stage: str, state: str, key: str) -> None:
    answer({"programme": programme, "stage": stage, "state": state}, words(f"stage.{key}"))
