"""The way to the mail server: SMTP with TLS, time-outs, and an exact answer to «did it go, and may it be repeated».

SMTP promises no exactly-once: when the connection breaks after the text was sent and before the server answered,
nobody knows. Such a letter is sent again with the same Message-ID, by which mailboxes know a repetition.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP

from vekha.domain.addresses import is_address
from vekha.domain.errors import Problem, VekhaError, WrongUseError, problem

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class MailError(VekhaError):
    """`permanent`: the letter will never be taken; `down`: the server, not this letter, is what failed."""

    def __init__(self, found: Problem, *, permanent: bool = False, down: bool = False) -> None:
        super().__init__(found)
        self.permanent = permanent
        self.down = down


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server. `security`: starttls, tls or none. `timeout` in seconds, for each step of a conversation."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 20.0

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def read_server(given: Mapping[str, str]) -> Server | None:
    """The server that the settings (HOST, PORT, SECURITY, FROM, USER, PASSWORD, TIMEOUT) name; None without a host.

    Raises WrongUseError mail.bad_setting, mail.bad_address, mail.incomplete: all of them at once.
    """
    if not given.get("HOST"):
        return None
    security, port, timeout = given.get("SECURITY") or "starttls", given.get("PORT", ""), given.get("TIMEOUT") or "20"
    found: list[Problem] = []
    if security not in _PORTS:
        found.append(_bad("SECURITY", security, ", ".join(_PORTS)))
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        found.append(_bad("PORT", port, "1–65535"))
    if not re.fullmatch(r"[1-9][0-9]{0,2}", timeout):
        found.append(_bad("TIMEOUT", timeout, "1–999"))
    if not given.get("FROM"):
        found.append(problem("mail.incomplete", "VEKHA_SMTP_FROM", name="VEKHA_SMTP_FROM"))
    elif not is_address(given["FROM"]):
        found.append(problem("mail.bad_address", "VEKHA_SMTP_FROM", address=given["FROM"]))
    if bool(given.get("USER")) != bool(given.get("PASSWORD")):
        missing = "VEKHA_SMTP_PASSWORD" if given.get("USER") else "VEKHA_SMTP_USER"
        found.append(problem("mail.incomplete", missing, name=missing))
    if found:
        raise WrongUseError(found)
    return Server(
        host=given["HOST"],
        port=int(port or _PORTS[security]),
        security=security,
        sender=given["FROM"],
        user=given.get("USER", ""),
        password=given.get("PASSWORD", ""),
        timeout=float(timeout),
    )


def _bad(name: str, value: str, allowed: str) -> Problem:
    return problem("mail.bad_setting", f"VEKHA_SMTP_{name}", name=f"VEKHA_SMTP_{name}", value=value, allowed=allowed)


class Post:
    """One conversation with the server, for as many letters as there are."""

    def __init__(self, server: Server, connection: smtplib.SMTP) -> None:
        self._server = server
        self._connection = connection

    def send(self, message: EmailMessage, to: str) -> None:
        """Returns when the server has taken the letter. Raises MailError, which says whether it may be repeated."""
        try:
            self._demand(*self._connection.mail(self._server.sender))
            self._demand(*self._connection.rcpt(to))
        except (OSError, smtplib.SMTPException) as reason:
            raise _down("mail.unreachable", self._server, reason) from reason
        try:
            self._demand(*self._connection.data(message.as_bytes(policy=SMTP)))
        except smtplib.SMTPDataError as reason:
            self._demand(reason.smtp_code, reason.smtp_error)
        except (OSError, smtplib.SMTPException) as reason:
            raise _down("mail.unclear", self._server, reason) from reason

    def _demand(self, code: int, answer: bytes | str) -> None:
        if code in (250, 251):
            return
        said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        with suppress(OSError, smtplib.SMTPException):
            self._connection.rset()
        detail = f"{code} {said}"
        if code == 421:  # the server is closing down, whatever the letter
            raise MailError(problem("mail.unreachable", server=str(self._server), detail=detail), down=True)
        permanent = code >= 500
        raise MailError(problem("mail.refused" if permanent else "mail.later", detail=detail), permanent=permanent)


@contextmanager
def connected(server: Server) -> Iterator[Post]:
    """A conversation with `server`. Raises MailError (`down`) when there is none to be had."""
    try:
        connection = _connect(server)
    except smtplib.SMTPAuthenticationError as reason:
        raise _down("mail.login", server, reason) from reason
    except (ssl.SSLError, smtplib.SMTPNotSupportedError) as reason:
        raise _down("mail.no_encryption", server, reason) from reason
    except (OSError, smtplib.SMTPException) as reason:
        raise _down("mail.unreachable", server, reason) from reason
    try:
        yield Post(server, connection)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()
        connection.close()


def _connect(server: Server) -> smtplib.SMTP:
    if server.security == "tls":
        context = ssl.create_default_context()
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    try:
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        connection.ehlo_or_helo_if_needed()
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _down(code: str, server: Server, reason: Exception) -> MailError:
    """Says what the server or the system said, without what we said: a password never gets into a message."""
    if isinstance(reason, smtplib.SMTPResponseException):
        said = reason.smtp_error
        detail = f"{reason.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    else:
        detail = str(reason) or type(reason).__name__
    return MailError(problem(code, server=str(server), detail=detail), down=True)
