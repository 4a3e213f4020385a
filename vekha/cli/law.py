"""`vekha law`: the acts that documents stand on, federal to the institution's own."""

from typing import Annotated

from vekha.cli.arguments import Institution, On, date_of, option
from vekha.cli.office import work
from vekha.cli.output import answer, line, listing, options, words
from vekha.cli.words import family
from vekha.domain.law import LawRef, citation
from vekha.services.office import acts
from vekha.services.region import institutions
from vekha.texts import section, text

commands = family("law")


@commands.command("list")
def every(institution: Institution, on: On = None) -> None:
    with work(writes=False) as unit:
        home = institutions.one(unit, institution)
        day = date_of(on, "--on") if on else unit.local_day(home.timezone)
        levels = section("law")["levels"]
        rows = [
            {
                "level": levels[level],
                "act": citation(ref),
                "valid": _valid(ref),
                "active": ref.holds_on(day),
                "checked": ref.checked,
                "number": ref.number,
            }
            for level, ref in acts.listed(unit, home)
        ]
    columns = {name: name for name in ("level", "act", "valid", "active", "checked")}
    listing(rows, columns, words("law.none"))
    if not options.json and not all(row["checked"] for row in rows):
        line(words("law.unchecked"))


@commands.command("add")
def add(
    kind: Annotated[str, option("--kind", "law_kind", "code")],
    number: Annotated[str, option("--number", "law_number", "text")],
    date: Annotated[str, option("--date", "law_date", "date")],
    title: Annotated[str, option("--title", "law_title", "text")],
    issuer: Annotated[str, option("--issuer", "issuer", "text")],
    region: Annotated[str, option("--region", "law_region", "region")],
    municipality: Annotated[str, option("--municipality", "law_municipality", "text")] = "",
    institution: Annotated[str, option("--of-institution", "law_institution", "institution")] = "",
    topic: Annotated[str, option("--topic", "law_topic", "code")] = "mentoring",
    since: Annotated[str | None, option("--from", "valid_from", "date")] = None,
    until: Annotated[str | None, option("--until", "valid_until", "date")] = None,
) -> None:
    data = acts.ActData(
        region=region,
        municipality=municipality,
        institution=institution,
        kind=kind,
        number=number.strip(),
        date=date_of(date, "--date"),
        title=title.strip(),
        issuer=issuer.strip(),
        topic=topic,
        valid_from=date_of(since, "--from") if since else None,
        valid_to=date_of(until, "--until") if until else None,
    )
    with work() as unit:
        ref = acts.add(unit, data)
    answer({"number": ref.number, "citation": citation(ref)}, words("law.added", citation=citation(ref)))


def _valid(ref: LawRef) -> str:
    if ref.valid_to is None:
        return text("law.valid", since=f"{ref.valid_from:%d.%m.%Y}")
    return text("law.valid_until", since=f"{ref.valid_from:%d.%m.%Y}", until=f"{ref.valid_to:%d.%m.%Y}")
