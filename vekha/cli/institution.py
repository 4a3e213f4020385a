"""`vekha institution`: schools, colleges and kindergartens of the region."""

from typing import Annotated

from vekha.cli.arguments import Institution, option
from vekha.cli.office import work
from vekha.cli.output import answer, listing, words
from vekha.cli.words import family
from vekha.domain.errors import WrongUseError, problem
from vekha.services import institutions

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


def _person(value: str) -> tuple[str, dict[str, str]]:
    """«director=Иванова Анна Петровна, ж, директор»."""
    example = "director=Иванова Анна Петровна, ж, директор"
    role, told = _pair(value, "--staff", example)
    name, _, rest = told.partition(",")
    gender, _, position = rest.partition(",")
    genders = {"ж": "f", "м": "m", "f": "f", "m": "m"}
    if gender.strip() not in genders or not name.strip():
        raise WrongUseError(problem("cli.bad_pair", "--staff", value=value, example=example))
    return role, {"name": name.strip(), "gender": genders[gender.strip()], "position": position.strip()}


def _pair(value: str, where: str, example: str) -> tuple[str, str]:
    name, sign, rest = value.partition("=")
    if not sign or not name.strip():
        raise WrongUseError(problem("cli.bad_pair", where, value=value, example=example))
    return name.strip(), rest.strip()
