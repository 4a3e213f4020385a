"""`vekha person doubles|apart|merge|merges|unmerge`: one person entered twice. `vekha person correct` mends a slip."""

from typing import Annotated

from vekha.cli.arguments import Person, Programme, argument, date_of, option, switch
from vekha.cli.office import work
from vekha.cli.output import answer, listing, words
from vekha.cli.people_files import commands
from vekha.domain.access import Action
from vekha.services.mentoring import doubles, merging, person_changes
from vekha.services.mentoring.doubles import Entry
from vekha.services.mentoring.merging import Merged
from vekha.services.mentoring.people import code_of
from vekha.services.process.programmes import load

__all__ = ["commands"]

Other = Annotated[str, argument("other_person", "person")]


@commands.command("doubles")
def every(programme: Programme) -> None:
    with work(writes=False) as unit:
        found = doubles.suspects(unit, programme)
    rows = [{"one": _named(each.one), "other": _named(each.other)} for each in found]
    listing(rows, {"one": "one", "other": "other"}, words("person.no_doubles"))


def _named(entry: Entry) -> str:
    born = f", {entry.birth_date:%d.%m.%Y}" if entry.birth_date else ""
    return f"{entry.code} {entry.name}{born} ({', '.join(entry.programmes)})"


@commands.command("apart")
def apart(programme: Programme, person: Person, other: Other) -> None:
    with work() as unit:
        doubles.tell_apart(unit, programme, person, other)
    answer({"programme": programme, "one": person, "other": other}, words("person.apart"))


@commands.command("merge")
def merge(
    programme: Programme, person: Person, other: Other, dry: Annotated[bool, switch("--dry-run", "dry_run")] = False
) -> None:
    with work() as unit:
        done = merging.merge(unit, programme, person, other, dry=dry)
    told = "person.would_merge" if dry else "person.merged"
    answer(_row(done), words(told, kept=done.kept, merged=done.merged, rows=sum(done.rows.values()), merge=done.id))


@commands.command("merges")
def merges(programme: Programme) -> None:
    with work() as unit:
        rows = [
            {"merge": each.id, "kept": each.kept, "merged": each.merged, "who": each.who, "at": each.at}
            for each in merging.merges(unit, programme)
        ]
    columns = {"merge": "id", "kept": "kept", "merged": "merged", "who": "who", "at": "at"}
    listing(rows, columns, words("person.no_merges"))


@commands.command("unmerge")
def unmerge(programme: Programme, merge_id: Annotated[int, argument("merge", "number")]) -> None:
    with work() as unit:
        done = merging.undo(unit, programme, merge_id)
    answer(_row(done), words("person.unmerged", kept=done.kept, merged=done.merged))


def _row(done: Merged) -> dict[str, object]:
    return {"merge": done.id or None, "kept": done.kept, "merged": done.merged, "rows": done.rows}


@commands.command("correct")
def correct(
    programme: Programme,
    person: Person,
    name: Annotated[str | None, option("--name", "person_name", "text")] = None,
    born: Annotated[str | None, option("--born", "born", "date")] = None,
    graduated: Annotated[int | None, option("--graduated", "graduated", "number", min=1950, max=2100)] = None,
) -> None:
    with work() as unit:
        code = code_of(load(unit, programme, Action.WORK).now.people, person)
        changed = person_changes.correct(
            unit,
            programme,
            code,
            name=name,
            birth_date=date_of(born, "--born") if born else None,
            graduated=graduated,
        )
    answer({"person": code, "changed": changed}, words("person.corrected" if changed else "person.not_corrected"))
