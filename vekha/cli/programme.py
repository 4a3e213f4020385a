"""`vekha programme`: one institution running one roadmap in one cycle."""

from typing import Annotated

from vekha.cli.arguments import Institution, Programme, option
from vekha.cli.office import work
from vekha.cli.output import answer, as_json, line, listing, table, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.services.launch import campaigns
from vekha.services.process import lists, stages
from vekha.services.work import institution_of
from vekha.texts import text

commands = family("programme")


@commands.command("start")
def start(
    institution: Institution,
    year: Annotated[int, option("--year", "year")],
    roadmap: Annotated[str | None, option("--roadmap", "roadmap", "code")] = None,
) -> None:
    with work() as unit:
        key = campaigns.start_one(unit, institution_of(unit.session, institution), year, roadmap)
        unit.flush()
        stages.open_due(unit, key)
    answer({"programme": key}, words("programme.started", programme=key))


@commands.command("list")
def every(institution: Annotated[str | None, option("--of", "of_institution", "code")] = None) -> None:
    with work(writes=False) as unit:
        rows = lists.programmes(unit, institution)
    shown = rows if options.json else [{**row, **_readable(row)} for row in rows]
    columns = {"programme": "programme", "title": "institution", "state": "state", "progress": "stages"}
    listing(shown, columns, words("programme.none"))


def _readable(row: lists.Row) -> lists.Row:
    state = text(f"process.programme_state.{row['state']}")
    return {"state": state, "progress": words("programme.progress", over=row["stages_over"], all=row["stages"])}


@commands.command("show")
def show(programme: Programme) -> None:
    with work(writes=False) as unit:
        rows = lists.activities(unit, programme)
        summary = stages.status(unit, programme)
    if options.json:
        as_json({"programme": programme, "stages": summary, "activities": rows})
        return
    titles = [words(f"columns.{name}") for name in ("number", "activity", "gate", "state", "opens", "due")]
    for stage in summary:
        state = text(f"process.stage_state.{stage.state}")
        line(words("programme.stage", code=stage.code, title=stage.title, state=state))
        own = [row for row in rows if row["stage"] == stage.code]
        table(titles, [_activity(row) for row in own])
        line()


def _activity(row: lists.Row) -> tuple[object, ...]:
    state = text(f"process.activity_state.{row['state']}")
    if row["late"] and row["state"] == "open":
        state = words("programme.late", state=state, days=row["late"])
    gate = words(f"gates.{row['gate']}")
    return (row["number"], f"{row['title']} ({row['activity']})", gate, state, row["opens"], row["due"])
