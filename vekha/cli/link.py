"""`vekha link`: one form for somebody without an account, behind an address of their own."""

from pathlib import Path
from typing import Annotated, Any

from vekha.cli.arguments import FormCode, OnlyActivity, OnlyStage, Programme, argument, option, write_file
from vekha.cli.office import installation, work
from vekha.cli.output import answer, count, listing, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.errors import VekhaError, WrongUseError, problem
from vekha.domain.links import LONGEST, SHORTEST, USUAL
from vekha.services.mentoring import link_sheets, links
from vekha.services.mentoring.askings import Recipient
from vekha.services.process.programmes import load
from vekha.services.work import Work

commands = family("link")

Person = Annotated[list[str] | None, option("--person", "link_person", "code")]


@commands.command("create")
def create(
    programme: Programme,
    form: FormCode,
    people: Person = None,
    names: Annotated[list[str] | None, option("--name", "link_name", "who")] = None,
    days: Annotated[int, option("--days", "link_days", "number", min=SHORTEST, max=LONGEST)] = USUAL,
    out: Annotated[Path | None, option("--print", "link_sheet", "file")] = None,
    stage: OnlyStage = None,
    activity: OnlyActivity = None,
) -> None:
    base = installation().settings.console_url
    with work() as unit:
        place = links.place_of(unit, programme, form, _place(stage, activity))
        chosen = _chosen(unit, programme, place, form, people or (), names or ())
        made = links.create(unit, programme, place, form, chosen, days=days)
        if out is not None:
            loaded = load(unit, programme)
            title = loaded.type.form(form).title
            write_file(out, link_sheets.sheet(unit, title, loaded.institution.short_title, made, base))
    rows = [{"name": each.name, "about": each.about, "address": each.address(base)} for each in made]
    if options.json:
        answer({"links": rows, "sheet": str(out) if out else None}, "")
        return
    listing(rows, {"name": "who", "about": "about", "address": "address"}, "")
    if out is not None:
        answer({}, words("link.printed", path=out))


@commands.command("list")
def every(programme: Programme, form: FormCode, stage: OnlyStage = None, activity: OnlyActivity = None) -> None:
    with work(writes=False) as unit:
        place = links.place_of(unit, programme, form, _place(stage, activity))
        found = links.asked(unit, programme, place, form)
    rows: list[dict[str, Any]] = [
        {
            "subject": each.subject,
            "name": each.name,
            "about": each.about,
            "email": each.email,
            "state": each.state.value if each.state else None,
            "expires": each.expires,
        }
        for each in found
    ]
    if not options.json:
        for row in rows:
            row["state"] = words(f"link.state.{row['state'] or 'none'}")
    listing(rows, {"subject": "code", "name": "who", "about": "about", "state": "state"}, words("link.nobody"))


@commands.command("revoke")
def revoke(
    programme: Programme,
    form: FormCode,
    people: Annotated[list[str], argument("link_people", "code")],
    stage: OnlyStage = None,
    activity: OnlyActivity = None,
) -> None:
    with work() as unit:
        place = links.place_of(unit, programme, form, _place(stage, activity))
        wanted = {
            (each.subject, each.name)
            for each in links.asked(unit, programme, place, form)
            if each.subject in people or each.name in people
        }
        number = links.revoke(unit, programme, place, form, wanted)
    answer({"revoked": number}, words("link.revoked", links=count(number, "link")))


def _place(stage: str | None, activity: str | None) -> tuple[str, str] | None:
    if (stage is None) != (activity is None):
        raise WrongUseError(problem("cli.missing_option", name="--activity" if stage else "--stage", help="--help"))
    return (stage, activity) if stage is not None and activity is not None else None


def _chosen(unit: Work, programme: str, place: tuple[str, str], form: str, people: Any, names: Any) -> list[Recipient]:
    """Those named by code, everybody who has not answered when nobody is named, and new people by name."""
    known = links.asked(unit, programme, place, form)
    missing = [each for each in people if each not in {one.subject for one in known}]
    if missing:
        raise VekhaError(problem("link.unknown_person", person=each) for each in missing)
    waited_for = [each for each in known if each.state is None or each.pending]
    wanted = [each for each in known if each.subject in people] if people or names else waited_for
    return [Recipient(each.subject, each.name, each.email) for each in wanted] + [Recipient("", each) for each in names]
