"""`vekha duty`: a worker's written consent to mentor, its terms and its early end (ст. 351.8 ТК РФ)."""

from typing import Annotated

from vekha.cli.arguments import Person, Programme, Reason, date_of, option
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
        rows = [row.model_dump() for row in duties.every(unit, programme)]
    columns = {"person": "code", "signed": "date", "starts": "opens", "ends": "due", "ends_on": "closed"}
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
    terms = Terms(
        signed=date_of(signed, "--signed"),
        starts=date_of(starts, "--from"),
        ends=date_of(ends, "--until"),
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
    ending = Ending(
        by=choice(by, _SIDES, "--by"),
        noticed=date_of(noticed, "--noticed"),
        last=date_of(last, "--last-day"),
        reason=reason,
    )
    with work() as unit:
        code = duties.end(unit, programme, person, ending)
    answer({"programme": programme, "person": code}, words("duty.ended", last=f"{ending.last:%d.%m.%Y}"))
