"""The letter with a survey's link, and slips with codes. The secret is made when it is written down."""

import base64
import datetime as dt
from collections.abc import Iterable
from email.message import EmailMessage

from vekha.documents.context import DocumentView
from vekha.documents.marks import code_svg
from vekha.domain.errors import problem
from vekha.domain.surveys import SurveyState
from vekha.mail.post import MailError
from vekha.services.process import forms
from vekha.services.surveys.asking import Made, new_address
from vekha.services.surveys.life import Known, state_of_row
from vekha.services.work import Work, institution_of
from vekha.storage import outbox
from vekha.storage.outbox import MAX_ATTEMPTS, Job
from vekha.storage.tables import Programme, Survey, SurveyAsked
from vekha.texts import text

_SLIPS = "base/links.html"


def write(work: Work, job: Job, console: str) -> tuple[EmailMessage, str] | None:
    """The letter and its address; None where nobody has to be asked any more: answered, revoked, over.

    Raises MailError mail.not_configured.
    """
    server = work.tools.mail_server
    if server is None:
        raise MailError(problem("mail.not_configured"), down=True)
    row = work.session.get(SurveyAsked, job.payload["asked"])
    survey = work.session.get(Survey, row.survey) if row else None
    if row is None or survey is None or row.answered or row.revoked or not row.email:
        return None
    programme = work.session.get_one(Programme, survey.programme)
    home = institution_of(work.session, programme.institution)
    state = state_of_row(survey, work.local_day(home.timezone))
    if state in (SurveyState.CLOSED, SurveyState.CANCELLED):
        return None
    form = forms.form_of(work.tools.registry.type(home.type), survey.form)
    address, _ = new_address(work, job.payload["asked"], console)
    kind = "anonymous" if survey.anonymous else "named"
    words = {
        "subject": text("survey.letter.again" if job.payload["again"] else "survey.letter.subject", form=form.title),
        "greeting": text("link.letter.greeting", name=row.name or ""),
        "asks": text("survey.letter.asks", institution=home.short_title, form=form.title)
        + " "
        + text(f"survey.letter.{kind}"),
        "open": text("link.letter.open"),
        "address": address,
        "until": text("survey.letter.until", until=f"{survey.closes:%d.%m.%Y}"),
        "automatic": text("link.letter.automatic"),
    }
    return work.tools.letters.invitation(words, to=row.email, sender=server.sender, at=work.now), row.email


def sent(work: Work, job: Job) -> None:
    row = work.session.get(SurveyAsked, job.payload["asked"])
    if row is not None:
        row.mailed_on = work.now.date()
        work.session.add(row)
    outbox.done(work.session, job, work.now)


def not_sent(work: Work, job: Job, error: MailError) -> None:
    """The next attempt makes another address; nobody has ever seen this one."""
    if error.permanent or (job.attempt >= MAX_ATTEMPTS and not error.down):
        row = work.session.get(SurveyAsked, job.payload["asked"])
        if row is not None:
            work.audit(f"survey:{row.survey}", programme=row.programme, new="not_sent", why=str(error))
        outbox.done(work.session, job, work.now)
    else:
        outbox.failed(work.session, job, work.now, str(error))


def slips_pdf(work: Work, survey: Known, made: Iterable[Made], base: str) -> bytes:
    """A slip for each, to be cut apart. `base` is where people reach the console."""
    view = DocumentView(code="links", title=text("survey.slips.title"), kind="materials", state="approved")
    how = text("survey.slips.how", until=f"{survey.row.closes:%d.%m.%Y}")
    anonymous = survey.row.anonymous
    slips = [
        {
            "name": each.name or text("survey.slips.nobody"),
            "about": each.about_words,
            "address": each.address(base),
            "how": f"{how} {text('survey.slips.anonymous')}" if anonymous else how,
            "code": base64.b64encode(code_svg(each.address(base))).decode(),
        }
        for each in made
    ]
    cut = text("survey.slips.draw" if not any(each.name for each in made) else "link.sheet.cut")
    home = survey.loaded.institution.short_title
    context = {"document": view, "form": survey.form.title, "home": home, "cut": cut, "slips": slips}
    html = work.tools.renderer.html(_SLIPS, context).text
    return work.tools.renderer.pdf(html, title=view.title, created=dt.datetime.combine(work.now, dt.time(), dt.UTC))
