"""A digest as a message: text and simple HTML. The same digest gives the same bytes, whenever it is sent."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from vekha.domain.reminders import Digest
from vekha.mail.wording import counted, parts, subject
from vekha.texts import text


class Letters:
    """Writes letters from the templates of a folder: «digest.txt», «digest.html»."""

    def __init__(self, folder: Path, console: str = "") -> None:
        self._console = console
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folder),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def plain(self, digest: Digest, name: str = "") -> str:
        """The digest as text, for a letter or a terminal."""
        return self._environment.get_template("digest.txt").render(self._context(digest, name)).strip() + "\n"

    def invitation(self, words: Mapping[str, str], *, to: str, sender: str, at: dt.datetime) -> EmailMessage:
        """The letter with a personal link: every link has a letter of its own."""
        plain = self._environment.get_template("link.txt").render(words).strip() + "\n"
        html = self._environment.get_template("link.html").render(words)
        key = f"link:{words['address']}"
        return _message(words["subject"], plain, html, key=key, to=to, sender=sender, at=at)

    def message(self, digest: Digest, *, key: str, to: str, name: str, sender: str, at: dt.datetime) -> EmailMessage:
        """The message `key`: a repetition has the same Message-ID, date and bytes, so it is known as the same one."""
        context = self._context(digest, name)
        plain = self.plain(digest, name) + "\n" + str(context["automatic"]) + "\n"
        html = self._environment.get_template("digest.html").render(context)
        return _message(str(context["subject"]), plain, html, key=key, to=to, sender=sender, at=at)

    def _context(self, digest: Digest, name: str) -> Mapping[str, object]:
        greeting = text("reminder.letter.greeting", name=name) if name else text("reminder.letter.greeting_nobody")
        return {
            "subject": subject(digest),
            "greeting": greeting,
            "parts": parts(digest, self._console),
            "known": counted("known", digest.known) if digest.known else "",
            "automatic": text("reminder.letter.automatic"),
        }


def _message(subject: str, plain: str, html: str, *, key: str, to: str, sender: str, at: dt.datetime) -> EmailMessage:
    mark = hashlib.sha256(key.encode()).hexdigest()[:32]
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(text("reminder.letter.sender"), addr_spec=sender)
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<vekha-{mark}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain, cte="base64")
    message.add_alternative(html, subtype="html", cte="base64")
    message.set_boundary(f"=_{mark}")  # the library's own is random
    return message
