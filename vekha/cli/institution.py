"""`vekha institution`: schools, colleges and kindergartens of the region."""

from pathlib import Path
from typing import Annotated

from vekha.cli.arguments import Institution, argument, option, switch, write_file
from vekha.cli.office import work
from vekha.cli.output import answer, bar, count, listing, show_problems, show_warnings, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.errors import WrongUseError, problem
from vekha.services.region import institution_sheets, institutions, public_page

commands = family("institution")

Many = Annotated[list[str] | None, option("--staff", "staff", "staff")]


@commands.command("add")
def add(
    code: Institution,
    kind: Annotated[str, option("--type", "type")],
    title: Annotated[str, option("--title", "institution_title", "text")],
    region: Annotated[str, option("--region", "region")],
    short_title: Annotated[str, option("--short-title", "short_title", "text")] = "",
    region_title: Annotated[str, option("--region-title", "region_title", "text")] = "",
    timezone: Annotated[str, option("--timezone", "timezone")] = "Europe/Moscow",
    municipality: Annotated[str, option("--municipality", "municipality", "text")] = "",
    city: Annotated[str, option("--city", "city", "text")] = "",
    address: Annotated[str, option("--address", "address", "text")] = "",
    staff: Many = None,
    details: Annotated[list[str] | None, option("--set", "details", "pair_value")] = None,
) -> None:
    people = [_person(each) for each in staff or ()]
    facts = [_pair(each, "--set", "inn=0276012345") for each in details or ()]
    data = institutions.InstitutionData(
        code=code,
        type=kind,
        region=region,
        title=title,
        short_title=short_title or title,
        timezone=timezone,
        municipality=municipality,
        city=city,
        address=address,
        staff=dict(people),
        details=dict(facts),
    )
    with work() as unit:
        if region_title:
            institutions.add_region(unit, region, region_title, timezone)
        institutions.put(unit, data)
    answer({"institution": code}, words("institution.added", title=data.short_title, code=code))


@commands.command("list")
def every(region: Annotated[str | None, option("--region", "region")] = None) -> None:
    with work(writes=False) as unit:
        rows = [
            {name: getattr(row, name) for name in ("code", "type", "title", "short_title", "municipality", "region")}
            for row in institutions.every(unit, region)
        ]
    columns = {"code": "code", "type": "type", "short_title": "title", "municipality": "municipality"}
    listing(rows, columns, words("institution.none"))


@commands.command("import")
def load(
    file: Annotated[Path, argument("institution_file", "file")],
    region: Annotated[str | None, option("--region", "default_region", "region")] = None,
    region_title: Annotated[str, option("--region-title", "region_title", "text")] = "",
    timezone: Annotated[str, option("--timezone", "timezone")] = "Europe/Moscow",
    skip_bad: Annotated[bool, switch("--skip-bad", "skip_bad")] = False,
) -> None:
    from vekha import spreadsheet  # noqa: PLC0415

    if region_title and not region:
        raise WrongUseError(problem("institution.region_needed", "--region"))
    sheet = spreadsheet.read(file)
    with work() as unit, bar(words("institution.reading"), len(sheet.rows)) as advance:
        if region and region_title:
            institutions.add_region(unit, region, region_title, timezone)
        done = institution_sheets.load(unit, sheet, region=region, skip_bad=skip_bad, progress=advance)
    show_warnings(done.warnings)
    if done.problems and not options.json:
        show_problems(done.problems)
    answer(done, words("institution.imported", rows=count(done.added, "institution"), **_numbers(done)))


def _numbers(done: institution_sheets.Imported) -> dict[str, int]:
    return {name: getattr(done, name) for name in ("updated", "unchanged", "skipped")}


@commands.command("template")
def template(out: Annotated[Path, option("--out", "out_table", "file")]) -> None:
    from vekha import spreadsheet  # noqa: PLC0415

    with work(writes=False) as unit:
        spreadsheet.write_xlsx(out, institution_sheets.template(unit))
    answer({"file": str(out)}, words("institution.template", path=out))


@commands.command("export")
def export(
    out: Annotated[Path, option("--out", "out_table", "file")],
    region: Annotated[str | None, option("--region", "region")] = None,
    kind: Annotated[str | None, option("--type", "only_type", "type")] = None,
    municipality: Annotated[str | None, option("--municipality", "only_municipality", "text")] = None,
) -> None:
    from vekha import spreadsheet  # noqa: PLC0415

    if out.suffix.lower() not in (".xlsx", ".csv"):
        raise WrongUseError(problem("export.unknown_format", "--out", path=str(out)))
    with work(writes=False) as unit:
        rows = list(institution_sheets.exported(unit, region=region, kind=kind, municipality=municipality))
        if out.suffix.lower() == ".csv":
            spreadsheet.write_csv(out, institution_sheets.titles(), rows)
        else:
            spreadsheet.write_xlsx(out, [institution_sheets.as_table(unit, rows)])
    told = words("institution.exported", rows=count(len(rows), "institution"), path=out)
    answer({"file": str(out), "institutions": len(rows)}, told)


def _person(value: str) -> tuple[str, dict[str, str]]:
    """«director=Иванова Анна Петровна, ж, директор, ivanova@school.example»; the e-mail may be left out."""
    example = "director=Иванова Анна Петровна, ж, директор, ivanova@school.example"
    role, told = _pair(value, "--staff", example)
    name, _, rest = told.partition(",")
    gender, _, position = rest.partition(",")
    genders = {"ж": "f", "м": "m", "f": "f", "m": "m"}
    if gender.strip() not in genders or not name.strip():
        raise WrongUseError(problem("cli.bad_pair", "--staff", value=value, example=example))
    before, _, last = position.rpartition(",")
    position, email = (before, last.strip()) if "@" in last else (position, "")
    person = {"name": name.strip(), "gender": genders[gender.strip()], "position": position.strip()}
    return role, {**person, "email": email} if email else person


def _pair(value: str, where: str, example: str) -> tuple[str, str]:
    name, sign, rest = value.partition("=")
    if not sign or not name.strip():
        raise WrongUseError(problem("cli.bad_pair", where, value=value, example=example))
    return name.strip(), rest.strip()


@commands.command("page")
def page(code: Institution, out: Annotated[Path, option("--out", "page_folder", "folder")]) -> None:
    with work(writes=False) as unit:
        files = public_page.folder(unit, code)
    for name, content in files.items():
        write_file(out / name, content)
    answer({"folder": str(out), "files": sorted(files)}, words("institution.page", path=out))
