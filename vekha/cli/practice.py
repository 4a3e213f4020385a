"""`vekha practice`: cases of good practice written, reviewed, published, found."""

from typing import Annotated

from vekha.cli.arguments import Programme, argument, option, switch
from vekha.cli.choices import choice
from vekha.cli.office import work
from vekha.cli.output import answer, as_json, line, listing, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.reporting.practice import Card, Step
from vekha.services.reporting import practices
from vekha.texts import section

commands = family("practice")
Number = Annotated[int, argument("practice", "number")]


@commands.command("list")
def every(programme: Programme) -> None:
    states = section("web.practices.states")
    with work(writes=False) as unit:
        rows = [
            {"id": row.id, "title": row.title, "state": row.state, "told": states[row.state]}
            for row in practices.of_programme(unit, programme)
        ]
    listing(rows, {"id": "number", "title": "title", "told": "state"}, words("practice.none"))


@commands.command("add")
def add(
    programme: Programme,
    title: Annotated[str, option("--title", "practice_title", "text")],
    trouble: Annotated[str, option("--problem", "practice_problem", "text")] = "",
    done: Annotated[str, option("--done", "practice_done", "text")] = "",
    result: Annotated[str, option("--result", "practice_result", "text")] = "",
    model: Annotated[str, option("--model", "practice_model", "model")] = "",
    people: Annotated[list[str] | None, option("--person", "practice_person", "person")] = None,
) -> None:
    card = Card(title=title, problem=trouble, done=done, result=result, model=model)
    with work() as unit:
        number = practices.create(unit, programme, card, people or ()).id
    answer({"practice": number}, words("practice.added", number=number))


@commands.command("step")
def step(
    number: Number,
    wanted: Annotated[str, argument("practice_step", "text")],
    remarks: Annotated[str, option("--remarks", "remarks", "text")] = "",
) -> None:
    found = choice(wanted, {each.value: each for each in Step if each is not Step.EDIT}, "step")
    with work() as unit:
        state = practices.step(unit, number, found, remarks).state
    answer({"practice": number, "state": state}, words("practice.now", state=section("web.practices.states")[state]))


@commands.command("pin")
def pin(number: Number, off: Annotated[bool, switch("--off", "unpin")] = False) -> None:
    with work() as unit:
        practices.pin(unit, number, pinned=not off)
    answer({"practice": number, "pinned": not off}, words("practice.unpinned" if off else "practice.pinned"))


@commands.command("search")
def search(question: Annotated[str, argument("question", "text")] = "") -> None:
    with work(writes=False) as unit:
        rows = [
            {"id": hit.row.id, "title": hit.row.title, "institution": hit.institution, "score": hit.score}
            for hit in practices.found(unit, question)
        ]
    listing(rows, {"id": "number", "title": "title", "institution": "institution"}, words("practice.nothing"))


@commands.command("show")
def show(number: Number) -> None:
    titles = section("web.practices")
    with work(writes=False) as unit:
        found = practices.sheet(unit, number)
        card, state = practices.card_of(found.row), found.row.state
    if options.json:
        as_json({"id": number, "state": state, **card.parts, "people": list(found.named)})
        return
    line(card.title)
    for name in ("problem", "done", "result"):
        line(f"{titles[name]}: {getattr(card, name) or '–'}")
