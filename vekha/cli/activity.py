"""`vekha activity`: rows of the roadmap, and those a curator adds."""

from typing import Annotated

from vekha.cli.arguments import Activity, Programme, Reason, Stage, date_of, option, switch
from vekha.cli.office import work
from vekha.cli.output import answer, words
from vekha.cli.words import family
from vekha.services.process import activities

commands = family("activity")


@commands.command("done")
def done(programme: Programme, stage: Stage, activity: Activity) -> None:
    with work() as unit:
        activities.done(unit, programme, stage, activity)
    _say(programme, stage, activity, "done")


@commands.command("waive")
def waive(programme: Programme, stage: Stage, activity: Activity, reason: Reason) -> None:
    with work() as unit:
        activities.waive(unit, programme, stage, activity, reason)
    _say(programme, stage, activity, "waived")


@commands.command("reopen")
def reopen(programme: Programme, stage: Stage, activity: Activity, reason: Reason) -> None:
    with work() as unit:
        activities.reopen(unit, programme, stage, activity, reason)
    _say(programme, stage, activity, "open")


@commands.command("add")
def add(
    programme: Programme,
    stage: Stage,
    activity: Annotated[str, option("--code", "new_activity", "code")],
    title: Annotated[str, option("--title", "activity_title", "text")],
    due: Annotated[str, option("--due", "due", "date")],
    required: Annotated[bool, switch("--required", "required")] = False,
) -> None:
    with work() as unit:
        activities.add(unit, programme, stage, activity, title, date_of(due, "--due"), required=required)
    _say(programme, stage, activity, "open", "added")


def _say(programme: str, stage: str, activity: str, state: str, key: str = "") -> None:
    data = {"programme": programme, "stage": stage, "activity": activity, "state": state}
    answer(data, words(f"activity.{key or state}"))
