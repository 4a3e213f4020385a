"""`vekha person import|export|template`: participants as a table."""

from pathlib import Path
from typing import Annotated

from vekha.cli.arguments import Programme, argument, option, switch
from vekha.cli.choices import role_of
from vekha.cli.office import work
from vekha.cli.output import answer, bar, count, show_problems, show_warnings, words
from vekha.cli.person import commands
from vekha.cli.state import options
from vekha.domain.errors import WrongUseError, problem
from vekha.services.mentoring import people_import

__all__ = ["commands"]

OnlyRole = Annotated[str | None, option("--role", "rows_role", "role")]
Out = Annotated[Path, option("--out", "out_table", "file")]


@commands.command("import")
def load(
    programme: Programme,
    file: Annotated[Path, argument("people_file", "file")],
    role: OnlyRole = None,
    skip_bad: Annotated[bool, switch("--skip-bad", "skip_bad")] = False,
    dry: Annotated[bool, switch("--dry-run", "dry_run")] = False,
) -> None:
    from vekha import spreadsheet  # noqa: PLC0415

    sheet = spreadsheet.read(file)
    with work() as unit, bar(words("institution.reading"), len(sheet.rows)) as advance:
        done = people_import.load_table(
            unit,
            programme,
            sheet,
            role=role_of(role) if role else None,
            skip_bad=skip_bad or dry,
            dry=dry,
            progress=advance,
        )
    show_warnings(done.warnings)
    if done.problems and not options.json:
        show_problems(done.problems)
    numbers = {name: getattr(done, name) for name in ("updated", "unchanged", "skipped")}
    told = "person.tried" if dry else "person.imported"
    answer(done, words(told, rows=count(done.added, "person"), **numbers))


@commands.command("template")
def template(out: Out) -> None:
    from vekha import spreadsheet  # noqa: PLC0415

    spreadsheet.write_xlsx(out, people_import.template())
    answer({"file": str(out)}, words("person.template", path=out))


@commands.command("export")
def export(programme: Programme, out: Out, role: OnlyRole = None) -> None:
    from vekha import spreadsheet  # noqa: PLC0415

    if out.suffix.lower() not in (".xlsx", ".csv"):
        raise WrongUseError(problem("export.unknown_format", "--out", path=str(out)))
    with work(writes=False) as unit:
        rows = people_import.exported(unit, programme, role_of(role) if role else None)
    if out.suffix.lower() == ".csv":
        spreadsheet.write_csv(out, people_import.titles(), rows)
    else:
        spreadsheet.write_xlsx(out, [people_import.as_table(rows)])
    told = words("person.exported", rows=count(len(rows), "row"), path=out)
    answer({"file": str(out), "rows": len(rows)}, told)
