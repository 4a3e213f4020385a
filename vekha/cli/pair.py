"""`vekha pair`: pairs and groups."""

from typing import Annotated

from vekha.cli.arguments import On, Pair, Programme, Reason, date_of, date_or, option
from vekha.cli.choices import today_at
from vekha.cli.office import work
from vekha.cli.output import answer, listing, words
from vekha.cli.words import family
from vekha.domain.people import FormPair
from vekha.services.mentoring import pair_life, people
from vekha.services.process import lists

commands = family("pair")


@commands.command("list")
def every(programme: Programme) -> None:
    with work(writes=False) as unit:
        rows = lists.pairs(unit, programme)
    columns = {"pair": "code", "members": "members", "active": "active", "meetings": "meetings"}
    listing(rows, columns, words("pair.none"))


@commands.command("add")
def add(
    programme: Programme,
    mentors: Annotated[list[str], option("--mentor", "mentor", "person")],
    mentees: Annotated[list[str], option("--mentee", "mentee", "person")],
    kind: Annotated[str, option("--format", "format", "text")],
    starts: Annotated[str, option("--from", "pair_from", "date")],
    ends: Annotated[str, option("--until", "pair_until", "date")],
    goal: Annotated[str | None, option("--goal", "goal", "text")] = None,
    employer: Annotated[str | None, option("--employer", "employer", "code")] = None,
) -> None:
    command = FormPair(
        mentors=tuple(mentors),
        mentees=tuple(mentees),
        format=kind,
        starts=date_of(starts, "--from"),
        ends=date_of(ends, "--until"),
        goal=goal,
        employer=employer,
    )
    with work() as unit:
        people.carry_out(unit, programme, [command])
        unit.session.flush()
        code = lists.pairs(unit, programme)[-1]["pair"]
    answer({"programme": programme, "pair": code}, words("pair.added", pair=code))


@commands.command("end")
def end(programme: Programme, pair: Pair, reason: Reason, on: On = None) -> None:
    with work() as unit:
        pair_life.end_early(unit, programme, pair, date_or(on, today_at(unit, programme)), reason)
    answer({"programme": programme, "pair": pair, "active": False}, words("pair.ended"))
