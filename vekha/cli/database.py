"""`vekha db`: the version of the database's schema."""

from vekha.bootstrap import build
from vekha.cli.office import actor
from vekha.cli.output import answer, words
from vekha.cli.words import family
from vekha.domain.access import Action, demand
from vekha.storage import schema

commands = family("db")


@commands.command("upgrade")
def upgrade() -> None:
    demand(actor(), Action.ADMINISTER)
    app = build()
    before = schema.current(app.engine)
    app.prepare()
    now = schema.current(app.engine)
    told = words("db.unchanged", revision=now) if before == now else words("db.upgraded", revision=now)
    answer({"before": before, "revision": now}, told)


@commands.command("current")
def current() -> None:
    app = build()
    revision, newest = schema.stored_revision(app.engine), schema.newest_revision()
    key = "current" if revision == newest else "behind" if revision else "empty"
    data = {"revision": revision, "newest": newest, "current": revision == newest}
    answer(data, words(f"db.{key}", revision=revision, newest=newest))
