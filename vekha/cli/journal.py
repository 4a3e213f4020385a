"""`vekha journal`: journals of registration, the form of their numbers, and their print."""

import datetime as dt
from pathlib import Path
from typing import Annotated

from vekha.cli.arguments import Institution, argument, option, write_file
from vekha.cli.office import work
from vekha.cli.output import answer, listing, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.services.office import journals
from vekha.services.region import institutions
from vekha.services.work import Work

commands = family("journal")

Code = Annotated[str, argument("journal")]
Year = Annotated[int | None, option("--year", "journal_year", "year")]


@commands.command("list")
def every(institution: Institution, year: Year = None) -> None:
    with work(writes=False) as unit:
        rows = [
            {
                "journal": line.code,
                "title": line.title,
                "pattern": line.pattern,
                "kinds": list(line.kinds),
                "year": line.year,
                "given": line.given,
                "next": line.next,
            }
            for line in journals.every(unit, institution, year or _this_year(unit, institution))
        ]
    if not options.json:
        rows = [{**row, "kinds": ", ".join(row["kinds"])} for row in rows]
    columns = {"journal": "code", "title": "title", "kinds": "kinds", "pattern": "pattern", "given": "given"}
    listing(rows, {**columns, "next": "next"}, words("journal.none"))


@commands.command("set")
def put(
    institution: Institution,
    code: Code,
    title: Annotated[str | None, option("--title", "journal_title", "text")] = None,
    pattern: Annotated[str | None, option("--pattern", "pattern", "text")] = None,
    kind: Annotated[list[str] | None, option("--kind", "document_kind", "code")] = None,
    start: Annotated[int | None, option("--next", "next_number", "number", min=1)] = None,
    year: Year = None,
) -> None:
    with work() as unit:
        kinds = tuple(kind) if kind else None
        of = year or _this_year(unit, institution)
        data = journals.JournalData(code=code, title=title, pattern=pattern, kinds=kinds, year=of, starts_with=start)
        line = journals.put(unit, institution, data)
    told = words("journal.kept", title=line.title, next=line.next, year=line.year)
    answer({"journal": line.code, "pattern": line.pattern, "kinds": list(line.kinds), "next": line.next}, told)


@commands.command("print")
def printed(
    institution: Institution,
    code: Code,
    out: Annotated[Path | None, option("--out", "journal_file", "file")] = None,
    year: Year = None,
) -> None:
    with work(writes=False) as unit:
        of = year or _this_year(unit, institution)
        target = out or Path(f"{institution}-{code}-{of}.pdf")
        entries = journals.entries(unit, institution, code, of)
        make = journals.as_csv if target.suffix.lower() == ".csv" else journals.as_pdf
        content = make(unit, institution, code, of)
    write_file(target, content)
    data = {"file": str(target), "entries": [_plain(each) for each in entries]}
    answer(data, words("journal.printed", path=target))


def _plain(entry: journals.Entry) -> dict[str, object]:
    names = ("number", "dated", "title", "state", "approved_by", "note", "document")
    return {name: getattr(entry, name) for name in names}


def _this_year(unit: Work, institution: str) -> int:
    zone = institutions.one(unit, institution).timezone
    today: dt.date = unit.local_day(zone)
    return today.year
