"""What the outbox delivers without a run of its own: events, reminders, letters.

The outbox already keeps, repeats and reports them row by row; a run for each would cost more than the delivery.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from prefect.context import SyncClientContext
from prefect.events import Event as PrefectEvent
from prefect.events import RelatedResource, Resource

from vekha.bootstrap import App
from vekha.domain.errors import VekhaError, problem
from vekha.domain.facts import Event
from vekha.mail.post import MailError, Post, Server, connected
from vekha.services.delivery import mail, reminders
from vekha.services.mentoring import link_letters, reflection_letters
from vekha.services.process import runs
from vekha.services.surveys import letters as survey_letters
from vekha.services.work import Work
from vekha.storage import outbox
from vekha.storage.outbox import Job


def announce(app: App, jobs: Sequence[Job]) -> dict[Job, str]:
    """Sends events to Prefect, then to every listener; maps each row to what its listeners failed with."""
    with app.work(writes=False) as work:
        events = {job: runs.event_of(work, job) for job in jobs}
    _tell_prefect(list(events.values()))
    return {job: "\n".join(map(str, app.registry.notify(event))) for job, event in events.items()}


def remind(app: App, jobs: Sequence[Job]) -> dict[Job, str]:
    """Tells each batch of people what is new to them, in a transaction of its own."""
    outcome: dict[Job, str] = {}
    for job in jobs:
        try:
            with app.work() as work:
                reminders.tell(work, job.payload["addressees"])
                outbox.done(work.session, job, work.now)
            outcome[job] = ""
        except VekhaError as refusal:
            outcome[job] = str(refusal)
    return outcome


def post(app: App, jobs: Sequence[Job]) -> dict[Job, str]:
    """Sends letters over one connection; what became of each is kept with it, so none is left for the dispatcher."""
    return _over_one_connection(app, jobs, _DIGESTS)


def ask(app: App, jobs: Sequence[Job]) -> dict[Job, str]:
    """Sends personal links, each in a letter of its own; what became of each is kept with it."""
    for job in jobs:
        made = None
        try:
            with connected(_mail_server(app)) as connection:
                with app.work() as work:
                    made, letter = link_letters.write(work, job, app.settings.console_url)
                connection.send(letter, job.payload["email"])
        except MailError as reason:
            with app.work() as work:
                link_letters.not_sent(work, job, reason, made)
        else:
            with app.work() as work:
                link_letters.sent(work, job, made)
    return {}


def poll(app: App, jobs: Sequence[Job]) -> dict[Job, str]:
    """Sends the letters of surveys over one connection; whoever has answered meanwhile gets none."""
    return _over_one_connection(app, jobs, _SURVEYS)


def reflect(app: App, jobs: Sequence[Job]) -> dict[Job, str]:
    """Sends the letters that ask how a meeting went, over one connection; whoever has answered meanwhile gets none."""
    return _over_one_connection(app, jobs, _REFLECTIONS)


# --- letters ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Letters:
    """How the letters of one kind are written (nothing where none is to go any more), and what is kept of each."""

    write: Callable[[App, Job], tuple[EmailMessage, str] | None]
    sent: Callable[[Work, Job], None]
    not_sent: Callable[[Work, Job, MailError], None]


def _digest(app: App, job: Job) -> tuple[EmailMessage, str] | None:
    with app.work(writes=False) as work:
        letter = mail.letter(work, job.payload["notice"])
    return (letter.message, letter.to) if letter is not None else None


def _invitation(app: App, job: Job) -> tuple[EmailMessage, str] | None:
    with app.work() as work:
        return survey_letters.write(work, job, app.settings.console_url)


def _reflection(app: App, job: Job) -> tuple[EmailMessage, str] | None:
    with app.work() as work:
        return reflection_letters.write(work, job, app.settings.console_url)


_DIGESTS = _Letters(_digest, mail.sent, mail.not_sent)
_SURVEYS = _Letters(_invitation, survey_letters.sent, survey_letters.not_sent)
_REFLECTIONS = _Letters(_reflection, reflection_letters.sent, reflection_letters.not_sent)


def _over_one_connection(app: App, jobs: Sequence[Job], letters: _Letters) -> dict[Job, str]:
    """When the server is down the rest of the batch is not tried: all letters wait together."""
    left = list(jobs)
    try:
        with connected(_mail_server(app)) as connection:
            while left:
                _send(app, connection, left[0], letters)
                left.pop(0)
    except MailError as reason:
        for job in left:
            with app.work() as work:
                letters.not_sent(work, job, reason)
    return {}


def _send(app: App, connection: Post, job: Job, letters: _Letters) -> None:
    """Sends one letter. Raises MailError when the server is down; any other failure is the letter's own."""
    try:
        written = letters.write(app, job)
        if written is not None:
            connection.send(*written)
    except MailError as reason:
        if reason.down:
            raise
        with app.work() as work:
            letters.not_sent(work, job, reason)
        return
    with app.work() as work:
        letters.sent(work, job) if written is not None else outbox.done(work.session, job, work.now)


def _mail_server(app: App) -> Server:
    """Settings that are gone or wrong are a server that is down: letters wait for somebody to mend them."""
    try:
        server = app.tools.mail_server
    except VekhaError as reason:
        raise MailError(reason.problems[0], down=True) from reason
    if server is None:
        raise MailError(problem("mail.not_configured"), down=True)
    return server


# --- events -----------------------------------------------------------------------------------------------------------


def _tell_prefect(events: Sequence[Event]) -> None:
    """One request for all; an event has the same id each time, so Prefect keeps a repetition once."""
    body = [_for_prefect(event).model_dump(mode="json") for event in events]
    with SyncClientContext.get_or_create() as context:
        context.client.request("POST", "/events", json=body)


def _for_prefect(event: Event) -> PrefectEvent:
    name = f"{event.institution.title} · {event.programme}"
    related = [_related("institution", event.institution.code), _related("institution-type", event.institution.type)]
    if event.stage is not None:
        related.append(_related("stage", f"{event.programme}.{event.stage}"))
    resource: dict[str, str] = {
        "prefect.resource.id": f"vekha.programme.{event.programme}",
        "prefect.resource.name": name,
    }
    at = event.at.isoformat()  # the hour of sending is Prefect's own: it forgets what is older than a week
    payload: dict[str, Any] = {"at": at, "programme": event.programme, "stage": event.stage, **event.data}
    return PrefectEvent(
        id=uuid5(NAMESPACE_URL, event.id),
        event=event.name,
        resource=Resource(resource),
        related=[RelatedResource(each) for each in related],
        payload=payload,
    )


def _related(role: str, code: str) -> dict[str, str]:
    return {"prefect.resource.id": f"vekha.{role}.{code}", "prefect.resource.role": role}
