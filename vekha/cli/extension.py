"""`vekha extension`: a curator asks for more time, the operator answers."""

from typing import Annotated

from vekha.cli.arguments import Programme, argument, date_of, option, switch
from vekha.cli.campaign_dates import OrderNumber, offer, say
from vekha.cli.office import work
from vekha.cli.output import answer, listing
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.services.dates import extensions
from vekha.services.dates.shifts import Change, Order
from vekha.services.work import Work

commands = family("extension")

Numbers = Annotated[list[int] | None, argument("request")]
OfCampaign = Annotated[str | None, option("--of", "of_campaign", "campaign")]


@commands.command("ask")
def ask(
    programme: Programme,
    row: Annotated[str, argument("row")],
    until: Annotated[str, option("--until", "extension_until", "date")],
    reason: Annotated[str, option("--reason", "extension_reason", "text")],
) -> None:
    stage, _, activity = row.partition(".")
    with work() as unit:
        number = extensions.ask(unit, programme, stage, activity, date_of(until, "--until"), reason)
    answer({"id": number, "state": extensions.ASKED}, say("extension.asked", number=number))


@commands.command("list")
def list_requests(
    campaign: OfCampaign = None,
    programme: Annotated[str | None, option("--programme", "extension_programme", "programme")] = None,
    waiting: Annotated[bool, switch("--waiting", "only_waiting")] = False,
) -> None:
    with work(writes=False) as unit:
        rows = extensions.listing(unit, campaign, programme, extensions.ASKED if waiting else None)
    if not options.json:
        rows = [
            {
                **row,
                "state": say(f"extension.states.{row['state']}"),
                "place": ".".join(filter(None, (row["stage"], row["activity"]))),
            }
            for row in rows
        ]
    columns = {"id": "id", "institution": "institution", "place": "code", "wanted": "wanted", "reason": "reason"}
    listing(rows, columns | {"state": "state", "answer": "answer"}, say("extension.none"))


@commands.command("grant")
def grant(
    requests: Numbers = None,
    every: Annotated[bool, switch("--all", "every_request")] = False,
    campaign: OfCampaign = None,
    until: Annotated[str | None, option("--until", "granted_until", "date")] = None,
    reason: Annotated[str, option("--reason", "shift_reason", "text")] = "",
    order: OrderNumber = "",
    preview: Annotated[bool, switch("--preview", "preview_only")] = False,
) -> None:
    day = date_of(until, "--until") if until else None

    def make(unit: Work) -> Change:
        return extensions.grant(unit, _chosen(unit, requests, campaign, every=every), day)

    offer(make, None if preview else "", Order(reason, order))


@commands.command("decline")
def decline(
    requests: Numbers = None,
    every: Annotated[bool, switch("--all", "every_request")] = False,
    campaign: OfCampaign = None,
    reason: Annotated[str, option("--reason", "extension_answer", "text")] = "",
) -> None:
    with work() as unit:
        numbers = _chosen(unit, requests, campaign, every=every)
        extensions.decline(unit, numbers, reason)
    answer({"declined": numbers}, say("extension.declined", number=len(numbers)))


def _chosen(unit: Work, requests: list[int] | None, campaign: str | None, *, every: bool) -> list[int]:
    if not every:
        return requests or []
    return [row["id"] for row in extensions.listing(unit, campaign, state=extensions.ASKED)]
