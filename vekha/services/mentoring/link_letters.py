"""The letter with a personal link. The secret is made when the letter is written: it is kept neither in the outbox nor
anywhere else."""

from email.message import EmailMessage

from vekha.domain.errors import problem
from vekha.mail.post import MailError
from vekha.services.mentoring import links
from vekha.services.mentoring.askings import Recipient
from vekha.services.mentoring.links import Made
from vekha.services.process import forms
from vekha.services.process.programmes import load
from vekha.services.work import Work
from vekha.storage import outbox
from vekha.storage.outbox import MAX_ATTEMPTS, Job
from vekha.storage.tables import PersonalLink
from vekha.texts import text


def write(work: Work, job: Job, console: str) -> tuple[Made, EmailMessage]:
    """Makes the link and its letter. Raises MailError mail.not_configured, VekhaError of `links.create`."""
    server = work.tools.mail_server
    if server is None:
        raise MailError(problem("mail.not_configured"), down=True)
    told = job.payload
    place = (told["stage"], told["activity"])
    who = Recipient(told["subject"], told["name"], told["email"])
    [made] = links.create(work, told["programme"], place, told["form"], [who], days=told["days"])
    loaded = load(work, told["programme"])
    form = forms.form_of(loaded.type, told["form"]).title
    home = loaded.institution.short_title
    about = text("link.letter.about", about=made.about) if made.about and made.about not in made.name else ""
    words = {
        "subject": text("link.letter.subject", institution=home, form=form),
        "greeting": text("link.letter.greeting", name=made.name),
        "asks": text("link.letter.asks", institution=home, form=form, about=about),
        "open": text("link.letter.open"),
        "address": made.address(console),
        "until": text("link.letter.until", until=f"{made.expires_at:%d.%m.%Y}"),
        "automatic": text("link.letter.automatic"),
    }
    return made, work.tools.letters.invitation(words, to=told["email"], sender=server.sender, at=work.now)


def sent(work: Work, job: Job, made: Made) -> None:
    _row(work, made).mailed_at = work.now
    outbox.done(work.session, job, work.now)


def not_sent(work: Work, job: Job, error: MailError, made: Made | None) -> None:
    """A link whose letter did not go is of no use; the next attempt makes another one."""
    if made is not None:
        work.session.delete(_row(work, made))
    if error.permanent or (job.attempt >= MAX_ATTEMPTS and not error.down):
        work.audit(f"link:{job.payload['form']}", programme=job.payload["programme"], new="not_sent", why=str(error))
        outbox.done(work.session, job, work.now)
    else:
        outbox.failed(work.session, job, work.now, str(error))


def _row(work: Work, made: Made) -> PersonalLink:
    return work.session.get_one(PersonalLink, links.digest(made.token))
