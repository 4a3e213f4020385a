"""`vekha account`: who may log into the console. The first administrator of an installation comes from here."""

from typing import Annotated

from vekha.cli.arguments import argument, date_of, option
from vekha.cli.office import installation, work
from vekha.cli.output import answer, listing, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.access import Grant
from vekha.services.access import accounts
from vekha.texts import section

commands = family("account")

Login = Annotated[str, argument("account_login", "email")]
GivenRole = Annotated[str, option("--role", "account_role", "role")]
Region = Annotated[str, option("--region", "account_region", "region")]
Municipality = Annotated[str, option("--municipality", "account_municipality", "text")]
Institution = Annotated[str, option("--institution", "account_institution", "institution")]


@commands.command("invite")
def invite(
    login: Login,
    name: Annotated[str, option("--name", "account_name", "text")],
    role: GivenRole,
    region: Region = "",
    municipality: Municipality = "",
    institution: Institution = "",
) -> None:
    given = Grant(role=role, region=region, municipality=municipality, institution=institution)
    with work() as unit:
        link = _link(accounts.invite(unit, login, name, given))
    answer({"login": login, "link": link}, words("account.invited", login=login, link=link))


@commands.command("reset")
def reset(login: Login) -> None:
    with work() as unit:
        link = _link(accounts.reset(unit, login))
    answer({"login": login, "link": link}, words("account.reset", login=login, link=link))


@commands.command("grant")
def grant(
    login: Login,
    role: GivenRole,
    region: Region = "",
    municipality: Municipality = "",
    institution: Institution = "",
    since: Annotated[str | None, option("--since", "account_since", "date")] = None,
    until: Annotated[str | None, option("--until", "account_until", "date")] = None,
    reason: Annotated[str, option("--reason", "account_reason", "text")] = "",
) -> None:
    given = Grant(role=role, region=region, municipality=municipality, institution=institution)
    first, last = since and date_of(since, "--since"), until and date_of(until, "--until")
    with work() as unit:
        accounts.grant(unit, login, given, since=first or None, until=last or None, why=reason)
    told = section("web.roles").get(role, role)
    answer({"login": login, "role": role}, words("account.granted", login=login, role=told))


@commands.command("disable")
def disable(login: Login) -> None:
    with work() as unit:
        accounts.disable(unit, login)
    answer({"login": login}, words("account.disabled", login=login))


@commands.command("list")
def every() -> None:
    with work(writes=False) as unit:
        rows = [
            {
                "login": row.login,
                "name": row.name,
                "roles": "; ".join(_told(each) for each in grants),
                "state": "disabled" if row.disabled_at else "active" if row.password_hash else "invited",
            }
            for row, grants in accounts.every(unit)
        ]
    if not options.json:
        rows = [{**row, "state": words(f"account.state.{row['state']}")} for row in rows]
    listing(rows, {"login": "email", "name": "name", "roles": "role", "state": "state"}, words("account.none"))


def _told(grant: Grant) -> str:
    """«куратор программы (school-12)»."""
    place = grant.institution or grant.municipality or grant.region
    title = section("web.roles").get(grant.role, grant.role)
    return f"{title} ({place})" if place else title


def _link(secret: str) -> str:
    settings = installation().settings
    return f"{settings.console_url}/welcome/{secret}"
