"""`vekha award`: who is put forward, what the head decides, the papers."""

from pathlib import Path
from typing import Annotated

from vekha.cli.arguments import Programme, argument, option, write_file
from vekha.cli.office import work
from vekha.cli.output import answer, listing, warn, words
from vekha.cli.words import family
from vekha.domain.errors import WrongUseError, problem
from vekha.services.mentoring.people import code_of
from vekha.services.process.programmes import load
from vekha.services.reporting import award_papers, awards
from vekha.services.work import Work
from vekha.texts import section

commands = family("award")
Chosen = Annotated[list[str], argument("award_chosen", "pair_value")]


@commands.command("list")
def every(programme: Programme) -> None:
    kinds, states = section("awards.kinds"), section("awards.states")
    with work(writes=False) as unit:
        rows = [
            {
                "person": each.code,
                "name": each.name,
                "finished": each.results.finished,
                "meetings": each.results.meetings,
                "worthy": sorted(each.worthy),
                "awards": {kind.value: row.state for kind, row in each.awards.items()},
                "told": "; ".join(f"{kinds[kind]} – {states[row.state]}" for kind, row in each.awards.items()),
            }
            for each in awards.sheet(unit, programme).candidates
        ]
    columns = {"person": "code", "name": "name", "finished": "finished", "meetings": "meetings", "told": "state"}
    listing(rows, columns, words("award.none"))


@commands.command("choose")
def choose(
    programme: Programme, chosen: Chosen, text: Annotated[str, option("--words", "award_words", "text")] = ""
) -> None:
    with work() as unit:
        made = awards.choose(unit, programme, _pairs(unit, programme, chosen), text)
    answer({"programme": programme, "chosen": made}, words("award.chosen", number=made))


@commands.command("approve")
def approve(programme: Programme, chosen: Chosen) -> None:
    with work() as unit:
        made = awards.decide(unit, programme, _pairs(unit, programme, chosen), approve=True)
    answer({"programme": programme, "approved": made}, words("award.approved", number=made))


@commands.command("decline")
def decline(
    programme: Programme, chosen: Chosen, reason: Annotated[str, option("--reason", "award_reason", "text")] = ""
) -> None:
    with work() as unit:
        made = awards.decide(unit, programme, _pairs(unit, programme, chosen), approve=False, reason=reason)
    answer({"programme": programme, "declined": made}, words("award.declined", number=made))


@commands.command("issue")
def issue(programme: Programme) -> None:
    with work() as unit:
        done = awards.issue(unit, programme)
    if done.without_consent:
        warn(words("award.no_consent", people=", ".join(done.without_consent)))
    told = {"programme": programme, "documents": done.documents, "without_consent": list(done.without_consent)}
    answer(told, words("award.issued", number=done.documents))


@commands.command("papers")
def papers(
    programme: Programme, out: Annotated[Path, option("--out", "award_out", "file")] = Path("awards.pdf")
) -> None:
    with work(writes=False) as unit:
        write_file(out, award_papers.pdf(unit, programme))
    answer({"file": str(out)}, words("award.papers", file=out))


def _pairs(unit: Work, programme: str, chosen: list[str]) -> list[tuple[str, str]]:
    """«p3=thanks» or «Соколова Анна Викторовна=thanks». Raises WrongUseError cli.bad_pair."""
    people = load(unit, programme).now.people
    found: list[tuple[str, str]] = []
    for each in chosen:
        person, sign, kind = each.rpartition("=")
        if not sign:
            raise WrongUseError(problem("cli.bad_pair", value=each, example="p3=thanks"))
        found.append((code_of(people, person.strip()), kind.strip()))
    return found
