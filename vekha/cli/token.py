"""`vekha token`: keys of the API for other systems."""

from typing import Annotated

from vekha.cli.arguments import argument, option
from vekha.cli.office import work
from vekha.cli.output import answer, listing, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.services.access import tokens

commands = family("token")


@commands.command("create")
def create(
    login: Annotated[str, argument("account_login", "email")],
    name: Annotated[str, option("--name", "token_name", "text")],
    scopes: Annotated[list[str], option("--scope", "token_scope", "text")],
    days: Annotated[int, option("--days", "token_days", "number")] = 180,
) -> None:
    with work() as unit:
        secret = tokens.create(unit, login, name, scopes, days)
    told = words("token.created", name=name, login=login, days=days, secret=secret)
    answer({"login": login, "name": name, "token": secret}, told)


@commands.command("list")
def every() -> None:
    with work(writes=False) as unit:
        rows = [
            {
                "id": row.id,
                "login": owner.login,
                "name": row.name,
                "shown": f"{row.shown}…",
                "scopes": row.scopes,
                "expires": row.expires_at,
                "used": row.used_at,
            }
            for row, owner in tokens.listing(unit)
        ]
    if not options.json:
        rows = [
            {
                **row,
                "scopes": ", ".join(row["scopes"]),
                "expires": f"{row['expires']:%d.%m.%Y}",
                "used": f"{row['used']:%d.%m.%Y}" if row["used"] else words("token.never"),
            }
            for row in rows
        ]
    columns = {"id": "id", "name": "name", "login": "email", "shown": "shown", "scopes": "scopes"}
    listing(rows, columns | {"expires": "expires", "used": "used"}, words("token.none"))


@commands.command("revoke")
def revoke(number: Annotated[int, argument("token_number", "number")]) -> None:
    with work() as unit:
        tokens.revoke(unit, number)
    answer({"id": number}, words("token.revoked", number=number))
