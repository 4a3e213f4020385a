"""`vekha meeting`: meetings of pairs, trainings and other events held."""

from typing import Annotated

from vekha.cli.arguments import On, Programme, date_or, option, switch
from vekha.cli.choices import choice, today_at
from vekha.cli.office import work
from vekha.cli.output import answer, words
from vekha.cli.words import family
from vekha.domain.people import HoldMeeting
from vekha.services.mentoring import people
from vekha.texts import section

commands = family("meeting")


@commands.command("add")
def add(
    programme: Programme,
    kind: Annotated[str, option("--kind", "kind", "code")],
    on: On = None,
    pair: Annotated[str | None, option("--pair", "of_pair", "pair")] = None,
    topic: Annotated[str | None, option("--topic", "topic", "text")] = None,
    minutes: Annotated[int | None, option("--minutes", "minutes", "number")] = None,
    absent: Annotated[bool, switch("--absent", "absent")] = False,
) -> None:
    known = {code: code for code in section("process.meeting")}
    with work() as unit:
        command = HoldMeeting(
            kind=choice(kind, known, "--kind"),
            on=date_or(on, today_at(unit, programme)),
            pair=pair,
            topic=topic,
            minutes=minutes,
            absent=absent,
        )
        people.carry_out(unit, programme, [command])
    answer({"programme": programme, "kind": command.kind, "on": command.on}, words("meeting.added"))
