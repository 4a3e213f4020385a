"""`vekha duty`: a worker's written consent to mentor, its terms and its early end (ст. 351.8 ТК РФ)."""

from typing import Annotated

from vekha.cli.arguments import Person, Programme, Reason, dates_of, option
from vekha.cli.choices import choice
from vekha.cli.office import work
from vekha.cli.output import answer, listing, words
from vekha.cli.words import family
from vekha.domain.labour import Ending, Side, Terms
from vekha.services.mentoring import duties

commands = family("duty")
_SIDES = {"worker": Side.WORKER, "работник": Side.WORKER, "employer": Side.EMPLOYER, "работодатель": Side.EMPLOYER}


@commands.command("list")
def every(programme: Programme) -> None:
    with work(writes=False) as unit:
        lines = duties.sheet(unit, programme).lines
    written = ("signed", "starts", "ends", "content", "form", "pay", "addendum", "ends_on", "end_reason")
    rows = [
        {
            "person": line.person,
            "name": line.name,
            "state": line.state.value,
            "standing": words(f"duty.states.{line.state.value}"),
            **{name: getattr(line.row, name, None) for name in written},
        }
        for line in lines
    ]
    columns = {"person": "code", "name": "name", "standing": "state", "starts": "opens", "ends": "due"}
    listing(rows, columns, words("duty.none"))


@commands.command("give")
def give(
    programme: Programme,
    person: Person,
    signed: Annotated[str, option("--signed", "duty_signed", "date")],
    starts: Annotated[str, option("--from", "duty_from", "date")],
    ends: Annotated[str, option("--until", "duty_until", "date")],
    content: Annotated[str, option("--content", "duty_content", "text")],
    form: Annotated[str, option("--form", "duty_form", "text")],
    pay: Annotated[str, option("--pay", "duty_pay", "text")],
    addendum: Annotated[str | None, option("--addendum", "duty_addendum", "text")] = None,
) -> None:
    days = dates_of({"--signed": signed, "--from": starts, "--until": ends})
    terms = Terms(
        signed=days[0],
        starts=days[1],
        ends=days[2],
        content=content,
        form=form,
        pay=pay,
        addendum=addendum,
    )
    with work() as unit:
        code = duties.give(unit, programme, person, terms)
    answer({"programme": programme, "person": code}, words("duty.given"))


@commands.command("end")
def end(
    programme: Programme,
    person: Person,
    by: Annotated[str, option("--by", "duty_by", "side")],
    noticed: Annotated[str, option("--noticed", "duty_noticed", "date")],
    last: Annotated[str, option("--last-day", "duty_last", "date")],
    reason: Reason,
) -> None:
    notice, last_day = dates_of({"--noticed": noticed, "--last-day": last})
    ending = Ending(by=choice(by, _SIDES, "--by"), noticed=notice, last=last_day, reason=reason)
    with work() as unit:
        code = duties.end(unit, programme, person, ending)
    answer({"programme": programme, "person": code}, words("duty.ended", last=f"{ending.last:%d.%m.%Y}"))
